"""The pipeline: one ear per surface, one mouth for all.

    on_message   durable inbox row → thread lock → understand → `Asking` → run, ask or answer
    on_button    durable inbox row → `Pressing`

Stop bypasses the thread's lock, the parser's patience and every queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from bot.conversation.threads import ThreadLocks, context_of
from bot.domain.cards import Card, ThreadItem
from bot.domain.events import Event
from bot.domain.intents import (
    Control,
    Intent,
    Outcome,
    ParseContext,
    Question,
    Refusal,
    SmallTalk,
    Understanding,
)
from bot.domain.messages import ButtonPress, Message, Person, Reply, Role, ThreadRef
from bot.domain.plans import Plan
from bot.domain.redaction import redact
from bot.domain.runs import RUN_ENDED, PlanState, RunState
from bot.errors import ConflictError, NotAllowedError, OverseerError
from bot.execution.decisions import Decisions
from bot.execution.executor import FROZEN, Executor
from bot.gate.approval_desk import ApprovalDesk
from bot.pipeline import pending
from bot.pipeline.asking import Asked, Asking
from bot.pipeline.looking import Looking
from bot.pipeline.meant import meant_by_stop, not_approved_anew, undrawn
from bot.pipeline.pasted import PASTED, REDACTED, is_secret
from bot.pipeline.pressing import Pressing
from bot.pipeline.running import Running
from bot.pipeline.speaking import Speaker
from bot.ports import Parser, PlanFilter, Status, Store, Unit, World
from bot.reporting.mouth import Mouth

_log = structlog.get_logger(__name__)


class Pipeline(Looking):
    """Everything a surface may call (`bot.ports.Ears`)."""

    def __init__(
        self,
        *,
        store: Store,
        parser: Parser,
        asking: Asking,
        pressing: Pressing,
        running: Running,
        executor: Executor,
        decisions: Decisions,
        desk: ApprovalDesk,
        speaker: Speaker,
        mouth: Mouth,
        world: Callable[[], World],
        about: Callable[[], Status],
    ) -> None:
        """Wire it; `start` takes up what a restart left."""
        super().__init__(store, world)
        self._parser = parser
        self._asking = asking
        self._pressing = pressing
        self._running = running
        self._executor = executor
        self._decisions = decisions
        self._desk = desk
        self._speaker = speaker
        self._mouth = mouth
        self._about = about
        self._locks = ThreadLocks()
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._closing = False

    # -- starting and ending --------------------------------------------------------------------

    async def start(self) -> None:
        """Take up runs and queued plans."""
        await self._executor.recover()
        await self._running.resume_approved()
        await self._running.advance()
        for message in await self._store.read(pending.waiting):
            person = self._world().people.named(message.person or "")
            if person is not None:
                self._spawn(message.thread, self._understand(message, person))
        for plan_id in await self._store.read(undrawn):
            await self._speaker.refresh(plan_id)

    async def tick(self) -> None:
        """What is due by the clock: expiry, undecided runs, the queue."""
        for plan_id in await self._desk.expire_due():
            await self._speaker.refresh(plan_id)
        await self._decisions.tick()
        for plan_id in await self._store.read(not_approved_anew):
            await self._decisions.end(plan_id, by="", why="its new revision was not approved")
        await self._running.advance()

    async def close(self) -> None:
        """Take in nothing more; what runs on hosts goes on."""
        self._closing = True
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._executor.close()

    # -- messages ---------------------------------------------------------------------------------

    async def on_message(self, message: Message) -> Reply:
        """Take a message in, durably, and answer at once; the rest arrives as cards."""
        person = self._world().people.named(message.person or "")
        if person is None:
            return Reply(
                accepted=False,
                text=f"I don't know {message.identity}. An admin can add it to people.yaml.",
            )
        first = await self._parser.parse(message.text, ParseContext())
        said = redact(message.text)
        if said == message.text and is_secret(first):
            said = REDACTED
        elif said != message.text and not is_secret(first):
            # A command that holds a secret would have to be stored with it, to be shown and run.
            first = Understanding(outcome=PASTED)

        def work(unit: Unit) -> ThreadItem | None:
            if not unit.receive(message.thread.surface, message.event_id):
                return None
            item = unit.say(message.thread, person.name, said)
            if not isinstance(first.outcome, Control):
                pending.keep(unit, message.model_copy(update={"text": said}))
            unit.append(
                Event(
                    kind="request.heard",
                    at=unit.now,
                    person=person.name,
                    data={
                        "text": said,
                        "thread": str(message.thread),
                        "surface": message.thread.surface,
                    },
                )
            )
            return item

        item = await self._store.write(work)
        if item is None:
            return Reply(accepted=True, thread=message.thread)
        await self._mouth.pass_on(item)
        if isinstance(first.outcome, Control):
            self._spawn(message.thread, self._control(first.outcome, message.thread, person))
        else:
            secret = first.outcome if is_secret(first) else None
            self._spawn(message.thread, self._understand(message, person, secret))
        return Reply(accepted=True, thread=message.thread)

    async def _understand(
        self, message: Message, person: Person, refused: Outcome | None = None
    ) -> None:
        async with self._locks.of(message.thread):
            context = await self._store.read(lambda u: context_of(u, message.thread))
            understood = (
                Understanding(outcome=refused)
                if refused is not None
                else await self._parser.parse(message.text, context)
            )
            plan = await self._answer(message, person, understood)
        await self._store.write(lambda u: pending.done(u, message.event_id))
        if plan is not None:
            await self._running.begin(plan)

    async def _answer(
        self, message: Message, person: Person, understood: Understanding
    ) -> Plan | None:
        """Show what came of it; a plan that may run now is returned."""
        thread, outcome = message.thread, understood.outcome
        match outcome:
            case Intent():
                await self._speaker.close_question(thread, message.text)
                return await self._asking.plan(
                    Asked(
                        thread=thread,
                        person=person,
                        text=message.text,
                        intent=outcome,
                        read_by=understood.read_by,
                        plan_only=message.plan_only,
                        event=message.event_id,
                    )
                )
            case Question():
                await self._speaker.close_question(thread)
                await self._speaker.question(thread, person, message.text, outcome)
            case Refusal():
                await self._answered(person, "refusal", outcome.text)
                await self._speaker.refusal(thread, outcome)
            case SmallTalk():
                await self._speaker.close_question(thread)
                await self._answered(person, "talk", outcome.text)
                await self._speaker.talk(thread, outcome.text)
            case Control():
                await self._control(outcome, thread, person)
        return None

    async def _answered(self, person: Person, kind: str, text: str) -> None:
        await self._store.write(
            lambda u: u.append(
                Event(
                    kind="request.answered",
                    at=u.now,
                    person=person.name,
                    data={"kind": kind, "text": text},
                )
            )
        )

    # -- stop --------------------------------------------------------------------------------

    async def _control(self, control: Control, thread: ThreadRef, person: Person) -> None:
        try:
            text = await self.control(control, thread, person)
        except OverseerError as error:
            text = str(error)
        await self._speaker.talk(thread, text)

    async def control(self, control: Control, thread: ThreadRef | None, person: Person) -> str:
        """Stop, stop everything, resume. Returns what to say.

        Raises:
            OverseerError: there is nothing to stop, or this person may not.
        """
        if control.scope == "all" or control.verb == "resume":
            return await self.freeze(
                person, frozen=control.verb != "resume", kill=control.verb == "kill"
            )
        plan = await self._plan_meant(control.scope, thread)
        return await self._pressing.stop(plan, person, kill=control.verb == "kill")

    async def freeze(self, person: Person, *, frozen: bool, kill: bool = False) -> str:
        """Stop everything and start nothing new, or let runs start again.

        With `kill`, what may be ended halfway is ended too.

        Raises:
            NotAllowedError: the person is neither approver nor administrator.
        """
        if not person.roles & {Role.APPROVER, Role.ADMIN}:
            raise NotAllowedError("Only an approver or an admin stops or resumes everything.")
        moving = self._executor.lives()
        await self._decisions.freeze(frozen=frozen, by=person.name)
        if frozen:
            for live in self._executor.lives():  # also what began in the same commit
                live.machine.stop()
        if frozen and kill:
            for live in moving:
                await self._decisions.stop(live.plan.id, by=person.name, kill=True)
        if frozen:
            return "Everything is stopped: nothing new runs until somebody says `resume`."
        return "Runs may start again."

    async def _plan_meant(self, scope: str, thread: ThreadRef | None) -> Plan:
        if scope.isdigit():
            stored = await self._store.read(lambda u: u.plan(int(scope)))
        elif thread is not None:
            stored = await self._store.read(lambda u: meant_by_stop(u, thread))
        else:
            stored = None
        if stored is None:
            raise ConflictError("There is nothing to stop here.", cure="Say `stop` with a number.")
        return stored.plan

    # -- buttons ------------------------------------------------------------------------------

    async def on_button(self, press: ButtonPress) -> Reply:
        """Take a click in; the reply is for the clicker alone."""
        person = self._world().people.named(press.person or "")
        if person is None:
            return Reply(
                accepted=False,
                text=f"I don't know {press.identity}. An admin can add it to people.yaml.",
            )
        if not await self._store.write(lambda u: u.receive(press.thread.surface, press.event_id)):
            return Reply(accepted=True, thread=press.thread, plan=press.plan)
        press = press.model_copy(update={"text": redact(press.text)})
        try:
            if press.button in ("say", "option"):
                return await self._say(press, person)
            if press.button == "dismiss":
                await self._speaker.close_question(press.thread)
                return Reply(accepted=True, text="Never mind, then.", thread=press.thread)
            return await self._pressing.press(press, person)
        except OverseerError as error:
            return Reply(accepted=False, text=str(error), thread=press.thread, plan=press.plan)

    async def _say(self, press: ButtonPress, person: Person) -> Reply:
        """An example or an option: pressing is the same as saying it, for whoever was asked."""
        asked = await self._store.read(lambda u: u.asked(press.thread))
        text = press.value
        if press.button == "option":
            if asked is None:
                raise ConflictError("That question has been answered.")
            question, _, whom = asked
            if whom and whom != person.name:
                raise NotAllowedError(f"That question is for {whom}.")
            number = int(text) if text.isdigit() else 0
            if not 1 <= number <= len(question.options):
                raise ConflictError("That is none of the options.")
            text = question.options[number - 1].says
        return await self.on_message(
            Message(
                event_id=f"press-{press.event_id}",
                thread=press.thread,
                identity=press.identity,
                person=person.name,
                text=text,
                at=press.at,
            )
        )

    # -- looking --------------------------------------------------------------------------------

    async def output(self, plan: int, host: str, step: str = "") -> str:
        """Everything that a target's commands printed in a run."""
        return await self._speaker.output(plan, host, step)

    async def idle(self, thread: ThreadRef, timeout_s: float | None = None) -> None:
        """Wait until nothing is in flight for the thread (parsing, reading, running)."""
        async with asyncio.timeout(timeout_s):
            while mine := [t for t, key in self._tasks.items() if key == str(thread)]:
                await asyncio.gather(*mine, return_exceptions=True)
            recent = PlanFilter(thread=thread, limit=5)
            for stored in await self._store.read(lambda u: u.plans(recent)):
                await self._executor.idle(stored.plan.id)
        await self._speaker.caught_up()

    def welcome(self, person: Person) -> Card:
        """The first card of an empty conversation, with example requests as buttons."""
        return self._speaker.welcome(person, self._world().inventory)

    async def status(self) -> Status:
        """How Overseer itself stands."""

        def work(unit: Unit) -> tuple[bool, int, int]:
            waiting = unit.plans(PlanFilter(states=frozenset({PlanState.WAITING}), limit=1000))
            running = unit.runs(frozenset(RunState) - RUN_ENDED)
            return bool(unit.get(FROZEN)), len(waiting), len(running)

        frozen, waiting, running = await self._store.read(work)
        about = self._about()
        return Status(
            version=about.version,
            parser=about.parser,
            hosts=about.hosts,
            policy=about.policy,
            database=about.database,
            frozen=frozen,
            address=about.address,
            waiting=waiting,
            running=running,
        )

    def _spawn(self, thread: ThreadRef, work: Coroutine[Any, Any, None]) -> None:
        if self._closing:  # what was heard is stored, and taken up by the next start
            work.close()
            return
        task = asyncio.ensure_future(self._guarded(thread, work))
        self._tasks[task] = str(thread)

        def done(ended: asyncio.Task[None]) -> None:
            self._tasks.pop(ended, None)
            work.close()  # it may have been cancelled before it began

        task.add_done_callback(done)

    async def _guarded(self, thread: ThreadRef, work: Awaitable[None]) -> None:
        """Nothing is lost silently: what nobody foresaw is said in the thread and logged."""
        try:
            await work
        except OverseerError as error:
            await self._speaker.talk(thread, str(error))
        except Exception:  # noqa: BLE001 - the last net: what nobody foresaw is said and logged
            _log.exception("a request failed inside Overseer", thread=str(thread))
            await self._speaker.talk(
                thread, "Something inside me broke and nothing more ran; the log says what."
            )
