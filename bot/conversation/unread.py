"""What was heard and is no plan yet: a stop drops it, and nothing said before one begins after it.

It is in memory, because a stop waits for no database and for no model: whoever reads a request
that was dropped is cancelled at once. What was dropped is written beside it (`pending.stop`), for
the process that comes after this one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.domain.messages import ThreadRef

T = TypeVar("T")
MOST_DELETED = 10_000
"""Deleted messages that are remembered: one may be delivered after its deletion."""


@dataclass(frozen=True, kw_only=True)
class Whose:
    """Which requests a stop means: a person's wherever, a conversation's; or everybody's.

    With `event` it is that one message alone, if it is the person's; with `here` only what the
    person said in that conversation.
    """

    person: str = ""
    thread: ThreadRef | None = None
    everybody: bool = False
    event: str = ""
    here: bool = False

    def means(self, event: str, person: str, thread: ThreadRef) -> bool:
        """Whether a request is meant."""
        if self.event:
            return event == self.event and person == self.person
        if self.here:
            return person == self.person and thread == self.thread
        return self.everybody or person == self.person or thread == self.thread


@dataclass
class _Heard:
    """One request: whose it is, and what ends its reading."""

    person: str
    thread: ThreadRef
    dropped: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Unread:
    """The requests that this process is at, by message."""

    def __init__(self) -> None:
        """None was heard yet."""
        self._heard: dict[str, _Heard] = {}
        self._said: dict[tuple[str, ThreadRef], set[str]] = {}
        """By person and conversation: every message looks here, however many others are read."""
        self._leaving: set[asyncio.Future[Any]] = set()
        self._deleted: dict[tuple[str, str], None] = {}

    def begin(self, event: str, person: str, thread: ThreadRef) -> None:
        """A request is to be read; one that was dropped before stays so."""
        if event not in self._heard:
            self._heard[event] = _Heard(person, thread)
            self._said.setdefault((person, thread), set()).add(event)

    def end(self, event: str) -> None:
        """It has its answer."""
        each = self._heard.pop(event, None)
        if each is None:
            return
        each.ended.set()
        theirs = self._said[each.person, each.thread]
        theirs.discard(event)
        if not theirs:
            del self._said[each.person, each.thread]

    def drop(self, whose: Whose) -> dict[str, str]:
        """Drop what is meant, and end its reading. Gives message → person of what was dropped."""
        found = {
            event: each.person
            for event, each in self._heard.items()
            if whose.means(event, each.person, each.thread) and not each.dropped.is_set()
        }
        for event in found:
            self._heard[event].dropped.set()
        return found

    def delete(self, surface: str, event: str) -> None:
        """A message was deleted: delivered after that it is not heard."""
        self._deleted[surface, event] = None
        if len(self._deleted) > MOST_DELETED:
            del self._deleted[next(iter(self._deleted))]

    def is_deleted(self, surface: str, event: str) -> bool:
        """Whether a message was deleted, as far as is remembered."""
        return (surface, event) in self._deleted

    def knows(self, event: str) -> bool:
        """Whether this process is at a message."""
        return event in self._heard

    def drop_one(self, event: str) -> None:
        """Drop a message, whosever it is."""
        if event in self._heard:
            self._heard[event].dropped.set()

    def dropped(self, event: str) -> bool:
        """Whether a stop came since it was heard."""
        return event in self._heard and self._heard[event].dropped.is_set()

    def is_reading(self, person: str, thread: ThreadRef) -> bool:
        """Whether something that this person said in the conversation is still read."""
        theirs = self._said.get((person, thread), ())
        return any(not self._heard[event].dropped.is_set() for event in theirs)

    async def settled(
        self, person: str, thread: ThreadRef, *, until: Coroutine[Any, Any, None]
    ) -> bool:
        """Wait for the answers to what they said there, but no longer than until this has ended.

        Whether nothing of theirs is being read any more.
        """
        pause = asyncio.ensure_future(until)
        try:
            while self.is_reading(person, thread) and not pause.done():
                theirs = (self._heard[event] for event in self._said[person, thread])
                first = next(each for each in theirs if not each.dropped.is_set())
                ended = asyncio.ensure_future(first.ended.wait())
                try:
                    await asyncio.wait({pause, ended}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    ended.cancel()
        finally:
            pause.cancel()
        return not self.is_reading(person, thread)

    async def read(self, event: str, reading: Coroutine[Any, Any, T]) -> T | None:
        """What reading gives; None, at once, when the request is dropped meanwhile."""
        each = self._heard.get(event)
        if each is None:
            return await reading
        if each.dropped.is_set():
            reading.close()
            return None
        work = asyncio.ensure_future(reading)
        stop = asyncio.ensure_future(each.dropped.wait())
        try:
            await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
            return None if each.dropped.is_set() else work.result()
        finally:
            stop.cancel()
            self._leave(work)

    def _leave(self, work: asyncio.Future[Any]) -> None:
        """Let it go; nobody waits for what it takes to end, nor asks how it ended."""
        work.cancel()
        self._leaving.add(work)
        work.add_done_callback(self._gone)

    def _gone(self, work: asyncio.Future[Any]) -> None:
        self._leaving.discard(work)
        if not work.cancelled():
            work.exception()
