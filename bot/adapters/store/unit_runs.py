"""A unit's runs, steps, attempts and held hosts.

`claim`, `record` and `move_step` are the hot ones: the newest attempt of a step on a host is
one row, and the tables of `bot.domain.runs` stand in the UPDATE's own WHERE, so that a move
that is allowed costs one statement. Only when no row was touched is it asked why.

A record of the same attempt in the same state adds to it (an undo that failed keeps the state
and adds its results); a former attempt goes to `former_attempts`, never away.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import and_, delete, exists, insert, literal, or_, select, true, update

from bot.adapters.store import rows
from bot.adapters.store.engine import Handle, Statement, adding, given
from bot.adapters.store.tables import (
    AttemptRow,
    FormerAttemptRow,
    HoldRow,
    PlanRow,
    RunRow,
    StepRow,
    table,
)  # fmt: skip
from bot.adapters.store.unit_plans import STORED
from bot.domain.messages import ThreadRef
from bot.domain.runs import (
    RUN_ENDED,
    RUN_MOVES,
    STEP_MOVES,
    Attempt,
    Run,
    RunState,
    StepState,
    moved,
)  # fmt: skip
from bot.errors import ConflictError

_plans = table(PlanRow)
_runs = table(RunRow)
_steps = table(StepRow)
_attempts = table(AttemptRow)
_former = table(FormerAttemptRow)
_holds = table(HoldRow)

_OF_RUN = _runs.c.plan == given("plan")
RUN: Final = Statement(select(_runs).where(_OF_RUN), "plan")
RUNS_IN: Final = Statement(select(_runs).where(_runs.c.state == given("state")), "state")
RUNS_HERE: Final = Statement(
    select(_runs).where(
        _runs.c.state == given("state"),
        exists().where(
            _plans.c.thread == given("thread"),
            _plans.c.plan == _runs.c.plan,
            _plans.c.newest == true(),
        ),
    ),
    "state thread",
)
"""Of the plans no body is read: whoever looks does so with each message of a thread."""
ADD_RUN: Final = adding(_runs)
_SET = {c.name: given(c.name) for c in _runs.c if c.name != "plan"}
SAVE_RUN: Final = Statement(
    update(_runs).where(_OF_RUN).values(**_SET), " ".join(["plan", *_SET])
)  # fmt: skip
PLAN_BODY: Final = Statement(
    select(*STORED)
    .where(_plans.c.plan == given("plan"), _plans.c.revision == given("revision")),
    "plan revision",
)  # fmt: skip

ADD_STEP: Final = adding(_steps)
DROP_STEPS: Final = Statement(delete(_steps).where(_steps.c.plan == given("plan")), "plan")
STEPS: Final = Statement(
    select(_steps.c.step, _steps.c.state)
    .where(_steps.c.plan == given("plan"))
    .order_by(_steps.c.position),
    "plan",
)
_THE_STEP = and_(_steps.c.plan == given("plan"), _steps.c.step == given("step"))
STEP: Final = Statement(select(_steps.c.state).where(_THE_STEP), "plan step")

_THE_ATTEMPT = and_(
    _attempts.c.plan == given("plan"),
    _attempts.c.step == given("step"),
    _attempts.c.host == given("host"),
)
GROUND: Final = Statement(
    select(_steps.c.action, _runs.c.revision, _attempts.c.fence, _attempts.c.state, _attempts.c.id)
    .select_from(
        _steps.join(_runs, _runs.c.plan == _steps.c.plan).outerjoin(
            _attempts,
            and_(
                _attempts.c.plan == _steps.c.plan,
                _attempts.c.step == _steps.c.step,
                _attempts.c.host == given("host"),
            ),
        )
    )
    .where(_THE_STEP),
    "plan step host",
)
"""What an attempt stands on: its step's action, the run's revision, and the newest attempt."""

ADD_ATTEMPT: Final = adding(_attempts)
ATTEMPTS: Final = Statement(
    select(_attempts)
    .join(_steps, and_(_steps.c.plan == _attempts.c.plan, _steps.c.step == _attempts.c.step))
    .where(_attempts.c.plan == given("plan"))
    .order_by(_steps.c.position, _attempts.c.host),
    "plan",
)
DURATIONS: Final = Statement(
    select(_attempts.c.seconds)
    .where(
        _attempts.c.action == given("action"),
        _attempts.c.state == given("state"),
        _attempts.c.ended_at.is_not(None),
    )
    .order_by(_attempts.c.ended_at.desc())
    .limit(given("limit")),
    "action state limit",
)
_COLUMNS = [c.name for c in _attempts.c]
KEEP_ONE: Final = Statement(
    insert(_former).from_select(_COLUMNS, select(_attempts).where(_THE_ATTEMPT)), "plan step host"
)
DROP_ONE: Final = Statement(delete(_attempts).where(_THE_ATTEMPT), "plan step host")
KEEP_ALL: Final = Statement(
    insert(_former).from_select(
        _COLUMNS, select(_attempts).where(_attempts.c.plan == given("plan"))
    ),
    "plan",
)
DROP_ALL: Final = Statement(delete(_attempts).where(_attempts.c.plan == given("plan")), "plan")

HOLDER: Final = Statement(select(_holds.c.plan).where(_holds.c.host == given("host")), "host")
ADD_HOLD: Final = adding(_holds)
RELEASE: Final = Statement(delete(_holds).where(_holds.c.plan == given("plan")), "plan")


def _from(to: StepState) -> list[str]:
    """The states that may become `to`."""
    return [state.value for state, onward in STEP_MOVES.items() if to in onward]


@lru_cache
def _move_step(to: StepState) -> Statement:
    allowed = or_(*[_steps.c.state == literal(state) for state in _from(to)] or [literal(0) == 1])
    query = update(_steps).where(_THE_STEP, allowed).values(state=literal(to.value))
    return Statement(query, "plan step")


@lru_cache
def _record(to: StepState) -> Statement:
    states = [_attempts.c.state == literal(state) for state in (*_from(to), to.value)]
    query = (
        update(_attempts)
        .where(
            _THE_ATTEMPT,
            _attempts.c.id == given("id"),
            _attempts.c.fence == given("fence"),
            or_(*states),
        )
        .values(
            state=literal(to.value), results=given("results"), note=given("note"),
            changed=given("changed"), left_out=given("left_out"), ended_at=given("ended_at"),
            seconds=given("seconds"),
        )
    )  # fmt: skip
    return Statement(
        query, "plan step host id fence results note changed left_out ended_at seconds"
    )


class RunPart:
    """Runs, steps, attempts and held hosts."""

    _db: Handle
    _now: datetime

    def add_run(self, run: Run, steps: Sequence[str]) -> None:
        """Begin a run; its steps are pending. Replaces the drifted run of an older revision.

        Raises:
            ConflictError: there is no such revision, or a run that this one may not replace.
        """
        stored = self._db.row(PLAN_BODY, run.plan, run.revision)
        if stored is None:
            raise ConflictError(f"There is no revision {run.revision} of plan {run.plan}.")
        former = self.run(run.plan)
        if former is None:
            self._db.change(ADD_RUN, *rows.run_row(run))
        elif former.state is RunState.DRIFTED and former.revision < run.revision:
            self._db.change(KEEP_ALL, run.plan)
            self._db.change(DROP_ALL, run.plan)
            self._db.change(DROP_STEPS, run.plan)
            self._db.change(SAVE_RUN, *rows.run_row(run))
        else:
            raise ConflictError(f"Plan {run.plan} has a run already; it is {former.state.value}.")
        actions = {step.id: step.action for step in rows.plan_of(stored).plan.steps}
        pending = StepState.PENDING.value
        self._db.many(
            ADD_STEP,
            [(run.plan, step, n, actions.get(step, ""), pending) for n, step in enumerate(steps)],
        )

    def run(self, plan_id: int) -> Run | None:
        """The run of a plan."""
        row = self._db.row(RUN, plan_id)
        return None if row is None else rows.run_of(row)

    def runs(self, states: frozenset[RunState], thread: ThreadRef | None = None) -> tuple[Run, ...]:
        """The runs in these states, oldest first; with a `thread` those of its plans alone."""
        here = () if thread is None else (rows.plain(str(thread)),)
        statement = RUNS_HERE if here else RUNS_IN
        found = [row for state in states for row in self._db.rows(statement, state.value, *here)]
        runs = [rows.run_of(row) for row in found]
        return tuple(sorted(runs, key=lambda run: (run.started_at, run.plan)))

    def save_run(self, run: Run) -> None:
        """Store a run; its state must be reachable from the stored one by `RUN_MOVES`.

        A run that has not ended may also be stored in the state that it is in.

        Raises:
            ConflictError: the table has no such move, or the run is another revision's by now.
        """
        former = self.run(run.plan)
        if former is None:
            raise ConflictError(f"Plan {run.plan} has no run.")
        if former.revision != run.revision:
            raise ConflictError(
                f"The run of plan {run.plan} is that of revision {former.revision} now, "
                f"not of {run.revision}."
            )
        if former.state is not run.state or former.state in RUN_ENDED:
            moved(RUN_MOVES, former.state, run.state, f"The run of plan {run.plan}")
        self._db.change(SAVE_RUN, *rows.run_row(run))

    def steps(self, plan_id: int) -> dict[str, StepState]:
        """Each step's state."""
        return {step: StepState(state) for step, state in self._db.rows(STEPS, plan_id)}

    def move_step(self, plan_id: int, step: str, to: StepState) -> None:
        """Move along `STEP_MOVES`; ConflictError otherwise."""
        if self._db.change(_move_step(to), plan_id, step):
            return
        row = self._db.row(STEP, plan_id, step)
        if row is None:
            raise ConflictError(f"Plan {plan_id} has no step {step} under way.")
        moved(STEP_MOVES, StepState(row[0]), to, f"Step {step} of plan {plan_id}")

    def claim(self, attempt: Attempt) -> None:
        """Commit the intent of an attempt (state running) before its command is sent.

        Raises:
            ConflictError: an attempt of this step and host with the same or a newer fence
                exists, or the run is another revision's by now.
        """
        key = (attempt.plan, attempt.step, attempt.host)
        action, fence, _, _ = self._ground(attempt)
        if fence is not None:
            if fence >= attempt.fence:
                raise ConflictError(
                    f"Step {attempt.step} on {attempt.host} has been taken up by a newer attempt."
                )
            self._db.change(KEEP_ONE, *key)
            self._db.change(DROP_ONE, *key)
        self._db.change(ADD_ATTEMPT, *rows.attempt_row(attempt, action))

    def record(self, attempt: Attempt) -> None:
        """Record what came of an attempt.

        Raises:
            ConflictError: a newer fence exists, or `STEP_MOVES` has no such move.
        """
        touched = self._db.change(
            _record(attempt.state), attempt.plan, attempt.step, attempt.host, attempt.id,
            attempt.fence, rows.results_out(attempt.results), rows.plain(attempt.note),
            attempt.changed, attempt.left_out, rows.time_out(attempt.ended_at),
            rows.seconds_of(attempt),
        )  # fmt: skip
        if touched:
            return
        _, fence, state, name = self._ground(attempt)
        where = f"Step {attempt.step} on {attempt.host}"
        if fence is not None and (fence > attempt.fence or name != attempt.id):
            raise ConflictError(f"{where} has been taken up by a newer attempt.")
        if fence is not None and fence != attempt.fence:
            raise ConflictError(f"{where} was never claimed under fence {attempt.fence}.")
        moved(STEP_MOVES, StepState(state or StepState.PENDING), attempt.state, where)
        self.claim(attempt)  # it ended without ever having run: skipped, cancelled

    def attempts(self, plan_id: int) -> tuple[Attempt, ...]:
        """The newest attempt of each step and host of a run."""
        return tuple(rows.attempt_of(row) for row in self._db.rows(ATTEMPTS, plan_id))

    def hold(self, hosts: Sequence[str], plan_id: int) -> dict[str, int]:
        """Take hosts for a run that changes them: all of them or none.

        Returns which are held by another plan (empty: they are held now by this one).
        """
        held = self.holders(hosts)
        if others := {host: plan for host, plan in held.items() if plan != plan_id}:
            return others
        free = [(host, plan_id) for host in dict.fromkeys(hosts) if host not in held]
        self._db.many(ADD_HOLD, free)
        return {}

    def holders(self, hosts: Sequence[str]) -> dict[str, int]:
        """Which of these hosts are held, and by which plan."""
        found = {host: self._db.row(HOLDER, host) for host in hosts}
        return {host: int(row[0]) for host, row in found.items() if row is not None}

    def release(self, plan_id: int) -> None:
        """Free every host that the plan holds."""
        self._db.change(RELEASE, plan_id)

    def durations(self, action: str, limit: int = 5) -> tuple[float, ...]:
        """Seconds that the newest successful attempts of an action took."""
        found = self._db.rows(DURATIONS, action, StepState.SUCCEEDED.value, limit)
        return tuple(float(row[0]) for row in found if row[0] is not None)

    def _ground(self, attempt: Attempt) -> tuple[str, int | None, str | None, str | None]:
        """The action, and the newest attempt's fence, state and id (None: there is none).

        Raises:
            ConflictError: no such step is under way, or it is another revision's by now.
        """
        row = self._db.row(GROUND, attempt.plan, attempt.step, attempt.host)
        if row is None:
            raise ConflictError(f"Plan {attempt.plan} has no step {attempt.step} under way.")
        action, revision, fence, state, name = row
        if revision != attempt.revision:
            raise ConflictError(
                f"The run of plan {attempt.plan} is that of revision {revision} now, "
                f"not of {attempt.revision}."
            )
        return action, fence, state, name
