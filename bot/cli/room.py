"""Room on Python's stack, so that calls stay cheap however deep they lie.

CPython keeps the frames of calls in pieces of 16 KiB, maps a piece when a call no longer fits into
the last one, and unmaps it when that call returns. A loop whose calls happen to cross such a border
maps and unmaps at each of them: compiling the patterns during a start did it 80,000 times, which
was a quarter of all that the start computed. A frame that is larger than a piece gets one of its
own, twice its size at most, in which what it calls finds room as well.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

SLOTS = 70_000
"""The frame's size in pointers: with them its piece is a MiB, and half of that is free.

Memory that no call has reached takes an address and nothing else.
"""


def with_room(call: Callable[[], T]) -> T:
    """What it gives, called with room for about a thousand calls inside each other."""
    return call()


with suppress(AttributeError, TypeError, ValueError, OverflowError):  # it is no more than quicker
    with_room.__code__ = with_room.__code__.replace(co_stacksize=SLOTS)
