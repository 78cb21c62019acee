"""What stops say, done: at once, beside everything else, and answered once.

A stop bypasses the thread's lock, the parser's patience and every queue, and is done before it
is written down. What was still being read when it was said is dropped with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import structlog

from bot.conversation.unread import Whose
from bot.domain.cards import ThreadItem
from bot.domain.intents import Control, SmallTalk, Understanding
from bot.domain.messages import Message, Person, Reply
from bot.domain.posts import MarkState
from bot.errors import ConflictError, OverseerError, StoreBusyError
from bot.pipeline import late, pending
from bot.pipeline.answering import Answers
from bot.pipeline.at_work import AtWork
from bot.pipeline.clicks import UNWRITTEN
from bot.pipeline.dropping import UNREAD, Dropping, meant_by, stopped, told_dropped
from bot.pipeline.open_question import asks, of_window
from bot.pipeline.outsiders import starts_nothing
from bot.pipeline.stopping import Halted, Stopping, must_freeze, told_newer, told_passed
from bot.pipeline.taken_in import heard
from bot.pipeline.thread_work import BROKEN, ThreadWork, either
from bot.ports import Store, Unit, World
from bot.reporting.mouth import Mouth

_log = structlog.get_logger(__name__)

NOT_KEPT = (
    "The database can't be used just now: if more was to be stopped, say it again in a moment."
)
PUT_AWAY = "Never mind, then."
"""What a stop comes to where nothing is to be stopped and a question is open."""
NOTHING_READ = "Nothing of yours is being read here any more."
_Said = tuple[str, MarkState]
"""What to say to a stop, and what came of it."""


def newer(message: Message) -> Callable[[Unit, int], bool]:
    """Whether a plan was asked for since a message was said."""
    return lambda unit, plan: late.is_newer(unit, message, plan)


class Obeying:
    """Does what stops say."""

    def __init__(
        self,
        store: Store,
        stopping: Stopping,
        answers: Answers,
        mouth: Mouth,
        work: ThreadWork,
        busy: AtWork,
        dropping: Dropping,
        *,
        world: Callable[[], World],
    ) -> None:
        """`busy` are the messages that this process is at."""
        self._store = store
        self._stopping = stopping
        self._answers = answers
        self._mouth = mouth
        self._work = work
        self._busy = busy
        self._dropping = dropping
        self._world = world
        self._obeyed: dict[str, _Said] = {}
        """Stops that are done and not answered: the message → what to say to it."""
        self._left: dict[str, Control] = {}
        """Orders that were read with their conversation, and wait for the database."""

    async def everything(self, person: Person, *, kill: bool) -> str:
        """Stop everything and drop what is being read. Returns what to say.

        Raises:
            NotAllowedError: the person is neither approver nor administrator.
        """
        must_freeze(person)
        whose = Whose(person=person.name, everybody=True)
        dropping = asyncio.ensure_future(self._dropping.try_to(whose))
        said = await self._stopping.freeze(person, frozen=True, kill=kill)
        dropped = await dropping | await self._dropping.drop(whose)
        return " ".join(filter(None, (told_dropped(dropped, person.name), said)))

    async def unread(self, person: Person, event: str = "") -> str:
        """Drop this person's requests that are no plan yet, or one of them. Returns what to say.

        Raises:
            StoreBusyError: that can't be written; it holds as long as this process lives.
        """
        dropped = await self._dropping.drop(Whose(person=person.name, event=event))
        return told_dropped(dropped, person.name)

    async def obey(self, message: Message, person: Person, said: str, control: Control) -> Reply:
        """Do what `stop` says first, and write down beside it that it was said."""
        surface, event = message.thread.surface, message.event_id
        control = of_window(control, message.asked)
        taken = Reply(accepted=True, thread=message.thread)
        if event in self._busy or await self._looked_up(lambda u: u.received(surface, event)):
            return taken
        self._busy.begin(event)
        whose = meant_by(control, message.thread, person)
        dropped = self._dropping.at_once(whose)
        try:
            control = await self._stopping.named(control, message.thread, person, newer(message))
        except StoreBusyError as error:  # it is looked up again when it is done
            _log.warning("what a stop means can't be looked up", said=event, why=str(error))
        halted = asyncio.Event()
        task = self._work.spawn(
            message.thread,
            self.control(control, message, person, halted.set, dropped=dropped),
        )
        known = Understanding(outcome=control)

        def taking_in(unit: Unit) -> ThreadItem | None:
            item = heard(unit, message, person, said, known)
            if item is not None and whose is not None:
                dropped.update(stopped(unit, whose))
                late.obeyed(unit, whose, message.at, message)
            return item

        try:
            item = await self._store.write(taking_in, first=True)
        except StoreBusyError as error:
            if whose is not None:
                self._dropping.unwritten(whose, dropped, message)
            await either(task, halted)
            unread = told_dropped(dropped, person.name)
            if not task.done():  # its own writer tries until it can
                told = " ".join(filter(None, (unread, UNWRITTEN)))
                return Reply(accepted=True, text=told, thread=message.thread)
            self._obeyed.pop(event, None)  # sent again, it is tried again
            if unread:  # in memory, which each of them is held against before it is planned
                return Reply(accepted=True, text=f"{unread} {NOT_KEPT}", thread=message.thread)
            return Reply(accepted=False, text=str(error), thread=message.thread)
        if item is not None:
            await self._mouth.pass_on(item)
        return taken

    async def _looked_up(self, work: Callable[[Unit], bool]) -> bool:
        """What is so; where nothing can be looked up a stop is done, perhaps once more."""
        try:
            return await self._store.read(work)
        except StoreBusyError as error:
            _log.warning("a stop is done without a look at the database", why=str(error))
            return False

    async def control(
        self,
        control: Control,
        message: Message,
        person: Person,
        halted: Halted,
        *,
        passed: bool = False,
        dropped: Mapping[str, str] | None = None,
    ) -> None:
        """Do it, beside whatever else its thread waits for, and say what came of it.

        Done is done: when only that can't be said now, it is said later and not done again. What
        it was about may have `passed`. `dropped` is what it has dropped, message → person.
        """
        event = message.event_id
        try:
            if event not in self._obeyed and passed:
                self._obeyed[event] = told_passed(control), MarkState.REFUSED
            await self._carried_out(control, message, person, halted, dropped or {})
        except StoreBusyError as error:  # it still waits: a tick takes it up again
            _log.warning("a stop waits for the database", said=event, why=str(error))
        finally:
            self._busy.end(event)

    async def as_read(self, control: Control, message: Message, person: Person) -> None:
        """The same at its message's turn, of an order that was read with its conversation.

        Raises:
            StoreBusyError: it waits still, and is taken up again as what it was read as: by then
                the same words may mean something else.
        """
        event = message.event_id
        try:
            await self._carried_out(control, message, person, lambda: None, {})
        except StoreBusyError:
            self._left[event] = control
            self._dropping.unread.end(event)
            raise

    def order(self, waiting: pending.Waiting) -> Control | None:
        """The order that a message which waits has come to; None: it is to be read."""
        return waiting.control or self._left.get(waiting.message.event_id)

    async def _carried_out(
        self,
        control: Control,
        message: Message,
        person: Person,
        halted: Halted,
        dropped: Mapping[str, str],
    ) -> None:
        event, control = message.event_id, of_window(control, message.asked)
        if event not in self._obeyed:
            self._obeyed[event] = await self._done(control, message, person, halted, dropped)
        said, mark = self._obeyed[event]
        if said is PUT_AWAY:
            talk = SmallTalk(text=PUT_AWAY, dropped=True)
            await self._answers.talk(message, person, talk)
        else:
            await self._answers.say(message.thread, said, event=event, mark=mark)
        del self._obeyed[event]
        self._left.pop(event, None)

    async def _done(
        self,
        control: Control,
        message: Message,
        person: Person,
        halted: Halted,
        dropped: Mapping[str, str],
    ) -> _Said:
        unread = told_dropped(dropped, person.name)
        if control.scope == UNREAD:
            return unread or NOTHING_READ, MarkState.DONE
        if control.verb == "resume" and message.outside is not None:
            return starts_nothing(message.outside), MarkState.REFUSED
        if await self._is_newer(control, message):
            said = told_newer(control.scope)
            return " ".join(filter(None, (unread, said))), MarkState.REFUSED
        mark = MarkState.DONE
        try:
            said = await self._stopping.control(control, message.thread, person, halted=halted)
        except StoreBusyError as error:
            if control.verb != "resume":
                raise
            # Done late, it would undo what was stopped since.
            return str(error), MarkState.REFUSED
        except ConflictError as error:
            if not unread and await self._is_asked(control, message, person):
                return PUT_AWAY, MarkState.DONE
            said = "" if unread else str(error)
            mark = MarkState.DONE if unread else MarkState.REFUSED
        except OverseerError as error:
            said, mark = str(error), MarkState.DONE if unread else MarkState.REFUSED
        except Exception:  # noqa: BLE001 - what nobody foresaw would come again at each tick
            _log.exception("a stop failed inside Overseer", thread=str(message.thread))
            said, mark = BROKEN, MarkState.FAILED
        return " ".join(filter(None, (unread, said))), mark

    async def _is_newer(self, control: Control, message: Message) -> bool:
        """Whether it means what was asked for since it was said, which it does not name."""
        scope = control.scope
        if control.verb == "resume" or not scope.isdecimal() or scope in message.text:
            return False
        return await self._looked_up(lambda u: late.is_newer(u, message, int(scope)))

    async def _is_asked(self, control: Control, message: Message, person: Person) -> bool:
        """Whether all that it can mean is the question that waits for them."""
        # A number that nobody said is that of the last plan there, where nothing is to be stopped.
        number = control.scope if control.scope.isdecimal() else ""
        named = control.scope == "all" or (number and number in message.text)
        if control.verb == "resume" or named:
            return False
        return await self._looked_up(lambda u: asks(u, message.thread, person.name))

    async def stop_first(self) -> None:
        """Store the stops that were said in a former life, before any of its runs goes on."""
        for each in await self._store.read(pending.waiting):
            message, control = each.message, each.control
            person = self._world().again(message)
            if control is None or control.verb == "resume" or person is None or each.passed:
                continue
            try:
                said = await self._stopping.stored(control, message.thread, person)
            except OverseerError as error:  # said when it is taken up
                _log.info("a stop came to nothing", said=message.event_id, why=str(error))
            else:
                if said:
                    self._obeyed[message.event_id] = said, MarkState.DONE
