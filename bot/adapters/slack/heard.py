"""How far Slack has been heard, over restarts, so that what was missed can be asked for.

A channel's mark is the time (Slack's `ts`) of the newest message there that was handed on; it never
passes one that is still being taken in. Beside them stands until when Slack reached us at all: a
channel without a mark is read from then on. Both are written down every few seconds, not with each
message, so that after a crash a little is read twice: the inbox knows it.

While what was missed is read the marks of those channels stand still, and what comes there by
itself waits for a while (`held`), so that it is heard after what was said before it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.adapters.slack.events import SURFACE
from bot.domain.messages import ThreadRef
from bot.domain.recent import Recent
from bot.errors import ChatAwayError
from bot.ports import Store, Unit

ALIVE_S = 60.0
"""How often is written down that Slack reaches us, though nothing was said."""
STEP = 0.000001
PATIENCE_S = 20.0
"""How long what comes by itself waits for what was missed before it in its channel."""
MOST_TAKEN = 5_000
"""Messages of this life that are remembered one by one."""


class Heard:
    """The marks."""

    def __init__(self, store: Store) -> None:
        """Nothing was heard yet in this life; `store` has what was before."""
        self.store = store
        self._newest: dict[str, float] = {}
        """By channel, as far as that is not written down as it stands."""
        self._taking: dict[str, list[float]] = {}
        self._alive = self._alive_written = 0.0
        self._before: dict[str, float] | None = None
        self._listed: frozenset[str] | None = None
        self._read: set[str] = set()
        self._tried: set[str] = set()
        self._waited: Counter[str] = Counter()
        self._moved = asyncio.Event()
        self._closed = False
        self._taken: Recent[tuple[str, float]] = Recent(MOST_TAKEN)

    # -- what is heard ----------------------------------------------------------------------

    @contextmanager
    def taking(self, channel: str, ts: str) -> Iterator[None]:
        """While a message is taken in. Where that fails, Slack brings it again, or its sender."""
        at = seconds(ts)
        under_way = self._taking.setdefault(channel, [])
        under_way.append(at)
        try:
            yield
        except asyncio.CancelledError:  # it is the next start's
            at = 0.0
            raise
        finally:
            under_way.remove(seconds(ts))
            if not under_way:
                del self._taking[channel]
            if at:
                self._newest[channel] = max(at, self._newest.get(channel, 0.0))

    def took(self, channel: str, ts: str) -> None:
        """A message was handed on, and is durably taken in or refused."""
        self._taken.add((channel, seconds(ts)))

    def knows(self, channel: str, ts: str) -> bool:
        """Whether a message was handed on in this life, as far back as is remembered."""
        return (channel, seconds(ts)) in self._taken

    def alive(self, now: datetime) -> None:
        """Slack reaches us."""
        self._alive = now.timestamp()

    # -- what was missed --------------------------------------------------------------------

    def hold(self) -> None:
        """Let the marks stand: there is something between them and what is heard from now on."""
        marks = {c: self._mark(c) for c in self._newest}
        if self._before is None:
            self._before = marks | {"": self._alive}
        else:
            self._before |= {c: at for c, at in marks.items() if not self._holds(c)}
        self._listed = None
        self._read.clear()
        self._tried.clear()

    def list(self, channels: Collection[str]) -> None:
        """These are to be read; in no other one was anything missed."""
        self._listed = frozenset(channels)
        self._move()

    def tried(self, channel: str) -> None:
        """It can't be read yet: nothing waits for it any longer."""
        self._tried.add(channel)
        self._move()

    def release(self, channel: str = "") -> None:
        """What was missed there is heard; without a channel: everywhere."""
        if channel:
            self._read.add(channel)
        else:
            self._before = self._listed = None
            self._read.clear()
            self._tried.clear()
        self._move()

    def is_read_of(self, channel: str) -> bool:
        """Whether what was missed there is still being read, for the first time."""
        return self._holds(channel) and channel not in self._tried

    async def until_read(self, channel: str) -> None:
        """Wait until what was missed there is heard, but not for ever.

        Raises:
            ChatAwayError: the end came first.
        """
        self._waited[channel] += 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                while self.is_read_of(channel) and not self._closed:
                    await self._moved.wait()
        except TimeoutError:
            pass
        finally:
            self._waited[channel] -= 1
        if self._closed:
            raise ChatAwayError("I am stopping; I hear it when I am back.")

    def first(self, channels: Iterable[str]) -> str:
        """Which of these is to be read next: where somebody waits for it, else in their order."""
        return max(channels, key=lambda each: self._waited[each] > 0)

    def close(self) -> None:
        """Nothing waits any more."""
        self._closed = True
        self._move()

    def _holds(self, channel: str) -> bool:
        listed = self._listed is None or channel in self._listed
        return self._before is not None and listed and channel not in self._read

    def _move(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def until(self, channel: str = "") -> float:
        """Until when was heard before the marks were held; 0: nobody knows.

        Of a channel of which nothing is known, and of none: until when Slack reached us at all.
        """

        def work(unit: Unit) -> float:
            for each in (channel, ""):
                stored, kept = unit.get(_key(each)), (self._before or {}).get(each, 0.0)
                if found := max(float(stored or 0.0), kept):
                    return found
            return 0.0

        return await self.store.read(work)

    async def talks(self, since: datetime) -> tuple[ThreadRef, ...]:
        """Where words may be wanted."""
        return await self.store.read(lambda u: u.talks(SURFACE, since))

    # -- over restarts ----------------------------------------------------------------------

    async def write(self, *, last: bool = False) -> None:
        """Write down what has changed; `last`: also that Slack reached us until now.

        Raises:
            StoreBusyError: nothing was written.
        """
        due = {c: self._mark(c) for c in self._newest if not self._holds(c)}
        reached = self._before is None  # a channel without a mark is read from then on
        if reached and self._alive - self._alive_written >= (STEP if last else ALIVE_S):
            due[""] = self._alive
        if not due:
            return

        def work(unit: Unit) -> None:
            for channel, at in due.items():
                if at > float(unit.get(_key(channel)) or 0.0):
                    unit.put(_key(channel), at)

        await self.store.write(work)
        self._newest = {c: at for c, at in self._newest.items() if due.get(c, 0.0) < at}
        self._alive_written = due.get("", self._alive_written)

    def _mark(self, channel: str) -> float:
        newest, under_way = self._newest[channel], self._taking.get(channel)
        return min(newest, min(under_way) - STEP) if under_way else newest


def seconds(ts: str) -> float:
    """Slack's time of a message, in seconds since 1970; 0.0 where it is none."""
    try:
        return float(ts)
    except ValueError:
        return 0.0


def _key(channel: str) -> str:
    return f"heard/{SURFACE}/{channel}"
