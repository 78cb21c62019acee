"""Sends what is owed: channels side by side, one call at a time in each.

What to send is decided in `lane`, what it says and what came of it in `sending`; here are only
the tasks. Each channel that is owed something has one, which ends when nothing is left. What is
owed is read again whenever something may have changed, and now and then anyway.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from bot.delivery import lane as lanes
from bot.delivery.lane import Lane, Setback
from bot.delivery.sending import Fate, Outcome, Sender
from bot.domain.posts import Post
from bot.errors import OverseerError, StoreBusyError, UnavailableError
from bot.ports import Clock, Platform, Store, Unit

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 24
"""Calls that are under way at the same time."""
LEAST_S: Final = 0.05
"""Between two readings of what is owed; a long one makes the next one later."""
POLL_S: Final = 5.0
STORE_S: Final = 1.0
"""How long a channel waits for a database that can't be read or written."""
PAGE: Final = 500


class Worker:
    """The outbox of one platform on its way."""

    def __init__(
        self,
        platform: Platform,
        store: Store,
        clock: Clock,
        sender: Sender,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`chance` spreads retries; it is between 0 and 1."""
        self._platform = platform
        self._store = store
        self._clock = clock
        self._sender = sender
        self._chance = chance
        self._owed: dict[str, dict[int, Post]] = {}
        """By channel, the oldest first."""
        self._lanes: dict[str, Lane] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._woken = asyncio.Event()
        self._moved = asyncio.Event()
        self._began = clock.monotonic()
        self._until = 0.0
        """The end of a pause that the platform wants everywhere."""
        self.trouble = ""
        """Why the last call failed; empty once one got there."""

    def wake(self) -> None:
        """Something may be owed."""
        self._woken.set()

    async def run(self) -> None:
        """Send what is owed, for ever."""
        try:
            while True:
                began = self._clock.monotonic()
                self._woken.clear()
                await self._read()
                ended = self._clock.monotonic()
                await self._wait(self._woken.wait(), POLL_S)
                rest = max(LEAST_S, 10 * (ended - began)) - (self._clock.monotonic() - ended)
                if rest > 0:
                    await self._clock.sleep(rest)
        finally:
            await self.end()

    async def end(self) -> None:
        """Send nothing more. What is under way is looked for at the next start."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()

    async def flushed(self, within_s: float) -> None:
        """Wait until nothing is left that could be sent within so many seconds."""
        await self._read()
        while self._tasks:
            now = self._clock.monotonic()
            if self._until > now + within_s or all(
                self._next(channel, now) > now + within_s for channel in self._tasks
            ):
                return
            self._moved.clear()
            await self._moved.wait()

    def _next(self, channel: str, now: float) -> float:
        """When a channel can send something next."""
        posts = tuple(self._owed[channel].values())
        choice = lanes.chosen(self._lanes[channel], posts, self._platform.pace, now)
        return now if choice.post is not None or choice.at is None else choice.at

    # -- what is owed ----------------------------------------------------------------------------

    async def _read(self) -> None:
        """Know what is owed now, and let each channel that is owed something have its task."""
        try:
            posts = await self._store.read(self._all)
        except OverseerError as error:  # the next look finds it
            _log.warning("the outbox can't be read", surface=self._platform.name, why=str(error))
            return
        found: dict[str, dict[int, Post]] = {}
        for post in posts:
            found.setdefault(post.place.channel, {})[post.id] = post
        for channel in self._owed.keys() - found.keys():
            self._owed[channel] = {}
        self._owed |= found
        for channel in found:
            if channel in self._tasks:
                self._news[channel].set()
            else:
                self._open(channel)
        self._forget()

    def _all(self, unit: Unit) -> list[Post]:
        posts: list[Post] = []
        while page := unit.owed(
            self._platform.name, after=posts[-1].id if posts else 0, limit=PAGE
        ):
            posts += page
            if len(page) < PAGE:
                break
        return posts

    def _open(self, channel: str) -> None:
        posts = tuple(self._owed[channel].values())
        if channel not in self._lanes:
            now = self._clock.now()
            waits = {p.id: (p.not_before - now).total_seconds() for p in posts if p.not_before}
            waits = {n: min(s, lanes.LONGEST_PAUSE_S) for n, s in waits.items()}
            self._lanes[channel] = lanes.opened(
                posts, waits, self._platform.pace, self._clock.monotonic(), since=self._began
            )
        self._news[channel] = asyncio.Event()
        self._tasks[channel] = asyncio.ensure_future(self._serve(channel))

    def _forget(self) -> None:
        """Keep nothing of channels that rest."""
        now = self._clock.monotonic()
        for channel in [c for c in self._lanes if c not in self._tasks]:
            if lanes.rests(self._lanes[channel], self._platform.pace, now):
                del self._lanes[channel]
                self._owed.pop(channel, None)

    # -- one channel -----------------------------------------------------------------------------

    async def _serve(self, channel: str) -> None:
        """Send what the channel is owed, until nothing is left."""
        try:
            while posts := tuple(self._owed[channel].values()):
                self._news[channel].clear()
                now = self._clock.monotonic()
                choice = lanes.chosen(self._lanes[channel], posts, self._platform.pace, now)
                post, at = choice.post, choice.at
                if post is not None and self._until > now:
                    post, at = None, self._until
                if post is not None:
                    async with self._slots:
                        await self._try(channel, post)
                elif at is None:
                    await self._news[channel].wait()
                else:
                    await self._wait(self._news[channel].wait(), at - now)
        except UnavailableError:  # the store is closed: the next start goes on
            return
        finally:
            self._tasks.pop(channel, None)
            self._moved.set()

    async def _try(self, channel: str, post: Post) -> None:
        try:
            outcome = await self._sender.send(post.id)
        except StoreBusyError as error:
            _log.warning("a post waits for the database", post=post.id, why=str(error))
            self._pause(channel, STORE_S)
            return
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 - one broken post must not end its channel
            _log.exception("a post could not be sent", post=post.id)
            outcome = Outcome(Fate.FAILED, doubt=True, why="It broke inside Overseer.")
        await self._settled(channel, post, outcome)
        if outcome.more:
            self.wake()
            await self._read()
        self._moved.set()

    async def _settled(self, channel: str, post: Post, outcome: Outcome) -> None:
        """Let the lane know what came of it, and the store when it is tried again."""
        now, lane = self._clock.monotonic(), self._lanes[channel]
        if outcome.called:
            lane = lanes.tried(lane, post, self._platform.pace, now)
        match outcome.fate:
            case Fate.THERE | Fate.NOTHING | Fate.REFUSED:
                self.trouble = self.trouble if outcome.fate is Fate.NOTHING else ""
                self._lanes[channel] = lanes.got_there(lane, post) if outcome.called else lane
                if outcome.left is None:
                    self._owed[channel].pop(post.id, None)
                else:
                    self._owed[channel][post.id] = outcome.left
                return
            case Fate.BUSY:
                setback = lanes.busy(lane, outcome.retry_after, now)
                if outcome.everywhere:
                    self._until = max(self._until, now + setback.wait_s)
            case Fate.FAILED:
                setback = lanes.failed(lane, post, self._chance(), now, doubt=outcome.doubt)
        self._lanes[channel] = setback.lane
        await self._put_off(channel, post, outcome, setback)

    async def _put_off(self, channel: str, post: Post, outcome: Outcome, setback: Setback) -> None:
        if not self.trouble:
            _log.warning("a platform takes nothing", surface=self._platform.name, why=outcome.why)
        self.trouble = outcome.why

        def work(unit: Unit) -> Post | None:
            until = unit.now + timedelta(seconds=setback.wait_s)
            unit.put_off(post.id, until, failed=setback.counts, doubt=outcome.doubt)
            return unit.post(post.id)

        try:
            known = await self._store.write(work)
        except StoreBusyError as error:
            _log.warning("a failed try is not written down", post=post.id, why=str(error))
            known = post.model_copy(update={"tries": post.tries + setback.counts})
        if known is not None and post.id in self._owed[channel]:
            self._owed[channel][post.id] = known

    def _pause(self, channel: str, seconds: float) -> None:
        lane = self._lanes[channel]
        until = max(lane.until, self._clock.monotonic() + seconds)
        self._lanes[channel] = replace(lane, until=until)

    async def _wait(self, something: Awaitable[object], seconds: float) -> None:
        """Wait for it, but not longer."""
        waiting = asyncio.ensure_future(something)
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait((waiting, sleeping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            sleeping.cancel()
