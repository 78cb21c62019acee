"""Runs approved plans: does what the run machine says, and writes down each move.

Write the intent durably, act, record. An attempt's claim is committed before its first
command is sent, and its result, the step's move and their events are one transaction. No
step begins before what it needs is durable: its claim is queued behind their records.

One run per plan, all its hosts held from the start to the end, so that no two runs change
the same host. Nothing here decides whether something may run: that is the gate's, asked
again through `Recheck` whenever policy, people or inventory have moved since the last time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.domain.commands import Call, CommandResult
from bot.domain.events import Event
from bot.domain.intents import OnFailure
from bot.domain.messages import People
from bot.domain.plans import Plan, Step, digest_of
from bot.domain.runs import RUN_ENDED, RUN_HALTED, Attempt, Run, RunState, StepState
from bot.errors import ConflictError, OverseerError, UnavailableError
from bot.execution.live_run import Live, ended_event, run_moved, started_event
from bot.execution.run_machine import Launch, StepMove
from bot.execution.step_runner import Ended, StepRunner
from bot.ports import Clock, HostRunner, Operation, Store, Unit
from bot.settings import RunSettings

FROZEN = "frozen"
"""The stored setting that `stop --all` sets and `resume` clears."""

Versions = Callable[[], str]
Recheck = Callable[[Plan], Awaitable[str]]
"""Judges an approved plan and its voters again; a sentence when it may not go on as approved."""


class Executor:
    """Every run of this process."""

    def __init__(
        self,
        store: Store,
        hosts: HostRunner,
        operations: Mapping[str, Operation],
        *,
        clock: Clock,
        people: Callable[[], People],
        versions: Versions,
        recheck: Recheck,
        settings: RunSettings,
    ) -> None:
        """Wire it; nothing starts before `recover` or `begin`."""
        self._store = store
        self._hosts = hosts
        self._operations = operations
        self._clock = clock
        self._people = people
        self._versions = versions
        self._recheck = recheck
        self._settings = settings
        self._steps = StepRunner(hosts, clock)
        self._live: dict[int, Live] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    # -- beginning and ending ---------------------------------------------------------------

    async def begin(self, plan: Plan) -> dict[str, int]:
        """Start the run of an approved plan.

        Returns the hosts that another run holds, and by which plan; nothing has started then.

        Raises:
            UnavailableError: `stop --all` froze new runs.
            ConflictError: what is stored is not what was approved.
        """
        if digest_of(plan, plan.verdict.policy if plan.verdict else "") != plan.digest:
            raise ConflictError(f"#{plan.id} is not what was approved: its digest differs.")
        changing = tuple(
            sorted({h for s in plan.steps if s.effect.changes for h in s.hosts if not inside(s)})
        )

        def work(unit: Unit) -> tuple[dict[str, int], Run]:
            if unit.get(FROZEN) and plan.effect.changes:
                raise UnavailableError(
                    "Everything is stopped, so nothing new runs.", cure="An admin says `resume`."
                )
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

        blocked, run = await self._store.write(work)
        if not blocked:
            self.take(Live(plan, run, versions=self._versions()))
        return blocked

    def take(self, live: Live) -> None:
        """Drive this run from now on."""
        self._live[live.plan.id] = live
        self.pump(live)

    def adopt(self, live: Live) -> None:
        """Drive this run, without starting anything of it yet."""
        self._live[live.plan.id] = live

    def live(self, plan_id: int) -> Live | None:
        """The run, while it moves."""
        return self._live.get(plan_id)

    def running(self) -> tuple[int, ...]:
        """The plans whose runs move."""
        return tuple(self._live)

    async def recover(self) -> None:
        """Take up every run that a crash or a restart left running."""
        for run in await self._store.read(lambda u: u.runs(frozenset({RunState.RUNNING}))):
            live = await self.load(run.plan)
            self._live[run.plan] = live
            cut_off = [a for a in live.attempts.values() if a.state is StepState.RUNNING]
            for attempt in cut_off:
                live.machine.started(attempt.step, attempt.host)
            for attempt in cut_off:
                self.spawn(self.attempt(live, attempt, resume=True))
            self.pump(live)

    async def close(self) -> None:
        """Stop following. What runs on hosts goes on there, and `recover` finds it."""
        self._closing = True
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._live.clear()

    async def idle(self, plan_id: int) -> None:
        """Wait until the run moves no more by itself."""
        live = self._live.get(plan_id)
        if live is not None:
            await live.rested.wait()

    # -- the pump ---------------------------------------------------------------------------

    def pump(self, live: Live) -> None:
        """Start what may start; close the run when nothing can."""
        if self._closing or live.closing:
            return
        settled = live.machine.settle()
        if settled.moves or settled.skipped:
            self.spawn(self._record_settled(live, settled.skipped, settled.moves))
        for launch in live.machine.launches():
            self.spawn(self._launch(live, launch))
        outcome = RunState.DRIFTED if live.drift else live.machine.outcome()
        if outcome is not None and live.machine.flying == 0:
            live.closing = True
            self.spawn(self._finish(live, outcome))

    def spawn(self, work: Awaitable[None]) -> None:
        """Run it beside everything else, until `close`."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _launch(self, live: Live, launch: Launch) -> None:
        """Judge again if anything moved, commit the intent, then act."""
        if live.versions != (now := self._versions()):
            live.drift = live.drift or await self._recheck(live.plan)
            live.versions = now
        if live.drift or live.machine.stopping:
            live.machine.withdrawn(launch.step, launch.host)
            self.pump(live)
            return
        attempt = live.next_attempt(launch.step, launch.host, self._clock.now())

        def claim(unit: Unit) -> None:
            unit.claim(attempt)
            if launch.opens:
                unit.move_step(live.plan.id, launch.step, StepState.RUNNING)
            unit.append(started_event(attempt))

        try:
            await self._store.write(claim)
        except OverseerError as error:
            live.drift = f"I could not write down what I was about to do: {error}"
            live.machine.withdrawn(launch.step, launch.host)
            self.pump(live)
            return
        live.keep(attempt)
        await self.attempt(live, attempt)

    async def attempt(self, live: Live, attempt: Attempt, *, resume: bool = False) -> None:
        """Perform a claimed attempt (or take one up again) and record it."""
        step = live.plan.step(attempt.step)
        if inside(step):
            await self._inside(live, step, attempt)
            return
        part = step.target(attempt.host)
        ended = await self._steps.perform(
            step, part, attempt.id, hear=self.hear(live, attempt), resume=resume
        )
        await self._record(live, attempt, ended)

    def hear(self, live: Live, attempt: Attempt) -> Callable[[str], None]:
        """Where an attempt's live output goes."""

        def lines(text: str) -> None:
            self._store.publish(
                Event(
                    kind="attempt.output", at=self._clock.now(), plan=live.plan.id,
                    step=attempt.step, host=attempt.host,
                    data={"attempt": attempt.id, "lines": text},
                )
            )  # fmt: skip

        return lines

    async def _record(self, live: Live, attempt: Attempt, ended: Ended) -> None:
        """Store what came of an attempt, with the step's move, then go on."""
        done = attempt.model_copy(
            update={
                "state": ended.state, "note": ended.note, "results": ended.results,
                "changed": ended.changed, "ended_at": self._clock.now(),
            }
        )  # fmt: skip
        moves = live.machine.ended(attempt.step, attempt.host, ended.state)
        live.keep(done)

        def work(unit: Unit) -> None:
            unit.record(done)
            unit.append(ended_event(done))
            write_moves(unit, live.plan.id, moves)

        await self._store.write(work)
        self.pump(live)
        await self.forget(live.plan.step(attempt.step), attempt.host, ended.started)

    async def _inside(self, live: Live, step: Step, attempt: Attempt) -> None:
        """A `Call`: its effect and its attempt's result commit in one transaction."""
        person = self._people().named(live.plan.requester)
        calls = [c for t in step.targets for c in t.commands if isinstance(c, Call)]

        def work(unit: Unit) -> tuple[Attempt, list[StepMove]]:
            if person is None:
                raise ConflictError(f"{live.plan.requester} is no longer in people.yaml.")
            results = tuple(
                CommandResult(
                    exit_status=0, data=self._operations[c.operation](unit, person, c.arguments)
                )
                for c in calls
            )
            done = attempt.model_copy(
                update={"state": StepState.SUCCEEDED, "results": results, "ended_at": unit.now}
            )
            unit.record(done)
            unit.append(ended_event(done))
            unit.move_step(live.plan.id, step.id, StepState.SUCCEEDED)
            return done, []

        try:
            done, _ = await self._store.write(work)
        except OverseerError as error:
            await self._record(live, attempt, Ended(StepState.FAILED, str(error)))
            return
        live.keep(done)
        live.machine.ended(attempt.step, attempt.host, StepState.SUCCEEDED)
        self.pump(live)

    async def _record_settled(
        self, live: Live, skipped: tuple[tuple[str, str], ...], moves: tuple[StepMove, ...]
    ) -> None:
        """Store targets that were left out because of what came before."""
        now = self._clock.now()
        attempts = [live.left_out(step, host, now) for step, host in skipped]

        def work(unit: Unit) -> None:
            for attempt in attempts:
                unit.claim(attempt)
                unit.append(ended_event(attempt))
            write_moves(unit, live.plan.id, list(moves))

        await self._store.write(work)

    async def forget(self, step: Step, host: str, names: tuple[str, ...]) -> None:
        """Tidy up on the host; what can't be tidied now is harmless there."""
        part = step.target(host)
        sudo = any(not isinstance(c, Call) and getattr(c, "sudo", False) for c in part.commands)
        for name in names:
            try:
                await self._hosts.forget(part.target, name, sudo=sudo)
            except OverseerError:
                return

    async def _finish(self, live: Live, outcome: RunState) -> None:
        """Close the run, or halt it for a decision."""
        if (
            outcome is RunState.NEEDS_DECISION
            and live.plan.options.on_failure is OnFailure.ROLLBACK
        ):
            await self.roll_back(live, by="")
            return
        await self.move_run(live, outcome, why=live.drift)

    async def move_run(self, live: Live, to: RunState, *, why: str = "", by: str = "") -> None:
        """Store the run in another state; freed hosts and the event go with it."""

        def work(unit: Unit) -> Run:
            halted = to in RUN_HALTED
            waits = timedelta(minutes=self._settings.decision_minutes)
            run = live.run.model_copy(
                update={
                    "state": to, "why": why,
                    "decide_by": unit.now + waits if halted else None,
                    "ended_at": unit.now if to in RUN_ENDED else None,
                }
            )  # fmt: skip
            unit.save_run(run)
            unit.append(run_moved(run, before=live.run.state, person=by))
            if to in RUN_ENDED:
                unit.release(run.plan)
            return run

        live.run = await self._store.write(work)
        if to is not RunState.RUNNING:
            self._live.pop(live.plan.id, None)
            live.rested.set()

    async def roll_back(self, live: Live, *, by: str) -> None:
        """Run the approved undo commands, newest step first, where this run changed something."""
        failed = False
        for step in reversed(live.plan.steps):
            for attempt in live.changed(step.id):
                part = step.target(attempt.host)
                if not part.undo:
                    continue
                ended = await self._steps.undo(
                    step, part, attempt.id, hear=self.hear(live, attempt)
                )
                undone = attempt.model_copy(
                    update={
                        "state": ended.state if ended.state is StepState.UNDONE else attempt.state,
                        "note": ended.note, "results": (*attempt.results, *ended.results),
                    }
                )  # fmt: skip
                failed = failed or ended.state is not StepState.UNDONE
                live.keep(undone)

                def work(unit: Unit, a: Attempt = undone) -> None:
                    unit.record(a)
                    unit.append(ended_event(a))

                await self._store.write(work)
                await self.forget(step, attempt.host, ended.started)
        to = RunState.FAILED if failed else RunState.ROLLED_BACK
        await self.move_run(live, to, why="an undo failed" if failed else "", by=by)

    async def load(self, plan_id: int) -> Live:
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
                stored.plan, run, steps=unit.steps(plan_id), attempts=unit.attempts(plan_id)
            )

        live = await self._store.read(work)
        live.versions = "" if live.plan.effect.changes else self._versions()
        return live


def inside(step: Step) -> bool:
    """Whether a step happens inside Overseer."""
    return all(isinstance(c, Call) for t in step.targets for c in t.commands) and any(
        t.commands for t in step.targets
    )


def write_moves(unit: Unit, plan_id: int, moves: list[StepMove]) -> None:
    """Store the moves of steps with their events."""
    for move in moves:
        unit.move_step(plan_id, move.step, move.after)
        unit.append(
            Event(
                kind="step.moved", at=unit.now, plan=plan_id, step=move.step,
                data={"from": move.before.value, "to": move.after.value},
            )
        )  # fmt: skip
