"""How something is done: "how do I restart nginx?" is answered with the sentence that does it.

Nothing is planned by the question. Where its own words would be a request that can be read, they
are what to say, and can be pressed; else it is the example that is most like them.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.intents import Intent, Option, Outcome, Question, SmallTalk
from bot.intent.patterns import compiled
from bot.intent.rules.not_understood import is_unclear
from bot.intent.rules.vocabulary import Vocabulary

Ask = Callable[[str], Outcome]
"""What a sentence comes to by itself."""

_HOW = compiled(
    r"\W*(?:(?:hey|hi|so|and|ok|please|tell me|show me|explain|overseer)\W+)*how (?:(?:do|can|could|would|should) (?:i|we|you|one|somebody|someone)|to) (?:(?:best|properly|safely|just) )?(?P<deed>[^?]{3,120}?)\s*(?:please\s*)?\?*\s*$",
    re.IGNORECASE,
)
_SAME = {"see": "show", "view": "show", "read": "show", "get": "show", "look": "show", "update": "upgrade", "patch": "upgrade", "log": "logs", "disk": "disks"}  # fmt: skip
_NO_NOUNS = frozenset("a an the of on for in at my our your all and or to with".split())
_DECIDED = (
    (
        compiled(r"(?:approve|vote|deny|reject|decide)\b.*\b(?:my|our|own|myself|mine)\b.*"),
        "Who has asked for a plan is mostly not who may approve it: its card names those who may. `cancel` withdraws your own.",
    ),
    (
        compiled(r"(?:approve|vote|deny|reject|decide)\b.*"),
        "A vote is a click: *Approve* or *Deny…* on the card of the plan.",
    ),
    (
        compiled(r"(?:stop|abort|halt|cancel|withdraw)\b(?: (?:an?|the|my|this|that|your))* (?:run|plan|request|it|this|that|you|everything)"),
        "`stop` in its own conversation stops what runs there and withdraws what waits; `stop 7` does so with #7 anywhere.",
    ),
)  # fmt: skip
"""What is done by no request, and how it is done."""
_SHOWN = "What changes something is shown with its commands, and judged, before it runs."


def told(text: str, outcome: Outcome, vocabulary: Vocabulary, ask: Ask) -> Outcome | None:
    """What to say, or None where nobody asked how, or it is answered better as it was read."""
    match = _HOW.match(text)
    if match is None or not _open(outcome):
        return None
    deed = match["deed"].strip()
    for asked, way in _DECIDED:
        if asked.fullmatch(deed.casefold()):
            return SmallTalk(text=way, answers=True)
    found = ask(deed)
    if isinstance(found, Intent) and all(w.action in vocabulary.actions for w in found.wishes):
        if any(w.action == "help.show" for w in found.wishes):
            return None
        return Question(
            about="howto",
            text=f"You say so: “{deed}”. {_SHOWN}",
            options=(Option(label=deed, says=deed),),
        )
    example = _like(deed, vocabulary)
    if not example and (not isinstance(found, Question) or is_unclear(found)):
        return None
    if not example:
        text = f"You say so: “{deed}”, and I ask for what is missing. {_SHOWN}"
        return SmallTalk(text=text, answers=True)
    return SmallTalk(text=f"You say so, as in “{example}”. {_SHOWN}", answers=True)


def _open(outcome: Outcome) -> bool:
    """Whether it came to help on words that may be no topic, or to nothing."""
    if isinstance(outcome, Intent):
        return all(w.action == "help.show" and w.params.get("topic") for w in outcome.wishes)
    if isinstance(outcome, Question):
        return is_unclear(outcome)
    return isinstance(outcome, SmallTalk)


def _like(deed: str, vocabulary: Vocabulary) -> str:
    """The example that begins with the same verb, or is about the same thing; the shortest."""
    typed = deed.casefold().split()
    words = [_SAME.get(w, w) for w in typed]
    if not words:
        return ""
    services = [name for name in map(vocabulary.service, typed) if name]
    examples = [e for e in vocabulary.examples((), services) if len(e.split(",")) == 1]
    verb = [e for e in examples if e.split()[0] == words[0] and words[0] != "show"]
    nouns = set(words[1:]) - _NO_NOUNS
    about = [e for e in examples if nouns & set(re.findall(r"[a-z]+", e.casefold()))]
    return min(
        verb or (about if words[0] in {"show", "check", "find"} else []), key=len, default=""
    )
