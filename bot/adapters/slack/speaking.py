"""What Overseer shows in Slack: posts, edits, files and the sign on a request."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.slack import text as texts
from bot.adapters.slack.api import Api
from bot.adapters.slack.blocks import Drawn, draw
from bot.adapters.slack.faults import SlackNeverError, SlackRefusedError
from bot.domain.cards import Attachment, Card
from bot.domain.exactly import NOTE, visible
from bot.domain.messages import ThreadRef
from bot.domain.posts import MarkState, Notice
from bot.domain.wording import shortened
from bot.errors import ChatAwayError, ChatBarredError, ChatDoubtError
from bot.ports import WITHIN, Speech

EVENT = "overseer_post"
"""The name of the metadata that carries a post's nonce."""
SIGNS: Mapping[MarkState, str] = {
    MarkState.HEARD: "eyes",
    MarkState.ASKED: "question",
    MarkState.WAITING: "hourglass_flowing_sand",
    MarkState.RUNNING: "arrow_forward",
    MarkState.HALTED: "warning",
    MarkState.DONE: "white_check_mark",
    MarkState.FAILED: "x",
    MarkState.REFUSED: "no_entry_sign",
}
SKEW = timedelta(minutes=2)
"""How far Slack's clock and ours may be apart."""
PAGES = 10
PAGE = 200
LOST = "Too much was said there to see whether my message is."
KEPT_PLACES = 5_000
NOTICE = 2_900
MOST_PINGS = 100
"""Of more that are concerned the others have it as a direct message alone."""
TOO_LONG = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)


class Speaking:
    """The sending half of the platform."""

    def __init__(self, api: Api) -> None:
        """`api` is open when anything is sent."""
        self._api = api
        self._direct: OrderedDict[str, str] = OrderedDict()

    async def post(self, place: ThreadRef, speech: Speech, nonce: str) -> str:
        """See `bot.ports.platforms.Platform.post`."""
        if isinstance(speech.said, Attachment):
            return await self.file(place, speech.said, nonce)
        channel = await self._channel(place)
        answer = await self._shown(
            "chat.postMessage",
            speech,
            channel=channel,
            thread_ts=place.thread or None,
            metadata=marked_with(nonce),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer.get("ts", ""))

    async def edit(self, place: ThreadRef, remote: str, speech: Speech) -> None:
        """See `bot.ports.platforms.Platform.edit`."""
        if isinstance(speech.said, Attachment):
            return  # a file is never edited
        channel = await self._channel(place)
        await self._shown("chat.update", speech, channel=channel, ts=remote)

    async def _shown(self, method: str, speech: Speech, **given: Any) -> Mapping[str, Any]:
        """Say it; briefly, where Slack finds it too long although it is within what it states."""
        try:
            return await self._api.write(method, **given, **said(speech))
        except SlackRefusedError as error:
            if error.error not in TOO_LONG or not isinstance(speech.said, Card):
                raise
        return await self._api.write(method, **given, **said(speech, brief=True))

    async def find(self, place: ThreadRef, nonce: str, since: datetime) -> str | None:
        """See `bot.ports.platforms.Platform.find`."""
        channel = await self._channel(place)
        async for message in self._messages(channel, place.thread, since):
            if _nonce(message) == nonce:
                return str(message["ts"])
            for each in message.get("files") or ():
                if nonce in str(each.get("name", "")):
                    return str(each.get("id", ""))
        return None

    async def mark(
        self, place: ThreadRef, message: str, state: MarkState, former: MarkState | None
    ) -> None:
        """See `bot.ports.platforms.Platform.mark`."""
        channel = await self._channel(place)
        await self._react("add", channel, message, state, "already_reacted")
        if former is not None and former is not state:
            await self._react("remove", channel, message, former, "no_reaction")

    async def _react(
        self, way: str, channel: str, message: str, state: MarkState, done: str
    ) -> None:
        """Add or remove a reaction; `done` is Slack's word for its being so already."""
        try:
            await self._api.write(
                f"reactions.{way}", channel=channel, timestamp=message, name=SIGNS[state]
            )
        except SlackRefusedError as error:
            if error.error != done:
                raise

    async def _channel(self, place: ThreadRef) -> str:
        """The channel's id; that of direct messages to an account is asked for once."""
        if not place.channel.startswith("@"):
            return place.channel
        account = place.channel[1:]
        if account not in self._direct:
            answer = await self._api.call("conversations.open", users=account)
            opened = answer.get("channel")
            found = str(opened.get("id", "")) if isinstance(opened, Mapping) else ""
            if not found:
                raise SlackNeverError(
                    f"Slack opens no direct messages to {account}.", error="no_channel"
                )
            self._direct[account] = found
            while len(self._direct) > KEPT_PLACES:
                self._direct.popitem(last=False)
        return self._direct[account]

    async def file(
        self, place: ThreadRef, file: Attachment, nonce: str, *, comment: str = ""
    ) -> str:
        """Bring a file there, with a line of markup; its id.

        Until the last call nothing is shown, whatever happens before it.
        """
        channel = await self._channel(place)
        content = (await asyncio.to_thread(written, file)).encode("utf-8", "replace")
        name = texts.one_line(file.name) or "file.txt"
        try:
            answer = await self._api.write(
                "files.getUploadURLExternal", filename=_named(name, nonce), length=len(content)
            )
            await self._api.upload(str(answer.get("upload_url", "")), content)
        except ChatDoubtError as error:
            raise ChatAwayError("Slack did not take the file; nothing was shown.") from error
        number = str(answer.get("file_id", ""))
        await self._api.write(
            "files.completeUploadExternal",
            files=[{"id": number, "title": name}],
            channel_id=channel,
            thread_ts=place.thread or None,
            initial_comment=comment or None,
        )
        return number

    async def _messages(
        self, channel: str, thread: str, since: datetime
    ) -> AsyncIterator[Mapping[str, Any]]:
        """What was posted there then or later; where that is too much, what could be mine.

        Raises:
            ChatBarredError: there is more of that than is looked through.
        """
        for latest in (None, f"{(since + WITHIN + SKEW).timestamp():.6f}"):
            async for page, more in self._pages(channel, thread, since, latest):
                for message in page:
                    yield message
                if not more:
                    return
        raise ChatBarredError(LOST)

    async def _pages(
        self, channel: str, thread: str, since: datetime, latest: str | None
    ) -> AsyncIterator[tuple[Sequence[Mapping[str, Any]], bool]]:
        """Each page, and whether there is more."""
        method = "conversations.replies" if thread else "conversations.history"
        oldest = f"{(since - SKEW).timestamp():.6f}"
        cursor = ""
        for _ in range(PAGES):
            answer = await self._api.call(
                method, channel=channel, ts=thread or None, oldest=oldest, latest=latest,
                limit=PAGE, include_all_metadata=True, cursor=cursor or None,
            )  # fmt: skip
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            yield answer.get("messages") or (), bool(cursor)
            if not cursor:
                return


