"""What people say to nobody by name in a room is taken in as it came, one after the other.

Of whom such words may be said depends on who has spoken before. Handed over in one moment, as after
a reconnection, a holder's "skip it" would else be judged before the colleague's question is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from bot.domain.messages import Message
from bot.intent.at_once import short_control

LONGEST_S = 1.0
"""Nobody waits longer for those before them: a database that is busy holds up no conversation."""


class InOrder:
    """Whose words of a conversation are being taken in."""

    def __init__(self, *, longest_s: float = LONGEST_S) -> None:
        """No lock exists longer than it is needed."""
        self._longest_s = longest_s
        self._threads: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, message: Message) -> AsyncIterator[None]:
        """Wait for what was said there before; an order to stop waits for nothing."""
        if message.addressed or not message.thread.is_room or short_control(message.text):
            yield
            return
        lock = self._threads.setdefault(str(message.thread), asyncio.Lock())
        held = await self._held(lock)
        try:
            yield
        finally:
            if held:
                lock.release()

    async def _held(self, lock: asyncio.Lock) -> bool:
        try:
            async with asyncio.timeout(self._longest_s):
                return await lock.acquire()
        except TimeoutError:
            return False
