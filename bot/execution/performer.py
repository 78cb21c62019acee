"""Performs claimed attempts, on hosts or inside Overseer, and ends them on request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from bot.domain.commands import Call, CommandResult
from bot.domain.events import Event
from bot.domain.messages import Person
from bot.domain.plans import Plan, Step
from bot.domain.runs import ENDED_BY_STOP, Attempt, StepState
from bot.errors import ConflictError, OverseerError, StoreBusyError
from bot.execution.attempt import Ended, Witness, as_root, my_fault
from bot.execution.ledger import write_record
from bot.execution.leftovers import Leftovers
from bot.execution.live_run import Live
from bot.execution.sending import Sender
from bot.execution.step_runner import StepRunner
from bot.execution.track import StepMove, inside, sends
from bot.ports import Caller, Clock, HostRunner, Operation, Requests, Store, Unit

_log = structlog.get_logger(__name__)

CALL_TRIES = 5
"""How often a `Call` is tried on a busy database."""


class Performer:
    """Turns a claimed attempt into what came of it."""

    def __init__(
        self,
        store: Store,
        hosts: HostRunner,
        operations: Mapping[str, Operation],
        requests: Requests,
        *,
        clock: Clock,
        asker: Callable[[Plan], Person | None],
    ) -> None:
        """Act on `hosts` and, for what happens inside, through `operations`.

        `asker` is who asks for a plan, or None: nobody who may.
        """
        self._store = store
        self._hosts = hosts
        self._operations = operations
        self._clock = clock
        self._asker = asker
        self.steps = StepRunner(hosts, clock)
        self.sender = Sender(requests, clock)
        self.leftovers = Leftovers(store, hosts)

    async def perform(
        self, live: Live, attempt: Attempt, *, resume: bool, may_start: bool
    ) -> Ended | Attempt:
        """What came of it: to be recorded, or (an `Attempt`) recorded already."""
        step = live.step(attempt.step)
        try:
            if inside(step):
                return await self._inside(live, step, attempt)
            if sends(step):
                return await self.sender.perform(
                    step, live.part(attempt), attempt.id, resume=resume, may_start=may_start
                )
            if step.effect.changes and not resume:
                target = live.part(attempt).target
                if barred := await self.leftovers.in_the_way(live, attempt, target):
                    return barred
            # What others left is asked about before anything begins; what is taken up again
            # has been begun, or waits for a person.
            may_start = may_start and not (resume and live.others_left(attempt))
            return await self.steps.perform(
                step, live.part(attempt), attempt.id,
                witness=self.witness(live, attempt), resume=resume, may_start=may_start,
                formers=live.formers(attempt), doubtful=live.doubtful(attempt),
            )  # fmt: skip
        except asyncio.CancelledError:
            if why := live.given_up.pop(attempt.id, ""):
                return Ended(StepState.FAILED, why)
            if attempt.id not in live.cut_short:
                raise
            return Ended(StepState.CANCELLED, "ended on request")
        except Exception as error:  # noqa: BLE001 - whatever it is, a person hears of it
            _log.exception("attempt_failed", attempt=attempt.id)
            # Nothing was begun; what was before may go on.
            in_doubt = step.effect.changes and (resume or bool(live.own_left(attempt)))
            state = StepState.INTERRUPTED if in_doubt else StepState.FAILED
            return Ended(state, my_fault(error), changed=in_doubt)

    async def undo(self, live: Live, attempt: Attempt) -> Ended:
        """Take one target back, once nothing that runs there is in the way."""
        part = live.part(attempt)
        doubtful = live.doubtful(attempt)
        live.undoing[attempt.id] = attempt
        try:
            target = part.target
            if sends(live.step(attempt.step)):
                return await self.sender.undo(live.step(attempt.step), part, attempt.id)
            if barred := await self.leftovers.in_the_way(live, attempt, target, again=False):
                return barred
            return await self.steps.undo(
                live.step(attempt.step), part, attempt.id,
                witness=self.witness(live, attempt), doubtful=doubtful,
                known=len(attempt.results) if attempt.id in doubtful else 0,
                all_in_doubt={attempt.id, *live.formers(attempt)} <= set(doubtful),
                goes_on=lambda: not live.machine.stopping,
            )  # fmt: skip
        finally:
            del live.undoing[attempt.id]

    def witness(self, live: Live, attempt: Attempt) -> Witness:
        """Where an attempt's live output goes, and the news of its connection."""

        def tell(kind: str, **data: str) -> None:
            self._store.publish(
                Event(
                    kind=kind, at=self._clock.now(), plan=live.plan.id,
                    step=attempt.step, host=attempt.host, data={"attempt": attempt.id, **data},
                )
            )  # fmt: skip

        return Witness(
            hear=lambda text: tell("attempt.output", lines=text),
            cut=lambda why: tell("attempt.cut", why=why),
        )

    async def _inside(self, live: Live, step: Step, attempt: Attempt) -> Ended | Attempt:
        """A `Call`: its effect and its attempt's result commit in one transaction."""
        person = self._asker(live.plan)
        calls = [c for c in live.part(attempt).commands if isinstance(c, Call)]

        def work(unit: Unit) -> Attempt:
            if person is None:
                raise ConflictError(f"{live.plan.requester} is no longer in people.yaml.")
            caller = Caller(person, live.plan.thread)
            results = tuple(
                CommandResult(
                    exit_status=0, data=self._operations[c.operation](unit, caller, c.arguments)
                )
                for c in calls
            )
            done = replace(attempt, state=StepState.SUCCEEDED, results=results, ended_at=unit.now)
            move = StepMove(step.id, StepState.RUNNING, StepState.SUCCEEDED)
            write_record(unit, done, (move,))
            return done

        for number in range(CALL_TRIES):
            try:
                return await self._store.write(work)
            except StoreBusyError as error:
                if number + 1 == CALL_TRIES:
                    return Ended(StepState.FAILED, str(error))
            except OverseerError as error:
                return Ended(StepState.FAILED, str(error))
            await self._clock.sleep(0.1 * 2**number)
        raise AssertionError("unreachable")

    async def kill(self, live: Live) -> int:
        """End what may be ended halfway, all at once; how many attempts can't be."""
        waits = 0
        ends: list[Awaitable[None]] = []
        for attempt in live.under_way():
            step = live.step(attempt.step)
            if inside(step):
                continue
            if sends(step) and step.effect.changes:
                self.sender.cut_short(attempt.id)  # what is on its way can't be called back
                waits += 1
            elif not step.killable:
                waits += 1
            elif step.effect.changes:
                ends.append(self._kill(attempt))
            elif (task := live.tasks.get(attempt.id)) is not None:
                live.cut_short.add(attempt.id)
                task.cancel()
        await asyncio.gather(*ends)
        return waits

    async def give_up(self, live: Live, attempt: Attempt, why: str) -> None:
        """End one attempt alone: it has failed then, and the others go on."""
        if live.step(attempt.step).effect.changes:
            await self._kill(attempt, why)
        elif (task := live.tasks.get(attempt.id)) is not None:
            live.given_up[attempt.id] = why
            task.cancel()

    async def _kill(self, attempt: Attempt, why: str = ENDED_BY_STOP) -> None:
        try:
            await self.steps.kill(attempt.id, why)
        except OverseerError as error:
            _log.warning("kill_failed", attempt=attempt.id, error=str(error))

    async def forget(self, live: Live, attempt: Attempt, names: Sequence[str]) -> None:
        """Tidy up on the host once all is recorded; what can't be tidied now is harmless."""
        part = live.part(attempt)
        await live.scribe.flush()
        sudo = any(as_root(c) for c in (*part.commands, *part.undo))
        for name in names:
            try:
                await self._hosts.forget(part.target, name, sudo=sudo)
            except OverseerError as error:
                _log.info("not_tidied", attempt=attempt.id, error=str(error))
                return
