"""One run in memory: its plan, its machine and the newest attempt of each target."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.commands import CommandResult
from bot.domain.events import Event
from bot.domain.plans import Plan
from bot.domain.runs import Attempt, Run, StepState
from bot.execution.run_machine import RunMachine

EVENT_OUTPUT_CHARS = 2000
"""How much of each output an event carries; the attempt's row keeps all that was captured."""


class Live:
    """A run that this process drives. Everything true in it is in the store as well."""

    def __init__(
        self,
        plan: Plan,
        run: Run,
        *,
        steps: Mapping[str, StepState] | None = None,
        attempts: Iterable[Attempt] = (),
        versions: str = "",
    ) -> None:
        """Take the run up where it stands."""
        known = tuple(attempts)
        self.plan = plan
        self.run = run
        self.versions = versions
        self.drift = ""
        self.closing = False
        self.rested = asyncio.Event()
        self.attempts = {(a.step, a.host): a for a in known}
        self.machine = RunMachine(plan, steps=steps, attempts=known, stopping=run.stopping)
        self._running = {k: a for k, a in self.attempts.items() if a.state is StepState.RUNNING}

    def keep(self, attempt: Attempt) -> None:
        """Remember an attempt's newest state."""
        key = (attempt.step, attempt.host)
        self.attempts[key] = attempt
        if attempt.state is StepState.RUNNING:
            self._running[key] = attempt
        else:
            self._running.pop(key, None)

    def running(self) -> tuple[Attempt, ...]:
        """What runs now."""
        return tuple(self._running.values())

    def changed(self, step_id: str) -> tuple[Attempt, ...]:
        """The attempts of a step that may have changed their target and can be undone."""
        return tuple(
            a
            for a in self.attempts.values()
            if a.step == step_id and a.changed and a.state is not StepState.UNDONE
        )

    def next_attempt(self, step: str, host: str, now: datetime) -> Attempt:
        """A fresh attempt with the next fence token."""
        last = self.attempts.get((step, host))
        number = last.number + 1 if last else 1
        return Attempt(
            id=f"{self.plan.id}-{self.plan.revision}-{step}-{host}-{number}",
            plan=self.plan.id, revision=self.plan.revision, step=step, host=host,
            number=number, fence=number, state=StepState.RUNNING, started_at=now,
        )  # fmt: skip

    def left_out(self, step: str, host: str, now: datetime) -> Attempt:
        """An attempt that never ran because the host was left out earlier."""
        attempt = self.next_attempt(step, host, now).model_copy(
            update={
                "state": StepState.SKIPPED, "note": "left out: it was skipped or failed earlier",
                "left_out": True, "ended_at": now,
            }
        )  # fmt: skip
        self.keep(attempt)
        return attempt


def started_event(attempt: Attempt) -> Event:
    """An attempt's intent."""
    assert attempt.started_at is not None  # noqa: S101 - a claim always has its time
    return Event(
        kind="attempt.started", at=attempt.started_at, plan=attempt.plan, step=attempt.step,
        host=attempt.host,
        data={"attempt": attempt.id, "number": attempt.number, "fence": attempt.fence},
    )  # fmt: skip


def ended_event(attempt: Attempt) -> Event:
    """What came of an attempt."""
    assert attempt.ended_at is not None  # noqa: S101 - what ended has its time
    duration = (attempt.ended_at - (attempt.started_at or attempt.ended_at)).total_seconds()
    last = attempt.results[-1] if attempt.results else None
    return Event(
        kind="attempt.ended", at=attempt.ended_at, plan=attempt.plan, step=attempt.step,
        host=attempt.host,
        data={
            "attempt": attempt.id, "state": attempt.state.value, "note": attempt.note,
            "exit_status": last.exit_status if last else None, "duration_s": duration,
            "results": [_short(r) for r in attempt.results],
        },
    )  # fmt: skip


def run_moved(run: Run, *, before: str, person: str) -> Event:
    """A run came to another state."""
    at = run.ended_at or run.started_at
    return Event(
        kind="run.moved", at=at, plan=run.plan, person=person,
        data={
            "from": str(before), "to": run.state.value, "why": run.why,
            "decide_by": run.decide_by.isoformat() if run.decide_by else None,
        },
    )  # fmt: skip


def _short(result: CommandResult) -> dict[str, object]:
    """A result as an event carries it: the end of each output."""
    return {
        "exit_status": result.exit_status,
        "stdout": result.stdout[-EVENT_OUTPUT_CHARS:],
        "stderr": result.stderr[-EVENT_OUTPUT_CHARS:],
        "duration_s": result.duration_s,
        "signal": result.signal,
        "timed_out": result.timed_out,
    }
