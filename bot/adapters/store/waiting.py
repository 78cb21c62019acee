"""The units of work that wait for the writer: what a person waits for goes before the rest.

first   what is taken in: nothing is acknowledged before it is durable
rest    what comes of it, in the order in which it was submitted
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Final

from bot.ports import Unit

GROUP_CAP: Final = 512
"""Units of one COMMIT at most, so that the first of them does not wait for ever."""
BESIDE_CAP: Final = 32
"""Other units of a COMMIT at most, when somebody waits for one that goes first."""


@dataclass(frozen=True, slots=True)
class Job:
    """A unit of work and who waits for it; `first`: before those that are not."""

    work: Callable[[Unit], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    first: bool = False


class Queue:
    """Jobs, put by any thread and taken by one, a group at a time.

    No lock is held for that, so that nobody who puts one waits for the one who takes: the ends of a
    deque are safe by themselves, and only the taker takes.
    """

    def __init__(self) -> None:
        """Nothing waits."""
        self._bell: SimpleQueue[None] = SimpleQueue()
        """Rung for each job, once it waits, and at the end."""
        self._first: deque[Job] = deque()
        self._rest: deque[Job] = deque()
        self._closed = False
        self._taken = self._hurried = 0
        """Of the group that is being taken: all jobs, and those that go first."""

    def put(self, job: Job) -> None:
        """Let it wait."""
        (self._first if job.first else self._rest).append(job)
        self._bell.put(None)

    def close(self) -> None:
        """Nothing more comes; what waits is still taken."""
        self._closed = True
        self._bell.put(None)

    def get(self) -> Job | None:
        """A group's first job, once there is one; None: nothing waits and nothing more comes."""
        while True:
            closed = self._closed  # before it looks: what was put before the end is taken
            if self._first or self._rest:
                break
            if closed:
                return None
            self._bell.get()
        self._taken = self._hurried = 0
        return self._next()

    def beside(self, *, hurry: bool = True) -> Job | None:
        """The next job that waits already and belongs to this group; None: the group is whole.

        With `hurry` it is, once one that goes first has enough others beside it.
        """
        if self._taken >= GROUP_CAP or not (self._first or self._rest):
            return None
        others = self._taken - self._hurried
        if hurry and self._hurried and not self._first and others >= BESIDE_CAP:
            return None
        return self._next()

    def _next(self) -> Job:
        job = (self._first or self._rest).popleft()
        self._taken += 1
        self._hurried += job.first
        return job
