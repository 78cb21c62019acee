"""What is being done for each thread: started, waited for, ended at the close.

Nothing is lost silently: what nobody foresaw is logged, and said in the thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog

from bot.domain.intents import Refusal
from bot.domain.messages import ThreadRef
from bot.errors import OverseerError

_log = structlog.get_logger(__name__)

T = TypeVar("T")

UNREADABLE = Refusal(
    code="fault",
    text="I could not read that, which is a fault of mine and is in the log; nothing ran. Say it "
    "in other words.",
)
BROKEN = "Something inside me broke and nothing more ran; the log says what."


class ThreadWork:
    """Tasks, each for a thread."""

    def __init__(self, say: Callable[[ThreadRef, str], Awaitable[None]]) -> None:
        """`say` says a sentence in a thread."""
        self._say = say
        self.tasks: dict[asyncio.Task[Any], str] = {}
        self._closing = False

    def spawn(self, thread: ThreadRef, work: Coroutine[Any, Any, T]) -> asyncio.Task[T | None]:
        """Do it beside everything else. Gives what it gave, None when it failed or never began."""
        if self._closing:  # what was heard is stored, and taken up by the next start
            work.close()
            return asyncio.ensure_future(_nothing())
        task = asyncio.ensure_future(self._guarded(thread, work))
        self.tasks[task] = str(thread)

        def done(ended: asyncio.Task[T | None]) -> None:
            self.tasks.pop(ended, None)
            work.close()  # it may have been cancelled before it began

        task.add_done_callback(done)
        return task

    async def idle(self, thread: ThreadRef) -> None:
        """Wait until nothing is done for this thread any more."""
        while mine := [task for task, key in self.tasks.items() if key == str(thread)]:
            await asyncio.wait(mine)

    async def close(self) -> None:
        """Begin nothing more, and end what is being done."""
        self._closing = True
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _guarded(self, thread: ThreadRef, work: Awaitable[T]) -> T | None:
        try:
            return await work
        except OverseerError as error:
            said = str(error)
        except Exception:  # noqa: BLE001 - the last net: what nobody foresaw is said and logged
            _log.exception("a request failed inside Overseer", thread=str(thread))
            said = BROKEN
        try:
            await self._say(thread, said)
        except OverseerError as error:
            _log.warning("a sentence could not be said", said=said, why=str(error))
        return None


async def either(task: asyncio.Task[Any], event: asyncio.Event) -> None:
    """Wait until the task is done or the event has come."""
    coming = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((task, coming), return_when=asyncio.FIRST_COMPLETED)
    finally:
        coming.cancel()


async def _nothing() -> None:
    """What is done when nothing may be done any more."""
