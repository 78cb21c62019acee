"""Who is one of the team: guests, strangers and shared channels, looked up and kept for a while.

Slack says it of an account (`users.info`) and of a channel (`conversations.info`, and each event
that comes from one: then what was kept of it counts no more). While it does not, what it last said
counts for an hour more. Where nothing is known a request waits until Slack delivers it again, and
all else is taken for outside; whoever it is, is told so.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.adapters.slack.api import Api
from bot.adapters.slack.faults import SlackRefusedError
from bot.adapters.slack.names import Names
from bot.domain.messages import Outside
from bot.errors import ChatError
from bot.ports import Clock

HIDDEN_ACCOUNT = frozenset({"user_not_found", "user_not_visible"})
HIDDEN_CHANNEL = "channel_not_found"
KEPT = 5_000
KEPT_S = 300.0
LAST_S = 3600.0
"""How much longer an answer counts while there is no newer one."""
LOOK_S = 1.5
"""How long a message waits for this: it must be acknowledged within 3 s."""

UNKNOWN = (
    "I could not look up in Slack whether you and this channel belong to the workspace, so I take "
    "them for outsiders. Try again in a minute; ./overseer check slack says what is wrong."
)
NOT_YET = (
    "I could not look up in Slack whether you and this channel belong to the workspace, so I have "
    "not taken that in yet. Slack gives it to me again within minutes; say it again if nothing has "
    "come of it by then. ./overseer check slack says what is wrong."
)

NOT_HERE = (
    "I am not in this conversation: invite me with `/invite @Overseer`, begin a group message with "
    "me in it, or write to me."
)


@dataclass(frozen=True)
class Team:
    """The workspace, and who Overseer is there."""

    id: str
    url: str
    user: str
    bot: str
    enterprise: str = ""
    name: str = ""


@dataclass(frozen=True)
class Standing:
    """Whether somebody is outside, and why. `unknown`: nobody could say, so they are.

    `not_there`: Overseer is not in the conversation, nor is it one that everybody may see.
    """

    outside: Outside | None
    unknown: bool = False
    not_there: bool = False


class Membership:
    """Looks accounts and channels up, each once in a while."""

    def __init__(self, api: Api, clock: Clock, team: Team, names: Names | None = None) -> None:
        """`team` is whose members are no outsiders; `names` learn what things are called."""
        self._names = names
        self._api = api
        self._team = team
        self._accounts = _Kept(clock, self._account)
        self._channels = _Kept(clock, self._channel)

    async def standing(self, account: str, channel: str, *, shared: bool | None = None) -> Standing:
        """How this account stands in this channel, which the event may say is shared or is not."""
        if shared:
            return Standing(Outside.SHARED)
        asks = [(self._accounts, account)]
        if shared is None and channel and not channel.startswith("D"):
            asks.append((self._channels, channel))
        try:
            async with asyncio.timeout(LOOK_S):
                found = await asyncio.gather(*(kept.get(key) for kept, key in asks))
        except (ChatError, TimeoutError) as error:
            if isinstance(error, SlackRefusedError) and error.error == HIDDEN_CHANNEL:
                return Standing(Outside.SHARED, unknown=True, not_there=True)
            if not all(kept.has_last(key) for kept, key in asks):
                return Standing(Outside.SHARED, unknown=True)
            found = [kept.last(key) for kept, key in asks]
        if Outside.FOREIGN in found:  # of them it holds in every channel
            return Standing(Outside.FOREIGN)
        return Standing(next((each for each in reversed(found) if each), None))

    def told(self, channel: str, *, shared: bool | None) -> None:
        """An event of this channel says that it is shared, or is not; None: it does not say."""
        if channel and shared:
            self._channels.put(channel, Outside.SHARED)
        elif channel and shared is False:
            self._channels.drop(channel, Outside.SHARED)

    async def _account(self, account: str) -> Outside | None:
        try:
            answer = await self._api.call("users.info", user=account)
        except SlackRefusedError as error:
            if error.error not in HIDDEN_ACCOUNT:
                raise
            if self._names is not None:
                self._names.account(account, {}, Outside.FOREIGN)
            return Outside.FOREIGN
        user = answer.get("user")
        if not isinstance(user, Mapping) or user.get("id") != account:
            return Outside.SHARED
        outside = None
        if user.get("is_stranger") or not self._is_ours(user):
            outside = Outside.FOREIGN
        elif user.get("is_restricted") or user.get("is_ultra_restricted"):
            outside = Outside.GUEST
        if self._names is not None:
            self._names.account(account, user, outside)
        return outside

    def _is_ours(self, user: Mapping[str, Any]) -> bool:
        """Of this workspace, or of another one of the same organisation."""
        if user.get("team_id", self._team.id) == self._team.id:
            return True
        grid = user.get("enterprise_user")
        there = grid.get("enterprise_id") if isinstance(grid, Mapping) else None
        return bool(self._team.enterprise) and there == self._team.enterprise

    async def _channel(self, channel: str) -> Outside | None:
        answer = await self._api.call("conversations.info", channel=channel)
        found = answer.get("channel")
        if not isinstance(found, Mapping):
            return Outside.SHARED
        if self._names is not None:
            self._names.channel(channel, found)
        shared = found.get("is_ext_shared") or found.get("is_pending_ext_shared")
        return Outside.SHARED if shared else None


class _Kept:
    """Answers that are kept for a while, at most so many; who asks at once shares one look-up."""

    def __init__(self, clock: Clock, look: Callable[[str], Awaitable[Outside | None]]) -> None:
        self._clock = clock
        self._look = look
        self._kept: OrderedDict[str, tuple[float, Outside | None]] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[Outside | None]] = {}

    async def get(self, key: str) -> Outside | None:
        found = self._kept.get(key)
        if found is not None and found[0] > self._clock.monotonic():
            return found[1]
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.ensure_future(self._asked(key))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(task)

    def put(self, key: str, found: Outside | None) -> None:
        """That is known now; a look-up that is under way says nothing newer."""
        self._kept[key] = (self._clock.monotonic() + KEPT_S, found)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def drop(self, key: str, found: Outside | None) -> None:
        """It is looked up anew, if that is what was found."""
        if key in self._kept and self._kept[key][1] is found:
            del self._kept[key]

    def has_last(self, key: str) -> bool:
        """Whether it was looked up not all too long ago."""
        found = self._kept.get(key)
        return found is not None and found[0] + LAST_S > self._clock.monotonic()

    def last(self, key: str) -> Outside | None:
        """What was found when it was last looked up."""
        return self._kept[key][1]

    def _ended(self, key: str, task: asyncio.Task[Outside | None]) -> None:
        self._under_way.pop(key, None)
        if not task.cancelled():
            task.exception()  # whoever waited has it; nobody may have waited that long

    async def _asked(self, key: str) -> Outside | None:
        former = self._kept.get(key)
        found = await self._look(key)
        now = self._kept.get(key)
        if now is not None and now is not former:  # told meanwhile
            return now[1]
        self.put(key, found)
        return found
