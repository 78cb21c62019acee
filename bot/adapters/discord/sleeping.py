"""Threads that the library does not know, as they were folded away: Discord is asked what they are.

What is said in one waits for the answer, as long as Discord's interface is away, one look-up at a
time for each thread, and is heard in its order then. Meanwhile the bookmark stays before it: a
process that ends leaves it to the next one.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.adapters.discord.faults import RestAwayError, RestBusyError, RestDoubtError, RestError
from bot.adapters.discord.rest import Asks
from bot.ports import Clock

_log = structlog.get_logger(__name__)

FOR_NOW = (RestBusyError, RestAwayError, RestDoubtError)
"""Faults that may be over in a moment."""
FIRST_S, LONGEST_S = 0.5, 30.0
PATIENCE_S = 3600.0
"""After which only the next session hears it."""
MOST_WAITING = 1_000
"""Messages that wait at once; more are the next session's."""
MOST_KNOWN = 1_000


class Sleeping:
    """Asks, and remembers the answers: a thread never moves, nor does who began it change."""

    def __init__(self, rest: Asks, clock: Clock) -> None:
        """None is known yet."""
        self._rest = rest
        self._clock = clock
        self._known: dict[int, tuple[int, int]] = {}
        self._locks: dict[int, asyncio.Lock] = {}
        self._wanted: dict[int, int] = {}
        """By how many each lock is wanted: the last one takes it away."""
        self._waiting = 0

    async def of(self, channel: int) -> tuple[int | None, int | None]:
        """The channel in which a thread is, and who began it; None: it is none, or not for us.

        Raises:
            RestError: Discord does not say, so nobody knows what is said there.
        """
        lock = self._locks.setdefault(channel, asyncio.Lock())
        self._wanted[channel] = self._wanted.get(channel, 0) + 1
        self._waiting += 1
        try:
            async with lock:
                return self._known.get(channel) or await self._asked(channel)
        finally:
            self._waiting -= 1
            self._wanted[channel] -= 1
            if not self._wanted[channel]:
                del self._wanted[channel], self._locks[channel]

    async def _asked(self, channel: int) -> tuple[int | None, int | None]:
        waited, pause = 0.0, FIRST_S
        while True:
            try:
                found = await self._rest.ask("GET", f"/channels/{channel}")
            except FOR_NOW as error:
                if waited >= PATIENCE_S or self._waiting > MOST_WAITING:
                    raise
                if not waited:
                    _log.warning("what is said in a thread waits", thread=channel, why=error.said)
                pause = max(pause, getattr(error, "retry_after", 0.0))
                await self._clock.sleep(pause)
                waited, pause = waited + pause, min(2 * pause, LONGEST_S)
            except RestError:
                return None, None
            else:
                break
        if "thread_metadata" not in found:
            return None, None
        told = self._known[channel] = int(found["parent_id"]), int(found.get("owner_id") or 0)
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return told
