"""How each change of a run is stored: the state and its event, in one unit of work."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.commands import CommandResult
from bot.domain.events import Event
from bot.domain.runs import Attempt, Run
from bot.execution.run_machine import StepMove
from bot.ports import Unit

EVENT_OUTPUT_CHARS = 2000
"""How much of each output an event carries; the attempt's row keeps all that was captured."""


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
    unit.append(ended_event(unit, attempt))
    write_moves(unit, attempt.plan, moves)


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


def write_decision(unit: Unit, plan_id: int, button: str, *, by: str, host: str = "") -> None:
    """A person chose how to go on."""
    unit.append(
        Event(
            kind="run.decided", at=unit.now, plan=plan_id, person=by, host=host,
            data={"button": button},
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
        },
    )  # fmt: skip


def _short(result: CommandResult) -> dict[str, object]:
    """A result as an event carries it: the end of each output, and nothing that is empty."""
    said: dict[str, object] = {"exit_status": result.exit_status, "duration_s": result.duration_s}
    if result.stdout:
        said["stdout"] = result.stdout[-EVENT_OUTPUT_CHARS:]
    if result.stderr:
        said["stderr"] = result.stderr[-EVENT_OUTPUT_CHARS:]
    if result.signal:
        said["signal"] = result.signal
    if result.timed_out:
        said["timed_out"] = True
    if result.error:
        said["error"] = result.error
    return said
