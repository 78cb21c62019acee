"""How a plan stands, in one word and one count: the same on its card, in `show` and in the history.

A person *denies*, the gate *refuses*; what another run keeps from beginning is *blocked*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.cards import Tone
from bot.domain.plans import MISSED, Decision, Plan
from bot.domain.runs import Attempt, PlanState, Run, RunState, StepState
from bot.ports import StoredPlan

_R = RunState

HEADS: Mapping[RunState, tuple[str, Tone]] = {
    _R.RUNNING: ("RUNNING", Tone.BUSY),
    _R.SUCCEEDED: ("DONE", Tone.GOOD),
    _R.NEEDS_DECISION: ("NEEDS A DECISION", Tone.BAD),
    _R.DRIFTED: ("PAUSED", Tone.WARNING),
    _R.INTERRUPTED: ("INTERRUPTED", Tone.WARNING),
    _R.ROLLED_BACK: ("ROLLED BACK", Tone.WARNING),
    _R.FAILED: ("FAILED", Tone.BAD),
    _R.CANCELLED: ("STOPPED", Tone.DIM),
}
DENIED, REFUSED, BLOCKED = "DENIED", "REFUSED", "BLOCKED"
PLAN_ONLY = "PLAN ONLY"
SCHEDULED = "SCHEDULED"
"""Approved for a later time."""

_PLAIN: Mapping[PlanState, str] = {
    PlanState.WAITING: "WAITING",
    PlanState.APPROVED: "APPROVED",
    PlanState.EXPIRED: "EXPIRED",
    PlanState.SUPERSEDED: "REPLACED",
}


def head(state: RunState, *, why: str = "", stopping: bool = False) -> tuple[str, Tone]:
    """The word of a run and its tone."""
    if state is _R.RUNNING and backwards(why):
        return "ROLLING BACK", Tone.WARNING
    if state is _R.RUNNING and stopping:
        return "STOPPING", Tone.WARNING
    return HEADS[state]


def backwards(why: str) -> bool:
    """Whether a run is on its way back; the executor says so in `why`."""
    return why.startswith("rolling back")


def is_idle(plan: Plan) -> bool:
    """Whether there is nothing to run, or a step that can't be."""
    commands = any(part.commands for step in plan.steps for part in step.targets)
    return bool(plan.steps) and (bool(plan.impossible) or not commands)


def idle_word(plan: Plan) -> str:
    """What a plan is called that has nothing to run."""
    return "CAN'T" if any(p.cannot for s in plan.steps for p in s.targets) else "NOTHING TO DO"


def refusal_word(stored: StoredPlan) -> str:
    """Who said no: a person, the gate, or only that another run was in the way."""
    if stored.decided_by not in {"", "policy"}:
        return DENIED
    return BLOCKED if stored.plan.only_busy else REFUSED


def word(stored: StoredPlan, run: Run | None) -> str:
    """The word on the card of a plan, also of one that never ran."""
    plan = stored.plan
    if run is not None and run.revision == plan.revision:
        if run.state is _R.SUCCEEDED and not plan.effect.changes:
            return "ANSWER"
        return head(run.state, why=run.why, stopping=run.stopping)[0]
    if stored.state is PlanState.DENIED:
        return refusal_word(stored)
    if stored.state is PlanState.CANCELLED and stored.reason == MISSED:
        return "MISSED"
    if stored.state is PlanState.CANCELLED:
        return idle_word(plan) if is_idle(plan) else "CANCELLED"
    if stored.state is PlanState.APPROVED and plan.start is not None:
        return SCHEDULED
    if stored.state is not PlanState.DRAFTED:
        return _PLAIN[stored.state]
    if plan.unread:
        return "NOT READ"
    if is_idle(plan):
        return idle_word(plan)
    refused = plan.verdict is not None and plan.verdict.decision is Decision.DENY
    return refusal_word(stored) if refused else PLAN_ONLY


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many targets of all steps have ended, and how. `total` is how many there are."""

    done: int = 0
    skipped: int = 0
    undone: int = 0
    total: int = 0

    @classmethod
    def of(cls, states: Iterable[tuple[StepState, bool]], total: int) -> Tally:
        """Count (state, left out) of targets."""
        done = skipped = undone = 0
        for state, left_out in states:
            if state is StepState.UNDONE:
                undone += 1
            elif state is StepState.SKIPPED and left_out:
                skipped += 1
            elif state in {StepState.SUCCEEDED, StepState.SKIPPED}:
                done += 1
        return cls(done=done, skipped=skipped, undone=undone, total=total)

    @property
    def words(self) -> str:
        """`3 of 4 done, 1 skipped`, `1 of 1 taken back`."""
        if self.undone and not self.done and not self.skipped:
            return f"{self.undone} of {self.total} taken back"
        said = f"{self.done} of {self.total} done"
        said += f", {self.skipped} skipped" if self.skipped else ""
        return said + (f", {self.undone} taken back" if self.undone else "")


def tally(plan: Plan, attempts: Iterable[Attempt]) -> Tally:
    """What came of a plan, from its newest attempts."""
    total = sum(len(step.targets) for step in plan.steps)
    return Tally.of(((a.state, a.left_out) for a in attempts), total)
