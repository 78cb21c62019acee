"""How far Slack has been heard, over restarts, so that what was missed can be asked for.

A channel's mark is the time (Slack's `ts`) of the newest message there that was handed on; it never
passes one that is still being taken in. Beside them stands until when Slack reached us at all: a
channel without a mark is read from then on. Both are written down every few seconds, not with each
message, so that after a crash a little is read twice: the inbox knows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.adapters.slack.events import SURFACE
from bot.domain.messages import ThreadRef
from bot.ports import Store, Unit

ALIVE_S = 60.0
"""How often is written down that Slack reaches us, though nothing was said."""
STEP = 0.000001


class Heard:
    """The marks."""

    def __init__(self, store: Store) -> None:
        """Nothing was heard yet in this life; `store` has what was before."""
        self._store = store
        self._newest: dict[str, float] = {}
        self._written: dict[str, float] = {}
        self._taking: dict[str, list[float]] = {}
        self._alive = self._alive_written = 0.0
        self._before: dict[str, float] | None = None
        self._since: set[tuple[str, float]] = set()

    # -- what is heard ----------------------------------------------------------------------

    @contextmanager
    def taking(self, channel: str, ts: str) -> Iterator[None]:
        """While a message is taken in. Where that fails, Slack brings it again, or its sender."""
        at = seconds(ts)
        under_way = self._taking.setdefault(channel, [])
        under_way.append(at)
        try:
            yield
            if self._before is not None:
                self._since.add((channel, at))
        finally:
            under_way.remove(at)
            if not under_way:
                del self._taking[channel]
            self._newest[channel] = max(at, self._newest.get(channel, 0.0))

    def alive(self, now: datetime) -> None:
        """Slack reaches us."""
        self._alive = now.timestamp()

    # -- what was missed --------------------------------------------------------------------

    def hold(self) -> None:
        """Let the marks stand: there is something between them and what is heard from now on."""
        if self._before is None:
            self._before = {c: self._mark(c) for c in self._newest} | {"": self._alive}

    def release(self) -> None:
        """What was missed is heard."""
        self._before = None
        self._since.clear()

    def knows(self, channel: str, ts: str) -> bool:
        """Whether a message was heard since the marks are held."""
        return (channel, seconds(ts)) in self._since

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

        return await self._store.read(work)

    async def talks(self, since: datetime) -> tuple[ThreadRef, ...]:
        """Where words may be wanted."""
        return await self._store.read(lambda u: u.talks(SURFACE, since))

    # -- over restarts ----------------------------------------------------------------------

    async def write(self, *, last: bool = False) -> None:
        """Write down what has changed; `last`: also that Slack reached us until now.

        Raises:
            StoreBusyError: nothing was written.
        """
        if self._before is not None:
            return
        due = {channel: self._mark(channel) for channel in self._newest}
        if self._alive - self._alive_written >= (STEP if last else ALIVE_S):
            due[""] = self._alive
        due = {c: at for c, at in due.items() if at > self._written.get(c, 0.0)}
        if not due:
            return

        def work(unit: Unit) -> None:
            for channel, at in due.items():
                if at > float(unit.get(_key(channel)) or 0.0):
                    unit.put(_key(channel), at)

        await self._store.write(work)
        self._written |= due
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
