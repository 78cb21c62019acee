"""How each change of a run is stored: the state and its event, in one unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.commands import CommandResult, Request
from bot.domain.events import Event
from bot.domain.plans import Plan
from bot.domain.runs import (
    PLAN_ENDED,
    RUN_ENDED,
    RUN_HALTED,
    STEP_ENDED,
    Attempt,
    PlanState,
    Run,
    RunState,
    StepState,
)
from bot.errors import ConflictError, UnavailableError
from bot.execution.attempt import as_root
from bot.execution.run_machine import RunMachine
from bot.execution.starts import refuse_when_early
from bot.execution.track import StepMove
from bot.ports import Leftover, Unit

FROZEN = "frozen"
FROZEN_SINCE = "frozen since"
"""When everything was stopped, in ISO 8601, and by whom."""
"""The stored setting that `stop --all` sets and `resume` clears."""
FREEZES = "freezes"
"""The stored setting that counts them: how often everything was stopped, and resumed."""
ROLLING_BACK = "rolling back"
"""A running run's `why` while it is taken back, so that recovery goes on backwards."""
EVENT_OUTPUT_CHARS = 2000
"""How much of each output an event carries; the attempt's row keeps all that was captured."""


def refuse_when_frozen(unit: Unit) -> None:
    """Raise while `stop --all` holds.

    Raises:
        UnavailableError: it does.
    """
    if unit.get(FROZEN):
        raise UnavailableError(
            "Everything is stopped, so nothing new runs.",
            cure="An approver or an admin says `resume`.",
        )


def write_begin(unit: Unit, plan: Plan, changing: Sequence[str]) -> tuple[dict[str, int], Run]:
    """A run begins and holds its hosts; nothing is written when another holds one of them.

    Raises:
        ConflictError: it is no longer approved, its time is still to come, its votes have
            expired, or it has run already.
    """
    _refuse_unless_approved(unit, plan)
    run = Run(plan=plan.id, revision=plan.revision, digest=plan.digest, started_at=unit.now)
    blocked = unit.hold(changing, plan.id) if changing else {}
    if blocked:
        return blocked, run
    unit.add_run(run, [s.id for s in plan.steps])
    unit.append(
        Event(
            kind="run.started", at=unit.now, plan=plan.id, person=plan.requester,
            data={"revision": plan.revision, "digest": plan.digest},
        )
    )  # fmt: skip
    return {}, run


def _refuse_unless_approved(unit: Unit, plan: Plan) -> None:
    """Judge by what is stored now: since the last vote somebody may have withdrawn it."""
    stored = unit.plan(plan.id)
    if (
        stored is None
        or stored.state is not PlanState.APPROVED
        or (stored.plan.revision, stored.plan.digest) != (plan.revision, plan.digest)
    ):
        raise ConflictError(f"#{plan.id} is no longer approved.")
    refuse_when_early(unit, plan)
    refuse_when_expired(unit, plan)


def refuse_when_expired(unit: Unit, plan: Plan) -> None:
    """Raise when the votes on a change are too old to start anything more, by the store's clock.

    Raises:
        ConflictError: they are.
    """
    if plan.effect.changes and plan.votes_end is not None and plan.votes_end <= unit.now:
        raise ConflictError(f"The votes on #{plan.id} have expired.", cure="Ask for it anew.")


def write_end(
    unit: Unit,
    before: Run,
    to: RunState,
    rest: Iterable[StepMove],
    *,
    why: str,
    by: str,
    waits: timedelta,
) -> Run:
    """A run halts for a decision, or ends and frees its hosts.

    Raises:
        ConflictError: it is no longer in the state that `before` says.
    """
    stored = unit.run(before.plan)
    if stored is None or stored.state is not before.state:
        raise ConflictError(f"#{before.plan} has moved on already.")
    run = stored.model_copy(
        update={
            "state": to, "why": why,
            "decide_by": unit.now + waits if to in RUN_HALTED else None,
            "ended_at": unit.now if to in RUN_ENDED else None,
        }
    )  # fmt: skip
    write_moves(unit, run.plan, rest)
    write_run(unit, run, before=stored.state, person=by)
    if to in RUN_ENDED:
        unit.release(run.plan)
        write_withdrawn(unit, run, by=by, why=why)
    return run


