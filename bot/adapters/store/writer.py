"""The one writer: a thread that holds one connection and commits many units at once.

    wait for a unit → BEGIN IMMEDIATE → every unit that waits, each under its own SAVEPOINT
    → the events of all, the posts that have changed, which whoever sends them may begin with
    → COMMIT → wake the event loop once

An fsync costs as much as a hundred units, so whoever waits shares one. What a person waits for
is `first`: it goes before the rest, and its group is kept short. A unit that raises is rolled
back alone. When the database itself fails (locked beyond the bound, full, read-only,
an I/O error), the whole group is rolled back and every unit of it fails with
`StoreBusyError`: none of them acted.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import structlog

from bot.adapters.store import engine, rows
from bot.adapters.store.engine import Handle
from bot.adapters.store.unit import SqlUnit
from bot.adapters.store.unit_ledger import ADD_EVENT, LAST_SEQ
from bot.adapters.store.unit_posts import posts_of
from bot.adapters.store.waiting import Job, Queue
from bot.domain.events import Event
from bot.domain.posts import Post
from bot.ports import Begin, Clock, Unit

_log = structlog.get_logger(__name__)

T = TypeVar("T")

HANDOVER_S = 0.0005
"""How long the event loop may keep the interpreter from this thread, which lets go of it at each
statement: by default it has to wait 5 ms for it, every time, while the loop is at something."""

Outcome = tuple[Job, Any, BaseException | None]
Hear = Callable[
    [asyncio.AbstractEventLoop, Sequence[Outcome], Sequence[Event], Sequence[Post]], None
]


class GroupNews:
    """What is new in the group that is being written: its events, and which posts have changed.

    Events are numbered on from the last that is stored. Each becomes a row at once, so that one
    that can't be stored fails its own unit.
    """

    def __init__(self, last: int) -> None:
        """Begin after `last`."""
        self._last = last
        self.events: list[Event] = []
        self.rows: list[rows.Row] = []
        self._touched: list[int] = []
        self._mark = self._touched_before = 0

    def add(self, event: Event) -> None:
        """Number an event and keep it."""
        seq = self._last + len(self.events) + 1
        self.rows.append(rows.event_row(event, seq))
        self.events.append(rows.numbered(event, seq))

    def touch(self, post: int) -> None:
        """A post is another now."""
        self._touched.append(post)

    def posts(self, handle: Handle) -> list[Post]:
        """The posts that have changed, each once, as they stand now."""
        return posts_of(handle, dict.fromkeys(self._touched))

    def waiting(self) -> Sequence[Event]:
        """Those that are not in the table yet."""
        return self.events

    def mark(self) -> None:
        """A unit begins."""
        self._mark, self._touched_before = len(self.events), len(self._touched)

    def undo(self) -> None:
        """Forget what was added since the mark."""
        del self.events[self._mark :]
        del self.rows[self._mark :]
        del self._touched[self._touched_before :]

    def stored(self) -> list[Event]:
        """They are durable: hand them out and begin anew."""
        done, self.events, self.rows, self._touched = self.events, [], [], []
        self._last += len(done)
        return done

    def dropped(self) -> None:
        """The group failed: nothing of it happened."""
        self.events, self.rows, self._touched = [], [], []


class Writer:
    """Owns the writing connection and the thread that uses it."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        clock: Clock,
        deliver: Hear,
        beginners: Sequence[Begin] = (),
    ) -> None:
        """Start the thread; `deliver` is called on the loop, once per group and loop.

        `beginners` are called on the thread, within the group that has changed posts.
        """
        self._beginners = beginners
        self._connection = connection
        self._path = path
        self._clock = clock
        self._deliver = deliver
        self._handle = Handle(connection)
        row = self._handle.row(LAST_SEQ)
        self._pending = GroupNews(row[0] if row and row[0] else 0)
        self._queue = Queue()
        if sys.getswitchinterval() > HANDOVER_S:
            sys.setswitchinterval(HANDOVER_S)
        self._thread = threading.Thread(target=self._serve, name="overseer-store", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a unit of work."""
        self._queue.put(job)

    def drain(self) -> None:
        """Do what is queued, then end the thread and close the connection."""
        self._queue.close()
        self._thread.join()

    def _serve(self) -> None:
        while (job := self._queue.get()) is not None:
            self._group(job)
        self._connection.close()

    def _group(self, first: Job) -> None:
        taken: list[Job] = []
        outcomes: list[Outcome] = []
        job: Job | None = first
        try:
            self._handle.say(engine.BEGIN_WRITE)
            while job is not None:
                taken.append(job)
                outcomes.append(self._unit(job))
                job = self._queue.beside()
            if self._pending.rows:
                self._handle.many(ADD_EVENT, self._pending.rows)
            posts = self._posts()
            self._handle.say(engine.COMMIT)
        except Exception as error:  # noqa: BLE001 - the thread must outlive whatever happened
            engine.roll_back(self._connection)
            self._pending.dropped()
            self._refuse(taken or self._all_after(first), error)
            return
        self._wake(outcomes, self._pending.stored(), posts)

    def _unit(self, job: Job) -> Outcome:
        """Run one unit under its own SAVEPOINT.

        Raises:
            sqlite3.Error: the database failed, and the group with it.
        """
        return job, *self._apart(job.work)

    def _apart(self, work: Callable[[Unit], T]) -> tuple[T | None, BaseException | None]:
        self._handle.say(engine.SAVEPOINT)
        self._pending.mark()
        try:
            result = work(SqlUnit(self._handle, self._clock.now(), self._pending))
        except BaseException as error:
            if engine.unable(error) or not self._connection.in_transaction:
                raise _database(error) from error
            self._handle.say(engine.UNDO)
            self._handle.say(engine.RELEASE)
            self._pending.undo()
            return None, error
        self._handle.say(engine.RELEASE)
        return result, None

    def _posts(self) -> list[Post]:
        """The posts that the group has changed, with what is begun of them.

        Raises:
            sqlite3.Error: the database failed, and the group with it.
        """
        posts = self._pending.posts(self._handle)
        for begin in tuple(self._beginners) if posts else ():
            begun, error = self._apart(partial(begin, posts=posts))
            if error is not None:  # they are begun later, each in a unit of its own
                _log.error("what is owed could not be begun with", exc_info=error)
            elif begun:
                posts = self._pending.posts(self._handle)
        return posts

    def _all_after(self, first: Job) -> list[Job]:
        """Whoever waited while the transaction could not even begin has waited long enough."""
        taken = [first]
        while (job := self._queue.beside(hurry=False)) is not None:
            taken.append(job)
        return taken

    def _refuse(self, taken: list[Job], error: Exception) -> None:
        """Fail a group: each waiter gets an error of its own."""
        self._wake([(job, None, engine.explained(error, self._path)) for job in taken], [], [])

    def _wake(self, outcomes: list[Outcome], events: list[Event], posts: list[Post]) -> None:
        """Tell the loop once (each loop, should there be several)."""
        loops = {id(job.loop): job.loop for job, _, _ in outcomes}
        for loop in loops.values():
            mine = outcomes if len(loops) == 1 else [o for o in outcomes if o[0].loop is loop]
            with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(self._deliver, loop, mine, events, posts)
            events, posts = [], []


def _database(error: BaseException) -> sqlite3.Error:
    """The database's error behind the failure of a unit that lost its transaction."""
    if isinstance(error, sqlite3.Error):
        return error
    return sqlite3.OperationalError(f"the transaction was lost: {error}")
