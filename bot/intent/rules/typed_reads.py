"""A plain command for which an action of our own reads better: `df -h` is "disks of web-1".

Which commands these are stands in the skills' phrases (`commands`). The sentence is only offered:
what was asked for stays what it is. It is offered when it is read as a look at the same hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.intents import Intent, Option, Outcome, Question, Revision
from bot.intent.patterns import compiled
from bot.intent.rules.fitting import SHELL_WORDS
from bot.intent.rules.lexicon import COMMON
from bot.intent.rules.vocabulary import Vocabulary

Ask = Callable[[str], Outcome]
"""What a sentence comes to."""

_BARE = compiled(r"(?P<command>(?P<first>[a-z]+)(?: [\w./:=@+-]+){0,6}?) (?:on|at) (?P<where>\S.*)")


def offered(outcome: Outcome, vocabulary: Vocabulary, ask: Ask) -> Outcome:
    """The outcome with the sentence that would read the same without a raw command."""
    if isinstance(outcome, Revision):
        intent = _with_sentence(outcome.intent, vocabulary, ask)
        return outcome.model_copy(update={"intent": intent})
    return _with_sentence(outcome, vocabulary, ask) if isinstance(outcome, Intent) else outcome


def _with_sentence(intent: Intent, vocabulary: Vocabulary, ask: Ask) -> Intent:
    wish = intent.wishes[0]
    command, hosts = wish.params.get("command"), wish.params.get("hosts")
    if not isinstance(command, str) or not hosts:
        return intent
    says = sentence(command, hosts, vocabulary, ask) if len(intent.wishes) == 1 else ""
    return intent.model_copy(update={"instead": says})


def sentence(command: str, hosts: Sequence[str], vocabulary: Vocabulary, ask: Ask) -> str:
    """What to say instead of a command on these hosts, or the empty string."""
    plain = " ".join(command.split())
    for pattern, says in vocabulary.templates.commands:
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        said = says.format(hosts=", ".join(hosts), **match.groupdict())
        found = ask(said)
        if not isinstance(found, Intent):
            continue
        looks = all(not vocabulary.actions[w.action].changes for w in found.wishes)
        if looks and all(sorted(w.params.get("hosts", ())) == sorted(hosts) for w in found.wishes):
            return said
    return ""


def unasked(text: str, vocabulary: Vocabulary, ask: Ask) -> Question | None:
    """ "ps aux on ops-1": a command without "run", of which no word is taken for a host."""
    match = _BARE.fullmatch(text.strip())
    if match is None or match["first"] not in SHELL_WORDS:
        return None
    if set(match["command"].casefold().split()[1:]) & COMMON:
        return None  # "free up some space": words of a sentence, and no command's
    run = f"run `{match['command']}` on {match['where']}"
    found = ask(run)
    if not isinstance(found, Intent) or len(found.wishes) != 1:
        return None
    hosts = found.wishes[0].params.get("hosts") or ()
    says = sentence(match["command"], hosts, vocabulary, ask)
    ways = [way for way in (says, run) if way]
    return Question(
        about="command",
        text=f"“{match['command']}” looks like a command. I run one when you say so, as a raw "
        "command that must be approved.",
        options=tuple(Option(label=way, says=way) for way in ways),
    )
