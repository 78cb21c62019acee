"""The rules' reading of a sentence that a model wrote, held against the person's own words. Pure.

Whoever picks such a sentence has not said it. What the rules read in it beyond what the person has
said is marked as if a model had read it: it never runs unasked, no force, no reason and no way of
running comes from it unmarked, and it ends nothing.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from bot.domain.intents import (
    Control,
    Intent,
    OpenPlan,
    Outcome,
    PlanOptions,
    Revision,
    SmallTalk,
    Wish,
)
from bot.intent.model.grounds import Grounds
from bot.intent.model.marks import marks_of, parted, reason_said, ways_said, words_behind
from bot.intent.model.unsaid import unsaid_ways
from bot.intent.model.words import Words
from bot.intent.phrase_rules import understand

SAY_IT = SmallTalk(text="That would end something, so say it in your own words; it is as it was.")

_OWN = frozenset({"unsaid", "keep_order", "force_production"})
"""Of the ways: what is no way by itself, or only the person's own words can choose."""


def measured(outcome: Outcome, grounds: Grounds) -> Outcome:
    """The outcome with its marks; `grounds.said` are the person's own words."""
    match outcome:
        case Intent():
            found = _intent(outcome, grounds, None)
            return SAY_IT if any(_steers(wish, grounds) for wish in found.wishes) else found
        case Revision():
            plans = grounds.context.open
            former = next((plan for plan in plans if plan.number == outcome.plan), None)
            return outcome.model_copy(update={"intent": _intent(outcome.intent, grounds, former)})
        case Control() | SmallTalk(dropped=True):
            return SAY_IT
        case _:
            return outcome


def _intent(intent: Intent, grounds: Grounds, former: OpenPlan | None) -> Intent:
    words, known = grounds.words, _said_by_themselves(grounds)
    revised = former is not None
    wishes = [_wish(wish, words, grounds, known, revised=revised) for wish in intent.wishes]
    found, _ = parted(wishes, words, grounds.catalog)
    reason = reason_said(grounds) or (former.intent.reason if former is not None else "")
    options = _ways(intent.options, grounds, former.intent.options if former else PlanOptions())
    return intent.model_copy(update={"wishes": found, "options": options, "reason": reason})


def _steers(wish: Wish, grounds: Grounds) -> bool:
    """Whether it would change what Overseer itself is at ("cancel plan 58"), and nobody said so."""
    action = grounds.catalog.action(wish.action)
    return wish.alone and action.in_process and action.effect.changes


def _said_by_themselves(grounds: Grounds) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What the rules read in the person's own words."""
    context = grounds.context.model_copy(update={"question": None})
    outcome = understand(grounds.spoken, grounds.vocabulary, context)
    intent = outcome.intent if isinstance(outcome, Revision) else outcome
    wishes = intent.wishes if isinstance(intent, Intent) else ()
    return tuple((wish.action, wish.params) for wish in wishes)


def _wish(
    wish: Wish,
    words: Words,
    grounds: Grounds,
    known: Container[tuple[str, dict[str, Any]]],
    *,
    revised: bool,
) -> Wish:
    if (wish.action, wish.params) in known:
        return wish
    action = grounds.catalog.action(wish.action)
    typed = grounds.catalog.params(wish.action, wish.params)
    params = typed.model_dump(mode="json", exclude_none=True)
    said = words_behind(wish.words, words, earlier=revised)
    marks = marks_of(action, typed, params, said, words, grounds)
    return wish.model_copy(
        update={
            "words": said,
            "unsaid": tuple(dict.fromkeys((*wish.unsaid, *marks))),
            "alone": wish.alone or action.effect.changes,
        }
    )


def _ways(chosen: PlanOptions, grounds: Grounds, former: PlanOptions) -> PlanOptions:
    """How it runs: as they said; what else the sentence says of it is marked."""
    read = ways_said(grounds)
    new = {
        name: value
        for name, value in chosen.model_dump(exclude_defaults=True).items()
        if name not in _OWN and value != getattr(former, name)
    }
    unsaid = list(unsaid_ways(new, read, grounds.spoken, grounds.context))
    if former.start is not None and chosen.start is None:
        new["start"] = None
        unsaid.append("start")
    own = {"force_production": False, "keep_order": chosen.keep_order, "unsaid": unsaid}
    return former.changed({**own, **new, **read})