def marked_with(nonce: str) -> Mapping[str, Any]:
    """The metadata that a message is found again by."""
    return {"event_type": EVENT, "event_payload": {"nonce": nonce}}


def said(speech: Speech, *, brief: bool = False) -> Mapping[str, Any]:
    """The content of a message: its blocks, and the line of the notification."""
    if isinstance(speech.said, Notice):
        called = list(filter(None, map(texts.mention, speech.pings)))[:MOST_PINGS]
        pings = " ".join(called)
        leads = speech.origin.startswith("https://")
        link = f" <{speech.origin}|open the card>" if leads else ""
        room = NOTICE - len(pings) - len(link) - 1
        text = shortened(speech.said.text, NOTICE // 5)
        words = texts.sentence(text, speech.said.moments)
        if len(words) > room:  # a moment takes more than its words do
            words = texts.sentence(text)
        if len(words) > room:  # a sign is written as five at most
            words = texts.sentence(shortened(text, room // 5))
        told = f"{pings} {words}".strip()
        section = {"type": "mrkdwn", "text": f"{told}{link}", "verbatim": True}
        return {"text": told, "blocks": [{"type": "section", "text": section}]}
    if not isinstance(speech.said, Card):
        raise TypeError("a file is no message")
    drawn: Drawn = draw(
        speech.said, speech.reader, speech.files, origin=speech.origin, brief=brief
    )  # fmt: skip
    return {"text": drawn.text, "blocks": drawn.blocks}


def written(file: Attachment) -> str:
    """The file's text, with whatever can't be seen written out, and a line that says so."""
    text = visible(file.text)
    lines = "\n".join(text.lines)
    return f"{NOTE}\n\n{lines}" if text.odd else lines


def _named(name: str, nonce: str) -> str:
    """The name of the upload, which it is found by; people see its title."""
    stem, dot, end = name.rpartition(".")
    return f"{stem}.{nonce}.{end}" if dot else f"{name}.{nonce}"


def _nonce(message: Mapping[str, Any]) -> str:
    data = message.get("metadata")
    if not isinstance(data, Mapping) or data.get("event_type") != EVENT:
        return ""
    payload = data.get("event_payload")
    return str(payload.get("nonce", "")) if isinstance(payload, Mapping) else ""
