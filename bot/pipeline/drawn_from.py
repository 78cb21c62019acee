"""What a plan's card is drawn from: all that is stored of it, read at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.conversation.holders import steerer
from bot.domain.approvals import Vote
from bot.domain.runs import RUN_ENDED, RUN_HALTED, Attempt, PlanState, Run
from bot.execution.executor import FROZEN
from bot.gate.voiding import voided_on
from bot.pipeline.queueing import QUEUE
from bot.pipeline.reached import with_told
from bot.ports import StoredPlan, Unit
from bot.reporting.progress import RunView, view_of

ANSWERS_AFTER = timedelta(seconds=1)
"""A read that runs for longer shows what it has found out so far."""


@dataclass(frozen=True)
class DrawnFrom:
    """All that is stored of a plan. `view` is built only when none is kept live."""

    stored: StoredPlan
    votes: tuple[Vote, ...]
    run: Run | None
    view: RunView | None
    attempts: tuple[Attempt, ...]
    holders: dict[str, int]
    halted: frozenset[int]
    steered_by: str
    queued: bool
    frozen: bool


def drawn_from(unit: Unit, plan_id: int, *, with_view: bool) -> DrawnFrom | None:
    """Read it; None: there is no such plan.

    Raises:
        UnreadableError: what is stored can't be read.
    """
    stored = unit.plan(plan_id)
    if stored is None:
        return None
    plan = stored.plan
    run = unit.run(plan_id)
    halted = run is not None and run.state in RUN_ENDED | RUN_HALTED
    attempts: tuple[Attempt, ...] = ()
    view = None
    # A host that hangs must not keep the others' answers; the quick are told once, at the end.
    slow = (
        run is not None and not plan.effect.changes and (unit.now - run.started_at >= ANSWERS_AFTER)
    )
    if run is not None and (with_view or halted or slow):
        attempts = unit.attempts(plan_id)
        view = view_of(plan, run, unit.steps(plan_id), attempts, unit.told(plan_id))
    hosts = plan.hosts
    holders = {h: p for h, p in unit.holders(hosts).items() if p != plan_id} if hosts else {}
    if stored.state is PlanState.WAITING:
        stored = replace(with_told(unit, stored), voided=voided_on(unit, plan))
    return DrawnFrom(
        stored=stored,
        votes=unit.votes(plan_id, plan.revision),
        run=run,
        view=view,
        attempts=attempts,
        holders=holders,
        halted=_halted(unit, holders),
        steered_by=steerer(unit, plan),
        queued=plan_id in (unit.get(QUEUE) or []),
        frozen=bool(unit.get(FROZEN)),
    )


def _halted(unit: Unit, holders: Mapping[str, int]) -> frozenset[int]:
    """Those of them whose run changes nothing just now: it waits for a decision."""
    runs = (unit.run(number) for number in set(holders.values()))
    return frozenset(run.plan for run in runs if run is not None and run.state in RUN_HALTED)
