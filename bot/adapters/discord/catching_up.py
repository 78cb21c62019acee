"""What was said while Overseer was not connected: looked up, and heard in its order.

    RESUME         Discord sends what was missed by itself
    a new session  (after a restart, or when a session can't be resumed) sends nothing: each
                   channel, thread and direct message in which something was said since the
                   bookmark is read from there on, at most so far back and so many messages

A message goes the same way as one that comes by itself, through the durable inbox, so that none is
heard twice; what comes meanwhile in a channel waits until that channel was read, for a while, but
for a stop, which waits for nothing. Deleted messages are not found, and stay deleted; clicks and
commands can't be looked up.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import timedelta

import aiohttp
import discord
import structlog

from bot.adapters.discord.first_signs import FirstSigns
from bot.adapters.discord.places import SURFACE
from bot.adapters.discord.progress import MARGIN, Progress, id_at
from bot.adapters.discord.proxy import said_of
from bot.domain.messages import Bookmark
from bot.errors import OverseerError
from bot.ports import Clock, Ears

_log = structlog.get_logger(__name__)

Hear = Callable[[discord.Message], Awaitable[None]]
Hurries = Callable[[discord.Message], Awaitable[bool]]
Spoken = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread
Channel = Spoken | discord.PartialMessageable

KEEP_S = 2.0
"""How often the bookmark is kept."""
PATIENCE_S = 20.0
"""How long what comes meanwhile waits for what was missed before it."""
SIGN_S = 5.0
"""How long a turn waits for the sign that was put before it, lest it come after the next ones."""
ALL_THERE_S = 5.0
"""How long the servers may take to come after a connection."""
SKEW = timedelta(minutes=1)
"""How far Discord's clock may be from ours."""
PAUSES_S = (1.0, 5.0, 30.0, 60.0, 300.0)
"""Between the tries to read what could not be read."""


