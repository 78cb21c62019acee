"""Events → view → one card per plan, edited in place.

Every commit's events are folded into the views of the runs they are about; a plan that has
news is drawn again, at once when it was quiet and then at most every `INTERVAL_S`. What is
drawn comes from the store (plan, votes, run) and the view (targets and live output), so that a
restart draws the same card.

A card that could not be drawn (a busy database, a fault) is still news: it is drawn again, ever
more slowly, until its newest state is shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.domain.events import Event
from bot.ports import Clock, Store
from bot.reporting.progress import RunView, fold_all

_log = structlog.get_logger(__name__)

INTERVAL_S = 0.25
HEARTBEAT_S = 2.0
"""A running card is drawn this often even without news: its elapsed times move."""
FIRST_RETRY_S = 0.25
LONGEST_RETRY_S = 5.0
HOPELESS = 8
"""A card that failed so often in a row is still tried, but `caught_up` waits for it no more."""

Draw = Callable[[int], Awaitable[bool]]
"""Draws a plan's card; says whether the plan is still moving."""


class ThreadReporter:
    """Keeps every plan's card true."""

    def __init__(self, store: Store, clock: Clock, draw: Draw) -> None:
        """`draw` is called for one plan at a time, never twice at once for the same."""
        self._store = store
        self._clock = clock
        self._draw = draw
        self._views: dict[int, RunView] = {}
        self._unkept: dict[int, list[Event]] = {}
        """What was heard while a view was still being read: the view may lack it."""
        self._news: set[int] = set()
        self._resting: set[int] = set()
        """Plans that were drawn just now, and whose next drawing may wait for more."""
        self._failures: dict[int, int] = {}
        """How often in a row a card could not be drawn."""
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._moved = asyncio.Event()
        """Set, and replaced, whenever a card has no more news or could not be drawn."""
        self._stop: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._stop = self._store.subscribe(self._hear)

    async def stop(self) -> None:
        """Listen no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()  # one that was cancelled before it began has not taken itself out
        self._tell()

    def view(self, plan_id: int) -> RunView | None:
        """The live view of a run, if one is kept."""
        return self._views.get(plan_id)

    def reading(self, plan_id: int) -> None:
        """A view of this run is read from now on, to be kept; what happens meanwhile counts."""
        self._unkept[plan_id] = []

    def keep(self, view: RunView) -> None:
        """Fold further events into this view, and those that came since it was `reading`."""
        heard = self._unkept.pop(view.plan, ())
        self._views.setdefault(view.plan, fold_all(view, heard))

    def drop(self, plan_id: int) -> None:
        """The run moves no more: the store tells everything."""
        self._views.pop(plan_id, None)
        self._unkept.pop(plan_id, None)

    def soon(self, plan_id: int) -> None:
        """Draw this plan's card soon; not once it has stopped, when nobody would see it."""
        if self._stop is None:
            return
        self._news.add(plan_id)
        if plan_id not in self._tasks:
            self._tasks[plan_id] = asyncio.ensure_future(self._drawing(plan_id))

    def drawn(self, plan_id: int, *, ends_soon: bool) -> None:
        """Its card was drawn in the unit whose events were heard just now: they are no news.

        Only to be said of a plan that nobody else can have changed by then. One that `ends_soon`
        is drawn again when it has, if it does within `INTERVAL_S`.
        """
        self._news.discard(plan_id)
        if ends_soon:
            self._resting.add(plan_id)

    async def caught_up(self) -> None:
        """Wait until no card has undrawn news, but for those that fail again and again."""
        while any(self._failures.get(plan_id, 0) < HOPELESS for plan_id in self._tasks):
            await self._moved.wait()

    def _hear(self, events: Sequence[Event]) -> None:
        by_plan: dict[int, list[Event]] = {}
        for event in events:
            if event.plan is not None:
                by_plan.setdefault(event.plan, []).append(event)
        for plan_id, news in by_plan.items():
            view = self._views.get(plan_id)
            if view is not None:
                self._views[plan_id] = fold_all(view, news)
            elif plan_id in self._unkept:
                self._unkept[plan_id] += news
            self.soon(plan_id)

    async def _drawing(self, plan_id: int) -> None:
        """Draw while there is news, then once per heartbeat while the run moves."""
        try:
            while plan_id in self._news:
                if plan_id in self._resting:
                    self._resting.discard(plan_id)
                    await self._clock.sleep(INTERVAL_S)
                await self._draw_once(plan_id)
        finally:
            # Here and not in a callback: news that comes later must find no task.
            self._tasks.pop(plan_id, None)
            self._tell()

    async def _draw_once(self, plan_id: int) -> None:
        """Draw what is new, and wait as long as the next drawing must."""
        self._news.discard(plan_id)
        try:
            moving = await self._draw(plan_id)
        except Exception:  # noqa: BLE001 - a card that can't be drawn must not stop a run
            await self._failed(plan_id)
            return
        self._failures.pop(plan_id, None)
        if plan_id in self._news:  # more came meanwhile: not at once
            await self._clock.sleep(INTERVAL_S)
        elif moving:
            asyncio.get_running_loop().call_later(HEARTBEAT_S, self._beat, plan_id)

    async def _failed(self, plan_id: int) -> None:
        """It is still undrawn; the next try comes later than the last one did."""
        self._news.add(plan_id)
        failures = self._failures[plan_id] = self._failures.get(plan_id, 0) + 1
        if failures in (1, HOPELESS):  # not a line for each try of a night
            _log.exception("a card could not be drawn", plan=plan_id, times=failures)
        self._tell()
        await self._clock.sleep(min(FIRST_RETRY_S * 2 ** min(failures - 1, 16), LONGEST_RETRY_S))

    def _tell(self) -> None:
        """Wake whoever waits for the cards."""
        self._moved.set()
        self._moved = asyncio.Event()

    def _beat(self, plan_id: int) -> None:
        if self._stop is not None and plan_id in self._views:
            self.soon(plan_id)
