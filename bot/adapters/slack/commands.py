"""`/overseer`: what is typed there is asked in a new thread of the channel; alone, it helps.

Slack's commands do not work inside threads and leave nothing behind, so a message that stands for
the request is posted in the channel (`bot.chat.begun`), where its card will stand under it.
Whoever is not heard here is told so first, and nothing of theirs is kept or shown. A stop waits for
no message: it is obeyed at once, and answered in the direct messages of whoever said it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from bot.adapters.slack import text as texts
from bot.adapters.slack.blocks import draw
from bot.adapters.slack.events import SURFACE
from bot.adapters.slack.hearing import Hearing
from bot.adapters.slack.home import permalink
from bot.adapters.slack.membership import NOT_HERE, UNKNOWN, Team
from bot.adapters.slack.roots import why
from bot.adapters.slack.whispers import BROKEN, Place, Whispers, private
from bot.chat.begun import ONCE, Begun
from bot.domain.cards import Paragraph
from bot.domain.messages import Called, Identity, ThreadRef
from bot.domain.posts import direct
from bot.errors import ChatError, OverseerError
from bot.ports import Clock, Ears

_log = structlog.get_logger(__name__)

HELP = frozenset({"", "help", "?", "-h", "--help"})
MOST = 1_500
SAY_S = 2.3
"""How long a command may wait for its answer: Slack shows a fault after 3 s without one."""
STRANGER = (
    "I don't know this account yet. If I know you on the page or in the terminal, say `link slack` "
    "there and send me the code as a direct message; else ask an admin to add you. Until then "
    "mention me with a question, and I say what I may answer."
)
UNSURE = (
    "Slack did not take it in time, and my database can't be written just now, so I may still ask "
    "it when I start again: look for its thread before you ask once more."
)
HEARD = "I have it; where it is asked follows."
OBEYED = "I have it; what came of it stands in your direct messages with me."


class Commands:
    """Answers the slash command; what it returns is for whoever typed it."""

    def __init__(
        self,
        ears: Ears,
        hearing: Hearing,
        begun: Begun,
        whispers: Whispers,
        clock: Clock,
        team: Team,
    ) -> None:
        """`begun` makes the conversations; `whispers` say what comes too late for an answer."""
        self._ears = ears
        self._hearing = hearing
        self._begun = begun
        self._whispers = whispers
        self._clock = clock
        self._team = team

    async def said(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the sender alone reads, as a message's content."""
        text = texts.heard(str(body.get("text") or ""), self._team.user)
        account, channel = str(body.get("user_id", "")), str(body.get("channel_id", ""))
        try:
            if text.casefold() in HELP:
                return await self._help(account, channel)
            if len(text) > MOST:
                return private(f"That is longer than {MOST:,} characters; say it shorter.")
            return await self._asked(self._called(body, account, channel, text))
        except OverseerError as error:
            return private(str(error))
        except Exception:  # noqa: BLE001 -- the sender is told
            _log.exception("slack.command")
            return private(BROKEN)

    async def _help(self, account: str, channel: str) -> dict[str, Any]:
        """What may be said here, with examples."""
        person = self._ears.people().owner(Identity(surface=SURFACE, account=account))
        if person is None:
            return private(STRANGER)
        if told := await self._hearing.turned_away(account, channel):
            return private(told)
        here = ThreadRef(surface=SURFACE, channel=channel, thread="help")
        card = self._ears.welcome(person, here)
        examples = [Paragraph(text=f"`/overseer {b.says}`") for b in card.buttons if b.says]
        body = (*card.body, *examples)
        drawn = draw(card.model_copy(update={"buttons": (), "body": body, "hint": ""}))
        return {"text": drawn.text, "blocks": drawn.blocks}

    def _called(self, body: Mapping[str, Any], account: str, channel: str, text: str) -> Called:
        identity = Identity(surface=SURFACE, account=account)
        known = self._ears.people().owner(identity)
        return Called(
            event_id=f"command/{body.get('trigger_id', '')}",
            channel=channel,
            identity=identity,
            who=known.display if known else str(body.get("user_name") or account),
            text=text,
            at=self._clock.now(),
        )

    async def _asked(self, called: Called) -> dict[str, Any]:
        """Acknowledged as soon as it is kept; what comes of it is said then, or whispered."""
        begun = self._clock.monotonic()
        kept = asyncio.Event()
        doing = self._whispers.beside(self._told(called, kept))
        waiting = asyncio.ensure_future(kept.wait())
        try:
            await asyncio.wait((doing, waiting), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        left = SAY_S - (self._clock.monotonic() - begun)
        await asyncio.wait((doing,), timeout=max(left, 0.0))
        if doing.done():
            return private(doing.result())
        self._whispers.later(self._late(called, doing))
        return private(HEARD)

    async def _told(self, called: Called, kept: asyncio.Event) -> str:
        standing = await self._hearing.standing(called.identity.account, called.channel)
        place = ThreadRef(surface=SURFACE, channel=called.channel, thread=called.event_id)
        asks = self._begun.message(called, place, standing.outside)
        if away := await self._ears.turned_away(asks):
            if standing.not_there:
                return NOT_HERE
            return f"{UNKNOWN if standing.unknown else ''} {away.text}".strip()
        if await self._ears.is_stop(called.text):
            kept.set()  # it is obeyed before it is written down, which may take longer
            told = direct(SURFACE, called.identity.account)
            reply = await self._ears.on_message(self._begun.message(called, told, standing.outside))
            return reply.text or OBEYED
        if not await self._begun.keep(called):
            return ONCE
        kept.set()
        try:
            reply, root = await self._begun.ask(called, standing.outside)
        except ChatError as error:
            never = await self._begun.given_up(called)
            self._whispers.later(self._begun.undone(called))
            return why(error) if never else UNSURE
        except Exception:  # noqa: BLE001 -- the sender is told, and nothing of it is left
            _log.exception("slack.command")
            self._whispers.later(self._begun.undone(called))
            return BROKEN
        self._whispers.later(self._begun.settled(called, root, reply))
        if reply.text or not reply.accepted:
            return reply.text
        return f"Asked in a thread: {permalink(self._team.url, root)}"

    async def _late(self, called: Called, doing: asyncio.Task[str]) -> None:
        place = Place(account=called.identity.account, channel=called.channel)
        try:
            self._whispers.tell(place, await doing)
        except OverseerError as error:
            self._whispers.tell(place, str(error))
        except Exception:  # noqa: BLE001 -- the sender is told
            _log.exception("slack.command")
            self._whispers.tell(place, BROKEN)