class CatchingUp:
    """Hears what was missed, and remembers how far was heard."""

    def __init__(
        self,
        ears: Ears,
        clock: Clock,
        hear: Hear,
        hurries: Hurries,
        *,
        hours: float,
        most: int,
        signs: FirstSigns | None = None,
    ) -> None:
        """`hear` takes a missed message in; `hours` back and `most` of a channel are looked up.

        What `hurries` waits for nothing that was missed; what waits gets its sign by `signs`.
        """
        self._signs = signs
        self._ears = ears
        self._clock = clock
        self._hear = hear
        self._hurries = hurries
        self._back = timedelta(hours=hours)
        self._most = most
        self._progress = Progress()
        self._kept: Bookmark | None = None
        self._listed = asyncio.Event()
        self._there = asyncio.Event()
        self._behind: dict[int, asyncio.Event] = {}
        self._closed = False
        self._tasks: list[asyncio.Task[None]] = []

    # -- the connection ----------------------------------------------------------------------

    def begin(self, client: discord.Client) -> None:
        """A new session has begun."""
        for task in self._tasks:
            task.cancel()
        self._closed = False
        self._progress.hold()
        self._listed.clear()
        self._there.clear()
        self._tasks = [
            asyncio.create_task(self._catch_up(client), name="discord: what was missed"),
            asyncio.create_task(self._keep(), name="discord: the bookmark"),
        ]

    def came(self, client: discord.Client) -> None:
        """A server may have come."""
        if not any(guild.unavailable for guild in client.guilds):
            self._there.set()

    async def close(self) -> None:
        """Look nothing up any more: what was not, and what waits behind it, is the next start's."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self._let_in()

    async def keep(self) -> None:
        """Keep the bookmark as it stands."""
        bookmark = self._progress.bookmark
        if not bookmark.seen or bookmark == self._kept:
            return
        try:
            await self._ears.keep_bookmark(SURFACE, bookmark)
            self._kept = bookmark
        except OverseerError as error:  # the next one says the same and more
            _log.info("Discord's bookmark can't be kept now", why=str(error))

    def writes_in(self, channel: str) -> None:
        """Overseer writes to somebody directly: Discord lists no such channel to a bot."""
        self._progress.direct(channel)

    # -- what comes by itself ----------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def turn(self, said: discord.Message) -> AsyncIterator[bool]:
        """Wait until what was said before it in its channel is heard; whether to hear it now."""
        if not self._progress.begin(said.id):
            yield False
            return
        putting: asyncio.Task[bool] | None = None
        try:
            if self._is_read_of(said.channel.id) and not await self._hurries(said):
                putting = self._signs.put(said) if self._signs is not None else None
                await self._until_read(said.channel.id)
                await _rested(putting)
            if self._closed:
                self._progress.undone(said.id)
                yield False
                return
            if said.guild is None:
                self._progress.direct(str(said.channel.id))
            yield True
        except BaseException:
            self._progress.undone(said.id)
            raise
        finally:
            perhaps = putting is not None and not (putting.done() and _has_put_none(putting))
            if putting is not None:
                putting.cancel()
        self._progress.end(said.id)
        if perhaps and self._signs is not None:
            await self._signs.follow(said)

    def _is_read_of(self, channel: int) -> bool:
        before = self._behind.get(channel)
        return not self._listed.is_set() or (before is not None and not before.is_set())

    async def _until_read(self, channel: int) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self._listed.wait()
                before = self._behind.get(channel)
                if before is not None:
                    await before.wait()

    # -- what was missed ---------------------------------------------------------------------

    async def _catch_up(self, client: discord.Client) -> None:
        """Hear it; then let in what waits behind it.

        Where nothing was ever said the bookmark is put before this moment: what is said there
        while nobody listens is missed all the same.
        """
        began = id_at((self._clock.now() - SKEW).timestamp())
        try:
            left = await self._left()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ALL_THERE_S):
                    await self._there.wait()
            upto = max((channel.last_message_id or 0 for channel in _spoken_in(client)), default=0)
            if left.seen and self._back:
                oldest = id_at((self._clock.now() - self._back).timestamp())
                await self._read_all(client, max(int(left.seen) - MARGIN, oldest), left.direct)
            self._progress.release(upto or began)
        except Exception:  # noqa: BLE001 -- what comes by itself is heard all the same
            _log.exception("what was missed in Discord could not be looked up")
        self._let_in()

    def _let_in(self) -> None:
        self._listed.set()
        for each in self._behind.values():
            each.set()
        self._behind = {}

    async def _left(self) -> Bookmark:
        """Where the bookmark was left, in this life or in a former one."""
        while self._kept is None:
            try:
                kept = self._kept = await self._ears.bookmark(SURFACE)
            except OverseerError as error:
                _log.warning("Discord's bookmark can't be read", why=str(error))
                await self._clock.sleep(KEEP_S)
            else:
                self._progress.take_up(kept)
        return self._progress.bookmark

    async def _read_all(self, client: discord.Client, after: int, direct: Sequence[str]) -> None:
        left: list[Channel] = [
            channel
            for channel in _spoken_in(client)
            if (channel.last_message_id or 0) > after
            and not self._progress.heard_before(channel.last_message_id or 0)
            and _may_read(channel)
        ]
        left += [
            client.get_partial_messageable(int(number), type=discord.ChannelType.private)
            for number in direct
        ]
        self._behind = {channel.id: asyncio.Event() for channel in left}
        self._listed.set()
        for pause in (*PAUSES_S, 0.0):
            left = [channel for channel in left if not await self._read(channel, after)]
            if not left:
                return
            await self._clock.sleep(pause)
        _log.warning("some channels of Discord could not be read", channels=[c.id for c in left])

    async def _read(self, channel: Channel, after: int) -> bool:
        """Hear what was said there; False when that must be tried again."""
        number = 0
        try:
            async for said in channel.history(
                limit=None, after=discord.Object(after), oldest_first=True
            ):
                number += not self._progress.heard(said.id)
                if number > self._most:
                    _log.warning(
                        "more was said in a channel of Discord while Overseer was away than is "
                        "looked up: what has no answer there must be said again",
                        channel=channel.id, looked_up=self._most,
                    )  # fmt: skip
                    break
                await self._one(said)
        except (discord.Forbidden, discord.NotFound) as error:
            _log.info("a channel can't be read", channel=channel.id, why=str(error))
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            _log.warning("a channel could not be read", channel=channel.id, why=said_of(error))
            return False
        self._behind[channel.id].set()
        return True

    async def _one(self, said: discord.Message) -> None:
        if not self._progress.begin(said.id):
            return
        try:
            await self._hear(said)
        except Exception:  # noqa: BLE001 -- it would keep all others from being heard
            _log.exception("a message that was missed could not be taken in", message=said.id)
        except BaseException:
            self._progress.undone(said.id)
            raise
        self._progress.end(said.id)

    async def _keep(self) -> None:
        while True:
            await self._clock.sleep(KEEP_S)
            await self.keep()


def _has_put_none(putting: asyncio.Task[bool]) -> bool:
    """Whether no sign can stand there; of a try that broke nobody knows."""
    return not (putting.cancelled() or putting.exception()) and not putting.result()


async def _rested(putting: asyncio.Task[bool] | None) -> None:
    """Wait for the answer to a sign, not all too long."""
    if putting is not None:
        await asyncio.wait((putting,), timeout=SIGN_S)


def _spoken_in(client: discord.Client) -> Iterator[Spoken]:
    """Channels and threads of servers in which messages stand."""
    for guild in client.guilds:
        for channel in (*guild.channels, *guild.threads):
            if isinstance(channel, Spoken):
                yield channel


def _may_read(channel: Spoken) -> bool:
    me = channel.guild.me
    rights = channel.permissions_for(me) if me is not None else discord.Permissions.all()
    return rights.view_channel and rights.read_message_history
