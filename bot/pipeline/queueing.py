"""The queue of approved plans that wait for their hosts, as units of work. Pure.

It is in the store, so that a restart keeps it. What can't begin any more is withdrawn from it, and
that is said.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.events import Event
from bot.domain.plans import Plan
from bot.domain.runs import PlanState
from bot.execution.starts import is_early
from bot.ports import StoredPlan, Unit
from bot.ports.readable import readable

QUEUE = "queue"
"""The stored setting that lists waiting plans, oldest first."""


def enqueue(unit: Unit, plan_id: int) -> None:
    """It waits behind those that wait, once."""
    queued = list(unit.get(QUEUE) or [])
    if plan_id not in queued:
        unit.put(QUEUE, [*queued, plan_id])


def finds(plan_id: int) -> Callable[[Unit], StoredPlan | None]:
    """The plan as stored; None where that can't be read."""
    return lambda unit: readable(unit, plan_id)


def unbegun(plan_id: int) -> Callable[[Unit], StoredPlan | None]:
    """The plan, if it is approved and has no run of this revision."""

    def work(unit: Unit) -> StoredPlan | None:
        stored, run = readable(unit, plan_id), unit.run(plan_id)
        if stored is None or stored.state is not PlanState.APPROVED:
            return None
        return None if run is not None and run.revision == stored.plan.revision else stored

    return work


def puts_off(plan: Plan) -> Callable[[Unit], bool]:
    """Whether it is for a time that has not come."""
    return lambda unit: is_early(unit, plan)


def leaves(plan_id: int) -> Callable[[Unit], None]:
    """It waits no longer."""
    return lambda unit: dequeue(unit, plan_id)


def expires(plan: Plan) -> Callable[[Unit], bool]:
    """Votes do not outlive their plan in a queue: when time is up it is withdrawn, and said."""

    def work(unit: Unit) -> bool:
        if not plan.effect.changes or plan.votes_end is None or plan.votes_end > unit.now:
            return False
        dequeue(unit, plan.id)
        withdraw(unit, plan, by="", reason="its votes expired while it waited")
        return True

    return work


def gives_up(plan: Plan, why: str) -> Callable[[Unit], bool]:
    """Withdraw an approved plan that can't begin, unless it is approved no longer."""

    def work(unit: Unit) -> bool:
        dequeue(unit, plan.id)
        stored = unit.plan(plan.id)
        approved = stored is not None and stored.state is PlanState.APPROVED
        if stored is None or not approved or stored.plan.revision != plan.revision:
            return False
        withdraw(unit, plan, by="", reason=why)
        return True

    return work


def withdraw(unit: Unit, plan: Plan, *, by: str, reason: str) -> None:
    """It is cancelled, and told to be."""
    unit.move_plan(plan.id, plan.revision, PlanState.CANCELLED, by=by, reason=reason)
    unit.append(
        Event(
            kind="plan.cancelled", at=unit.now, plan=plan.id, person=by,
            data={"by": by, "reason": reason},
        )
    )  # fmt: skip


def dequeue(unit: Unit, plan_id: int) -> None:
    """As `leaves`."""
    unit.put(QUEUE, [p for p in (unit.get(QUEUE) or []) if p != plan_id])
