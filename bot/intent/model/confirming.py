"""What a model's reading is before its requester is asked about it, and once they say yes. Pure.

A look has no effect. So what a model put into one is nobody's to approve but theirs who asked: they
are told the names and asked whether they meant them, once, and by the press it is as if they had
typed it. What policy says of it then is policy's own. A change keeps its marks, pressed or not.

No button carries a host that the request says to leave alone. It is taken out of the reading; a
step that has no other falls with the whole of it, for half a reading is none.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain import unsaid, ways
from bot.domain.intents import Intent, Option, Outcome, Question, Revision
from bot.domain.wording import listed, natural, ranged
from bot.intent.model.grounds import Grounds
from bot.intent.model.readings import asked, option
from bot.skillkit.catalog import Catalog

DID_YOU_MEAN = "Did you mean {}? The model read that, and you did not say it."
_TAKEN_OUT = "You left {} out, and the model did not: what I offer here is without."
_NOTHING_LEFT = (
    "You said to leave {} alone, and the model read something for just that. Say it again in other "
    "words, with the hosts that you mean."
)


def changes(intent: Intent, catalog: Catalog) -> bool:
    """Whether any of its actions is more than a read."""
    return any(catalog.action(w.action).effect.changes for w in intent.wishes)


def put_into(intent: Intent, grounds: Grounds) -> tuple[str, ...]:
    """What of a reading the model put in and nobody said, each once."""
    names = [name for wish in intent.wishes for name in wish.unsaid]
    names += ways.spoken(intent.options, grounds.zone, intent.options.unsaid)
    return tuple(dict.fromkeys(names))


def confirmed(outcome: Outcome, catalog: Catalog) -> Outcome:
    """A look as it is once its requester has said yes to it; a change as it is."""
    if isinstance(outcome, Revision):
        return outcome.model_copy(update={"intent": confirmed(outcome.intent, catalog)})
    if not isinstance(outcome, Intent) or changes(outcome, catalog):
        return outcome
    wishes = tuple(wish.model_copy(update={"unsaid": ()}) for wish in outcome.wishes)
    options = outcome.options.model_copy(update={"unsaid": ()})
    return outcome.model_copy(update={"wishes": wishes, "options": options})


def meant(look: Intent, grounds: Grounds) -> Outcome:
    """A model's look; where it has what nobody said, the question whether that was meant."""
    names = put_into(look, grounds)
    if not names:
        return look
    left = [name for name in names if name not in grounds.words.spared]  # those are told apart
    text = DID_YOU_MEAN.format(unsaid.told(left)) if left else ""
    return offered(text, (look,), grounds)


def spared_by_rules(rules: Outcome, model: Outcome, grounds: Grounds) -> frozenset[str]:
    """The hosts to be left alone that the model's reading has and that of the rules has not."""
    return left_alone((model,), grounds) - left_alone((rules,), grounds)


def taken_out(hosts: frozenset[str]) -> str:
    """The sentence on hosts that a reading is offered without."""
    return _TAKEN_OUT.format(_named(hosts)) if hosts else ""


def _named(hosts: frozenset[str]) -> str:
    return listed(ranged(sorted(hosts, key=natural)))


def offered(text: str, readings: Iterable[Outcome], grounds: Grounds) -> Question:
    """The question with these readings of a model's as its buttons.

    A look's names are told in it, for the press says them.
    """
    whole = tuple(readings)
    left = left_alone(whole, grounds)
    kept = [found for each in whole if (found := without(each, left)) is not None]
    if not kept:
        return Question(about="request", text=_NOTHING_LEFT.format(_named(left)))
    said = " ".join(filter(None, (text, taken_out(left))))
    return asked(said, *(_option(each, grounds) for each in kept))


def _option(reading: Outcome, grounds: Grounds) -> Option:
    return option(confirmed(reading, grounds.catalog), grounds)


def left_alone(readings: Iterable[Outcome], grounds: Grounds) -> frozenset[str]:
    """The hosts of these readings that the request says to leave alone."""
    intents = [each.intent if isinstance(each, Revision) else each for each in readings]
    hosts = {
        host
        for intent in intents
        if isinstance(intent, Intent)
        for wish in intent.wishes
        for host in wish.params.get("hosts") or ()
    }
    return grounds.words.spared & hosts


def without(reading: Outcome, hosts: frozenset[str]) -> Outcome | None:
    """The reading without these hosts; None where a step of it has no others."""
    if isinstance(reading, Revision):
        intent = without(reading.intent, hosts)
        return None if intent is None else reading.model_copy(update={"intent": intent})
    if not hosts or not isinstance(reading, Intent):
        return reading
    wishes = []
    for wish in reading.wishes:
        had = wish.params.get("hosts") or ()
        kept = [host for host in had if host not in hosts]
        if had and not kept:
            return None
        marks = tuple(mark for mark in wish.unsaid if mark not in hosts)
        params = {**wish.params, "hosts": kept} if had else wish.params
        wishes.append(wish.model_copy(update={"params": params, "unsaid": marks}))
    return reading.model_copy(update={"wishes": tuple(wishes)})
