"""What is said to a start script on its stdin while it follows its command.

A shell that waits costs nothing; one that looks again and again starts a process each time. So
we say when we want to hear more, and at the end, once the result is recorded, that the attempt
may be forgotten: both over the session that started it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.adapters.hosts.carrier import CutError, Ended, Say

TICK_S = 0.3
"""How often output is asked for."""

LINGER_S = 5.0
"""How long after the end *forget* may come over the same session."""

_FORGET_S = 10.0
_CLOSE_S = 1.0


class Talk:
    """One start script's session: open from its start until it has forgotten, or is let go."""

    def __init__(self, mark: str) -> None:
        """`mark` is in front of every word: sudo may have left a password on that stdin."""
        self._mark = mark
        self._loop = asyncio.get_running_loop()
        self._say: Say | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._over = self._loop.create_future()
        self._running: asyncio.Task[Ended] | None = None

    def opened(self, say: Say) -> None:
        """The session is there: ask for more from time to time."""
        self._say = say
        self._timer = self._loop.call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        self._tell("t")
        self._timer = self._loop.call_later(TICK_S, self._tick)

    def _tell(self, word: str) -> None:
        if self._say is not None:
            self._say(f"{self._mark} {word}\n".encode() if word else b"")

    def over(self) -> None:
        """The result is here: no more is asked for, and the session waits for its last word."""
        if not self._over.done():
            self._over.set_result(None)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def attend(self, running: Coroutine[Any, Any, Ended]) -> Ended | None:
        """Wait until it ends; None where the result came and the session stays for a while."""
        self._running = task = asyncio.create_task(running)
        try:
            await asyncio.wait({task, self._over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._rest()
            if not self._over.done():
                self._over.cancel()
                task.cancel()
                await asyncio.wait({task})
        if task.done():
            return task.result()
        self._timer = self._loop.call_later(LINGER_S, self._tell, "")
        task.add_done_callback(self._gone)
        return None

    def lingers(self, gone: Callable[[], object]) -> bool:
        """Whether the session is still there; then `gone` is called when it no longer is."""
        if self._running is None or self._running.done():
            return False
        self._running.add_done_callback(lambda _: gone())
        return True

    def _gone(self, task: asyncio.Task[Ended]) -> None:
        self._rest()
        self._say = None
        if not task.cancelled():
            task.exception()  # nobody waits for it any more

    async def forget(self) -> bool:
        """Have the attempt removed. False: it wasn't, as far as we know."""
        task = self._running
        if task is None or task.done():
            return False
        self._tell("forget")
        await asyncio.wait({task}, timeout=_FORGET_S)
        if not task.done():
            await self.close()
            return False
        try:
            return task.result().status == 0
        except CutError:
            return False

    async def close(self) -> None:
        """Let the session go."""
        task = self._running
        if task is None or task.done():
            return
        self._tell("")
        await asyncio.wait({task}, timeout=_CLOSE_S)
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
