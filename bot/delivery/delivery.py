"""A chat platform as a surface: it hears through its adapter, and shows what the outbox owes.

`show` has nothing to do: what is to be shown is owed in the transaction that changed it, and the
worker hears of that from the store. So a restart, a cut or a storm of refusals loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from bot.delivery import bars, copies
from bot.delivery.files import Whole
from bot.delivery.sending import Sender
from bot.delivery.worker import Worker
from bot.domain.cards import ThreadItem
from bot.domain.messages import People, Role, ThreadRef
from bot.domain.wording import count
from bot.errors import OverseerError
from bot.ports import Clock, Ears, Ids, Lender, Listener, Platform, Store, Unit

_log = structlog.get_logger(__name__)

START_S: Final = 10.0
"""How long the other surfaces wait for a platform's start."""
FLUSH_S: Final = 4.0
"""How long a stop waits for the last state of every card."""
FIRST_RETRY_S: Final = 15.0
LONGEST_RETRY_S: Final = 300.0


class Delivery:
    """`bot.ports.Room` over a platform."""

    def __init__(
        self,
        platform: Platform,
        store: Store,
        clock: Clock,
        people: Callable[[], People],
        ids: Ids,
        *,
        whole: Whole,
        address: Callable[[], str] = lambda: "",
    ) -> None:
        """`whole` writes a card out as a file; `address` is where the page is."""
        self.name = platform.name
        self._platform = platform
        self._store = store
        self._clock = clock
        self._people = people
        sender = Sender(platform, store, people, ids, whole=whole, address=address)
        self._worker = Worker(platform, store, clock, sender)
        self._tasks: list[asyncio.Task[None]] = []
        self._following: set[asyncio.Task[None]] = set()
        self._unsubscribe: Callable[[], None] = lambda: None
        self._trouble = ""
        """Why the platform has not started."""

    async def start(self, ears: Ears) -> None:
        """Start the platform, and send what is owed; one that can't start is tried again."""
        if not await self._started(ears):
            self._tasks.append(asyncio.ensure_future(self._start_later(ears)))

    async def stop(self) -> None:
        """Show the last state of every card, for a moment; then hear and say nothing more."""
        if not self._trouble:
            try:
                async with asyncio.timeout(FLUSH_S):
                    await self._worker.flushed(FLUSH_S)
            except (TimeoutError, OverseerError):
                _log.warning("the last cards wait for the next start", surface=self.name)
        self._unsubscribe()
        self._tasks += self._following
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        try:
            async with asyncio.timeout(FLUSH_S):
                await self._platform.stop()
        except Exception:  # noqa: BLE001 - a platform is made of libraries
            _log.exception("a platform did not stop in order", surface=self.name)

    async def show(self, item: ThreadItem, *, edited: bool) -> None:
        """What is to be shown is owed already, and the worker has heard of it."""

    async def lent(self, place: ThreadRef, account: str) -> frozenset[Role]:
        """See `bot.ports.platforms.Lender`; a platform that lends nothing lends nobody anything."""
        if not isinstance(self._platform, Lender):
            return frozenset()
        return await self._platform.lent(place, account)

    async def holds(self, place: ThreadRef, account: str) -> frozenset[Role]:
        """See `bot.ports.platforms.Lender`."""
        if not isinstance(self._platform, Lender):
            return frozenset()
        return await self._platform.holds(place, account)

    def again(self) -> None:
        """Try at once what waits until somebody mends something."""
        self._worker.again()
        self._follow()

    def _follow(self) -> None:
        task = asyncio.ensure_future(self._followed())
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _followed(self) -> None:
        """Copies follow whose the accounts are now."""
        people = self._people()
        try:
            await self._store.write(lambda u: copies.follow(u, self.name, people))
        except OverseerError as error:  # the next reload, or start, sees to it
            _log.warning("copies may be out of date", surface=self.name, why=str(error))

    async def line(self) -> str:
        """How it stands, in one line."""

        def work(unit: Unit) -> tuple[int, int, str, tuple[int, str, str]]:
            gone = unit.given_up(self.name)
            why = gone[0].gone if gone else ""
            return unit.how_many_owed(self.name), len(gone), why, bars.all_barred(unit, self.name)

        if self._trouble:
            return f"off for now: {self._trouble}"
        owed, refused, why, (barred, where, mend) = await self._store.read(work)
        deaf = self._platform.deaf() if isinstance(self._platform, Listener) else ""
        parts = [f"can't hear: {deaf.rstrip('.')}" if deaf else "on"]
        if owed:
            parts.append(f"{count(owed, 'message')} to be shown still")
        if self._worker.trouble:
            parts.append(f"it takes nothing now: {self._worker.trouble.rstrip('.')}")
        if barred:
            which = "all" if barred == owed > 1 else str(barred)
            of = f", the last in {where}" if where else ""
            parts.append(f"{which} of them once this is mended{of}: {mend.rstrip('.')}")
        if refused:
            why = why.rstrip(".")
            parts.append(f"{count(refused, 'message')} refused for good, the last: {why}")
        return "; ".join(parts)

    # -- starting --------------------------------------------------------------------------------

    async def _started(self, ears: Ears) -> bool:
        try:
            async with asyncio.timeout(START_S):
                await self._platform.start(ears)
        except OverseerError as error:
            self._trouble = str(error)
        except TimeoutError:
            self._trouble = f"It did not start within {START_S:g} s."
        except Exception as error:  # noqa: BLE001 - a platform is made of libraries
            _log.exception("a platform could not start", surface=self.name)
            self._trouble = f"{type(error).__name__}, see the log."
        else:
            self._trouble = ""
            self._unsubscribe = self._store.subscribe_posts(self._worker.hear, self._worker.begin)
            self._tasks.append(asyncio.ensure_future(self._worker.run()))
            self._follow()
            return True
        _log.warning("a platform is off", surface=self.name, why=self._trouble)
        return False

    async def _start_later(self, ears: Ears) -> None:
        wait = FIRST_RETRY_S
        while True:
            await self._clock.sleep(wait)
            if await self._started(ears):
                _log.info("a platform is on", surface=self.name)
                return
            wait = min(2 * wait, LONGEST_RETRY_S)
