"""The store as the stages see it: `write`, `read`, `subscribe`, `publish`, `close`."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from bot.adapters.store import engine, maintenance
from bot.adapters.store.engine import ReadHandle
from bot.adapters.store.unit import SqlUnit
from bot.adapters.store.waiting import Job
from bot.adapters.store.writer import Outcome, Writer
from bot.domain.events import Event
from bot.domain.posts import Post
from bot.errors import UnavailableError
from bot.ports import Begin, Clock, Unit

T = TypeVar("T")

BUSY_SECONDS: Final = 5.0
"""How long a locked database is waited for before whoever waits is told so."""
READERS: Final = 2


def open_store(
    path: Path, *, clock: Clock, busy_s: float = BUSY_SECONDS, backups: Path | None = None
) -> SqlStore:
    """Open the database, or make it; migrate it first when it is an older one.

    A migration backs up into `backups` (default: `backups/` beside the database) first.

    Raises:
        StoreBusyError: it can't be opened for writing.
        StoreVersionError: a newer Overseer wrote it, it is none of ours, or migrating failed.
    """
    connection = maintenance.prepared(
        path, busy_s=busy_s, backups=backups or path.parent / "backups", now=clock.now()
    )
    return SqlStore(connection, path, clock, busy_s)


class SqlStore:
    """`bot.ports.Store` on SQLite. Made by `open_store`; closed by `close`."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, clock: Clock, busy_s: float
    ) -> None:
        """Take the writing connection over."""
        self.path = path
        self._clock = clock
        self._busy_s = busy_s
        self._hearers: list[Callable[[Sequence[Event]], None]] = []
        self._posters: list[Callable[[Sequence[Post]], None]] = []
        self._beginners: list[Begin] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._own = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="overseer-read")
        self._writer = Writer(connection, path, clock, self._deliver, self._beginners)

    async def write(self, work: Callable[[Unit], T], *, first: bool = False) -> T:
        """Run `work` in a transaction; its result is delivered after COMMIT (fsync'd).

        Cancelling whoever waits does not take the work back. What goes `first` does not wait for
        what was submitted before it and does not.

        Raises:
            StoreBusyError: the database is locked, full or read-only; nothing was done.
            UnavailableError: the store is closed.
        """
        loop = self._open()
        future: asyncio.Future[T] = loop.create_future()
        self._writer.submit(Job(work, future, loop, first))
        return await future

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on a consistent snapshot; it must not change anything.

        Raises:
            StoreBusyError: the database can't be read.
            UnavailableError: the store is closed.
            TypeError: `work` tried to change something.
        """
        return await self._open().run_in_executor(self._pool, self._snapshot, work)

    def subscribe(self, hear: Callable[[Sequence[Event]], None]) -> Callable[[], None]:
        """Call `hear` on the event loop with the events of each commit; returns the way to stop."""
        return _added(self._hearers, hear)

    def subscribe_posts(
        self, hear: Callable[[Sequence[Post]], None], begin: Begin | None = None
    ) -> Callable[[], None]:
        """Call `hear` with the posts that each commit has changed; returns the way to stop.

        It is called on the event loop, with each post as it stands then, before whoever waits for
        the commit goes on. `begin` is called before that commit, on the store's own thread.
        """
        deaf = _added(self._posters, hear)
        idle = _added(self._beginners, begin) if begin is not None else lambda: None

        def stop() -> None:
            deaf()
            idle()

        return stop

    def publish(self, event: Event) -> None:
        """Fan an event out without storing it (live output). Its `seq` stays 0."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._fan_out, self._loop, (event,))
            return
        self._fan_out(loop, (event,))

    async def close(self) -> None:
        """Finish what is queued, then let the database go. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._drain)

    def _open(self) -> asyncio.AbstractEventLoop:
        if self._closed:
            raise UnavailableError("Overseer is stopping: its database is closed.")
        self._loop = asyncio.get_running_loop()
        return self._loop

    def _drain(self) -> None:
        self._pool.shutdown()
        for connection in self._readers:
            connection.close()
        self._writer.drain()

    def _snapshot(self, work: Callable[[Unit], T]) -> T:
        """Run on a reading thread, whose connection is its own."""
        try:
            handle: ReadHandle | None = getattr(self._own, "handle", None)
            if handle is None:
                connection = engine.connect_reader(self.path, busy_s=self._busy_s)
                self._readers.append(connection)
                handle = self._own.handle = ReadHandle(connection)
            handle.say(engine.BEGIN_READ)
            try:
                return work(SqlUnit(handle, self._clock.now(), _NoEvents()))
            finally:
                engine.roll_back(handle.connection)
        except sqlite3.Error as error:
            if engine.unable(error):
                raise engine.explained(error, self.path) from error
            raise

    def _deliver(
        self,
        loop: asyncio.AbstractEventLoop,
        outcomes: Sequence[Outcome],
        events: Sequence[Event],
        posts: Sequence[Post],
    ) -> None:
        """On the loop, once per group: results to those who wait, then posts and events."""
        for job, result, error in outcomes:
            if job.future.done():  # whoever waited was cancelled
                continue
            if error is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(_raisable(error))
        if posts:
            _told(loop, self._posters, posts)
        if events:
            self._fan_out(loop, events)

    def _fan_out(self, loop: asyncio.AbstractEventLoop, events: Sequence[Event]) -> None:
        _told(loop, self._hearers, events)


class _NoEvents:
    """A read appends nothing."""

    def add(self, event: Event) -> None:
        raise TypeError("A read must not change anything: use `Store.write`.")

    def touch(self, post: int) -> None:
        raise TypeError("A read must not change anything: use `Store.write`.")

    def waiting(self) -> Sequence[Event]:
        return ()


def _added(hearers: list[T], hear: T) -> Callable[[], None]:
    """Add one that hears; the way to hear no more."""
    hearers.append(hear)

    def stop() -> None:
        if hear in hearers:
            hearers.remove(hear)

    return stop


def _told(loop: asyncio.AbstractEventLoop, hearers: list[Callable[[T], None]], news: T) -> None:
    for hear in tuple(hearers):
        try:
            hear(news)
        except Exception as error:  # noqa: BLE001 - one deaf ear must not close the others
            loop.call_exception_handler(
                {"message": "A subscriber of the store failed.", "exception": error}
            )


def _raisable(error: BaseException) -> BaseException:
    """What a future takes and a loop survives: anything but StopIteration and the way out."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    return RuntimeError(f"A unit of work raised {error!r}.")
