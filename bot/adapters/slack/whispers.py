"""What one person alone is told, beside the work: refusals, lateness, faults.

Slack keeps nothing of it: a whisper is lost with a connection. Where Slack wants a pause first it
is tried once more, and not later than a minute on. A few are on their way at once and so many wait,
however many are refused: strangers who all speak at once cost neither connections nor memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from bot.adapters.slack import text as texts
from bot.adapters.slack.api import Api
from bot.domain.messages import Frozen
from bot.domain.wording import shortened
from bot.errors import ChatBusyError, ChatError, OverseerError
from bot.ports import Clock

T = TypeVar("T")
_log = structlog.get_logger(__name__)

MOST = 550
LONGEST_S = 60.0
"""After which nobody waits for an answer any more."""
AT_ONCE, MOST_WAITING = 4, 500
"""Whispers that are on their way, and that wait; more are not sent."""
BROKEN = "Something inside me broke; my log says what. Try again, or tell whoever keeps me."


class Place(Frozen):
    """Where somebody can be told something in private.

    `thread` is empty outside of threads: in one that nobody has answered yet, Slack shows no
    private message.
    """

    account: str
    channel: str
    thread: str = ""


class Whispers:
    """Tells them in the background, and knows what is under way."""

    def __init__(self, api: Api, clock: Clock) -> None:
        """`api` sends them."""
        self._api = api
        self._clock = clock
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ways = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    def tell(self, place: Place, text: str) -> None:
        """Tell somebody a sentence, soon."""
        if not text.strip():
            return
        if self._waiting >= MOST_WAITING:
            _log.warning("slack.private", why="too many are to be told something")
            return
        self._waiting += 1
        self.later(self._told(place, text, self._clock.monotonic()))

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside what Slack waits for; an error of it is logged and no more."""
        task = asyncio.ensure_future(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def beside(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin this; whoever awaits it has its error, and nobody has to."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()

    async def close(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _told(self, place: Place, text: str, since: float) -> None:
        try:
            pause = await self._said(place, text, since)
            if pause:
                await self._clock.sleep(pause)
                await self._said(place, text, since, last=True)
        finally:
            self._waiting -= 1

    async def _said(self, place: Place, text: str, since: float, *, last: bool = False) -> float:
        """Say it, if anybody waits for it still; the pause after which it is to be tried again."""
        async with self._ways:
            if self._clock.monotonic() - since > LONGEST_S:
                _log.info("slack.private", why="nobody waits for it any more")
                return 0.0
            try:
                await self._api.call(
                    "chat.postEphemeral",
                    channel=place.channel,
                    user=place.account,
                    thread_ts=place.thread or None,
                    **private(text),
                )
            except ChatBusyError as error:
                if last or error.retry_after > LONGEST_S:
                    raise
                return error.retry_after
        return 0.0


def private(text: str) -> dict[str, Any]:
    """A sentence for one person, as a message's content."""
    told = texts.sentence(shortened(text, MOST))
    section = {"type": "mrkdwn", "text": told, "verbatim": True}
    return {"text": told, "blocks": [{"type": "section", "text": section}]}


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except ChatError as error:
        _log.warning("slack.private", why=str(error))
    except OverseerError as error:
        _log.warning("slack.beside", why=str(error))
    except Exception:  # noqa: BLE001 -- nobody waits for it
        _log.exception("slack.beside")