def write_withdrawn(unit: Unit, run: Run, *, by: str, why: str) -> None:
    """A newer revision of a drifted run goes with it: nobody can approve what may not begin."""
    stored = unit.plan(run.plan)
    if stored is None or stored.plan.revision <= run.revision or stored.state in PLAN_ENDED:
        return
    unit.move_plan(run.plan, stored.plan.revision, PlanState.CANCELLED, by=by, reason=why)
    unit.append(
        Event(
            kind="plan.cancelled", at=unit.now, plan=run.plan, person=by,
            data={"by": by, "reason": why},
        )
    )  # fmt: skip


def write_cancelled(unit: Unit, plan_id: int, *, by: str, why: str = "cancelled") -> Run:
    """End a halted run inside another unit of work: its rest is cancelled, its hosts are free.

    Raises:
        ConflictError: it is not halted.
    """
    run = unit.run(plan_id)
    if run is None or run.state not in RUN_HALTED:
        raise ConflictError(f"#{plan_id} waits for no decision.")
    rest = [
        StepMove(step, state, StepState.CANCELLED)
        for step, state in unit.steps(plan_id).items()
        if state not in STEP_ENDED
    ]
    return write_end(unit, run, RunState.CANCELLED, rest, why=why, by=by, waits=timedelta())


def write_ended(unit: Unit, plan_id: int, *, by: str, why: str) -> None:
    """End a halted run in a unit of work: what has not ended never will, and its hosts are free.

    Raises:
        ConflictError: it waits for no decision.
    """
    run = unit.run(plan_id)
    stored = unit.plan(plan_id, run.revision) if run is not None else None
    if run is None or stored is None or run.state not in RUN_HALTED:
        raise ConflictError(f"#{plan_id} waits for no decision.")
    machine = RunMachine(stored.plan, steps=unit.steps(plan_id), attempts=unit.attempts(plan_id))
    to = RunState.FAILED if machine.bad() else RunState.CANCELLED
    write_end(unit, run, to, machine.cancel_rest(), why=why, by=by, waits=timedelta())


def write_backwards(unit: Unit, plan_id: int) -> None:
    """From now on this run goes backwards, also after a crash."""
    run = unit.run(plan_id)
    if run is not None:
        unit.save_run(run.model_copy(update={"why": ROLLING_BACK}))


def write_cut_off(unit: Unit, plan_id: int, why: str) -> None:
    """Whatever a run had in flight is in doubt, because the engine itself failed at it."""
    for attempt in unit.attempts(plan_id):
        if attempt.state is StepState.RUNNING:
            cut = replace(
                attempt, state=StepState.INTERRUPTED, note=why, ended_at=unit.now, changed=True
            )
            write_record(unit, cut)
    for step, state in unit.steps(plan_id).items():
        if state is StepState.RUNNING:
            write_moves(unit, plan_id, (StepMove(step, state, StepState.INTERRUPTED),))


def write_claim(unit: Unit, attempt: Attempt, opens: StepMove | None) -> None:
    """The intent of an attempt, before its first command is sent."""
    unit.claim(attempt)
    if opens is not None:
        write_moves(unit, attempt.plan, (opens,))
    unit.append(
        Event(
            kind="attempt.started", at=unit.now, plan=attempt.plan, step=attempt.step,
            host=attempt.host,
            data={"attempt": attempt.id, "number": attempt.number, "fence": attempt.fence},
        )
    )  # fmt: skip


