"""One run in memory: its plan, its machine and the newest attempt of each target."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.plans import Plan, Step, TargetPlan, digest_of
from bot.domain.runs import GONE_OVER, STEP_ENDED, Attempt, Run, StepState
from bot.errors import ConflictError
from bot.execution.run_machine import RunMachine
from bot.execution.scribe import Scribe
from bot.execution.track import Deed
from bot.ports import Leftover, Store, Unit

CAME_TO_NOTHING = "nothing of it was done: what had failed was skipped"
LEFT_OUT = "left out: it was skipped or failed earlier"


class Live:
    """A run that this process drives. Everything true in it is in the store as well.

    `drift` says why it may not go on as approved, `trouble` why Overseer itself can't go on.
    `held` is what waits until the gate has judged again. `undoing` are the attempts, by id, that
    are being taken back. `rested` is set when the run moves no more by itself.
    """

    def __init__(
        self,
        plan: Plan,
        run: Run,
        scribe: Scribe,
        *,
        steps: Mapping[str, StepState] | None = None,
        attempts: Iterable[Attempt] = (),
        left: Iterable[Leftover] = (),
        versions: str = "",
    ) -> None:
        """Take the run up where it stands; `left` may still run on its hosts from before."""
        known = tuple(attempts)
        self.left: dict[str, list[Leftover]] = {}
        for one in left:
            self.left.setdefault(one.host, []).append(one)
        self.plan = plan
        self.run = run
        self.scribe = scribe
        self.versions = versions
        self.drift = ""
        self.trouble = ""
        self.closing = False
        self.held: list[Deed] = []
        self.judging = False
        self.rested = asyncio.Event()
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.cut_short: set[str] = set()
        self.given_up: dict[str, str] = {}
        """Reads that were ended alone, by attempt: why."""
        self.undoing: dict[str, Attempt] = {}
        self.machine = RunMachine(plan, steps=steps, attempts=known, stopping=run.stopping)
        self.attempts = {(a.step, a.host): a for a in known}
        self._running = {k: a for k, a in self.attempts.items() if a.state is StepState.RUNNING}
        self._parts = {(s.id, t.target.name): t for s in plan.steps for t in s.targets}
        # An attempt's name lies on the host, where another home (or this one, restored from a
        # backup) may have left equal numbers: the run's own start tells them apart.
        own = hashlib.sha256(f"{run.digest} {run.started_at.isoformat()}".encode()).hexdigest()
        self._prefix = f"{plan.id}-{plan.revision}-{own[:8]}"

    def step(self, step_id: str) -> Step:
        """A step by its id, without a search."""
        return self.machine.tracks[step_id].step

    def part(self, attempt: Attempt) -> TargetPlan:
        """What an attempt does on its target."""
        return self._parts[attempt.step, attempt.host]

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

    def under_way(self) -> tuple[Attempt, ...]:
        """What runs now, forwards or backwards."""
        return (*self.running(), *self.undoing.values())

    def unended(self) -> bool:
        """Whether any target of any step has not ended yet."""
        ended = {key for key, a in self.attempts.items() if a.state in STEP_ENDED}
        return any((s.id, host) not in ended for s in self.plan.steps for host in s.hosts)

    def changed(self, step_id: str) -> tuple[Attempt, ...]:
        """The attempts of a step that may have changed their target and are not taken back."""
        return tuple(
            a
            for a in self.attempts.values()
            if a.step == step_id and a.changed and a.state is not StepState.UNDONE
        )

    def came_to_nothing(self) -> bool:
        """Whether all that was left to do was skipped because it had ended badly."""
        ended = self.attempts.values()
        passed_over = any(a.left_out and a.note.startswith(GONE_OVER) for a in ended)
        return passed_over and all(a.left_out for a in ended)

    def in_doubt(self) -> bool:
        """Whether anything of it may go on somewhere unseen."""
        return any(a.state is StepState.INTERRUPTED and a.changed for a in self.attempts.values())

    def next_attempt(
        self,
        step: str,
        host: str,
        now: datetime,
        *,
        state: StepState = StepState.RUNNING,
        note: str = "",
    ) -> Attempt:
        """A fresh attempt with the next fence token.

        Nothing is validated: every value is the store's or the plan's own.
        What an earlier attempt changed stays changed.
        """
        last = self.attempts.get((step, host))
        number = last.number + 1 if last else 1
        return Attempt(
            id=f"{self._prefix}-{step}-{host}-{number}",
            plan=self.plan.id, revision=self.plan.revision, step=step, host=host,
            number=number, fence=number, state=state, note=note,
            changed=last is not None and last.changed, started_at=now,
        )  # fmt: skip

    def _family(self, attempt: Attempt) -> str:
        """How the ids of all attempts at the same step and target begin."""
        return f"{self._prefix}-{attempt.step}-{attempt.host}-"

    def formers(self, attempt: Attempt) -> tuple[str, ...]:
        """The ids of all attempts before this one, the newest first."""
        before = self._family(attempt)
        return tuple(f"{before}{number}" for number in range(attempt.number - 1, 0, -1))

    def own_left(self, attempt: Attempt) -> tuple[Leftover, ...]:
        """What attempts at the same step and target may have left running."""
        mine = self._family(attempt)
        return tuple(x for x in self.left.get(attempt.host, ()) if x.name.startswith(mine))

    def others_left(self, attempt: Attempt) -> tuple[Leftover, ...]:
        """What anything else may have left running on the host of an attempt."""
        mine = self.own_left(attempt)
        return tuple(x for x in self.left.get(attempt.host, ()) if x not in mine)

    def doubtful(self, attempt: Attempt) -> tuple[str, ...]:
        """The ids of the attempts at the same, this one too, that are in doubt, newest first."""
        names = (one.name.rpartition(".") for one in self.own_left(attempt))
        known = {of for of, _, index in names if not index.startswith("u")}  # undos aside
        return tuple(x for x in (attempt.id, *self.formers(attempt)) if x in known)

    def over(self, gone: Iterable[Leftover]) -> None:
        """That runs no more."""
        for one in gone:
            self.left[one.host].remove(one)

    def left_out(self, step: str, host: str, now: datetime) -> Attempt:
        """An attempt that never runs because the host was left out earlier."""
        attempt = replace(
            self.next_attempt(step, host, now, state=StepState.SKIPPED, note=LEFT_OUT),
            left_out=True, ended_at=now,
        )  # fmt: skip
        self.keep(attempt)
        return attempt


def must_be(plan: Plan, digest: str) -> None:
    """Make sure that a plan, as it was stored and read back, is the one that was approved.

    Raises:
        ConflictError: it is another.
    """
    if digest_of(plan, plan.verdict.policy if plan.verdict else "") != digest:
        raise ConflictError(f"#{plan.id} is not what was approved: its digest differs.")


async def loaded(store: Store, plan_id: int, scribe: Scribe) -> Live:
    """A run as the store has it.

    Raises:
        ConflictError: the plan has no run.
    """

    def work(unit: Unit) -> Live:
        run = unit.run(plan_id)
        stored = unit.plan(plan_id, run.revision if run else None)
        if run is None or stored is None:
            raise ConflictError(f"#{plan_id} has no run.")
        return Live(
            stored.plan,
            run,
            scribe,
            steps=unit.steps(plan_id),
            attempts=unit.attempts(plan_id),
            left=unit.left(stored.plan.hosts),
        )

    return await store.read(work)
