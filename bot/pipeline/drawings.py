"""Each plan's card is drawn by one at a time, and once for everybody who asks before it begins.

What changes a plan, what follows its events and what tells people of it each want its card true,
all in the same moment: one drawing, of what is stored then, is enough for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

Draw = Callable[[int], Awaitable[bool]]


class Drawings:
    """Drawings by plan: one under way, and one that will begin after it."""

    def __init__(self, draw: Draw) -> None:
        """`draw` draws a plan's card from what is stored; it says whether the plan moves."""
        self._draw = draw
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._due: dict[int, asyncio.Future[bool]] = {}
        """Drawings that have not begun."""

    async def drawn(self, plan: int) -> bool:
        """See that a drawing begins after now, and wait until it is done.

        Raises:
            Exception: whatever hindered the drawing.
        """
        while (due := self._due.get(plan)) is not None:
            await asyncio.wait((due,))  # whoever waits may be cancelled, and not the drawing
            if not due.cancelled():
                return due.result()
        return await self._drawn(plan)

    async def rested(self, plan: int) -> None:
        """Wait until nobody draws it."""
        while (lock := self._locks.get(plan)) is not None and lock.locked():
            async with lock:
                pass

    async def _drawn(self, plan: int) -> bool:
        """Draw it, for whoever else asks until that begins, too."""
        due = self._due[plan] = asyncio.get_running_loop().create_future()
        try:
            async with self._lock(plan):
                await asyncio.sleep(0)  # those who heard of it together with this one ask now
                del self._due[plan]
                moving = await self._draw(plan)
        except Exception as error:
            due.set_exception(error)
            due.exception()  # it is raised here as well, for whoever else waits or not
            raise
        except BaseException:
            due.cancel()
            raise
        else:
            due.set_result(moving)
        finally:
            if self._due.get(plan) is due:
                del self._due[plan]
        return moving

    def _lock(self, plan: int) -> asyncio.Lock:
        lock = self._locks.get(plan)
        if lock is None:
            lock = self._locks[plan] = asyncio.Lock()
        return lock
