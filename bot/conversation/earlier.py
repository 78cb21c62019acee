"""What a person asked for earlier in a thread, and what became of it. Nobody else's words.

Only requests that became plans are told: what was a question, a refusal or small talk named
nothing that a later "the same" could mean. What became of one is a word of a closed list, read
off the states of plan and run; what hosts printed and people said on the way is not looked at.
"""

from __future__ import annotations

from bot.domain.became import Became
from bot.domain.intents import Earlier, Wish
from bot.domain.messages import ThreadRef
from bot.domain.plans import Plan, Step
from bot.domain.revisions import intent_of
from bot.domain.runs import PlanState, Run, RunState
from bot.ports import PlanFilter, Unit

MOST_EARLIER = 6
"""Requests of one person in one thread that are looked back at."""

_OF_PLAN: dict[PlanState, Became] = {
    PlanState.DRAFTED: Became.SHOWN, PlanState.DENIED: Became.DENIED,
    PlanState.WAITING: Became.WAITING, PlanState.APPROVED: Became.APPROVED,
    PlanState.SUPERSEDED: Became.CHANGED, PlanState.EXPIRED: Became.EXPIRED,
    PlanState.CANCELLED: Became.WITHDRAWN,
}  # fmt: skip
_OF_RUN: dict[RunState, Became] = {
    RunState.RUNNING: Became.RUNNING, RunState.SUCCEEDED: Became.DONE,
    RunState.NEEDS_DECISION: Became.HALTED, RunState.DRIFTED: Became.HALTED,
    RunState.INTERRUPTED: Became.HALTED, RunState.ROLLED_BACK: Became.UNDONE,
    RunState.FAILED: Became.FAILED, RunState.CANCELLED: Became.STOPPED,
}  # fmt: skip


def earlier_of(unit: Unit, thread: ThreadRef, person: str) -> tuple[Earlier, ...]:
    """Their own last requests of a thread, at most `MOST_EARLIER`, the newest last."""
    found = unit.plans(PlanFilter(thread=thread, person=person, limit=MOST_EARLIER))
    return tuple(
        Earlier(
            plan=stored.plan.id,
            request=stored.plan.request,
            steps=tuple(_understood(stored.plan, step) for step in stored.plan.steps),
            became=_became(stored.plan, stored.state, unit.run(stored.plan.id)),
            intent=intent_of(stored.plan) if stored.plan.steps else None,
            wanted=stored.plan.reading.wanted,
        )
        for stored in reversed(found)
    )


def _understood(plan: Plan, step: Step) -> Wish:
    """What was done to what; where changes were asked for, all that the request no longer says."""
    whole = plan.changed is not None
    names = step.params if whole else [n for n in ("hosts", "service") if n in step.params]
    return Wish(action=step.action, params={name: step.params[name] for name in names})


def _became(plan: Plan, state: PlanState, run: Run | None) -> Became:
    """A run of an older revision is not what became of this one."""
    if run is not None and run.revision == plan.revision:
        return _OF_RUN[run.state]
    return _OF_PLAN[state]
