"""What was said in Slack while it did not reach us: read from its history, and heard then.

Slack repeats an event for some minutes, and then never again. So after a start, and after a pause
of the socket, each conversation that Overseer is in is read on from its mark (`heard`): messages of
at most a day, in the order in which they were said, each through the same ears as a live one. A
message has one id however it comes (`events.event_id`), and a receipt once it was judged, so that
an event that Slack still delivers is no second request, and what was refused stays refused. A
channel that can't be read is tried again, and holds up no other.

What is not read: threads that are neither Overseer's nor under a message of that time, and clicks,
commands and windows, of which Slack keeps nothing. A deleted message is in no history; where a
thread of ours lost its first one, Slack has a stone there, and what it asked for is taken back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from math import inf
from typing import Any

import structlog

from bot.adapters.slack import events
from bot.adapters.slack.api import Api
from bot.adapters.slack.faults import SlackRefusedError
from bot.adapters.slack.heard import STEP, Heard, seconds
from bot.domain.messages import ThreadRef
from bot.errors import ChatBusyError, OverseerError, StoreBusyError
from bot.ports import Clock

_log = structlog.get_logger(__name__)

LONGEST = timedelta(hours=24)
OVERLAP_S = 120.0
"""Read again before a mark: Slack delivers in about the order in which things were said."""
PER_MINUTE = 40
"""Calls; each of these methods takes 50 and more (Slack's "Tier 3")."""
PAGE = 200
PAGES = 5
"""Of messages of one channel or thread, and of channels of one kind."""
FEW = 3
"""Of so many threads it costs less to look at what they began with."""
PAGES_OF_ROOTS = 3
THREADS = 20
"""Threads of others in one channel, the newest, that are looked into for a mention."""
FIRST_RETRY_S = 5.0
LONGEST_RETRY_S = 300.0
KINDS = ("im", "mpim", "private_channel", "public_channel")
JOINED = frozenset({"channel_join", "group_join"})

Json = Mapping[str, Any]
Take = Callable[[Json, bool], Awaitable[None]]
"""Hears a message as an event's body has it. True: it was heard, most likely; nobody is told."""


class Missed:
    """Reads on from the marks."""

    def __init__(
        self,
        api: Api,
        clock: Clock,
        heard: Heard,
        me: str,
        *,
        take: Take,
        gone: Callable[[ThreadRef, str], Awaitable[None]],
    ) -> None:
        """`me` is Overseer's account; `take` hears a message, `gone` that one was deleted."""
        self._api = api
        self._clock = clock
        self._heard = heard
        self._me = me
        self._take = take
        self._gone = gone
        self._calls: deque[float] = deque()
        self._wanted = self._at_it = False
        self._again = asyncio.Event()

    def begin(self) -> bool:
        """There may be something: the marks are held. Whether nobody is at it: then `catch_up`."""
        self._heard.hold()
        self._wanted = True
        self._again.set()
        idle, self._at_it = not self._at_it, True
        return idle

    async def catch_up(self) -> None:
        """Hear what was missed, however often it takes; a channel's mark is held until it is."""
        left: dict[str, list[str]] = {}
        pause = FIRST_RETRY_S
        try:
            while self._wanted or left:
                if self._wanted:
                    left, pause = await self._listed(), FIRST_RETRY_S
                left = await self._round(left)
                if left and not self._wanted:
                    await self._pause(pause)
                    pause = min(2 * pause, LONGEST_RETRY_S)
            self._heard.release()
            with suppress(StoreBusyError):  # it is written again soon
                await self._heard.write()
        finally:
            self._at_it = False

    async def _listed(self) -> dict[str, list[str]]:
        """What is to be read: channel → Overseer's threads there; first where something is open."""
        pause = FIRST_RETRY_S
        while True:
            self._wanted = False
            self._again.clear()
            found: dict[str, list[str]] = {}
            try:
                if await self._heard.until():  # else it is the first start of all
                    for ref in await self._heard.talks(self._clock.now() - LONGEST):
                        if not ref.channel.startswith("@"):  # it is named by the account in it
                            found.setdefault(ref.channel, []).append(ref.thread)
                    for channel in await self._mine():
                        found.setdefault(channel, [])
            except OverseerError as error:
                _log.warning("slack.missed", why=str(error))
                await self._pause(pause)
                pause = min(2 * pause, LONGEST_RETRY_S)
            else:
                self._heard.list(found)
                return found

    async def _round(self, left: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Read each once; what is still to be read."""
        still: dict[str, list[str]] = {}
        unread = dict(left)
        while unread and not self._wanted:  # else there is more now, in whichever
            channel = self._heard.first(unread)
            talks = unread.pop(channel)
            try:
                await self._channel(channel, talks)
            except SlackRefusedError as error:  # it will not be otherwise
                _log.warning("slack.missed", channel=channel, why=str(error))
            except OverseerError as error:
                _log.warning("slack.missed", channel=channel, why=str(error))
                still[channel] = talks
                self._heard.tried(channel)
                continue
            if self._wanted:  # the marks are held anew
                break
            self._heard.release(channel)
        return still

    async def _pause(self, seconds: float) -> None:
        """So long, or until there is more to read."""
        waits = [
            asyncio.ensure_future(each) for each in (self._clock.sleep(seconds), self._again.wait())
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    async def _mine(self) -> list[str]:
        """The conversations that Overseer is in; of a kind that it may not list, none."""
        found: list[str] = []
        for kind in KINDS:
            try:
                there = await self._pages(
                    "users.conversations", "channels", types=kind, exclude_archived=True
                )
            except SlackRefusedError as error:
                _log.warning("slack.missed", kind=kind, why=str(error))
                continue
            found += [str(each.get("id", "")) for each in there]
        return [each for each in found if each]

    async def _channel(self, channel: str, talks: Sequence[str]) -> None:
        begun = self._clock.now()
        mark = await self._heard.until(channel)
        since = max(mark - OVERLAP_S, (begun - LONGEST).timestamp())
        oldest = f"{since:.6f}"
        said = await self._pages("conversations.history", channel=channel, oldest=oldest)
        others = [
            str(m.get("ts", ""))
            for m in sorted(said, key=_at, reverse=True)
            if m.get("reply_count") and seconds(str(m.get("latest_reply") or "inf")) > since
        ]
        quiet = await self._quiet(channel, talks, said, since)
        for thread in dict.fromkeys([*talks, *others[:THREADS]]):
            if thread in quiet:
                continue
            said += await self._thread(channel, thread, oldest, ours=thread in talks)
        for message in self._in_order(said, since):
            try:
                await self._take({"event": {**message, "channel": channel}}, _at(message) <= mark)
            except OverseerError:
                raise
            except Exception:  # noqa: BLE001 - it would hold up all that comes after it, for ever
                _log.exception("slack.missed", channel=channel)

    async def _quiet(
        self, channel: str, talks: Sequence[str], said: Sequence[Json], since: float
    ) -> set[str]:
        """Overseer's threads there in which nothing was said since, as their first messages tell.

        One page of those tells it of a day's threads, each of which would take a call of its own:
        after a pause of seconds nearly all of them are quiet. `said` are the messages since.
        """
        begun = [at for at in map(seconds, talks) if 0.0 < at <= since]
        if len(begun) < FEW:
            return set()
        first, last = f"{min(begun) - STEP:.6f}", f"{since + STEP:.6f}"
        roots = await self._pages(
            "conversations.history", of=PAGES_OF_ROOTS, channel=channel, oldest=first, latest=last
        )
        newest = {
            str(m.get("ts")): seconds(str(m.get("latest_reply") or "inf"))
            for m in (*roots, *said)
            if m.get("subtype") != "tombstone"  # its request may have to be taken back
        }
        return {thread for thread in talks if newest.get(thread, inf) <= since}

    async def _thread(self, channel: str, thread: str, oldest: str, *, ours: bool) -> list[Json]:
        """What was said in it since, and its first message."""
        try:
            said = await self._pages(
                "conversations.replies", channel=channel, ts=thread, oldest=oldest
            )
        except SlackRefusedError as error:
            if error.error != "thread_not_found":
                raise
            return []
        stone = any(m.get("subtype") == "tombstone" and m.get("ts") == thread for m in said)
        if ours and stone:
            ref = ThreadRef(surface=events.SURFACE, channel=channel, thread=thread)
            await self._gone(ref, events.event_id(channel, thread))
        return said

    def _in_order(self, said: Sequence[Json], since: float) -> list[Json]:
        """Each once, the oldest first; nothing from before Overseer came in."""
        by_time = {_at(m): m for m in said if _at(m) > since}
        joined = [
            at
            for at, m in by_time.items()
            if m.get("subtype") in JOINED and m.get("user") == self._me
        ]
        came = max(joined, default=0.0)
        return [by_time[at] for at in sorted(by_time) if at >= came]

    async def _pages(
        self, method: str, what: str = "messages", *, of: int = PAGES, **given: Any
    ) -> list[Json]:
        """Everything that a list has, as far as so many pages go."""
        found: list[Json] = []
        cursor = ""
        for _ in range(of):
            answer = await self._asked(method, limit=PAGE, cursor=cursor or None, **given)
            found += [each for each in answer.get(what) or () if isinstance(each, Mapping)]
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found
        if of == PAGES:
            _log.warning("slack.missed", why="there is more than I read", **given)
        return found

    async def _asked(self, method: str, **given: Any) -> Json:
        while True:
            now = self._clock.monotonic()
            while self._calls and self._calls[0] <= now - 60.0:
                self._calls.popleft()
            if len(self._calls) >= PER_MINUTE:
                await self._clock.sleep(self._calls[0] + 60.0 - now)
                continue
            self._calls.append(now)
            try:
                return await self._api.call(method, **given)
            except ChatBusyError as error:
                await self._clock.sleep(error.retry_after)


def _at(message: Json) -> float:
    return seconds(str(message.get("ts", "")))
