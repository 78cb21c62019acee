"""The pipeline: one ear per surface, one mouth for all.

on_message   `Hearing`: durable inbox row → understand → `Asking` → run, ask or answer
on_button    `Clicks`: durable inbox row → `Pressing`
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import structlog

from bot.conversation.unread import Unread
from bot.domain.cards import Card
from bot.domain.messages import (
    Bookmark,
    ButtonPress,
    Called,
    Message,
    Outside,
    Person,
    Reaction,
    Reply,
    ThreadRef,
    from_elsewhere,
    told_apart,
)
from bot.domain.runs import RUN_ENDED, PlanState, RunState
from bot.errors import OverseerError, StoreBusyError
from bot.execution.decisions import Decisions
from bot.execution.executor import FROZEN, Executor
from bot.gate.approval_desk import ApprovalDesk
from bot.pipeline.about import named
from bot.pipeline.admitting import Door
from bot.pipeline.answering import Answers
from bot.pipeline.applause import Applause
from bot.pipeline.asking import Asking
from bot.pipeline.calls import Calls
from bot.pipeline.clicks import Clicks
from bot.pipeline.deleting import Deleting
from bot.pipeline.dropping import Dropping
from bot.pipeline.explaining import Explaining
from bot.pipeline.handing import Handing
from bot.pipeline.hearing import Hearing
from bot.pipeline.in_order import InOrder
from bot.pipeline.judging import Voters
from bot.pipeline.last_words import all_read, held_up, know_left
from bot.pipeline.linking import Linking
from bot.pipeline.looking import Looking
from bot.pipeline.meant import not_approved_anew, undrawn
from bot.pipeline.noticing import Noticing
from bot.pipeline.pressed_words import PressedWords, is_words
from bot.pipeline.pressing import Pressing
from bot.pipeline.running import Running
from bot.pipeline.speaking import Speaker
from bot.pipeline.standstill import Standstill
from bot.pipeline.stopping import Halted, Stopping
from bot.pipeline.telling import Telling
from bot.pipeline.thread_work import ThreadWork
from bot.pipeline.void_votes import VoidVotes
from bot.ports import Clock, Parser, PlanFilter, Status, Store, Unit, World
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
        answers: Answers,
        pressing: Pressing,
        running: Running,
        stopping: Stopping,
        executor: Executor,
        decisions: Decisions,
        desk: ApprovalDesk,
        speaker: Speaker,
        mouth: Mouth,
        voters: Voters,
        explaining: Explaining,
        telling: Telling,
        noticing: Noticing,
        linking: Linking,
        clock: Clock,
        world: Callable[[], World],
        about: Callable[[], Awaitable[Status]],
    ) -> None:
        """Wire it; `start` takes up what a restart left."""
        super().__init__(store, world, voters)
        self._asking = asking
        self._pressing = pressing
        self._running = running
        self._executor = executor
        self._decisions = decisions
        self._desk = desk
        self._speaker = speaker
        self._about = about
        self._answers = answers
        self._stopping = stopping
        self._noticing = noticing
        self._clock = clock
        self._work = ThreadWork(answers.say)
        self._tasks = self._work.tasks
        unread = Unread()
        answers.answered = unread.end
        self._dropping = Dropping(store, unread, clock)
        running.waits_for(partial(held_up, store=store, unread=unread))
        self._hearing = Hearing(
            store, parser, asking, answers, running, stopping, mouth, self._work, explaining,
            telling, self._dropping, clock=clock, world=world, waiting=self.waiting,
            press=self.on_button,
        )  # fmt: skip
        self.linking = linking
        handing = Handing(store, answers, world=world, notify=noticing.owe, speaker=speaker)
        self._door = Door(
            store, linking, handing, self._hearing.read, world=world, why_not=voters.why_not
        )
        self._deleted = Deleting(store, desk, speaker.shown, unread, answers.pass_on)
        self._votes = VoidVotes(store, speaker.shown, world=world)
        self._order = InOrder()
        self._applause = Applause(store, voters.why_not)
        self._standstill = Standstill(store, speaker.shown)
        self._words = PressedWords(
            store, self._hearing.read, lambda press, by: self._act(press, by, _nobody_waits),
            self.on_message, world, self._work, self._hearing.locks,
        )  # fmt: skip
        self._calls = Calls(store, self._hearing.safe)
        self._clicks = Clicks(
            store,
            self._work,
            self._act,
            world=world,
            moves=lambda plan: executor.live(plan) is not None,
            safe=self._hearing.safe,
        )

    # -- starting and ending --------------------------------------------------------------------

    async def start(self) -> None:
        """Take up runs, queued plans, and what was heard and not answered."""
        await self._speaker.called.load()
        self._standstill.start()
        await self._clicks.stop_first()
        await self._hearing.obeying.stop_first()
        await self._executor.recover()
        await know_left(self._store, self._dropping.unread, self._world())
        await self._votes.look()
        await self._running.resume_approved()
        await self._running.advance()
        await self._take_up(anew=True)
        for plan_id in await self._store.read(undrawn):
            await self._speaker.shown(plan_id)

    async def tick(self) -> None:
        """What is due by the clock: expiry, undecided runs, the queue; and what was held up."""
        with suppress(StoreBusyError):  # the next one tries again
            await self._dropping.write_down()
            await self._speaker.tick()
        for plan_id in await self._desk.expire_due():
            await self._speaker.shown(plan_id)
        await self._decisions.tick()
        for plan_id in await self._store.read(not_approved_anew):
            await self._decisions.lapse(plan_id, why="its new revision was not approved")
        await self._votes.tick()
        self._standstill.tick()
        await self._running.tick()
        await self._running.advance()
        await self._take_up()
        await self._noticing.tick()

    async def people_moved(self) -> None:
        """Other people count from now on: who may vote, and whose votes are their own."""
        await self._votes.look()
        await self._speaker.redraw_waiting()

    async def _take_up(self, *, anew: bool = False) -> None:
        """Answer messages and do clicks that nobody is at; `anew`: a former process left them."""
        await self._hearing.take_up(anew=anew)
        await self._clicks.take_up()

    async def close(self) -> None:
        """Take in nothing more; what runs on hosts goes on."""
        await self._standstill.close()
        await self._work.close()
        await self._executor.close()

    @property
    def busy(self) -> bool:
        """Whether anything is under way that waits for no person."""
        return bool(self._tasks) or any(not live.rested.is_set() for live in self._executor.lives())

    def forsake(self) -> None:
        """Write down nothing more of what runs, as if the process had been killed."""
        self._executor.driver.closing = True

    # -- messages -------------------------------------------------------------------------------

    async def on_message(self, message: Message) -> Reply:
        """Take a message in, durably, and answer at once; the rest arrives as cards."""
        by = message.identity.surface
        event = told_apart(message.thread.surface, message.event_id, by)
        message = message.model_copy(update={"event_id": event})
        if self._deleted.is_gone(message):
            return Reply(accepted=True, thread=message.thread)
        if message.missed:  # a stop may have been obeyed since, and not be written
            await self._dropping.write_down()
        async with self._order.turn(message):
            with self._hearing.locks.taking():
                return await self._taken(message)

    async def _taken(self, message: Message) -> Reply:
        came = await self._door.message(message)
        if isinstance(came, Reply):
            return came
        return await self._hearing.take(came.message, came.person)

    async def on_overheard(self, message: Message) -> Reply:
        """See `bot.ports.Ears`."""
        return await self._door.overheard(message)

    async def is_stop(self, text: str) -> bool:
        """See `bot.ports.Ears`."""
        return await self._door.is_stop(text)

    async def on_deleted(self, thread: ThreadRef, event_id: str) -> None:
        """See `bot.ports.Ears`."""
        await self._deleted.take(thread, event_id)

    async def on_reaction(self, reaction: Reaction) -> None:
        """See `bot.ports.Ears`."""
        owner = self._world().people.owner(reaction.identity)
        await self._applause.take(reaction, owner)

    async def turned_away(self, said: Message | ButtonPress) -> Reply | None:
        """See `bot.ports.Ears`."""
        away = await self._door.turned_away(said)
        if away is not None or not isinstance(said, ButtonPress):
            return away
        person = await self._door.press(said)
        why = (
            ""
            if isinstance(person, Reply)
            else await self._pressing.beforehand.why_not(said, person)
        )
        return Reply(accepted=False, text=why, thread=said.thread, plan=said.plan) if why else None

    def known_as(self, key: str, name: str, link: str = "", outside: Outside | None = None) -> None:
        """See `bot.ports.Ears`."""
        self._speaker.called.learn(key, name, link, outside)

    async def keep_call(self, called: Called) -> bool:
        """See `bot.ports.Ears`."""
        return await self._calls.keep(called)

    async def calls(self, surface: str) -> tuple[Called, ...]:
        """See `bot.ports.Ears`."""
        return await self._calls.left(surface)

    async def give_up_call(self, surface: str, event_id: str) -> None:
        """See `bot.ports.Ears`."""
        await self._calls.give_up(surface, event_id)

    async def called(self, surface: str, event_id: str) -> None:
        """See `bot.ports.Ears`."""
        await self._calls.done(surface, event_id)

    async def bookmark(self, surface: str) -> Bookmark:
        """See `bot.ports.Ears`."""
        kept = await self._store.read(lambda u: u.get(f"bookmark/{surface}"))
        return Bookmark.model_validate(kept or {})

    async def keep_bookmark(self, surface: str, bookmark: Bookmark) -> None:
        """See `bot.ports.Ears`."""
        kept = bookmark.model_dump(mode="json")
        await self._store.write(lambda u: u.put(f"bookmark/{surface}", kept))

    async def freeze(self, person: Person, *, frozen: bool, kill: bool = False) -> str:
        """Stop everything and start nothing new, or let runs start again.

        Raises:
            NotAllowedError: the person is neither approver nor administrator.
        """
        if frozen:
            return await self._hearing.obeying.everything(person, kill=kill)
        return await self._stopping.freeze(person, frozen=False)

    async def drop(self, person: Person, event: str = "") -> str:
        """Drop what this person has said and is no plan yet, or one message. Returns what to say.

        That is nothing where nothing of theirs was being read.

        Raises:
            StoreBusyError: that can't be written; it holds as long as this process lives.
        """
        return await self._hearing.obeying.unread(person, event)

    # -- buttons ------------------------------------------------------------------------------

    async def on_button(self, press: ButtonPress, taken: Callable[[], None] | None = None) -> Reply:
        """See `bot.ports.Ears`."""
        person = await self._door.press(press)
        if isinstance(person, Reply):
            return person
        event = from_elsewhere(press.thread.surface, press.event_id, press.identity.surface)
        press = press.model_copy(update={"person": person.name, "event_id": event})
        if is_words(press):
            try:
                return await self._words.say(press, person)
            except OverseerError as error:
                return Reply(accepted=False, text=str(error), thread=press.thread)
        return await self._clicks.take(press, person, taken or _nobody_waits)

    async def _act(self, press: ButtonPress, person: Person, halted: Halted) -> Reply:
        """Do what a button says.

        Raises:
            OverseerError: it may not be done, or no longer; the sentence is for the clicker.
        """
        if press.button != "dismiss":
            await all_read(press, self._store, self._dropping.unread, self._world(), self._clock)
            return await self._pressing.press(press, person, halted)
        for event in await self._answers.dismiss(press, person, self._world().people):
            self._dropping.unread.drop_one(event)
        return Reply(accepted=True, text="Never mind, then.", thread=press.thread)

    # -- looking --------------------------------------------------------------------------------

    async def output(self, plan: int, host: str, step: str = "") -> str:
        """Everything that a target's commands printed in a run."""
        return await self._speaker.output(plan, host, step)

    async def idle(self, thread: ThreadRef, timeout_s: float | None = None) -> None:
        """Wait until nothing is in flight for the thread (parsing, reading, running)."""
        async with asyncio.timeout(timeout_s):
            await self._work.idle(thread)
            recent = PlanFilter(thread=thread, limit=5)
            for stored in await self._store.read(lambda u: u.plans(recent)):
                await self._executor.idle(stored.plan.id)
        await self._speaker.caught_up()

    def welcome(self, person: Person, thread: ThreadRef | None = None) -> Card:
        """See `bot.ports.Ears`."""
        return self._speaker.welcome(person, thread)

    async def status(self) -> Status:
        """How Overseer itself stands."""

        def work(unit: Unit) -> tuple[bool, int, int]:
            waiting = unit.plans(PlanFilter(states=frozenset({PlanState.WAITING}), limit=1000))
            running = unit.runs(frozenset(RunState) - RUN_ENDED)
            return bool(unit.get(FROZEN)), len(waiting), len(running)

        frozen, waiting, running = await self._store.read(work)
        about = await self._about()
        chats = named(about.chats, self._speaker.called.of)
        return replace(about, chats=chats, frozen=frozen, waiting=waiting, running=running)


def _nobody_waits() -> None:
    """Whoever pressed waits for the reply."""
