"""`/overseer`: what is typed there is asked in a new thread of the channel; alone, it helps.

Slack's commands do not work inside threads and leave nothing behind, so the request is first said
in the channel, where its card will stand under it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import structlog

from bot.adapters.slack import text as texts
from bot.adapters.slack.api import Api
from bot.adapters.slack.blocks import draw
from bot.adapters.slack.events import SURFACE
from bot.adapters.slack.faults import SlackRefusedError
from bot.adapters.slack.hearing import Hearing
from bot.adapters.slack.home import permalink
from bot.adapters.slack.membership import Team
from bot.adapters.slack.rich import run
from bot.adapters.slack.whispers import BROKEN, private
from bot.domain.cards import Paragraph
from bot.domain.messages import Identity, ThreadRef
from bot.errors import ChatError, OverseerError
from bot.ports import Ears

_log = structlog.get_logger(__name__)

HELP = frozenset({"", "help", "?", "-h", "--help"})
MOST = 1_500
SAY_S = 2.0
"""Slack shows a fault when a command is not answered within 3 s."""
STRANGER = (
    "I don't know this account yet. An admin links it to you with `./overseer people`; until then "
    "mention me with a question, and I say what I may answer."
)
NOT_HERE = (
    "I am not in this conversation: invite me with `/invite @Overseer`, begin a group message with "
    "me in it, or write to me."
)
SLOW = "Slack did not take it in time; mention me with the same words instead."


class Commands:
    """Answers the slash command; what it returns is for whoever typed it."""

    def __init__(self, api: Api, ears: Ears, hearing: Hearing, team: Team) -> None:
        """`hearing` takes the words in."""
        self._api = api
        self._ears = ears
        self._hearing = hearing
        self._team = team

    async def said(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the sender alone reads, as a message's content."""
        text = texts.heard(str(body.get("text") or ""), self._team.user)
        account, channel = str(body.get("user_id", "")), str(body.get("channel_id", ""))
        try:
            if text.casefold() in HELP:
                return self._help(account)
            return private(await self._ask(account, channel, text, str(body.get("trigger_id", ""))))
        except OverseerError as error:
            return private(str(error))
        except Exception:  # noqa: BLE001 -- the sender is told
            _log.exception("slack.command")
            return private(BROKEN)

    def _help(self, account: str) -> dict[str, Any]:
        """What may be said here, with examples."""
        person = self._ears.people().owner(Identity(surface=SURFACE, account=account))
        if person is None:
            return private(STRANGER)
        card = self._ears.welcome(person)
        examples = [Paragraph(text=f"`/overseer {b.says}`") for b in card.buttons if b.says]
        body = (*card.body, *examples)
        drawn = draw(card.model_copy(update={"buttons": (), "body": body, "hint": ""}))
        return {"text": drawn.text, "blocks": drawn.blocks}

    async def _ask(self, account: str, channel: str, text: str, trigger: str) -> str:
        """Say it in the channel, then hear it there.

        Raises:
            OverseerError: it was not taken in; the sentence is for the sender.
        """
        if len(text) > MOST:
            return f"That is longer than {MOST:,} characters; say it shorter."
        try:
            async with asyncio.timeout(SAY_S):
                ts = await self._begin(account, channel, text)
        except SlackRefusedError as error:
            if error.error in ("channel_not_found", "not_in_channel"):
                return NOT_HERE
            raise
        except (TimeoutError, ChatError) as error:
            _log.warning("slack.command", why=str(error) or "timeout")
            return SLOW
        ref = ThreadRef(surface=SURFACE, channel=channel, thread=ts)
        reply = await self._hearing.say_there(account, ref, f"command/{trigger}", text)
        if not reply.accepted:  # nobody will answer there
            with contextlib.suppress(ChatError):
                await self._api.call("chat.delete", channel=channel, ts=ts)
        return reply.text or f"Asked in a thread: {permalink(self._team.url, ref)}"

    async def _begin(self, account: str, channel: str, text: str) -> str:
        """The request as it will stand in the channel; the message's id."""
        who = {"type": "user", "user_id": account}
        said = [who, *run(" asks: "), *run(texts.prose(text))]
        answer = await self._api.write(
            "chat.postMessage",
            channel=channel,
            text=texts.mrkdwn(texts.cut(texts.one_line(text), 250)) or "a request",
            blocks=[
                {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": said}]}
            ],
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer.get("ts", ""))
