"""Sends what is owed: channels side by side, one call at a time in each.

What to send is decided in `lane`, what it says and what came of it in `sending`; here are only
the tasks. Each lane that is owed something has one, which ends when nothing is left.

What is owed is heard of from the store, post by post, as it is committed: so it is sent at once,
however much else waits, and the lane knows of a post what stands there. All of it is looked
through at the start, and now and then for what nobody told of. A look is older than what was
heard while it lasted, and says nothing about that.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from bot.delivery import lane as lanes
from bot.delivery.edits import Edits
from bot.delivery.lane import Lane, Setback
from bot.delivery.marks import Marks
from bot.delivery.sending import Fate, Outcome, Sender
from bot.domain.posts import Post, PostKind
from bot.errors import OverseerError, StoreBusyError, UnavailableError
from bot.ports import Clock, Platform, Store, Unit

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 24
"""Calls that are under way at the same time."""
POLL_S: Final = 5.0
"""Between two looks at all that is owed; a long one makes the next one later."""
STORE_S: Final = 1.0
"""How long a lane waits for a database that can't be read or written."""
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
        """By lane, the oldest first."""
        self._lanes: dict[str, Lane] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._moved = asyncio.Event()
        self._began = clock.monotonic()
        self._edits = Edits(platform.pace, self._began)
        self._marks = Marks(platform.pace, self._began)
        self._until = 0.0
        """The end of a pause that the platform wants everywhere."""
        self._looks: list[set[int]] = []
        """For each look that is under way, the posts that were heard of meanwhile."""
        self._looked = False
        """Whether all that a former life has left is known: before that nothing may go first."""
        self.trouble = ""
        """Why the last call failed; empty once one got there."""

    async def run(self) -> None:
        """Send what is owed, for ever."""
        try:
            while True:
                began = self._clock.monotonic()
                seen = await self._look()
                took = self._clock.monotonic() - began
                await self._clock.sleep(max(POLL_S, 20 * took) if seen else STORE_S)
        finally:
            await self.end()

    async def end(self) -> None:
        """Send nothing more. What is under way is looked for at the next start."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        self._looked = False

    async def flushed(self, within_s: float) -> None:
        """Wait until nothing is left that could be sent within so many seconds."""
        await self._look()
        while self._tasks:
            now = self._clock.monotonic()
            if self._until > now + within_s or all(
                self._next(key, now) > now + within_s for key in self._tasks
            ):
                return
            self._moved.clear()
            await self._moved.wait()

    def again(self) -> None:
        """Try at once what was barred: something may have been mended."""
        self._lanes = {key: lanes.freed(lane) for key, lane in self._lanes.items()}
        self._attend(tuple(self._owed))

    def _next(self, key: str, now: float) -> float:
        """When a lane can send something next."""
        posts = tuple(self._owed.get(key, {}).values())
        choice = self._chosen(key, posts, now)
        return now if choice.post is not None or choice.at is None else choice.at

    def _chosen(self, key: str, posts: Sequence[Post], now: float) -> lanes.Choice:
        lane, pace = self._lanes[key], self._platform.pace
        return lanes.chosen(lane, posts, pace, now, self._ready)

    def _ready(self, post: Post, since: float, now: float) -> float:
        """When it is the turn of an edit, or of a mark, among those of all channels."""
        if post.kind is PostKind.MARK:
            return self._marks.ready(post, now)
        return self._edits.ready(post, since, now)

    # -- what is owed ----------------------------------------------------------------------------

    def begin(self, unit: Unit, posts: Sequence[Post]) -> bool:
        """Begin, in the unit that owes them, with the new messages that can be sent at once.

        It is called on the store's thread, which sees of the lanes what the loop has left there.
        To be wrong costs little: what isn't begun here is in a unit of its own, and of what is and
        waits, nobody is in doubt as long as this process lives.
        """
        begun = False
        for post in posts if self._looked else ():
            if post.place.surface == self._platform.name and self._is_next(post):
                begun |= self._sender.begin(unit, post.id)
        return begun

    def _is_next(self, post: Post) -> bool:
        """Whether a post that was never tried can be sent at once."""
        untried = post.is_owed and post.is_first and post.sent_at is None and not post.not_before
        if not untried or len(self._sender.begun) >= AT_ONCE:
            return False
        key = lanes.lane_of(post)
        if (lane := self._lanes.get(key)) is None:
            return True
        now = self._clock.monotonic()
        owed = tuple(self._owed.get(key, {}).values())
        choice = lanes.chosen(lane, (*owed, post), self._platform.pace, now)
        return self._until <= now and choice.post is post

    def hear(self, posts: Sequence[Post]) -> None:
        """What a commit has changed, each post as it stands then."""
        mine = [post for post in posts if post.place.surface == self._platform.name]
        for post in mine:
            for heard in self._looks:
                heard.add(post.id)
            self._know(post)
        self._attend(lanes.lane_of(post) for post in mine)

    async def _look(self) -> bool:
        """Know all that is owed; False when the store can't be read."""
        heard: set[int] = set()
        self._looks.append(heard)
        try:
            posts = await self._store.read(self._all)
        except OverseerError as error:  # the next look finds it
            _log.warning("the outbox can't be read", surface=self._platform.name, why=str(error))
            return False
        finally:
            self._looks.remove(heard)
        found = {post.id for post in posts} | heard
        self._sender.begun.looked(found)
        for owed in self._owed.values():
            for number in [n for n in owed if n not in found]:
                del owed[number]
        for post in posts:
            if post.id not in heard:
                self._know(post)
        self._looked = True
        self._attend(tuple(self._owed))
        self._forget()
        return True

    def _all(self, unit: Unit) -> list[Post]:
        posts: list[Post] = []
        while page := unit.owed(
            self._platform.name, after=posts[-1].id if posts else 0, limit=PAGE
        ):
            posts += page
            if len(page) < PAGE:
                break
        return posts

    def _know(self, post: Post) -> None:
        """A post stands so now."""
        post = self._sender.begun.known(post)
        self._marks.know(post, self._clock.monotonic())
        key = lanes.lane_of(post)
        owed = self._owed.get(key, {})
        if not post.is_owed:
            owed.pop(post.id, None)
            return
        late = post.id not in owed and post.id < next(reversed(owed), 0)
        owed[post.id] = post
        self._owed[key] = dict(sorted(owed.items())) if late else owed

    def _attend(self, keys: Iterable[str]) -> None:
        """Let each of these lanes that is owed something have its task, and look at it."""
        for key in keys if self._looked else ():
            if key in self._tasks:
                self._news[key].set()
            elif self._owed.get(key):
                self._open(key)

    def _open(self, key: str) -> None:
        posts = tuple(self._owed[key].values())
        if key not in self._lanes:
            now = self._clock.now()
            waits = {p.id: (p.not_before - now).total_seconds() for p in posts if p.not_before}
            waits = {n: min(s, lanes.LONGEST_PAUSE_S) for n, s in waits.items()}
            self._lanes[key] = lanes.opened(
                posts, waits, self._platform.pace, self._clock.monotonic(), since=self._began
            )
        self._news[key] = asyncio.Event()
        self._tasks[key] = asyncio.ensure_future(self._serve(key))

    def _forget(self) -> None:
        """Keep nothing of lanes that rest."""
        now = self._clock.monotonic()
        for key in [k for k in self._lanes if k not in self._tasks]:
            if lanes.rests(self._lanes[key], self._platform.pace, now):
                del self._lanes[key]
                self._owed.pop(key, None)

    # -- one lane --------------------------------------------------------------------------------

    async def _serve(self, key: str) -> None:
        """Send what the lane is owed, until nothing is left."""
        try:
            while posts := tuple(self._owed[key].values()):
                self._news[key].clear()
                now = self._clock.monotonic()
                choice = self._chosen(key, posts, now)
                post, at = choice.post, choice.at
                if post is not None and self._until > now:
                    post, at = None, self._until
                if post is not None:
                    self._edits.take(post, now)  # before another lane asks
                    self._marks.take(post, now)
                    async with self._slots:
                        await self._try(key, post)
                elif at is None:
                    await self._news[key].wait()
                else:
                    await self._wait(self._news[key].wait(), at - now)
        except UnavailableError:  # the store is closed: the next start goes on
            return
        finally:
            self._tasks.pop(key, None)
            self._news.pop(key, None)
            self._moved.set()

    async def _try(self, key: str, post: Post) -> None:
        try:
            outcome = await self._sender.send(post)
        except StoreBusyError as error:
            _log.warning("a post waits for the database", post=post.id, why=str(error))
            self._pause(key, STORE_S)
            return
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 - one broken post must not end its lane
            _log.exception("a post could not be sent", post=post.id)
            outcome = Outcome(Fate.FAILED, doubt=True, why="It broke inside Overseer.")
        await self._settled(key, post, outcome)
        self._moved.set()

    async def _settled(self, key: str, post: Post, outcome: Outcome) -> None:
        """Let the lane know what came of it, and the store when it is tried again."""
        now = self._clock.monotonic()
        lane = lanes.tried(self._lanes[key], post, self._platform.pace, now)
        match outcome.fate:
            case Fate.NOTHING:  # whoever sent it, or gave it up, has told nobody
                if self._owed[key].get(post.id) is post:
                    del self._owed[key][post.id]
                return
            case Fate.THERE:
                self.trouble = ""
                self._lanes[key] = lanes.got_there(lane, post)
                return
            case Fate.REFUSED | Fate.GONE:
                self.trouble = ""
                self._lanes[key] = lanes.never(lane, post)
                return
            case Fate.BARRED:  # until when it is put off nobody need know after a restart
                self.trouble = ""
                self._lanes[key] = lanes.barred(lane, post, self._chance(), now)
                return
            case Fate.BUSY:
                setback = lanes.busy(lane, post, outcome.retry_after, now)
                if outcome.everywhere:
                    self._until = max(self._until, now + setback.wait_s)
                elif post.is_edit and self._edits.are_counted:
                    self._edits.pause(now + setback.wait_s)
                elif post.kind is PostKind.MARK and self._marks.are_counted:
                    self._marks.pause(now + setback.wait_s)
            case Fate.FAILED:
                setback = lanes.failed(lane, post, self._chance(), now, doubt=outcome.doubt)
        self._lanes[key] = setback.lane
        await self._put_off(key, post, outcome, setback)

    async def _put_off(self, key: str, post: Post, outcome: Outcome, setback: Setback) -> None:
        if not self.trouble:
            _log.warning("a platform takes nothing", surface=self._platform.name, why=outcome.why)
        self.trouble = outcome.why

        def work(unit: Unit) -> None:
            until = unit.now + timedelta(seconds=setback.wait_s)
            unit.put_off(post.id, until, failed=setback.counts, doubt=outcome.doubt)

        try:
            await self._store.write(work)
        except StoreBusyError as error:
            _log.warning("a failed try is not written down", post=post.id, why=str(error))
            known = self._owed[key].get(post.id)
            if known is not None:
                tries = known.tries + setback.counts
                self._owed[key][post.id] = known.model_copy(update={"tries": tries})

    def _pause(self, key: str, seconds: float) -> None:
        lane = self._lanes[key]
        until = max(lane.until, self._clock.monotonic() + seconds)
        self._lanes[key] = replace(lane, until=until)

    async def _wait(self, something: Awaitable[object], seconds: float) -> None:
        """Wait for it, but not longer."""
        waiting = asyncio.ensure_future(something)
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait((waiting, sleeping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            sleeping.cancel()
