"""A clock that stands still until a test moves it.

clock = ManualClock()
task = asyncio.create_task(clock.sleep(5))
await clock.advance(5)      # the sleeper is awake
"""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class ManualClock:
    """`bot.ports.Clock`, ticked by hand. Its `now` may be asked from any thread."""

    def __init__(self, start: datetime = START) -> None:
        """Stand at `start`; `monotonic` counts from 0."""
        self._start = start
        self._seconds = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._start + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        """Seconds since the start, however often the wall clock was set."""
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        """Wait until a test has moved the clock so far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        self._count += 1
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._seconds + seconds, self._count, woken))
        await woken

    @property
    def sleepers(self) -> int:
        """How many wait for the clock."""
        return sum(not woken.done() for _, _, woken in self._sleepers)

    def set(self, now: datetime) -> None:
        """Set the wall clock, as an administrator or NTP would; nobody wakes."""
        self._start = now - timedelta(seconds=self._seconds)

    async def advance(self, seconds: float) -> None:
        """Move on, waking each sleeper at its own moment, in order.

        Two may move it at once: it never goes back.
        """
        end = self._seconds + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, woken = heapq.heappop(self._sleepers)
            if woken.done():
                continue
            self._seconds = max(self._seconds, due)
            woken.set_result(None)
            for _ in range(5):  # let it go on, and perhaps sleep again
                await asyncio.sleep(0)
        self._seconds = max(self._seconds, end)
        await asyncio.sleep(0)
