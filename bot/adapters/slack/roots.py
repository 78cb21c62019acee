"""The messages that stand for what /overseer asks: who asks, and then what.

No account is mentioned: names are plain text. When one is made, settled and taken away is
`bot.chat.begun`'s to say.
"""

from __future__ import annotations

from typing import Any

import structlog

from bot.adapters.slack import text as texts
from bot.adapters.slack.api import Api
from bot.adapters.slack.events import SURFACE
from bot.adapters.slack.faults import SlackRefusedError
from bot.adapters.slack.hearing import Hearing
from bot.adapters.slack.membership import NOT_HERE
from bot.adapters.slack.missed import LONGEST
from bot.adapters.slack.rich import run
from bot.adapters.slack.speaking import Speaking, marked_with
from bot.domain.messages import Called, Outside, ThreadRef
from bot.domain.posts import Notice, direct
from bot.domain.wording import shortened
from bot.errors import ChatAwayError, ChatError
from bot.ports import Speech

_log = structlog.get_logger(__name__)

NOTICE = 250
SLOW = "Slack did not take it in time; mention me with the same words instead."
LOST = frozenset({"channel_not_found", "not_in_channel"})


class Roots:
    """See `bot.chat.roots.Roots`."""

    surface = SURFACE
    command = "/overseer"
    back = LONGEST

    def __init__(self, api: Api, speaking: Speaking, hearing: Hearing) -> None:
        """`hearing` knows how somebody stands."""
        self._api = api
        self._speaking = speaking
        self._hearing = hearing

    async def outside(self, called: Called) -> Outside | None:
        """See `bot.chat.roots.Roots.outside`."""
        standing = await self._hearing.standing(called.identity.account, called.channel)
        if standing.unknown:
            raise ChatAwayError("Slack does not say who is a member of the workspace.")
        return standing.outside

    async def post(self, called: Called) -> str:
        """See `bot.chat.roots.Roots.post`."""
        answer = await self._api.write(
            "chat.postMessage",
            channel=called.channel,
            metadata=marked_with(called.event_id),
            unfurl_links=False,
            unfurl_media=False,
            **_drawn(called.who),
        )
        return str(answer.get("ts", ""))

    async def find(self, called: Called) -> str:
        """See `bot.chat.roots.Roots.find`."""
        place = ThreadRef(surface=SURFACE, channel=called.channel, thread="")
        return await self._speaking.find(place, called.event_id, called.at) or ""

    async def show(self, called: Called, root: ThreadRef, who: str, said: str) -> None:
        """See `bot.chat.roots.Roots.show`."""
        await self._api.write(
            "chat.update", channel=root.channel, ts=root.thread, **_drawn(who, said)
        )

    async def remove(self, called: Called, root: ThreadRef) -> None:
        """See `bot.chat.roots.Roots.remove`."""
        await self._api.write("chat.delete", channel=root.channel, ts=root.thread)

    async def tell(self, called: Called, said: str) -> None:
        """See `bot.chat.roots.Roots.tell`."""
        place = direct(SURFACE, called.identity.account)
        try:
            await self._speaking.post(place, Speech(said=Notice(text=said)), called.event_id)
        except ChatError as error:
            _log.info("slack.private", why=str(error))

    def lost(self, error: ChatError) -> bool:
        """See `bot.chat.roots.Roots.lost`."""
        return isinstance(error, SlackRefusedError)


def why(error: ChatError) -> str:
    """Why nothing was begun, and what to do."""
    if isinstance(error, SlackRefusedError):
        return NOT_HERE if error.error in LOST else str(error)
    return SLOW


def _drawn(who: str, said: str = "") -> dict[str, Any]:
    """The message that a conversation begins with: a name as plain text, and what was asked."""
    parts = [
        *run(texts.one_line(who) or "Somebody", bold=True),
        *run(" asks: " if said else " asks:"),
    ]
    section = {"type": "rich_text_section", "elements": [*parts, *run(texts.prose(said))]}
    line = texts.mrkdwn(shortened(texts.one_line(f"{who} asks: {said}"), NOTICE))
    return {"text": line, "blocks": [{"type": "rich_text", "elements": [section]}]}
