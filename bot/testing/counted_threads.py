"""The loop's own threads, counted: a clock that tests move must not run away from real work.

What `asyncio.to_thread` does takes real time. A scenario that let its clock go on meanwhile would
find deadlines passed for which nothing was slow but the machine.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class CountedThreads(ThreadPoolExecutor):
    """An executor that knows what it has not done yet."""

    def __init__(self) -> None:
        """As many threads as Python's default."""
        super().__init__(thread_name_prefix="counted")
        self._open: set[Future[Any]] = set()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """See `concurrent.futures.Executor.submit`."""
        done = super().submit(fn, *args, **kwargs)
        self._open.add(done)
        done.add_done_callback(self._open.discard)
        return done

    async def rested(self, within_s: float) -> float:
        """Wait until all is done, so many real seconds at most; the seconds that are left."""
        until = time.monotonic() + within_s
        while self._open and time.monotonic() < until:  # noqa: ASYNC110 -- no event tells it
            await asyncio.sleep(0.001)
        return max(0.0, until - time.monotonic())


_of: WeakKeyDictionary[asyncio.AbstractEventLoop, CountedThreads] = WeakKeyDictionary()


def counted_threads() -> CountedThreads:
    """The running loop's executor, which is one of these from its first call on."""
    loop = asyncio.get_running_loop()
    threads = _of.get(loop)
    if threads is None:
        threads = _of[loop] = CountedThreads()
        loop.set_default_executor(threads)  # it is shut down with the loop
    return threads
