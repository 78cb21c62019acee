"""How a conversation is found here: its thread, or the message that it answers, by a link.

Where no thread can be made there is none to say anything in: what is said of a request there is a
reply to its card. A former process has found out which channels have none; until it is seen again,
the kind of the channel and the rights in it tell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.adapters.discord import text
from bot.adapters.discord.places import DIRECT, SURFACE, Places
from bot.domain.messages import ThreadRef

if TYPE_CHECKING:
    import discord

VOICE = frozenset({2, 13})
"""Kinds of channels whose messages can have no threads: voice, and stages."""


class Where:
    """Knows the ways to what is posted."""

    def __init__(self, places: Places, client: Callable[[], discord.Client | None]) -> None:
        """`client` knows the server's channels as far as Discord has told of them."""
        self._places = places
        self._client = client

    def server(self, place: ThreadRef) -> int:
        """The id of the server in which a channel is; 0 where that is not known."""
        return int(getattr(self._guild(place), "id", 0))

    def link(self, place: ThreadRef, remote: str) -> str:
        """Where a message can be opened; empty while its place is not known."""
        spot = self._places.at(place)
        if spot is None:
            return ""
        direct = place.channel.startswith("@") or place.thread == DIRECT
        server = "@me" if direct else self.server(place)
        return _address(server, spot.channel, remote) if server else ""

    def without_thread(self, place: ThreadRef) -> bool:
        """Whether a conversation is in a channel itself: what is said there are replies."""
        if place.surface != SURFACE or not (place.channel + place.thread).isdecimal():
            return False
        if (spot := self._places.at(place)) is not None:
            return bool(spot.answers)
        guild, channel = self._guild(place), self._channel(place)
        if guild is None or channel is None or guild.get_thread(int(place.thread)) is not None:
            return False
        may = channel.permissions_for(guild.me)
        return channel.type.value in VOICE or not may.create_public_threads

    def way(self, thread: str) -> str:
        """Markdown that leads to a conversation, by its key; empty where nothing here does."""
        surface, _, rest = thread.partition("/")
        channel, _, inner = rest.partition("/")
        if surface != SURFACE or not (channel + inner).isdecimal():
            return ""
        place = ThreadRef(surface=surface, channel=channel, thread=inner)
        server = self.server(place) if self.without_thread(place) else 0
        link = _address(server, channel, inner) if server else ""
        return f"[its request]({link})" if text.LINK.match(link) else f"<#{inner}>"

    def _guild(self, place: ThreadRef) -> discord.Guild | None:
        return getattr(self._channel(place), "guild", None)

    def _channel(self, place: ThreadRef) -> discord.abc.GuildChannel | None:
        client = self._client() if place.channel.isdecimal() else None
        found = client and client.get_channel(int(place.channel))
        return found if hasattr(found, "permissions_for") else None  # type: ignore[return-value]


def _address(server: int | str, channel: str, remote: str) -> str:
    return f"https://discord.com/channels/{server}/{channel}/{remote}"
