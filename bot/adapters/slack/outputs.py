"""What a command printed, for the one person who asked for it: drawn to the letter, never cut
without a word. What is too long for a message is a file in their direct messages.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.adapters.slack import text as texts
from bot.adapters.slack.api import Api
from bot.adapters.slack.events import SURFACE
from bot.adapters.slack.rich import Message, pieces, words
from bot.adapters.slack.speaking import Speaking
from bot.adapters.slack.whispers import Place
from bot.domain.cards import Attachment
from bot.domain.messages import ButtonPress
from bot.domain.posts import direct
from bot.domain.wording import count, shortened
from bot.errors import ChatError

_log = structlog.get_logger(__name__)

NOTICE = 250
LINES = 40
"""Of output that is a file; a thread is no place for more."""


class Outputs:
    """Shows them."""

    def __init__(self, api: Api, speaking: Speaking) -> None:
        """`speaking` brings files."""
        self._api = api
        self._speaking = speaking

    async def show(self, place: Place, text: str, press: ButtonPress) -> None:
        """All of it, to whoever pressed for it.

        Raises:
            ChatError: Slack did not take it.
        """
        printed = await asyncio.to_thread(texts.printed, text)  # of megabytes it takes a while
        drawn = printed.rstrip("\n") or "(printed nothing)"
        about = head_of(press)
        message = Message()
        message.line(words(about, bold=True))
        message.block_of_text(drawn)
        if not message.whole:
            message = Message()
            message.line(words(about, bold=True))
            head = "\n".join(pieces(drawn)[0].split("\n")[:LINES])
            message.block_of_text(head)
            left = drawn.count("\n") - head.count("\n")
            hidden = count(left, "more line") if left else "The line goes on"
            sent = await self._sent(place.account, text, press)
            where = "all of it is a file in your direct messages" if sent else f"`{command(press)}`"
            message.line(words(f"{hidden}: {where}", italic=True))
        line = texts.mrkdwn(shortened(texts.one_line(drawn[: 8 * NOTICE]), NOTICE))
        await self._api.call(
            "chat.postEphemeral",
            channel=place.channel,
            user=place.account,
            thread_ts=place.thread or None,
            text=line or "Output",
            blocks=message.blocks(),
        )

    async def _sent(self, account: str, text: str, press: ButtonPress) -> bool:
        """Whether it is in their direct messages now."""
        host, _, step = _target(press)
        name = "-".join(filter(None, ("output", str(press.plan or ""), host, step)))
        file = Attachment(name=f"{name}.txt", text=text)
        try:
            said = texts.mrkdwn(head_of(press))
            await self._speaking.file(direct(SURFACE, account), file, "all", comment=said)
        except ChatError as error:
            _log.warning("slack.output", why=str(error))
            return False
        return True


def head_of(press: ButtonPress) -> str:
    """Whose output it is: among others in a thread bare lines tell it of nothing."""
    host, _, step = _target(press)
    return f"Output of #{press.plan} on {host}{f', step {step}' if step else ''}"


def command(press: ButtonPress) -> str:
    """What prints the same in a terminal."""
    host, _, step = _target(press)
    return f"./overseer output {press.plan} {host}{f' --step {step}' if step else ''}"


def _target(press: ButtonPress) -> tuple[str, str, str]:
    return (press.value or press.text.strip()).partition("/")
