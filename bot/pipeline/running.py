"""From an approval to a run: begin, or queue behind another run.

A plan leaves the queue (`queueing`) when the hosts it changes are free, under the same digest and
unexpired votes, or not at all. It is judged again on the way (`rechecking`).

An approval and the beginning of its run are two units of work. What comes between them (a busy
database, a caller that went away) delays the run: each tick begins what was approved and has
not begun, or ends it when its votes have expired.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.events import Event
from bot.domain.plans import MISSED, Plan
from bot.domain.runs import PlanState, RunState
from bot.errors import (
    ConflictError,
    StoreBusyError,
    UnavailableError,
)
from bot.execution.executor import Executor
from bot.execution.starts import bring_forward, is_early, is_missed
from bot.pipeline.meant import every
from bot.pipeline.queueing import (
    QUEUE,
    dequeue,
    enqueue,
    expires,
    finds,
    gives_up,
    leaves,
    puts_off,
    unbegun,
    withdraw,
)
from bot.ports import PlanFilter, Store, Unit, World
from bot.ports.readable import readable

_log = structlog.get_logger(__name__)


class Running:
    """Begins runs, now or when their hosts are free."""

    def __init__(
        self,
        store: Store,
        executor: Executor,
        *,
        world: Callable[[], World],
        drawn: Callable[[int], Awaitable[object]],
    ) -> None:
        """`drawn` draws a plan's card, now or later: being queued is no event of its run."""
        self._drawn = drawn
        self._store = store
        self._executor = executor
        self._world = world
        self._approved: set[int] = set()
        """What was approved and may not have begun."""
        self._beginning: set[int] = set()
        self._later: dict[int, datetime] = {}
        """What was approved for a later time, and for which."""
        self._held_up: Callable[[Plan], Awaitable[bool]] | None = None
        store.subscribe(self._hear)

    def waits_for(self, held_up: Callable[[Plan], Awaitable[bool]]) -> None:
        """No change begins by itself, at its time or out of the queue, while this says so."""
        self._held_up = held_up

    async def _must_wait(self, plan: Plan) -> bool:
        waits = self._held_up if plan.effect.changes else None
        return waits is not None and await waits(plan)

    async def begin(self, plan: Plan) -> bool:
        """Run an approved plan, or queue it: behind the runs that hold its hosts, or the freeze.

        False when the database could not be written: `tick` begins it as soon as it can be.

        Raises:
            ConflictError: it is no longer what was approved, or its votes have expired.
        """
        if plan.id in self._beginning:
            return True
        self._beginning.add(plan.id)
        try:
            await self._begin(plan)
        except StoreBusyError as error:
            _log.warning("an approved plan begins later", plan=plan.id, why=str(error))
            self._approved.add(plan.id)
            return False
        except ConflictError as error:
            if not await self._has_begun(plan):
                await self._give_up(plan, error)
                raise
        finally:
            self._beginning.discard(plan.id)
        self._approved.discard(plan.id)
        return True

    async def begin_now(self, plan: Plan, *, by: str) -> bool:
        """Begin a plan before the time that it was approved for. Who may is the caller's to check.

        False when the database could not be written: `tick` begins it as soon as it can be.

        Raises:
            ConflictError: it waits for no time, or is no longer what was approved.
        """
        await self._store.write(lambda u: bring_forward(u, plan, by=by))
        return await self.begin(plan)

    async def _begin(self, plan: Plan) -> None:
        if plan.start is not None and await self._store.read(lambda u: is_early(u, plan)):
            self._later[plan.id] = plan.start
            if plan.id in await self.queued():  # a former revision waited there
                await self._store.write(leaves(plan.id))
            await self._drawn(plan.id)
            return
        try:
            waits = bool(await self._start(plan))
        except UnavailableError:
            waits = True
        if waits:
            await self._store.write(lambda u: enqueue(u, plan.id))
            await self._drawn(plan.id)

    async def _give_up(self, plan: Plan, why: ConflictError) -> None:
        """What can't begin any more is not left approved for ever."""
        if await self._store.write(gives_up(plan, why.sentence)):
            await self._drawn(plan.id)

    async def _has_begun(self, plan: Plan) -> bool:
        """Whether somebody else, as the ticker, has begun this revision meanwhile."""
        run = await self._store.read(lambda u: u.run(plan.id))
        return run is not None and run.revision == plan.revision

    async def _start(self, plan: Plan) -> dict[str, int]:
        """Begin a run; people, policy or hosts may have moved since any of its votes was cast."""
        anew = plan.effect.changes or plan.start is not None
        return await self._executor.begin(plan, judged="" if anew else None)

    async def unqueue(self, plan_id: int, *, by: str) -> bool:
        """Take a plan out of the queue; False when it is not in it."""

        def work(unit: Unit) -> bool:
            queued = list(unit.get(QUEUE) or [])
            if plan_id not in queued:
                return False
            dequeue(unit, plan_id)
            stored = unit.plan(plan_id)
            if stored is not None and stored.state is PlanState.APPROVED:
                withdraw(unit, stored.plan, by=by, reason="it left the queue")
            return True

        return await self._store.write(work)

    async def queued(self) -> tuple[int, ...]:
        """The plans that wait for hosts, oldest first."""
        return tuple(await self._store.read(lambda u: u.get(QUEUE) or []))

    async def advance(self) -> None:
        """Begin what can begin now."""
        for plan_id in await self.queued():
            stored = await self._store.read(finds(plan_id))
            if stored is None or stored.state is not PlanState.APPROVED:
                await self._store.write(leaves(plan_id))
                continue
            if await self._store.write(expires(stored.plan)):
                await self._drawn(plan_id)
                continue
            if await self._store.read(puts_off(stored.plan)):  # a revision for a later time
                await self.begin(stored.plan)
                continue
            if await self._must_wait(stored.plan):
                continue
            try:
                waits = bool(await self._start(stored.plan))
            except UnavailableError:
                return
            except ConflictError as error:
                waits = False
                if not await self._has_begun(stored.plan):
                    _log.warning("a queued plan could not begin", plan=plan_id, why=str(error))
                    await self._give_up(stored.plan, error)
            if not waits:
                await self._store.write(leaves(plan_id))

    async def resume_approved(self) -> None:
        """After a crash between the last vote and the run's first row: begin it now."""

        def lost(unit: Unit) -> list[int]:
            wanted = PlanFilter(states=frozenset({PlanState.APPROVED}), without_run=True)
            anew = [readable(unit, run.plan) for run in unit.runs(frozenset({RunState.DRIFTED}))]
            return [s.plan.id for s in (*every(unit, wanted), *anew) if s is not None]

        self._approved.update(await self._store.read(lost))
        await self.tick()

    async def tick(self) -> None:
        """Begin what was approved and has not begun, because something stood in the way then."""
        if self._later:
            now = await self._store.read(lambda u: u.now)
            due = {plan_id for plan_id, at in self._later.items() if at <= now}
            self._later = {p: at for p, at in self._later.items() if p not in due}
            self._approved |= due
        queued = set(await self.queued()) if self._approved else ()
        for plan_id in sorted(self._approved - self._beginning):
            stored = await self._store.read(unbegun(plan_id))
            if plan_id in queued or stored is None:
                self._approved.discard(plan_id)
            elif await self._store.write(expires(stored.plan)) or await self._missed(stored.plan):
                self._approved.discard(plan_id)
                await self._drawn(plan_id)
            elif not await self._must_wait(stored.plan):
                await self._begin_late(stored.plan)

    async def _missed(self, plan: Plan) -> bool:
        """Whether its time is over for longer than it may be late; then it is withdrawn."""
        if plan.start is None:
            return False
        grace = timedelta(minutes=self._world().settings.run.start_grace_minutes)

        def work(unit: Unit) -> bool:
            missed = is_missed(unit, plan, grace)
            if missed:
                withdraw(unit, plan, by="", reason=MISSED)
            return missed

        return await self._store.write(work)

    async def _begin_late(self, plan: Plan) -> None:
        """One plan that can't begin must not keep the others, or the start, waiting."""
        try:
            await self.begin(plan)
        except ConflictError:
            self._approved.discard(plan.id)
            _log.warning("an approved plan could not begin", plan=plan.id, exc_info=True)

    def _hear(self, events: Sequence[Event]) -> None:
        """Whoever approved it may not come to begin it: it is begun all the same."""
        approved = (event.plan for event in events if event.kind == "plan.approved")
        self._approved.update(plan for plan in approved if plan is not None)
