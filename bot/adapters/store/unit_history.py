"""A unit's history: what has run, what came of it, and how much there is of everything.

Whatever narrows is in the statement, so that a limit cuts only what was asked for.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, exists, func, literal, or_, select, true

from bot.adapters.store import rows
from bot.adapters.store.engine import Handle, Statement, given
from bot.adapters.store.narrowing import narrowing, values_of
from bot.adapters.store.tables import AttemptRow, PlanRow, RunRow, table
from bot.adapters.store.unit_plans import STORED
from bot.domain.runs import RUN_FAILED, StepState
from bot.errors import UnreadableError
from bot.ports import PlanFilter, Ran

_plans = table(PlanRow)
_runs = table(RunRow)
_attempts = table(AttemptRow)
_OPEN_OR_LATER = or_(_runs.c.ended_at.is_(None), _runs.c.ended_at >= given("since"))


_FLAWED = or_(
    *[_runs.c.state == literal(state.value) for state in sorted(RUN_FAILED)],
    exists().where(
        _attempts.c.plan == _runs.c.plan,
        _attempts.c.left_out == true(),
        _attempts.c.started_at.is_not(None),  # it was begun, and given up
    ),
)


@lru_cache(maxsize=64)
def _ran(hosts: int, narrowed: frozenset[str], *, flawed: bool, counted: bool) -> Statement:
    """Plans with their runs."""
    where, names = narrowing(0, hosts, narrowed, since=_OPEN_OR_LATER)
    if flawed:
        where.append(_FLAWED)
    query: Select[Any]
    if counted:
        query = select(func.count()).select_from(_plans).join(_runs, _runs.c.plan == _plans.c.plan)
        return Statement(query.where(*where), " ".join(names))
    query = select(*STORED, *_runs.c).join(_runs, _runs.c.plan == _plans.c.plan).where(*where)
    newest = query.order_by(_runs.c.started_at.desc(), _plans.c.plan.desc())
    return Statement(newest.limit(given("limit")), " ".join([*names, "limit"]))


@lru_cache(maxsize=64)
def _counting(states: int, hosts: int, narrowed: frozenset[str]) -> Statement:
    where, names = narrowing(states, hosts, narrowed)
    return Statement(select(func.count()).select_from(_plans).where(*where), " ".join(names))


REACHED = Statement(
    select(_attempts.c.state, _attempts.c.left_out, func.count(literal(1)))
    .where(_attempts.c.plan == given("plan"))
    .group_by(_attempts.c.state, _attempts.c.left_out),
    "plan",
)


class HistoryPart:
    """What has run, and how much."""

    _db: Handle

    def ran(self, want: PlanFilter, *, flawed: bool = False) -> tuple[Ran, ...]:
        """Plans whose run has begun, the newest run first; `flawed`: only where it failed."""
        kinds, values = values_of(want)
        statement = _ran(len(want.hosts), kinds, flawed=flawed, counted=False)
        found = self._db.rows(statement, *values, want.limit)
        kept: list[Ran] = []
        for row in found:
            with suppress(UnreadableError):  # the log has told of it
                kept.append(self._of(row))
        return tuple(kept)

    def how_many(self, want: PlanFilter, *, ran: bool, flawed: bool = False) -> int:
        """How many `plans` (or `ran`) would find without their limit."""
        kinds, values = values_of(want)
        if ran:
            statement = _ran(len(want.hosts), kinds, flawed=flawed, counted=True)
            row = self._db.row(statement, *values)
        else:
            among = sorted(state.value for state in want.states or ())
            row = self._db.row(_counting(len(among), len(want.hosts), kinds), *among, *values)
        return int(row[0]) if row else 0

    def _of(self, row: rows.Row) -> Ran:
        run = rows.run_of(row[len(STORED) :])
        reached = {
            (StepState(state), bool(left_out)): int(number)
            for state, left_out, number in self._db.rows(REACHED, run.plan)
        }
        return Ran(rows.plan_of(row[: len(STORED)]), run, reached)
