"""The same for something else: "what about web-3?", "and web-3 too", "restart redis too". Pure.

Of a plan that is open, that is a change (`revising`). What has begun, or is over, can't be changed:
a plan like it is offered, and made only of a yes. Nor is it guessed on which hosts something shall
be done "too": those that were spoken of are offered first.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.intents import Intent, Option, Outcome, ParseContext, Question
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules.edits import Edit

_TOO = compiled(r"\b(?:too|as well|also)\b", re.IGNORECASE)
_ANSWER = "{answer}"
_NAMED = 4
"""So many hosts are offered by their names."""


def asked(intent: Intent) -> Question | None:
    """Whether the same shall be done where it was only asked about; None: it names no host."""
    lead = "You only asked about {where}, so nothing is planned. Shall I plan “{what}” there?"
    return _question(intent, lead)


def offered(edit: Edit, context: ParseContext, ask: Callable[[str], Outcome]) -> Question | None:
    """ "and web-3 too", where no plan is open: whether a plan like the last one is wanted there.

    Behind somebody else's words it is most likely said of theirs.
    """
    deeds = edit.deeds
    adds = len(deeds) == 1 and deeds[0].verb == "also" and deeds[0].what.kind == "hosts"
    if not adds or edit.plan or edit.options or context.between or not context.request:
        return None
    hosts = deeds[0].what.names
    if not hosts or deeds[0].what.trouble is not None:
        return None
    intent = ask(f"the same on {', '.join(hosts)}")
    if not isinstance(intent, Intent) or intent.options.start is not None:
        return None
    begun = f"#{context.running} has begun, so nothing can be added to it. "
    return _question(
        intent, f"{begun if context.running else ''}Shall I plan “{{what}}” on {{where}}, too?"
    )


def _question(intent: Intent, text: str) -> Question | None:
    """The question with its one answer; {what} in its text is what is done, {where} the hosts."""
    named = sorted({h for w in intent.wishes for h in w.params.get("hosts", ())})
    if not named:
        return None
    where = listed(named)
    says = f"the same on {where}"
    deeds = (f"{w.action.partition('.')[2]} {w.params.get('service', '')}" for w in intent.wishes)
    what = listed([deed.strip().replace("_", " ") for deed in deeds])
    only = Option(label=says, says=says, means=intent)
    return Question(about="request", text=text.format(what=what, where=where), options=(only,))


def there_too(outcome: Outcome, text: str, context: ParseContext) -> Outcome:
    """Which hosts are meant by "restart redis too": first of all those that were spoken of."""
    if not isinstance(outcome, Question) or outcome.about != "hosts" or not context.hosts:
        return outcome
    many = len(context.hosts) > _NAMED
    if many or not _TOO.search(text) or _ANSWER not in outcome.fill:
        return outcome
    where = listed(context.hosts)
    says = outcome.fill.replace(_ANSWER, ", ".join(context.hosts))
    others = [each for each in outcome.options if each.label != where]
    there = Option(label=f"yes, on {where}", says=says)
    text = f"On {where}, or {outcome.text[:1].lower()}{outcome.text[1:]}"
    return outcome.model_copy(update={"text": text, "options": (there, *others)})
