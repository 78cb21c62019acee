"""Writes one run's changes in the order in which they happened, many to a COMMIT.

What is stored is always a beginning of what happened: a claim lies behind the records of
everything that its step needs, in the same transaction or a later one, and no command is sent
before its claim is durable (`then`). So a crash at any point leaves a state that the run
really was in.

A busy database is asked again, ever more slowly. Intents are given up after a while
(`hasty`), because doing nothing is safe; results are kept and tried for as long as the
process lives, because they are true already. One that the store refuses is refused alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from bot.errors import StoreBusyError
from bot.ports import Clock, Store, Unit

_log = structlog.get_logger(__name__)

T = TypeVar("T")

FIRST_WAIT_S = 0.05
LONGEST_WAIT_S = 5.0
PATIENCE_S = 30.0
"""How long an intent waits for a busy database before it is given up."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: how to store it, and what follows when it is durable or refused."""

    write: Callable[[Unit], object]
    then: Callable[[], None] | None
    refused: Callable[[Exception], None]
    hasty: bool


class Scribe:
    """The only writer of one run."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Write to `store`."""
        self._store = store
        self._clock = clock
        self._queue: list[Entry] = []
        self._task: asyncio.Task[None] | None = None

    def put(
        self,
        write: Callable[[Unit], object],
        *,
        refused: Callable[[Exception], None],
        then: Callable[[], None] | None = None,
        hasty: bool = False,
    ) -> None:
        """Queue a change behind all earlier ones."""
        self._queue.append(Entry(write, then, refused, hasty))
        if self._task is None:
            self._task = asyncio.ensure_future(self._drain())

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Store a change behind all earlier ones; its result, or what refused it."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        kept: list[T] = []

        def then() -> None:
            if not done.done():
                done.set_result(kept[-1])

        def refused(error: Exception) -> None:
            if not done.done():
                done.set_exception(error)

        self.put(lambda unit: kept.append(work(unit)), then=then, refused=refused)
        return await done

    async def flush(self) -> None:
        """Wait until everything queued is durable or refused."""
        while self._task is not None:
            await asyncio.shield(self._task)

    def abandon(self) -> None:
        """Try no more: the hosts still know, and recovery asks them."""
        if self._task is not None:
            self._task.cancel()

    async def _drain(self) -> None:
        try:
            while self._queue:
                batch, self._queue = self._queue, []
                await self._store_all(batch)
        finally:
            self._task = None

    async def _store_all(self, batch: list[Entry]) -> None:
        wait = FIRST_WAIT_S
        until = self._clock.monotonic() + PATIENCE_S
        while batch:
            try:
                await self._store.write(_all_of(batch))
            except StoreBusyError as error:
                if wait == FIRST_WAIT_S:
                    _log.warning("store_busy", waiting=len(batch), error=str(error))
                if self._clock.monotonic() >= until:
                    batch = _given_up(batch, error)
                await self._clock.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_S)
            except Exception as error:  # noqa: BLE001 - whatever it is, each hears of its own
                if len(batch) == 1:
                    batch[0].refused(error)
                    return
                for entry in batch:
                    await self._store_all([entry])
                return
            else:
                for entry in batch:
                    if entry.then is not None:
                        entry.then()
                return


def _all_of(batch: list[Entry]) -> Callable[[Unit], None]:
    def work(unit: Unit) -> None:
        for entry in batch:
            entry.write(unit)

    return work


def _given_up(batch: list[Entry], error: StoreBusyError) -> list[Entry]:
    """Tell the intents, keep the results."""
    for entry in batch:
        if entry.hasty:
            entry.refused(error)
    return [e for e in batch if not e.hasty]
