"""What is said to a start script on its stdin while it follows its command.

A shell that waits costs nothing; one that looks again and again starts a process each time. So
we say when we want to hear more, and at the end, once the result is recorded, that the attempt
may be forgotten: both over the session that started it.

Nothing but sudo's password is said before the script has spoken: a sudo that refused the
password would take whatever comes next for another try.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.adapters.hosts.carrier import CutError, Ended, Stdin

TICK_S = 0.3
"""How often output is asked for."""

LINGER_S = 5.0
"""How long after the end *forget* may come over the same session."""

COMPLAINT_S = 3.0
"""A script that has not spoken so long after something was complained of will not: sudo asks
for another password, and is told that there is none."""

SILENCE_S = 20.0
"""The same where nothing was said at all."""

_FORGET_S = 10.0
_CLOSE_S = 1.0


class Talk:
    """One start script's session: open from its start until it has forgotten, or is let go."""

    def __init__(self, mark: str, payload: bytes) -> None:
        """`payload` is what the script wants first; `mark` is in front of every word of ours."""
        self._mark = mark
        self._payload = payload
        self._loop = asyncio.get_running_loop()
        self._stdin: Stdin | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._spoke = False
        self._over = self._loop.create_future()
        self._running: asyncio.Task[Ended] | None = None

    def opened(self, stdin: Stdin) -> None:
        """The session is there; the script may have spoken already."""
        self._stdin = stdin
        if self._spoke:
            self._begin()
        else:
            self._later(SILENCE_S, self._tell, "")

    def heard(self, word: str, *, spoke: bool) -> None:
        """Something came: the script has spoken by now or not, and its last word is `word`."""
        if not spoke:
            self._later(COMPLAINT_S, self._tell, "")
        elif not self._spoke:
            self._spoke = True
            if self._stdin is not None:
                self._begin()
        if word == "f" and not self._over.done():
            self._over.set_result(None)

    def _begin(self) -> None:
        if self._payload and self._stdin is not None:
            self._stdin.say(self._payload)
        self._later(TICK_S, self._tick)

    def _tick(self) -> None:
        self._tell("t")
        self._later(TICK_S, self._tick)

    def _tell(self, word: str) -> None:
        if self._stdin is not None:
            self._stdin.say(f"{self._mark} {word}\n".encode() if word else b"")

    def _later(self, seconds: float, what: Callable[..., None], *with_what: str) -> None:
        self._quiet()
        self._timer = self._loop.call_later(seconds, what, *with_what)

    def _quiet(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def attend(self, running: Coroutine[Any, Any, Ended]) -> Ended | None:
        """Wait until it ends; None where the result came and the session stays for a while."""
        self._running = task = asyncio.create_task(running)
        try:
            await asyncio.wait({task, self._over}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._quiet()
            task.cancel()
            await asyncio.wait({task})
            raise
        self._quiet()
        if task.done():
            self._over.cancel()
            return task.result()
        if self._stdin is not None:
            self._stdin.rest()
        self._later(LINGER_S, self._tell, "")
        task.add_done_callback(self._gone)
        return None

    def lingers(self, gone: Callable[[], object]) -> bool:
        """Whether the session is still there; then `gone` is called when it no longer is."""
        if self._running is None or self._running.done():
            return False
        self._running.add_done_callback(lambda _: gone())
        return True

    def _gone(self, task: asyncio.Task[Ended]) -> None:
        self._quiet()
        self._stdin = None
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
