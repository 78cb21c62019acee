"""The rules' reading of a sentence that a model wrote, held against the person's own words. Pure.

Whoever picks such a sentence has not said it. What the rules read in it beyond what the person has
said is marked as if a model had read it: it never runs unasked, no force, no reason and no way of
running comes from it unmarked, it ends nothing, and it decides about no run that has halted. Nor is
it theirs where it leaves out a part of what they have said, a time, or their order: only as a whole
is what they pick what they had said.
"""

from __future__ import annotations

from collections.abc import Sequence

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
from bot.intent.model import declined
from bot.intent.model.clocks import at_once
from bot.intent.model.confirming import changes
from bot.intent.model.grounds import Grounds
from bot.intent.model.marks import marks_of, parted, reason_said, ways_said, words_behind
from bot.intent.model.unsaid import unsaid_ways
from bot.intent.model.words import Words
from bot.intent.rules.deciding import decides

SAY_IT = SmallTalk(text="That would end something, so say it in your own words; it is as it was.")
DECIDE_IT = SmallTalk(
    text="That would decide about a run that has halted, so press its button or say it in your own "
    "words; it is as it was."
)

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
            return DECIDE_IT if decides(outcome, grounds.context) else outcome


def _intent(intent: Intent, grounds: Grounds, former: OpenPlan | None) -> Intent:
    words, own = grounds.words, declined.own_reading(grounds)
    said = declined.planned_of(own)
    wishes: Sequence[Wish] = intent.wishes
    if said is None or not declined.same(said, intent):
        wishes = [_wish(wish, words, grounds, revised=former is not None) for wish in wishes]
    found, _ = parted(wishes, words, grounds.catalog)
    reason = reason_said(grounds) or (former.intent.reason if former is not None else "")
    options = _ways(intent, own, grounds, former.intent.options if former else PlanOptions())
    doubts = tuple(dict.fromkeys((*intent.doubts, *declined.of_own(intent, own, grounds))))
    return intent.model_copy(
        update={"wishes": found, "options": options, "reason": reason, "doubts": doubts}
    )


def _steers(wish: Wish, grounds: Grounds) -> bool:
    """Whether it would change what Overseer itself is at ("cancel plan 58"), and nobody said so."""
    action = grounds.catalog.action(wish.action)
    return wish.alone and action.in_process and action.effect.changes


def _wish(wish: Wish, words: Words, grounds: Grounds, *, revised: bool) -> Wish:
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


def _ways(intent: Intent, own: Outcome, grounds: Grounds, former: PlanOptions) -> PlanOptions:
    """How it runs: as they said; what else the sentence says of it is marked.

    So is a beginning at once where they have said when, or an open plan has its time.
    """
    chosen = intent.options
    read = ways_said(grounds)
    new = {
        name: value
        for name, value in chosen.model_dump(exclude_defaults=True).items()
        if name not in _OWN and value != getattr(former, name)
    }
    unsaid = list(unsaid_ways(new, read, grounds.spoken, grounds.context))
    late = changes(intent, grounds.catalog) and declined.time_left_out(intent, own, grounds)
    if late or (former.start is not None and chosen.start is None):
        new["start"] = None
        unsaid += [] if at_once(grounds.spoken) else ["start"]
    kept = {"force_production": False, "keep_order": chosen.keep_order, "unsaid": unsaid}
    return former.changed({**kept, **new, **read})
