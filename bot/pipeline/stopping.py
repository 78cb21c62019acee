"""Stop: never gated, never queued, and done before anything is written.

What moves is halted in memory first; that it was is written beside the kills, or as soon as
the database can be written. Everything else (a plan that waits, a queue, a halted run) moves
only in the store. Of a run that waits for a decision nothing moves: to stop that is to decide it,
as *Stop here* on its card does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from bot.conversation.holders import steerer, steers
from bot.domain.intents import Control
from bot.domain.messages import Person, Role, ThreadRef
from bot.domain.plans import Plan
from bot.domain.runs import RUN_HALTED, PlanState, RunState
from bot.domain.wording import number_in
from bot.errors import ConflictError, NotAllowedError, OverseerError, StoreBusyError
from bot.execution.decisions import Decisions
from bot.execution.executor import FROZEN as STORED_AS
from bot.execution.executor import Executor
from bot.execution.leftovers import left_by
from bot.gate.approval_desk import ApprovalDesk, may_withdraw
from bot.pipeline import ways
from bot.pipeline.running import Running
from bot.pipeline.steering import Steering
from bot.pipeline.stoppable import goes_on, in_thread, meant_by_stop, nothing_meant, of_ones_own
from bot.ports import Clock, Store, Unit, World

_log = structlog.get_logger(__name__)

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0

FROZEN = "Everything is stopped: nothing new runs until somebody says `resume`."
NOT_ALL = "Only an approver or an admin stops or resumes everything."
NOT_FROZEN = "Nothing was frozen: runs start as they always do."
RESUMED = "Everything was stopped, and runs may start again since."

STOPPED_SINCE = "Everything has been stopped since, so nothing is resumed."

Halted = Callable[[], None]
"""Called when what moves is about to stop, whether or not that can be written."""


def told_passed(control: Control) -> str:
    """What to say of a control whose object has moved on before it was done, or done again."""
    if control.verb == "resume":
        return STOPPED_SINCE
    if not control.scope.isdecimal():
        return RESUMED
    return f"#{control.scope} has been asked anew since it was to be stopped."


def told_newer(scope: str) -> str:
    """What to say of a bare stop that came late, of what was asked for since it was said."""
    return (
        f"That was said before #{scope} was asked for, so it stops nothing of it: `stop {scope}` "
        "does."
    )


class Stopping:
    """Stops runs, withdraws plans, freezes everything."""

    def __init__(
        self,
        store: Store,
        desk: ApprovalDesk,
        decisions: Decisions,
        executor: Executor,
        running: Running,
        clock: Clock,
        world: Callable[[], World],
    ) -> None:
        """Wire it."""
        self._store = store
        self._desk = desk
        self._decisions = decisions
        self._executor = executor
        self._running = running
        self._clock = clock
        self._steering = Steering(store, world)
        self._writing = asyncio.Lock()
        self._unwritten: list[Person] = []
        """Who stopped everything while that could not be written: in the order of saying."""

    async def named(
        self,
        control: Control,
        thread: ThreadRef,
        person: Person,
        late: Callable[[Unit, int], bool] = lambda _, __: False,
    ) -> Control:
        """The same, with the number of the plan that it means now: later it might be another.

        Of which it is too `late` to be said is meant only where nothing else is.
        """
        if control.verb == "resume" or control.scope != "thread":
            return control
        cancel = control.verb == "cancel"
        stored = await self._store.read(
            lambda u: meant_by_stop(u, thread, person, late, cancel=cancel)
        )
        return control.model_copy(update={"scope": str(stored.plan.id)}) if stored else control

    async def control(
        self, control: Control, thread: ThreadRef, person: Person, *, halted: Halted
    ) -> str:
        """Stop, stop everything, resume. Returns what to say.

        Raises:
            OverseerError: there is nothing to stop, or this person may not.
        """
        kill = control.verb == "kill"
        control = await self.named(control, thread, person)
        if control.scope == "all" or control.verb == "resume":
            frozen = control.verb != "resume"
            if frozen and not may_freeze(person):
                own = await self._store.read(lambda u: of_ones_own(u, person))
                raise NotAllowedError(f"{NOT_ALL}{own}")
            if not frozen and not may_freeze(person) and not await self._is_frozen():
                return NOT_FROZEN
            return await self.freeze(person, frozen=frozen, kill=kill, halted=halted)
        number = int(control.scope) if control.scope.isdecimal() else 0
        stored = await self._store.read(lambda u: u.plan(number))
        if stored is None:
            raise ConflictError(await self._store.read(lambda u: nothing_meant(u, thread, person)))
        plan = stored.plan
        if control.pauses and (rests := await self._store.read(lambda u: _rests(u, plan))):
            return rests
        if control.also:
            said = await self._stop_each((number, *control.also), control, person, halted)
        else:
            said = await self.stop(plan, person, kill=kill, halted=halted, reason=control.reason)
        try:
            left = await self._store.read(lambda u: in_thread(u, plan.thread, person, but=plan.id))
        except StoreBusyError:  # it is stopped: that is not done again to tell more of it
            return said
        return f"{said}{goes_on(tuple(e for e in left if e.number not in control.also))}"

    async def _stop_each(
        self, numbers: Sequence[int], control: Control, person: Person, halted: Halted
    ) -> str:
        """Stop several at once, none of which waits for another; what came of each."""
        each = (self._stop_one(number, control, person, halted) for number in numbers)
        return " ".join(await asyncio.gather(*each))

    async def _stop_one(self, number: int, control: Control, person: Person, halted: Halted) -> str:
        stored = await self._store.read(lambda u: u.plan(number))
        if stored is None:
            return f"There is no plan #{number}."
        kill = control.verb == "kill"
        try:
            return await self.stop(
                stored.plan, person, kill=kill, halted=halted, reason=control.reason
            )
        except StoreBusyError:
            raise
        except OverseerError as error:
            return str(error)

    async def stored(self, control: Control, thread: ThreadRef, person: Person) -> str:
        """Store a stop of a former life while nothing moves yet. Returns what to say.

        That is nothing where something is still to be ended that goes on at its host.

        Raises:
            OverseerError: there is nothing to stop, this person may not, or it can't be written.
        """
        control = await self.named(control, thread, person)
        goes_on = control.verb == "kill" and await self._store.read(lambda u: _goes_on(u, control))
        if control.scope == "all":
            must_freeze(person)
            await self._decisions.freeze(frozen=True, by=person.name)
            said = FROZEN
        else:
            halt = control.model_copy(update={"verb": "stop"})
            said = await self.control(halt, thread, person, halted=lambda: None)
        return "" if goes_on else said

    async def stop(
        self,
        plan: Plan,
        person: Person,
        *,
        kill: bool = False,
        halted: Halted = lambda: None,
        reason: str = "",
    ) -> str:
        """Stop a run, or withdraw what has not begun, for a `reason`. Never gated for who may.

        Raises:
            NotAllowedError: they may not, or the decision about its halted run is another's.
            ConflictError: there is nothing to stop any more.
        """
        mine = may_withdraw(person, plan)
        if not mine and not await self._store.read(lambda u: steers(u, plan, person.name)):
            whose = self._desk.display(await self._store.read(lambda u: steerer(u, plan)))
            raise NotAllowedError(f"Only {whose}, an approver or an admin may stop #{plan.id}.")
        may = self._steering.deciding(plan, person)
        if self._executor.live(plan.id) is not None:
            halted()
            return await self._decisions.stop(
                plan.id, by=person.name, kill=kill, may=may, why=reason
            )
        if await self._running.unqueue(plan.id, by=person.name):
            return f"#{plan.id} no longer waits in the queue."
        stored, run = await self._store.read(lambda u: (u.plan(plan.id), u.run(plan.id)))
        halt = run is not None and run.state in RUN_HALTED
        if halt and not kill:
            with suppress(ConflictError):  # somebody has let it go on: then it is stopped
                await self._decisions.end(plan.id, by=person.name, may=may)
                return f"#{plan.id} stops here."
        not_begun = stored is not None and (
            stored.state is PlanState.WAITING
            or (stored.state is PlanState.APPROVED and run is None)
        )
        # What is asked anew for a halted run goes with it, by whose decision that is.
        if stored is not None and not_begun and not halt:
            decided = await self._desk.cancel(
                plan.id, stored.plan.revision, by=person.name, reason=reason
            )
            if decided.accepted:  # refused means that it has just begun: then its run is stopped
                return decided.text
        return await self._decisions.stop(plan.id, by=person.name, kill=kill, may=may, why=reason)

    async def freeze(
        self,
        person: Person,
        *,
        frozen: bool,
        kill: bool = False,
        halted: Halted = lambda: None,
    ) -> str:
        """Stop everything and start nothing new, or let runs start again.

        With `kill`, what may be ended halfway is ended too, also what halted and ended runs left
        on their hosts. What runs is stopped at once; the answer comes when it is written down.

        Raises:
            NotAllowedError: the person is neither approver nor administrator.
            StoreBusyError: the database can't be written, so runs can't start again.
        """
        must_freeze(person)
        if not frozen:
            return "Runs may start again." if await self._resume(person) else NOT_FROZEN
        moving = self._executor.lives()
        for live in moving:
            live.machine.stop()
        halted()
        kills = [asyncio.ensure_future(self._end(live.plan, person)) for live in moving if kill]
        holds = await self._until_frozen(person)
        await asyncio.gather(*kills)
        ended = await self._end_left(person) if kill else ()
        return " ".join((FROZEN if holds else RESUMED, *ended))

    async def _is_frozen(self) -> bool:
        return bool(self._unwritten) or bool(await self._store.read(lambda u: u.get(STORED_AS)))

    async def _end(self, plan: Plan, person: Person) -> None:
        may = self._steering.deciding(plan, person)
        try:
            await self._decisions.stop(plan.id, by=person.name, kill=True, may=may)
        except OverseerError as error:  # it has ended by itself, or halted, and is another's
            _log.info("nothing was left to end", plan=plan.id, why=str(error))

    async def _end_left(self, person: Person) -> tuple[str, ...]:
        """End what was left running; that it can't be keeps nothing from being stopped."""
        try:
            return await self._decisions.end_left(by=person.name)
        except OverseerError as error:
            return (f"What earlier runs left running is not ended: {error}",)

    async def _resume(self, person: Person) -> bool:
        """Let runs start again, after what was said before is written: none of it comes later.

        Returns False when nothing was frozen.
        """
        async with self._writing:
            while self._unwritten:
                await self._freeze_first()
            if not await self._store.read(lambda u: u.get(STORED_AS)):
                return False
            await self._decisions.freeze(frozen=False, by=person.name)
            return True

    async def _until_frozen(self, person: Person) -> bool:
        """Write it down, however long that takes; False when somebody has resumed meanwhile."""
        said = person.model_copy()  # an entry of its own, whoever says it twice
        self._unwritten.append(said)
        wait = FIRST_WAIT_S
        try:
            while True:
                try:
                    async with self._writing:
                        while any(each is said for each in self._unwritten):
                            await self._freeze_first()
                        return bool(await self._store.read(lambda u: u.get(STORED_AS)))
                except StoreBusyError as error:
                    _log.warning("everything is stopped, and that is not written", why=str(error))
                    await self._clock.sleep(wait)
                    wait = min(wait * 2, LONGEST_WAIT_S)
        finally:
            self._unwritten = [each for each in self._unwritten if each is not said]

    async def _freeze_first(self) -> None:
        """Write down what was said first of what is not written yet."""
        await self._decisions.freeze(frozen=True, by=self._unwritten[0].name)
        del self._unwritten[0]
        for live in self._executor.lives():  # also what began in the same commit
            live.machine.stop()


def may_freeze(person: Person) -> bool:
    """Whether they may stop or resume everything."""
    return bool(person.roles & {Role.APPROVER, Role.ADMIN})


def must_freeze(person: Person) -> None:
    """See that they may stop or resume everything.

    Raises:
        NotAllowedError: they are neither approver nor administrator.
    """
    if not may_freeze(person):
        raise NotAllowedError(NOT_ALL)


def _rests(unit: Unit, plan: Plan) -> str:
    """What is told of a run that was to wait, and has halted already; empty: it has not."""
    run = unit.run(plan.id)
    if run is None or run.state not in RUN_HALTED:
        return ""
    return ways.told(plan.id, ways.offered(unit, plan.id), already=True)


def _goes_on(unit: Unit, control: Control) -> bool:
    """Whether something of what is to be stopped runs, or may run unseen."""
    running = unit.runs(frozenset({RunState.RUNNING}))
    if control.scope == "all":
        return bool(running) or bool(unit.left())
    numbers = [*filter(None, (number_in(control.scope),)), *control.also]
    return any(run.plan in numbers for run in running) or any(left_by(unit, n) for n in numbers)
