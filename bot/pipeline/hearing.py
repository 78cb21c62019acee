"""What people say: taken in durably, understood, answered once.

    on_message   durable inbox row → thread lock → understand → `Asking` → run, ask or answer

Stop bypasses the thread's lock and drops what is being read (`obeying`). Who may speak in a
thread was judged at the door (`admitting`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from bot.conversation.asides import is_chatter
from bot.conversation.threads import Seat, ThreadLocks
from bot.domain.cards import ThreadItem
from bot.domain.intents import (
    Control,
    Deciding,
    Intent,
    ParseContext,
    Question,
    Refusal,
    Revision,
    SmallTalk,
    Standing,
    Understanding,
    Why,
)
from bot.domain.messages import ButtonPress, Message, Person, Reply
from bot.domain.plans import DELETED, Plan
from bot.domain.usage import chosen
from bot.errors import OverseerError, StoreBusyError
from bot.pipeline import (
    asked_twice,
    behind_others,
    changing,
    objecting,
    pending,
    standing_then,
    stop_said,
    unaddressed,
)  # fmt: skip
from bot.pipeline.answering import Answers
from bot.pipeline.asking import Asking
from bot.pipeline.at_work import AtWork
from bot.pipeline.deciding import DecidingInWords
from bot.pipeline.dropping import UNREAD, Dropping, overtaken
from bot.pipeline.explaining import Explaining
from bot.pipeline.obeying import Obeying
from bot.pipeline.open_question import fate
from bot.pipeline.pasted import PASTED, is_secret, safe_text
from bot.pipeline.running import Running
from bot.pipeline.stopping import Stopping
from bot.pipeline.taken_in import heard
from bot.pipeline.taking import Taking
from bot.pipeline.taking_back import TakingBack
from bot.pipeline.telling import Telling
from bot.pipeline.thread_work import BROKEN, UNREADABLE, ThreadWork
from bot.pipeline.unread import BROKE, ENDED, LIVES, by_rules
from bot.ports import Clock, Parser, Store, Unit, World
from bot.reporting.mouth import Mouth

_log = structlog.get_logger(__name__)


class Hearing:
    """Takes messages in, once each, and sees that they are answered."""

    def __init__(
        self,
        store: Store,
        parser: Parser,
        asking: Asking,
        answers: Answers,
        running: Running,
        stopping: Stopping,
        mouth: Mouth,
        work: ThreadWork,
        explaining: Explaining,
        telling: Telling,
        dropping: Dropping,
        *,
        clock: Clock,
        world: Callable[[], World],
        waiting: Callable[[str], Awaitable[tuple[ThreadItem, ...]]],
        press: Callable[[ButtonPress], Awaitable[Reply]],
    ) -> None:
        """Wire it; `waiting` are the cards that wait for a person, `press` judges a press."""
        self._store = store
        self._parser = parser
        self._asking = asking
        self._answers = answers
        self._running = running
        self._stopping = stopping
        self._mouth = mouth
        self._work = work
        self._explaining = explaining
        self._telling = telling
        self._waiting = waiting
        self._deciding = DecidingInWords(store, answers, press, world)
        self._world = world
        self.locks = ThreadLocks()
        self._busy = AtWork(clock)
        self._taking = Taking()
        self._taking_back = TakingBack(store, dropping.unread, self.read, lambda: world().people)
        self._dropping = dropping
        self._unread = dropping.unread
        self.obeying = Obeying(
            store, stopping, answers, mouth, work, self._busy, dropping, world=world
        )

    async def take(self, message: Message, person: Person) -> Reply:
        """Take a message in, durably, and answer at once; the rest arrives as cards."""
        return await self._taking.once(
            message.thread.surface, message.event_id, lambda: self._take(message, person)
        )

    async def _take(self, message: Message, person: Person) -> Reply:
        reading = self._unread.is_reading(person.name, message.thread)
        read, busy = await self._at_once(message.text), self.locks.is_busy(message.thread)
        first = await self._deciding.first(message, person, read, reading=reading, busy=busy)
        said = safe_text(message.text, first)
        if said != message.text and not is_secret(first):
            # A command that holds a secret would have to be stored with it, to be shown and run.
            first = Understanding(outcome=PASTED)
        if first is not None and isinstance(first.outcome, Control):
            return await self.obeying.obey(message, person, said, first.outcome)
        if stop := await stop_said.order(self._store, message, person):
            return await self.obeying.obey(message, person, said, stop)
        if await self._taking_back.is_meant(message, person):
            dropping = Control(verb="stop", scope=UNREAD)
            return await self.obeying.obey(message, person, said, dropping)

        secret = first if is_secret(first) or first is not read else None
        taken = Reply(accepted=True, thread=message.thread)
        if message.event_id in self._busy:
            return taken
        self._busy.begin(message.event_id)
        self._unread.begin(message.event_id, person.name, message.thread)
        spawned, seat = False, self.locks.seat(message.thread)

        def work(unit: Unit) -> tuple[ThreadItem | None, ParseContext | None]:
            item = self._heard(unit, message, person, said, secret)
            return item, standing_then.first(seat, unit, message, person, self._world().people)

        try:
            item, stood = await self._store.write(work, first=True)
            if item is None:
                return taken
            await self._mouth.pass_on(item)
            if message.missed:
                void = await self._store.read(lambda u: pending.void(u, message.event_id))
                if void == pending.STOPPED:
                    self._unread.drop_one(message.event_id)
            answer = self._understand(message, person, secret, stood, seat)
            self._work.spawn(message.thread, answer)
            spawned = True
        finally:
            if not spawned:
                seat.leave()
                self._busy.end(message.event_id)
                self._unread.end(message.event_id)
        return taken

    def _heard(
        self, unit: Unit, message: Message, person: Person, said: str, known: Understanding | None
    ) -> ThreadItem | None:
        if self._unread.is_deleted(message.thread.surface, message.event_id):
            return None  # while it was let in
        return heard(unit, message, person, said, known)

    async def safe(self, text: str) -> str:
        """What was typed elsewhere than in a message, as it may be stored and shown."""
        return safe_text(text, await self._at_once(text)) if text else text

    async def _at_once(self, text: str) -> Understanding | None:
        """What it means, where that must be known before it is stored."""
        return await self.read(text, ParseContext()) if self._wants_reading(text) else None

    def _wants_reading(self, text: str) -> bool:
        try:
            return self._parser.wants_reading(text)
        except Exception:  # noqa: BLE001 - as in `read`, which says what is wrong with it
            return True

    async def read(self, text: str, context: ParseContext) -> Understanding:
        """What the rules make of it. A fault of theirs is an answer too: it would come again."""
        try:
            return await self._parser.parse(text, context)
        except Exception:  # noqa: BLE001 - a parser is made of libraries
            _log.exception("a message could not be read")
            return Understanding(outcome=UNREADABLE)

    async def _understood(
        self, message: Message, context: ParseContext, person: Person, *, again: bool
    ) -> Understanding:
        """What it means, to a model too; `again`: a process that crashed has left it."""
        if again and await self._store.write(lambda u: pending.tried(u, message.event_id)) > LIVES:
            return by_rules(await self.read(message.text, context), ENDED, message.tier)
        tier = chosen(message.tier)
        try:
            heard = self._busy.since(message.event_id)
            reading = self._parser.read(
                message.text, context, person=person, tier=tier, heard=heard
            )
            said = await self._unread.read(message.event_id, reading)
            return said or Understanding(outcome=overtaken(message.text))
        except Exception:  # noqa: BLE001 - as above, and a model's SDK is one
            _log.exception("a message could not be read by a model")
            return by_rules(await self.read(message.text, context), BROKE, message.tier)

    async def _understand(
        self,
        message: Message,
        person: Person,
        known: Understanding | None = None,
        stood: ParseContext | None = None,
        seat: Seat | None = None,
        *,
        again: bool = False,
    ) -> None:
        """Answer a message; `known` is what it means, if that is known.

        `stood` is how its conversation stood as it was taken in, which holds if its `seat` says so.
        """
        try:
            queues = known is None or not isinstance(known.outcome, Question)  # that is of a stop
            async with self.locks.turn(message.thread, seat, queues=queues) as still:
                stood = stood if still else None
                plan = await self._answered(message, person, known, stood, again=again)
        except StoreBusyError as error:  # it still waits: a tick takes it up again
            _log.warning("a message waits for the database", said=message.event_id, why=str(error))
            return
        finally:
            self._busy.end(message.event_id)
            if seat is not None:
                seat.leave()
        overtook = self._unread.dropped(message.event_id)
        self._unread.end(message.event_id)
        if plan is not None and overtook:  # the stop came between its storing and its start
            await self._answers.say(message.thread, await self._stopping.stop(plan, person))
        elif plan is not None:
            await self._running.begin(plan)

    async def _answered(
        self,
        message: Message,
        person: Person,
        known: Understanding | None,
        stood: ParseContext | None,
        *,
        again: bool,
    ) -> Plan | None:
        """Show what came of it, once; a plan that may run now is returned."""
        try:
            asked = await standing_then.asked(stood, message, person, self._world(), self._store)
            question = asked.question if not asked.unseen else None
            read = known or await self._understood(message, asked, person, again=again)
            read = await self._deciding.onward(read, message)
            understood = await behind_others.minded(read, message, asked, question, self.read)
            if self._unread.dropped(message.event_id):
                understood = Understanding(outcome=await self._dropping.told(message))
            if understood.beside:
                question = None  # it is asked still, and this is no answer to it
                await self._answers.keep_open(message, person)
            if question is not None and question.formerly:
                understood = understood.model_copy(update={"formerly": question.formerly})
            if question is not None and question.plan_only and not understood.apart:
                message = message.model_copy(update={"plan_only": True})
            if await self._was_deleted(message):  # while it was read
                return None
            plan = await self._answer(message, person, understood, asked=question, stood=asked)
            if plan is not None:  # stored with the end of its message's waiting
                return plan
            void = await self._store.read(lambda u: pending.void(u, message.event_id))
            if void != DELETED and (void or self._unread.dropped(message.event_id)):
                await self._answers.talk(message, person, await self._dropping.told(message))
            if void != DELETED:  # nearly always its answer was its end
                await self._store.write(lambda u: pending.over(u, message.event_id))
        except StoreBusyError:
            raise
        except OverseerError as error:
            await self._answers.failed(message, str(error))
            return None
        except Exception:  # noqa: BLE001 - what nobody foresaw would come again at each start
            _log.exception("a request failed inside Overseer", thread=str(message.thread))
            await self._answers.failed(message, BROKEN)
            return None
        return plan

    async def _was_deleted(self, message: Message) -> bool:
        """Whether nobody wants its answer any more: a deletion is known here before it is stored.

        What goes with it, as what a command asked for does with its root, is dropped then.
        """
        event, surface = message.event_id, message.thread.surface
        if not (self._unread.is_deleted(surface, event) or self._unread.dropped(event)):
            return False
        return not await self._store.read(lambda u: pending.waits(u, event))

    async def _answer(
        self,
        message: Message,
        person: Person,
        understood: Understanding,
        *,
        asked: Question | None,
        stood: ParseContext,
    ) -> Plan | None:
        """Show what came of it; `asked` was open then, and so the conversation `stood`."""
        plan_only = message.plan_only or understood.plan_only  # the words may ask no more
        message = message.model_copy(update={"plan_only": plan_only})
        understood = await asked_twice.judged(understood, message, stood, self._store)
        outcome = await objecting.outcome(
            understood, message, person,
            asked=asked, stood=stood, store=self._store, people=self._world().people,
        )  # fmt: skip
        how, picks = understood.reading, understood.picks
        if asked is not None and isinstance(outcome, Intent | Revision):
            ends = fate(asked, understood, self._asking.only_looks)
            await self._answers.understood(message, person, understood, ends, plan_only=plan_only)
        match outcome:
            case Intent():
                overtaken = partial(self._unread.dropped, message.event_id)
                own = not stood.request or await changing.is_said(self.read, message.text, outcome)
                wanted = changing.new(message, person, outcome, understood, overtaken, said=own)
                return await self._asking.plan(wanted)
            case _ if not message.addressed and is_chatter(outcome) and picks is None:
                told = unaddressed.told(understood, message.text, asked=asked, stood=stood)
                await self._answers.among_people(message, person, told, how=how)
            case Question():
                await self._deciding.ask(outcome, message, person, understood, stood)
            case Refusal():
                await self._answers.refusal(message, person, outcome, how=how)
            case Revision():
                return await self._revised(message, person, outcome, understood)
            case SmallTalk():
                await self._answers.talk(message, person, outcome, picks, how=how)
            case Standing():
                card = await self._telling.card(outcome, message.thread, person.name, self._waiting)
                await self._answers.tell(message, person, card, how=how)
            case Why():
                said = await self._explaining.told(outcome, message.thread, person.name)
                await self._answers.explain(message, person, *said, how=how)
            case Deciding() | Control():
                await self._ordered(outcome, message, person, understood)
        return None

    async def _ordered(
        self, order: Deciding | Control, message: Message, person: Person, said: Understanding
    ) -> None:
        if isinstance(order, Deciding):
            await self._deciding.decide(order, message, said)
        elif await self._deciding.is_resume(message, order):
            await self.obeying.as_read(order, message, person)
        else:
            await self._deciding.offer(message)

    async def _revised(
        self, message: Message, person: Person, said: Revision, understood: Understanding
    ) -> Plan | None:
        """The open plan as its requester wants it now: judged, shown and asked for anew.

        Raises:
            OverseerError: it is no longer open, or what is wanted can't be planned.
        """
        thread, name = message.thread, person.name
        former = await self._store.read(lambda u: changing.theirs(u, said, thread, name))
        overtaken = partial(self._unread.dropped, message.event_id)
        return await self._asking.plan(
            changing.changed(message, person, said, understood, former, overtaken)
        )

    async def take_up(self, *, anew: bool = False) -> None:
        """Answer the messages that wait and that nobody is at; stops wait for none of them.

        `anew`: those that wait were left by a process that is no more.
        """
        for each in await self._store.read(partial(pending.waiting, besides=self._busy.ids())):
            message, control = each.message, self.obeying.order(each)
            if message.event_id in self._busy:
                continue
            self._busy.begin(message.event_id)
            person = self._world().again(message)
            if person is None:  # it stays known as busy: said once in this life is enough
                work = self._answers.say(message.thread, pending.GONE, event=message.event_id)
            elif control is None:
                self._unread.begin(message.event_id, person.name, message.thread)
                if each.stopped:
                    self._unread.drop_one(message.event_id)
                work = self._understand(message, person, each.understood, again=anew)
            else:
                work = self.obeying.control(
                    control, message, person, lambda: None, passed=each.passed
                )
            self._work.spawn(message.thread, work)
