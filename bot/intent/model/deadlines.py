"""Waiting for something no longer than until a moment of the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bot.ports import Clock

T = TypeVar("T")

UNWIND_S = 0.2
"""How long something that was given up on may take to end, in real seconds: nobody waits longer."""


class TooLateError(Exception):
    """The time was over before the work was done; it was cancelled."""


async def within(clock: Clock, seconds: float, work: Awaitable[T]) -> T:
    """The result of `work`, if it comes within so many seconds of the clock.

    Work that does not end when it is cancelled is left to itself.

    Raises:
        TooLateError: it did not come.
    """
    task = asyncio.ensure_future(work)
    alarm = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait((task, alarm), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise TooLateError
    finally:
        alarm.cancel()
        if not task.done():
            task.cancel()
            task.add_done_callback(_forget)
            await asyncio.wait((task,), timeout=UNWIND_S)


def _forget(task: asyncio.Future[T]) -> None:
    """Take note of how it ended: nobody else asks any more."""
    if not task.cancelled():
        task.exception()
