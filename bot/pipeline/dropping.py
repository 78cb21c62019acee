"""Dropping what is still being read: in memory at once, and written, so that no start finds it.

A stop of any scope does it: one's own requests wherever they were said, those of the conversation
in which it was said, or everybody's. Each that was dropped says so where it was said.

A stop that was obeyed while the database could not be written is written as soon as it can be, with
what it dropped then: else the next process would hear from a history what was said before it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.conversation.unread import Unread, Whose
from bot.domain.intents import Control, SmallTalk
from bot.domain.marked import literal
from bot.domain.messages import Message, Person, ThreadRef
from bot.domain.wording import count, shortened
from bot.errors import StoreBusyError
from bot.pipeline import late, pending
from bot.pipeline.stopping import may_freeze
from bot.ports import Clock, Store, Unit

_log = structlog.get_logger(__name__)

UNREAD = "unread"
"""The scope of a stop that means what is being read, and nothing that runs or waits."""

_QUOTED = 120
"""Characters of a request that are quoted."""


def overtaken(text: str) -> SmallTalk:
    """What is said of a request that a stop overtook."""
    quoted = shortened(" ".join(text.split()), _QUOTED)
    return SmallTalk(
        text=f"Dropped: “{literal(quoted)}”. A stop came before I had read that, so nothing of it "
        "ran. Say it again if you still want it.",
        overtaken=True,
    )


def _put_away(text: str) -> SmallTalk:
    quoted = shortened(" ".join(text.split()), _QUOTED)
    return SmallTalk(
        text=f"Dropped: “{literal(quoted)}”. The question that it was said to was put away before "
        "I had read that, so nothing of it ran. Say it in one sentence if you still want it.",
        overtaken=True,
    )


def told_dropped(dropped: Mapping[str, str], person: str) -> str:
    """`Dropped 2 requests of yours that were still being read.`; empty where none was."""
    if not dropped:
        return ""
    own = " of yours" if set(dropped.values()) == {person} else ""
    were = "was" if len(dropped) == 1 else "were"
    return f"Dropped {count(len(dropped), 'request')}{own} that {were} still being read."


def meant_by(control: Control, thread: ThreadRef, person: Person) -> Whose | None:
    """Whose requests a control drops; None: a resume, or the stop of one plan, drops none."""
    if control.verb == "resume" or control.scope.isdecimal():
        return None
    if control.scope == UNREAD:
        return Whose(person=person.name, thread=thread, here=True)
    every = control.scope == "all" and may_freeze(person)
    return Whose(person=person.name, thread=thread, everybody=every)


@dataclass(frozen=True)
class _Unwritten:
    """A stop that was obeyed at a time, and the messages that it dropped in memory."""

    whose: Whose
    at: datetime
    said: Message | None
    dropped: Collection[str]

    def write(self, unit: Unit) -> None:
        """What was said since it was obeyed is none of its business."""
        if not self.whose.event:
            late.obeyed(unit, self.whose, self.at, self.said)
        for event in self.dropped:
            pending.stop_one(unit, event)


class Dropping:
    """Drops requests that are no plan yet."""

    def __init__(self, store: Store, unread: Unread, clock: Clock) -> None:
        """`unread` are those that this process is at; the store may keep more."""
        self._store = store
        self._clock = clock
        self.unread = unread
        self._unwritten: deque[_Unwritten] = deque(maxlen=late.MOST)

    def unwritten(
        self, whose: Whose, dropped: Collection[str], said: Message | None = None
    ) -> None:
        """That this was obeyed can't be written now; `said` is the message that was it."""
        at = said.at if said is not None else self._clock.now()
        self._unwritten.append(_Unwritten(whose, at, said, tuple(dropped)))

    async def write_down(self) -> None:
        """Write what could not be written then.

        Raises:
            StoreBusyError: it still can't be.
        """
        while self._unwritten:
            first = self._unwritten[0]
            await self._store.write(first.write)
            if self._unwritten and self._unwritten[0] is first:
                self._unwritten.popleft()

    def at_once(self, whose: Whose | None) -> dict[str, str]:
        """Drop those that this process is at: message → person."""
        return self.unread.drop(whose) if whose is not None else {}

    async def told(self, message: Message) -> SmallTalk:
        """What is said of a message that was dropped.

        Raises:
            StoreBusyError: why it was can't be looked up now.
        """
        void = await self._store.read(lambda u: pending.void(u, message.event_id))
        return (_put_away if void == pending.PUT_AWAY else overtaken)(message.text)

    async def drop(self, whose: Whose) -> dict[str, str]:
        """Drop them, and write it down: message → person.

        Raises:
            StoreBusyError: it can't be written; they are dropped as long as this process lives.
        """
        dropped = self.at_once(whose)
        try:
            return dropped | await self._store.write(lambda unit: _obeyed(unit, whose))
        except StoreBusyError:
            self.unwritten(whose, dropped)
            raise

    async def try_to(self, whose: Whose) -> dict[str, str]:
        """The same; where it can't be written, only what is in memory."""
        dropped = self.at_once(whose)
        try:
            return dropped | await self._store.write(lambda unit: _obeyed(unit, whose))
        except StoreBusyError as error:
            _log.warning("what a stop has dropped is not written", why=str(error))
            self.unwritten(whose, dropped)
            return dropped


def stopped(unit: Unit, whose: Whose) -> dict[str, str]:
    """Void what is meant and waits for its answer, whoever is at it: message → person."""
    return pending.stop(unit, whose.means)


def _obeyed(unit: Unit, whose: Whose) -> dict[str, str]:
    if not whose.event:
        late.obeyed(unit, whose, unit.now)
    return stopped(unit, whose)
