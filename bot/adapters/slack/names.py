"""What Slack calls accounts and channels, told to the ears; only of what everybody may see.

An account's name comes with the answer that says whose it is (`membership`), a channel's with a
look-up that nobody waits for: one at a time, at most once an hour for a channel, and none while
Slack wants a pause.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from bot.adapters.slack.api import Api
from bot.adapters.slack.events import SURFACE
from bot.domain.messages import Outside
from bot.errors import ChatBusyError, ChatError
from bot.ports import Clock, Ears

AGAIN_S = 3600.0
FAILED_S = 60.0
LATER_S = 0.25
"""How long after what was said there a channel is looked up: its answer goes first."""
MADE_PRIVATE = "channel_convert_to_private"
CALLED_ANEW = frozenset({"channel_convert_to_public", "channel_name", "group_name"})
"""Subtypes of messages after which a channel is looked up again."""
KEPT = 5_000
"""Channels of which it is remembered when they are looked up again."""


class Names:
    """Tells names, and looks those of channels up."""

    def __init__(self, api: Api, ears: Ears, clock: Clock, url: str) -> None:
        """`url` is the workspace's."""
        self._api = api
        self._ears = ears
        self._clock = clock
        self._url = url
        self._again: OrderedDict[str, float] = OrderedDict()
        self._one = asyncio.Lock()
        self._looking = ""
        self._pause = 0.0

    def account(self, account: str, user: Mapping[str, Any], outside: Outside | None) -> None:
        """`users.info` has said this of it: what it is called, and why it is none of the team's."""
        profile = user.get("profile")
        given = profile if isinstance(profile, Mapping) else {}
        names = (given.get("display_name"), given.get("real_name"), user.get("real_name"),
                 user.get("name"))  # fmt: skip
        name = next((each for each in names if isinstance(each, str) and each.strip()), "")
        self._ears.known_as(f"{SURFACE}:{account}", name, outside=outside)

    def channel(self, channel: str, found: Mapping[str, Any]) -> None:
        """`conversations.info` has said this of it: a private one has no name for others."""
        hidden = any(found.get(key) for key in ("is_private", "is_im", "is_mpim", "is_group"))
        public = found.get("is_channel") is True and not hidden
        name = str(found.get("name") or "") if public else ""
        link = f"{self._url.rstrip('/')}/archives/{channel}" if self._url else ""
        self._ears.known_as(f"{SURFACE}:{channel}", name, link)
        self._due(channel, AGAIN_S)

    async def look(self, channel: str) -> None:
        """See that a channel's name is known; what comes in the way is tried with later words."""
        if not self.wants(channel):
            return
        self._due(channel, FAILED_S)
        async with self._one:
            if self._clock.monotonic() < self._pause:
                return
            self._looking = channel
            try:
                answer = await self._api.call("conversations.info", channel=channel)
            except ChatBusyError as error:
                self._pause = self._clock.monotonic() + max(error.retry_after, FAILED_S)
                return
            except ChatError:
                return
            if self._looking != channel:  # what was heard meanwhile is newer
                return
        found = answer.get("channel")
        if isinstance(found, Mapping):
            self.channel(channel, found)

    async def soon(self, channel: str) -> None:
        """As `look`, after the answer to what was said there."""
        await self._clock.sleep(LATER_S)
        await self.look(channel)

    def heard(self, channel: str, event: Mapping[str, Any]) -> None:
        """A message there says of what kind it is; a private one has no name from then on.

        https://docs.slack.dev/reference/events/message/channel_convert_to_private
        """
        kind = event.get("subtype")
        anew, private = kind in CALLED_ANEW, event.get("channel_type") == "group"
        if anew:
            self._again.pop(channel, None)
        elif private or kind == MADE_PRIVATE:
            self.channel(channel, {"is_private": True})
        else:
            return
        if self._looking == channel:
            self._looking = ""

    def wants(self, channel: str) -> bool:
        """Whether it is to be looked up."""
        due = self._again.get(channel, 0.0) <= self._clock.monotonic()
        return due and channel.startswith("C")

    def _due(self, channel: str, seconds: float) -> None:
        """It is looked up again after so long."""
        self._again[channel] = self._clock.monotonic() + seconds
        self._again.move_to_end(channel)
        while len(self._again) > KEPT:
            self._again.popitem(last=False)
