"""Where posts go: a thread for each request, or replies where no thread can be made.

    discord/<channel>/<message>     the thread that was made from the message, and has its id
    discord/<channel>/<thread>      a thread that was there before
    discord/<dm channel>/dm         a direct message
    discord/@<account>/             a direct message that Overseer begins

A thread is made when something is first posted there. Where it can't be (no right to, a channel
that has none), what is posted answers the message instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.adapters.discord.faults import (
    NO_ACCESS,
    NO_RIGHT,
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    WRONG_KIND,
    RestError,
)
from bot.adapters.discord.rest import Asks
from bot.adapters.discord.text import label
from bot.chat.begun import first_said
from bot.domain.messages import ThreadRef
from bot.domain.recent import Recent
from bot.ports import Ears

DIRECT = "dm"
SURFACE = "discord"
NAME = 100
UNNAMED = "request"
"""What a thread is called that can't be called after what was asked."""
DAY = 1440
"""Minutes after which an idle thread is folded away."""
MOST_KNOWN = 10_000
NO_THREADS = (
    "No thread can be made in this channel, so I answer here. To say more of a request, reply to "
    "its card."
)
_CANT = frozenset({NO_ACCESS, NO_RIGHT, WRONG_KIND, 50003, 160005, 160006})
"""No right, a kind of channel without threads, a message that can have none, too many threads."""
_NO_ROOT = frozenset({UNKNOWN_MESSAGE, UNKNOWN_CHANNEL})


@dataclass(frozen=True)
class Spot:
    """A channel, and the message that what is posted there answers (empty: none)."""

    channel: str
    answers: str = ""


class Places:
    """Knows the channel of each place; it is asked again after a restart."""

    def __init__(
        self,
        rest: Asks,
        titled: Callable[[ThreadRef], Awaitable[str]],
        opened: Callable[[str], None] | None = None,
    ) -> None:
        """`titled` is what a new thread is called.

        `opened` is told each channel of direct messages that Overseer begins.
        """
        self._opened = opened
        self._rest = rest
        self._titled = titled
        self._spots: dict[ThreadRef, Spot] = {}
        self._locks: dict[ThreadRef, asyncio.Lock] = {}
        self._told: Recent[str] = Recent(MOST_KNOWN)

    def known(self, place: ThreadRef, spot: Spot) -> None:
        """A place that was seen to be there."""
        self._spots[place] = spot
        if len(self._spots) > MOST_KNOWN:  # the one that was found first
            del self._spots[next(iter(self._spots))]

    def forget(self, place: ThreadRef) -> None:
        """Look for it anew: what somebody has mended may have made it another."""
        self._spots.pop(place, None)

    async def unfold(self, channel: str) -> None:
        """Open a thread that was archived, as who may write in it can, unless it is locked.

        Raises:
            RestError: it is, or Discord does not answer.
        """
        await self._rest.ask("PATCH", f"/channels/{channel}", body={"archived": False})

    def at(self, place: ThreadRef) -> Spot | None:
        """Where a place is, if that is known already."""
        return self._spots.get(place)

    def first_told(self, channel: str) -> bool:
        """Whether a channel is yet to be told that it has no threads; asking tells it."""
        return self._told.add(channel)

    async def spot(self, place: ThreadRef) -> Spot:
        """Where to post.

        Raises:
            RestError: there is no such place, or Discord does not answer.
        """
        found = self._spots.get(place)
        if found is not None:
            return found
        lock = self._locks.setdefault(place, asyncio.Lock())
        try:
            async with lock:
                spot = self._spots.get(place)
                if spot is None:
                    spot = await self._found(place)
                    self.known(place, spot)
                return spot
        finally:
            if not lock.locked():
                self._locks.pop(place, None)

    async def _found(self, place: ThreadRef) -> Spot:
        if place.channel.startswith("@"):
            account = place.channel.removeprefix("@")
            made = await self._rest.ask(
                "POST", "/users/@me/channels", body={"recipient_id": account}
            )
            if self._opened is not None:
                self._opened(str(made["id"]))
            return Spot(str(made["id"]))
        if place.thread == DIRECT:
            return Spot(place.channel)
        return await self._thread(place)

    async def _thread(self, place: ThreadRef, name: str = "") -> Spot:
        path = f"/channels/{place.channel}/messages/{place.thread}/threads"
        body = {"name": name or await self._titled(place), "auto_archive_duration": DAY}
        try:
            made = await self._rest.ask("POST", path, body=body)
        except RestError as error:
            if error.code == THREAD_EXISTS:
                return Spot(place.thread)
            if error.code in _NO_ROOT:  # it began in a thread, or its message was deleted
                await self._rest.ask("GET", f"/channels/{place.thread}")
                return Spot(place.thread)
            if error.code in _CANT:
                return await self._without(place)
            if error.status == 400 and not name:  # its words may be what the server forbids
                return await self._thread(place, UNNAMED)
            raise
        return Spot(str(made["id"]))

    async def _without(self, place: ThreadRef) -> Spot:
        """There may be a thread all the same, made by somebody who had the right to."""
        try:
            await self._rest.ask("GET", f"/channels/{place.thread}")
        except RestError as error:
            if error.status in (403, 404):
                return Spot(place.channel, answers=place.thread)
            raise
        return Spot(place.thread)


async def titled(ears: Ears, place: ThreadRef) -> str:
    """What a new thread is called: what was asked there, as it was stored."""
    first = await first_said(ears, place)
    return label(first.text if first else UNNAMED, NAME)
