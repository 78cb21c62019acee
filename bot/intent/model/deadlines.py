"""Waiting for something no longer than until a moment of the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bot.ports import Clock

T = TypeVar("T")

UNWIND_S = 0.2
"""How long something that was given up on may take to end, in real seconds: nobody waits longer."""


LEAST_S = 1.0
LEAST_PART = 0.1
"""What must be left of a request's time for a call to begin: less only costs money."""


def enough(left_s: float, patience_s: float) -> bool:
    """Whether so much is left of the patience that an answer may be hoped for.

    >>> enough(1.9, 20), enough(2.1, 20), enough(0.9, 5), enough(0.6, 1)
    (False, True, False, True)
    """
    least = max(LEAST_S, LEAST_PART * patience_s)
    return left_s >= min(least, patience_s / 2)


NEXT_PART = 0.25
"""The part of the patience that stays for the next model, where there is one."""


def share(left_s: float, patience_s: float) -> float:
    """What a model may take of the time that is left where another one comes after it.

    One that hangs leaves the next one time to answer, unless too little is left for both.

    >>> share(20, 20), share(8, 8), share(2, 8)
    (15.0, 6.0, 2)
    """
    before = left_s - NEXT_PART * patience_s
    return before if enough(before, patience_s) else left_s


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
        task.add_done_callback(forget)  # it may fail just when whoever asked is cancelled
        if not task.done():
            task.cancel()
            await asyncio.wait((task,), timeout=UNWIND_S)


def forget(task: asyncio.Future[T]) -> None:
    """Take note of how it ended: nobody else asks any more."""
    if not task.cancelled():
        task.exception()
