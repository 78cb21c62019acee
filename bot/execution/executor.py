"""Runs approved plans: does what the run machine says, and writes down each move.

Write the intent durably, act, record. An attempt's claim is committed before its first
command is sent; its result, the steps' moves and their events are one transaction. What is
stored is always a beginning of what happened (see `scribe`).

One run per plan, all its hosts held from the start to the end, so that no two runs change
the same host. Nothing here decides whether something may run: that is the gate's, asked
again through `Recheck` whenever policy, people or inventory have moved since the last time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import structlog

from bot.domain.events import Event
from bot.domain.messages import Person
from bot.domain.plans import Plan
from bot.domain.runs import Run, RunState
from bot.errors import ConflictError, UnreadableError
from bot.execution.driver import Driver, Recheck, Versions
from bot.execution.ledger import FROZEN, ROLLING_BACK, refuse_when_frozen, write_begin
from bot.execution.live_run import Live, loaded, must_be
from bot.execution.performer import Performer
from bot.execution.scribe import Scribe
from bot.execution.track import changed_hosts, inside
from bot.ports import Clock, HostRunner, Leftover, Operation, Requests, Store, Unit
from bot.settings import RunSettings

__all__ = ["FROZEN", "Executor"]

_log = structlog.get_logger(__name__)


class Executor:
    """Every run of this process."""

    def __init__(
        self,
        store: Store,
        hosts: HostRunner,
        operations: Mapping[str, Operation],
        requests: Requests,
        *,
        clock: Clock,
        asker: Callable[[Plan], Person | None],
        versions: Versions,
        recheck: Recheck,
        settings: RunSettings,
    ) -> None:
        """Wire it; nothing starts before `recover` or `begin`.

        `asker` is who asks for a plan, or None: nobody who may.
        """
        self._store = store
        self._clock = clock
        self._versions = versions
        performer = Performer(store, hosts, operations, requests, clock=clock, asker=asker)
        self.driver = Driver(
            performer, clock=clock, versions=versions, recheck=recheck, settings=settings
        )
        self._deaf = store.subscribe(self._heard)

    # -- beginning and ending ---------------------------------------------------------------

    async def begin(self, plan: Plan, *, judged: str | None = None) -> dict[str, int]:
        """Start the run of an approved plan.

        `judged` are the versions under which plan and votes were judged (None: today's); the
        gate is asked again before anything starts when they have moved.

        Returns the hosts that another run holds, and by which plan; nothing has started then.

        Raises:
            UnavailableError: `stop --all` froze new runs.
            ConflictError: what is stored is not what was approved, or it has run already.
        """
        must_be(plan, plan.digest)
        # Whoever waits may go away; a run that is stored is driven all the same.
        return await asyncio.shield(self.driver.spawn(self._begin(plan, judged), awaited=True))

    async def _begin(self, plan: Plan, judged: str | None) -> dict[str, int]:
        changing = changed_hosts(plan.steps)
        outside = any(s.effect.changes and not inside(s) for s in plan.steps)
        versions = self._versions() if judged is None else judged

        def work(unit: Unit) -> tuple[dict[str, int], Run, tuple[Leftover, ...]]:
            if outside:  # what happens inside Overseer, as a cancel does, is never held up
                refuse_when_frozen(unit)
            blocked, run = write_begin(unit, plan, changing)
            return blocked, run, unit.left(changing)

        blocked, run, left = await self._store.write(work)
        if not blocked:
            self.driver.take(Live(plan, run, self._scribe(), left=left, versions=versions))
        return blocked

    def _scribe(self) -> Scribe:
        return Scribe(self._store, self._clock)

    def lives(self) -> tuple[Live, ...]:
        """The runs that move."""
        return tuple(self.driver.lives.values())

    def live(self, plan_id: int) -> Live | None:
        """The run, while it moves."""
        return self.driver.lives.get(plan_id)

    async def recover(self) -> None:
        """Take up every run that a crash or a restart left running.

        What was begun is followed. Nothing is begun under votes that expired meanwhile.
        """
        for run in await self._store.read(lambda u: u.runs(frozenset({RunState.RUNNING}))):
            if run.plan in self.driver.lives:
                continue
            try:
                live = await self.load(run.plan, to_run=False)
            except UnreadableError as error:  # its hosts stay held: what it did there is unknown
                _log.error("a run is not taken up", plan=run.plan, why=str(error))
                continue
            if live.trouble:
                self.driver.abandon(live, live.trouble)
            elif run.why == ROLLING_BACK:
                self.driver.take_back(live, by="")
            else:
                self.driver.resume(live, live.running())

    async def close(self) -> None:
        """Stop following. What runs on hosts goes on there, and `recover` finds it."""
        self._deaf()
        await self.driver.close()

    async def idle(self, plan_id: int) -> None:
        """Wait until the run moves no more by itself."""
        while (live := self.driver.lives.get(plan_id)) is not None:
            await live.rested.wait()

    def _heard(self, events: Sequence[Event]) -> None:
        """Stop a run that was told to stop, whoever stored that."""
        for event in events:
            if event.kind == "run.decided" and event.data.get("button") in {"stop", "kill"}:
                live = self.driver.lives.get(event.plan or 0)
                if live is not None:
                    live.machine.stop()
                    self.driver.pump(live)

    async def load(self, plan_id: int, *, to_run: bool = True) -> Live:
        """A run as the store has it.

        Raises:
            ConflictError: the plan has no run, or may not go on (`to_run`) because what is
                stored is not what was approved. Otherwise that is its `trouble`.
        """

        live = await loaded(self._store, plan_id, self._scribe())
        try:
            must_be(live.plan, live.run.digest)
        except ConflictError as error:
            if to_run:
                raise
            live.trouble = str(error)
        live.versions = "" if live.plan.effect.changes else self._versions()
        return live
