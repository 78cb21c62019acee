"""Which plans are meant when nobody names one."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace

from bot.domain.messages import ThreadRef
from bot.domain.runs import (
    PLAN_ENDED,
    RUN_ENDED,
    RUN_HALTED,
    STEP_SATISFIES,
    PlanState,
    RunState,
)
from bot.ports import PlanFilter, StoredPlan, Unit
from bot.ports.readable import readable
from bot.skillkit.catalog import Catalog

_AGAIN = frozenset({PlanState.CANCELLED, PlanState.EXPIRED})
REDRAWN = 50
"""The newest plans whose cards a start draws again."""


def undrawn(unit: Unit) -> list[int]:
    """Plans whose cards a crash may have left behind: of runs under way, and the newest."""
    moving = {run.plan for run in unit.runs(frozenset(RunState) - RUN_ENDED)}
    return sorted(moving | {s.plan.id for s in unit.plans(PlanFilter(limit=REDRAWN))})


def for_people(unit: Unit, places: Container[str] | None = None) -> list[int]:
    """What waits for people, of votes the newest ones; asked in these `places` (None: anywhere)."""
    voted = unit.plans(PlanFilter(states=frozenset({PlanState.WAITING}), limit=REDRAWN))
    halted = (readable(unit, run.plan) for run in unit.runs(RUN_HALTED))
    found = (stored.plan for stored in (*halted, *voted) if stored)
    return sorted({p.id for p in found if places is None or p.thread.place in places})


def open_in(unit: Unit, thread: ThreadRef) -> list[int]:
    """What can be changed, decided or asked for again in a conversation, the newest last."""
    here = unit.plans(PlanFilter(thread=thread, limit=REDRAWN))
    halted = {run.plan for run in unit.runs(RUN_HALTED)}
    return [
        stored.plan.id
        for stored in reversed(here)
        if stored.plan.id in halted or stored.revisable(unit.now) or stored.state in _AGAIN
    ]


def not_approved_anew(unit: Unit) -> list[int]:
    """Drifted runs whose newer revision was denied, withdrawn or let expire."""
    found = []
    for run in unit.runs(frozenset({RunState.DRIFTED})):
        stored = readable(unit, run.plan)
        ended = stored is not None and stored.state in PLAN_ENDED
        if stored is not None and stored.plan.revision > run.revision and ended:
            found.append(run.plan)
    return found


def done_already(unit: Unit, plan_id: int) -> set[tuple[str, str]]:
    """What a run has done already, as (step, host)."""
    return {(a.step, a.host) for a in unit.attempts(plan_id) if a.state in STEP_SATISFIES}


LOOKED_THROUGH = 20
"""The newest plans of a thread among which the last one is looked for."""


def last_asked(unit: Unit, thread: ThreadRef, catalog: Catalog) -> StoredPlan | None:
    """What was asked last in a thread that is about more than Overseer's own books."""
    for stored in unit.plans(PlanFilter(thread=thread, limit=LOOKED_THROUGH)):
        known = [step.action for step in stored.plan.steps if step.action in catalog]
        if not known or not all(catalog.action(name).in_process for name in known):
            return stored
    return None


PAGE = 200


def every(unit: Unit, want: PlanFilter) -> Iterator[StoredPlan]:
    """All plans that match, newest first, however many there are; read a page at a time."""
    want = replace(want, limit=PAGE)
    while found := unit.plans(want):
        yield from found
        want = replace(want, before=found[-1].plan.id)
