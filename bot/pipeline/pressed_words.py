"""Words that a button says: an example's, an option's, and those that *Change…* has asked for.

Pressing is the same as saying it, for whoever was asked. What is typed into a window of *Change…*
is said in the plan's conversation, wherever the card stood that was pressed. It is about that plan,
and what is said after it is not, unless it has led to a question.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.conversation.open_plans import end_change, pressed_change
from bot.conversation.threads import ThreadLocks
from bot.domain.messages import ButtonPress, Message, Person, Reply, ThreadRef, told_apart
from bot.domain.wording import number_in
from bot.errors import ConflictError, StoreBusyError
from bot.intent.model.chosen import is_own
from bot.pipeline.admitting import Read
from bot.pipeline.clicks import PRESSED
from bot.pipeline.open_question import OF_CHANGE, asked_card, pressed_on
from bot.pipeline.thread_work import ThreadWork
from bot.pipeline.unpickable import refuse_steering
from bot.ports import Store, Unit, World


def is_words(press: ButtonPress) -> bool:
    """Whether a press says something; its receipt is that of what it says."""
    return press.button in ("say", "option") or (press.button == "change" and bool(press.text))


class PressedWords:
    """Says them."""

    def __init__(
        self,
        store: Store,
        read: Read,
        begins: Callable[[ButtonPress, Person], Awaitable[Reply]],
        hear: Callable[[Message], Awaitable[Reply]],
        world: Callable[[], World],
        work: ThreadWork,
        locks: ThreadLocks,
    ) -> None:
        """`begins` does what a press of *Change…* does, `hear` takes words in.

        `read` is what the rules alone make of words, `locks` whose turn it is in a thread.
        """
        self._store = store
        self._read = read
        self._begins = begins
        self._hear = hear
        self._world = world
        self._work = work
        self._locks = locks

    async def say(self, press: ButtonPress, person: Person) -> Reply:
        """Say it, once.

        Raises:
            OverseerError: it may not be said, or no longer; the sentence is for the clicker.
        """
        event, by = f"{PRESSED}{press.event_id}", press.identity.surface
        thread = await self._store.read(lambda u: _place(u, press))
        receipt = told_apart(thread.surface, event, by)
        if await self._store.read(lambda u: u.received(thread.surface, receipt)):
            return Reply(accepted=True, thread=thread)
        said = Message(
            event_id=event,
            thread=thread,
            identity=press.identity,
            person=person.name,
            text=press.value,
            at=press.at,
            outside=press.outside,
            lent=press.lent,
        )
        if press.button == "change":
            return await self._changed(press, person, said)
        if press.button == "option":
            said = await self._chosen(press, person, said)
        return await self._hear(said)

    async def _changed(self, press: ButtonPress, person: Person, said: Message) -> Reply:
        """What is typed into the window; where it is not taken in, nothing is being changed."""
        thread, name, taken = said.thread, person.name, False
        before = await self._store.read(lambda u: asked_card(u, thread, name))
        await self._begins(press, person)
        try:
            words = {"text": press.text, "asked": f"{OF_CHANGE}{press.plan}"}
            reply = await self._hear(said.model_copy(update=words))
            taken = reply.accepted
        finally:
            if not taken:
                await self._store.write(lambda u: _end(u, thread, name, press.plan))
        self._work.spawn(thread, self._answered(thread, name, before, press.plan))
        return reply

    async def _answered(self, thread: ThreadRef, name: str, before: str, plan: int | None) -> None:
        """When it has its answer the change is over, unless that is a question: as it was not."""

        def work(unit: Unit) -> None:
            if asked_card(unit, thread, name) in ("", before):
                _end(unit, thread, name, plan)

        async with self._locks.turn(thread):
            with suppress(StoreBusyError):  # it is over by itself in a while
                await self._store.write(work)

    async def _chosen(self, press: ButtonPress, person: Person, said: Message) -> Message:
        """What an option says.

        Raises:
            ConflictError: it is none, or not this person's to choose.
        """
        people = self._world().people
        question = await self._store.read(lambda u: pressed_on(u, press, person, people))
        number, _, asked = press.value.partition("@")
        at = number_in(number) or 0
        if not 1 <= at <= len(question.options):
            raise ConflictError("That is none of the options.")
        option = question.options[at - 1]
        if not is_own(question, option):
            await refuse_steering(option.says, press.thread, person, self._store, self._read)
        return said.model_copy(
            update={
                "text": option.says, "plan_only": question.plan_only, "asked": asked,
                "pressed": True,
            }
        )  # fmt: skip


def _end(unit: Unit, thread: ThreadRef, name: str, plan: int | None) -> None:
    """The change of a plan is over; that of another one, pressed since, is not."""
    pressed = pressed_change(unit, thread, name)
    if pressed is not None and pressed[0] == plan:
        end_change(unit, thread, name)


def _place(unit: Unit, press: ButtonPress) -> ThreadRef:
    """Where it is said."""
    stored = unit.plan(press.plan) if press.button == "change" and press.plan else None
    return stored.plan.thread if stored is not None else press.thread
