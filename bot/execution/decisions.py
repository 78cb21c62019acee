"""What people decide about a run: stop, retry, skip, check again, roll back, end.

Stop is never gated and never queued. Everything else reopens a halted run under the digest
that was approved; whether the votes still hold is the approval desk's to say, before.
"""

from __future__ import annotations

from bot.domain.events import Event
from bot.domain.runs import RUN_HALTED, Attempt, Run, RunState, StepState
from bot.errors import ConflictError, OverseerError
from bot.execution.executor import FROZEN, Executor, inside, write_moves
from bot.execution.live_run import Live, ended_event, run_moved
from bot.execution.run_machine import StepMove
from bot.ports import HostRunner, Store, Unit


class Decisions:
    """The buttons of a running or halted run."""

    def __init__(self, runs: Executor, store: Store, hosts: HostRunner) -> None:
        """Decide about the runs of this executor."""
        self._runs = runs
        self._store = store
        self._hosts = hosts

    async def stop(self, plan_id: int, *, by: str, kill: bool = False) -> str:
        """Start nothing more; with `kill`, also end what may be ended halfway.

        Returns a sentence on what still runs.
        """
        live = self._runs.live(plan_id)
        if live is None:
            run = await self._store.read(lambda u: u.run(plan_id))
            if run is not None and run.state in RUN_HALTED:
                await self.end(plan_id, by=by)
                return f"#{plan_id} stops here."
            raise ConflictError(f"#{plan_id} is not running.")
        live.machine.stop()

        def work(unit: Unit) -> Run:
            run = live.run.model_copy(update={"stopping": True})
            unit.save_run(run)
            unit.append(
                Event(
                    kind="run.decided", at=unit.now, plan=plan_id, person=by,
                    data={"button": "kill" if kill else "stop"},
                )
            )  # fmt: skip
            return run

        live.run = await self._store.write(work)
        waits = [a for a in live.running() if not live.plan.step(a.step).killable]
        if kill:
            await self._kill(live)
        self._runs.pump(live)
        running = len(live.running())
        if not running:
            return f"#{plan_id} is stopped."
        if kill and waits:
            return (
                f"#{plan_id} starts nothing more; {len(waits)} can't be ended halfway "
                "and finish first."
            )
        return f"#{plan_id} starts nothing more; {running} still run to their end."

    async def _kill(self, live: Live) -> None:
        for attempt in live.running():
            step = live.plan.step(attempt.step)
            if not step.killable or not step.effect.changes or inside(step):
                continue
            part = step.target(attempt.host)
            for index, command in enumerate(part.commands):
                sudo = bool(getattr(command, "sudo", False))
                try:
                    await self._hosts.kill(part.target, f"{attempt.id}.{index}", sudo=sudo)
                except OverseerError:
                    break

    async def freeze(self, *, frozen: bool, by: str) -> None:
        """`stop --all` and `resume`: no new run starts while frozen."""

        def work(unit: Unit) -> None:
            unit.put(FROZEN, frozen)
            unit.append(
                Event(
                    kind="freeze.changed", at=unit.now, person=by, data={"frozen": frozen, "by": by}
                )
            )

        await self._store.write(work)
        if frozen:
            for plan_id in self._runs.running():
                await self.stop(plan_id, by=by)

    async def retry(self, plan_id: int, *, by: str, host: str = "") -> None:
        """Run failed or interrupted targets again, under the same digest."""
        live = await self._reopened(plan_id, by=by, button="retry", host=host)
        for step, name, _ in live.machine.bad():
            if host in ("", name):
                live.machine.retry(step, name)
        self._runs.take(live)

    async def skip(self, plan_id: int, *, by: str, host: str = "", done: bool = False) -> None:
        """Leave failed targets out, or count them as done, and go on."""
        button = "mark_done" if done else "skip"
        live = await self._reopened(plan_id, by=by, button=button, host=host)
        state = StepState.SUCCEEDED if done else StepState.SKIPPED
        note = f"counted as done by {by}" if done else f"skipped by {by}"
        for step, name, _ in live.machine.bad():
            if host not in ("", name):
                continue
            moves = live.machine.settled_as(step, name, state)
            attempt = live.attempts[step, name].model_copy(
                update={"state": state, "note": note, "left_out": not done}
            )
            live.keep(attempt)

            def work(unit: Unit, a: Attempt = attempt, m: list[StepMove] = moves) -> None:
                unit.record(a)
                unit.append(ended_event(a))
                write_moves(unit, plan_id, m)

            await self._store.write(work)
        self._runs.take(live)

    async def recheck(self, plan_id: int, *, by: str) -> None:
        """Ask the hosts what became of interrupted attempts."""
        live = await self._reopened(plan_id, by=by, button="recheck")
        cut_off = [s for s in live.machine.bad() if s[2] is StepState.INTERRUPTED]
        for step, name, _ in cut_off:
            live.machine.retry(step, name)
            live.machine.started(step, name)
        self._runs.adopt(live)
        for step, name, _ in cut_off:
            attempt = live.attempts[step, name].model_copy(update={"state": StepState.RUNNING})
            self._runs.spawn(self._runs.attempt(live, attempt, resume=True))

    async def end(self, plan_id: int, *, by: str, why: str = "") -> None:
        """Stop a halted run for good and free its hosts."""
        live = await self._halted(plan_id)
        await self._runs.move_run(live, RunState.FAILED, why=why or "stopped here", by=by)

    async def roll_back(self, plan_id: int, *, by: str) -> None:
        """Run the approved undo commands, only where this run changed something."""
        live = await self._reopened(plan_id, by=by, button="rollback")
        self._runs.adopt(live)
        live.closing = True
        self._runs.spawn(self._runs.roll_back(live, by=by))

    async def _halted(self, plan_id: int) -> Live:
        live = await self._runs.load(plan_id)
        if self._runs.live(plan_id) is not None or live.run.state not in RUN_HALTED:
            raise ConflictError(f"#{plan_id} waits for no decision.")
        return live

    async def _reopened(self, plan_id: int, *, by: str, button: str, host: str = "") -> Live:
        """A halted run, running again by somebody's decision.

        Raises:
            ConflictError: it waits for no decision, or what drifted must be approved anew.
        """
        live = await self._halted(plan_id)
        if live.run.state is RunState.DRIFTED and button != "rollback":
            raise ConflictError(
                f"#{plan_id} is no longer what was approved.", cure="Approve it anew."
            )

        def work(unit: Unit) -> Run:
            run = live.run.model_copy(
                update={"state": RunState.RUNNING, "decide_by": None, "stopping": False, "why": ""}
            )
            unit.save_run(run)
            unit.append(
                Event(
                    kind="run.decided", at=unit.now, plan=plan_id, person=by, host=host,
                    data={"button": button},
                )
            )  # fmt: skip
            unit.append(run_moved(run, before=live.run.state, person=by))
            return run

        live.run = await self._store.write(work)
        live.machine.stopping = False
        return live

    async def tick(self) -> None:
        """End halted runs that nobody decided in time."""

        def due(unit: Unit) -> list[Run]:
            return [r for r in unit.runs(RUN_HALTED) if r.decide_by and r.decide_by <= unit.now]

        for run in await self._store.read(due):
            await self.end(run.plan, by="", why="nobody decided in time")