def write_record(unit: Unit, attempt: Attempt, moves: Iterable[StepMove] = ()) -> None:
    """What came of an attempt, and of its step."""
    unit.record(attempt)
    if attempt.state is StepState.INTERRUPTED:
        write_left(unit, attempt)
    unit.append(ended_event(unit, attempt))
    write_moves(unit, attempt.plan, moves)


def write_left(unit: Unit, attempt: Attempt, *, undo: bool = False) -> None:
    """Remember what an attempt (or its undo) may have left running."""
    stored = unit.plan(attempt.plan, attempt.revision)
    if stored is None:
        return
    step = stored.plan.step(attempt.step)
    part = step.target(attempt.host)
    commands, sign = (part.undo, "u") if undo else (part.commands, "")
    for index, command in enumerate(commands if step.effect.changes else ()):
        if isinstance(command, Request):
            continue  # nothing of it goes on anywhere
        name = f"{attempt.id}.{sign}{index}"
        unit.leave(Leftover(attempt.host, name, attempt.plan, as_root(command)))


def write_over(unit: Unit, gone: Iterable[Leftover]) -> None:
    """That runs no more."""
    for one in gone:
        unit.cleared(one.host, one.name)


def write_moves(unit: Unit, plan_id: int, moves: Iterable[StepMove]) -> None:
    """The moves of steps."""
    for move in moves:
        unit.move_step(plan_id, move.step, move.after)
        unit.append(
            Event(
                kind="step.moved", at=unit.now, plan=plan_id, step=move.step,
                data={"from": move.before.value, "to": move.after.value},
            )
        )  # fmt: skip


def write_run(unit: Unit, run: Run, *, before: str, person: str) -> None:
    """A run came to another state."""
    unit.save_run(run)
    unit.append(
        Event(
            kind="run.moved", at=unit.now, plan=run.plan, person=person,
            data={
                "from": str(before), "to": run.state.value, "why": run.why,
                "decide_by": run.decide_by.isoformat() if run.decide_by else None,
            },
        )
    )  # fmt: skip


def write_decision(
    unit: Unit, plan_id: int, button: str, *, by: str, host: str = "", why: str = ""
) -> None:
    """A person chose how to go on, and may have said `why`."""
    unit.append(
        Event(
            kind="run.decided", at=unit.now, plan=plan_id, person=by, host=host,
            data={"button": button, **({"reason": why} if why else {})},
        )
    )  # fmt: skip


def ended_event(unit: Unit, attempt: Attempt) -> Event:
    """What came of an attempt, as readers of the log see it."""
    at = attempt.ended_at or unit.now
    last = attempt.results[-1] if attempt.results else None
    return Event(
        kind="attempt.ended", at=at, plan=attempt.plan, step=attempt.step, host=attempt.host,
        data={
            "attempt": attempt.id, "state": attempt.state.value, "note": attempt.note,
            "exit_status": last.exit_status if last else None,
            "duration_s": (at - (attempt.started_at or at)).total_seconds(),
            "results": [_short(r) for r in attempt.results],
            **({"left_out": True} if attempt.left_out else {}),
            **({"changed": True} if attempt.changed else {}),
        },
    )  # fmt: skip


def _short(result: CommandResult) -> dict[str, object]:
    """A result as an event carries it: the end of each output, and nothing that is empty."""
    said: dict[str, object] = {"exit_status": result.exit_status, "duration_s": result.duration_s}
    if result.stdout:
        said["stdout"] = result.stdout[-EVENT_OUTPUT_CHARS:]
    if result.stderr:
        said["stderr"] = result.stderr[-EVENT_OUTPUT_CHARS:]
    if result.sha256:
        said["sha256"] = result.sha256
    if result.dropped_bytes:
        said["dropped_bytes"] = result.dropped_bytes
    if result.signal:
        said["signal"] = result.signal
    if result.timed_out:
        said["timed_out"] = True
    if result.error:
        said["error"] = result.error
    return said
