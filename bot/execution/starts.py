"""When an approved plan begins that was asked for a later time: never earlier, never twice.

What is approved is also when it begins. Somebody who may approve it may bring that forward; that
is stored and counts for this revision alone. Times are the store's, read in the unit of work that
begins the run.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.events import Event
from bot.domain.plans import Plan, hastened_key
from bot.domain.runs import PlanState
from bot.errors import ConflictError
from bot.ports import Unit


def is_early(unit: Unit, plan: Plan) -> bool:
    """Whether its time is still to come, and nobody has brought it forward."""
    return plan.start is not None and unit.now < plan.start and not _brought(unit, plan)


def is_missed(unit: Unit, plan: Plan, grace: timedelta) -> bool:
    """Whether it should have begun more than `grace` ago."""
    late = plan.start is not None and unit.now > plan.start + grace
    return late and not _brought(unit, plan)


def refuse_when_early(unit: Unit, plan: Plan) -> None:
    """Raise before its time.

    Raises:
        ConflictError: it is still to come.
    """
    if is_early(unit, plan):
        raise ConflictError(f"#{plan.id} was approved for a later time, which is still to come.")


def bring_forward(unit: Unit, plan: Plan, *, by: str) -> None:
    """Let it begin before its time.

    Raises:
        ConflictError: it is no longer approved as it was, has begun, or waits for no time.
    """
    stored, run = unit.plan(plan.id), unit.run(plan.id)
    approved = stored is not None and stored.state is PlanState.APPROVED
    if stored is None or not approved or stored.plan.digest != plan.digest:
        raise ConflictError(f"#{plan.id} is not approved as that card shows it.")
    if (run is not None and run.revision == plan.revision) or not is_early(unit, plan):
        raise ConflictError(f"#{plan.id} waits for no time any more.")
    unit.put(_key(plan), plan.revision)
    unit.append(
        Event(
            kind="plan.hastened", at=unit.now, plan=plan.id, person=by,
            data={"revision": plan.revision},
        )
    )  # fmt: skip


def _brought(unit: Unit, plan: Plan) -> bool:
    return bool(unit.get(_key(plan)) == plan.revision)


def _key(plan: Plan) -> str:
    return hastened_key(plan.id)
