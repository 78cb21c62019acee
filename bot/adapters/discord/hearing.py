"""What people write: mentions, direct messages, and words in the threads of requests.

A mention in a channel begins a thread; in a thread, and in a direct message, every word is heard
(a thread's unmentioned ones only where the message-content intent is on). The ears have written a
message down before anything is made or answered for it. Discord delivers once and wants no
acknowledgement, so a database that can't be written is tried again here; a Discord that does not
say what a thread is is asked again for as long as that takes (`sleeping`).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.adapters.discord import bodies, names
from bot.adapters.discord.faults import RestAwayError, RestBusyError, RestError
from bot.adapters.discord.places import DIRECT, NO_THREADS, SURFACE, Places, Spot
from bot.adapters.discord.rest import Asks
from bot.adapters.discord.server_roles import ServerRoles
from bot.adapters.discord.sleeping import FOR_NOW, Sleeping
from bot.chat.when_said import when_said
from bot.domain.linkcodes import may_hold_code
from bot.domain.messages import Identity, Message, People, Person, Reaction, Reply, ThreadRef
from bot.domain.posts import direct
from bot.domain.recent import Recent
from bot.domain.unstyled import outside_code, without_bold
from bot.errors import OverseerError, StoreBusyError
from bot.ports import Clock, Ears

if TYPE_CHECKING:
    import discord

_log = structlog.get_logger(__name__)
T = TypeVar("T")

SPOKEN = frozenset({0, 19})
"""Kinds of messages that a person writes: a plain one, and a reply."""
TRIES = 6
NOT_THERE = (RestBusyError, RestAwayError)
"""Those after which it may be said again, and is not said twice."""
MOST_HINTED = 10_000
"""Threads in which somebody was told so, that are remembered."""
UNHEARD = "The database can't be written just now, so I have not taken that in; say it again later."
CLOSED = (
    "What I have to say to that is for you alone, and you take no direct messages from me. Allow "
    "them in this server's privacy settings and say it again, or use /ask, whose answer only you "
    "read."
)
PERHAPS = (
    "The database does not answer just now, so I don't know whether what you wrote in a thread was "
    "for me. If it was, say it again later."
)
MUTE = (
    "I can't read messages here that don't mention me: mention me, or use the buttons. "
    "An admin can switch the message-content intent on (`./overseer check discord` says how)."
)
HELP = "help"
WORDLESS = (
    "I read what is written to me, and neither files nor what is forwarded: say in words what you "
    "want."
)
_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&\d+>")
_SIGN = re.compile(r"<a?:\w{2,32}:\d+>")


class Hearing:
    """Hands messages to the ears."""

    def __init__(
        self,
        ears: Ears,
        rest: Asks,
        places: Places,
        clock: Clock,
        people: Callable[[], People],
        me: Callable[[], int],
        roles: ServerRoles,
        *,
        content: bool,
    ) -> None:
        """`me` is the bot's own account; `roles` are what the server's stand for.

        `content`: words without a mention can be read.
        """
        self._ears = ears
        self._rest = rest
        self._places = places
        self._clock = clock
        self._people = people
        self._me = me
        self._roles = roles
        self.content = content
        self._sleeping = Sleeping(rest, clock)
        self._hinted: Recent[ThreadRef] = Recent(MOST_HINTED)

    async def missed(self, said: discord.Message) -> None:
        """Take a message in that was said while nobody listened."""
        await self.message(said, at=said.created_at)

    async def hurries(self, said: discord.Message) -> bool:
        """Whether it is a stop, and said to Overseer: then it waits for nothing."""
        if not self._is_spoken(said) or not await self._ears.is_stop(self._text(said)):
            return False
        place, ours = await self._place(said)
        try:
            return place is not None and await self._is_for_us(said, place, ours=ours)
        except StoreBusyError:  # `message` says so
            return False

    async def is_heard(self, said: discord.Message) -> bool:
        """Whether it is a request of somebody who is heard there; a code is none."""
        addressed = self._mentioned(said) or said.guild is None
        if not self._is_spoken(said) or not addressed or may_hold_code(said.content):
            return False
        place, _ = await self._place(said)
        if place is None:
            return False
        return await self._ears.turned_away(self._message(said, place, self._text(said))) is None

    async def _is_for_us(self, said: discord.Message, place: ThreadRef, *, ours: bool) -> bool:
        """Raises `StoreBusyError` where it can't be known for now."""
        if self._mentioned(said) or said.guild is None or ours:
            return True
        return bool(await self._written(lambda: self._ears.thread(place)))

    async def message(self, said: discord.Message, *, at: datetime | None = None) -> None:
        """Take a message in; what bots, webhooks and Discord itself write is no message."""
        if not self._is_spoken(said):
            return
        place, ours = await self._place(said)
        mentioned = self._mentioned(said)
        addressed = mentioned or said.guild is None
        try:
            for_us = place is not None and await self._is_for_us(said, place, ours=ours)
        except StoreBusyError:  # who is not linked is not heard there in any case
            if self._owner(said) is not None:
                await self._tell(said, PERHAPS)
            return
        if place is None or not for_us:
            await self._overheard(said)
            return
        names.told(self._ears, said.author, said.channel, said.guild)
        text = self._text(said)
        if not text and not mentioned:
            if not addressed:
                await self._hint(place, said)
            elif said.attachments or said.message_snapshots or said.stickers:
                await self._tell(said, WORDLESS)
            return
        lent = await self._roles.lent_in(said, self._rest, self._clock)
        message = self._message(said, place, text or HELP, at)
        reply = await self._heard(
            message.model_copy(
                update={"addressed": addressed, "missed": at is not None, "lent": lent}
            )
        )
        if reply.accepted:
            await self._make_room(place)
        if reply.text:
            aloud = reply.text if reply.text == UNHEARD else CLOSED
            await self._tell(said, reply.text, aloud=aloud if addressed else "")

    async def edited(self, said: discord.Message) -> None:
        """A message says something else now: that changes nothing, but a code in it is void."""
        if self._is_spoken(said):
            await self._overheard(said, edited=True)

    async def _overheard(self, said: discord.Message, *, edited: bool = False) -> None:
        """What people say to each other is heard for a code alone, and so is what they edit."""
        if not may_hold_code(said.content):
            return
        thread = DIRECT if said.guild is None else str(said.id)
        place = ThreadRef(surface=SURFACE, channel=str(said.channel.id), thread=thread)
        message = self._message(said, place, said.content)
        message = message.model_copy(update={"addressed": False, "edited": edited})
        try:
            reply = await self._written(lambda: self._ears.on_overheard(message))
        except OverseerError as error:
            _log.warning("what may be a code is not looked at", message=said.id, why=str(error))
            return
        if reply.text:
            await self._tell(said, reply.text)

    async def deleted(self, channel: discord.abc.Snowflake | None, where: int, what: int) -> None:
        """A message is gone; `channel` is where it stood, if that is known."""
        parent = getattr(channel, "parent_id", None)
        place = ThreadRef(
            surface=SURFACE,
            channel=str(parent or where),
            thread=str(where if parent else what),
        )
        try:
            await self._written(lambda: self._ears.on_deleted(place, f"{where}/{what}"))
        except OverseerError as error:
            _log.warning("a deletion could not be taken in", message=what, why=str(error))

    async def reaction(
        self, channel: discord.abc.Snowflake | None, put: discord.RawReactionActionEvent
    ) -> None:
        """A sign was put on a message that stands in `channel`, if that is known."""
        parent = getattr(channel, "parent_id", None)
        if channel is None and put.guild_id is not None:  # a thread that was asleep
            try:
                parent, _ = await self._sleeping.of(put.channel_id)
            except RestError as error:
                _log.warning("a reaction could not be taken in", on=put.message_id, why=error.said)
                return
        reaction = Reaction(
            identity=Identity(surface=SURFACE, account=str(put.user_id)),
            channel=str(parent or put.channel_id),
            remote=str(put.message_id),
            event_id=f"{put.channel_id}/{put.message_id}",
            emoji=put.emoji.name or "",
        )
        try:
            await self._ears.on_reaction(reaction)
        except OverseerError as error:
            _log.warning("a reaction could not be taken in", on=put.message_id, why=str(error))

    # -- taking in ---------------------------------------------------------------------------

    async def _heard(self, message: Message) -> Reply:
        try:
            return await self._written(lambda: self._ears.on_message(message))
        except StoreBusyError:
            return Reply(accepted=False, text=UNHEARD)
        except OverseerError as error:
            return Reply(accepted=False, text=str(error))

    async def _written(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do what is to be written down, until it is, for about half a minute.

        Raises:
            StoreBusyError: it is not.
        """
        return await self._patiently(work, (StoreBusyError,))

    async def _patiently(
        self, work: Callable[[], Awaitable[T]], faults: tuple[type[Exception], ...]
    ) -> T:
        """Do it, tried again for about half a minute while one of these is in the way."""
        for tries in range(TRIES):
            try:
                return await work()
            except faults as error:
                _log.warning("an event waits", tries=tries, why=str(error))
                pause = getattr(error, "retry_after", 0.0)
                await self._clock.sleep(max(pause, 0.5 * 2**tries))
        return await work()

    def _message(
        self, said: discord.Message, place: ThreadRef, text: str, at: datetime | None = None
    ) -> Message:
        owner = self._owner(said)
        return Message(
            event_id=f"{said.channel.id}/{said.id}",
            thread=place,
            identity=_identity(said),
            person=owner.name if owner else None,
            text=text,
            at=at or when_said(said.created_at, self._clock.now()),
            remote=str(said.id),
        )

    def _owner(self, said: discord.Message) -> Person | None:
        return self._people().owner(_identity(said))

    async def _place(self, said: discord.Message) -> tuple[ThreadRef | None, bool]:
        """Where a message belongs, and whether Overseer began that."""
        channel = said.channel
        if said.guild is None:
            place = ThreadRef(surface=SURFACE, channel=str(channel.id), thread=DIRECT)
            self._places.known(direct(SURFACE, str(said.author.id)), Spot(str(channel.id)))
            return place, True
        parent, owner = getattr(channel, "parent_id", None), getattr(channel, "owner_id", None)
        if type(channel).__name__ == "PartialMessageable":  # a thread that was asleep
            parent, owner = await self._sleeping.of(channel.id)
        if parent and _is_thread(channel, owner):
            place = ThreadRef(surface=SURFACE, channel=str(parent), thread=str(channel.id))
            self._places.known(place, Spot(str(channel.id)))
            return place, owner == self._me()
        root = self._answered(said)
        if root:
            return ThreadRef(surface=SURFACE, channel=str(channel.id), thread=root), True
        if self._mentioned(said):
            return ThreadRef(surface=SURFACE, channel=str(channel.id), thread=str(said.id)), True
        return None, False

    def _answered(self, said: discord.Message) -> str:
        """The message that began what this one answers, where there are no threads."""
        former = said.reference.resolved if said.reference else None
        author = getattr(former, "author", None)
        if former is None or author is None or author.id != self._me():
            return ""
        before = getattr(former, "reference", None)
        return str(before.message_id if before and before.message_id else former.id)

    def _is_spoken(self, said: discord.Message) -> bool:
        """Whether a person writes; what Overseer writes is told by its id, whatever it is called.

        Not everything that Discord tells of an account has the flag of a bot.
        """
        bot = said.author.bot or said.webhook_id is not None or said.author.id == self._me()
        return not bot and said.type.value in SPOKEN

    def _mentioned(self, said: discord.Message) -> bool:
        me = self._me()
        if any(user.id == me for user in said.mentions):
            return True
        return any(role.tags is not None and role.tags.bot_id == me for role in said.role_mentions)

    def _text(self, said: discord.Message) -> str:
        """The words, without the mention of Overseer; people are called by their names.

        Bold words are words, and of a server's own signs nothing is read.
        """

        def named(found: re.Match[str]) -> str:
            if int(found[1]) == self._me():
                return " "
            owner = self._people().owner(Identity(surface=SURFACE, account=found[1]))
            return owner.written if owner else f"@{found[1]}"

        bare = _ROLE.sub(" ", said.content) if said.role_mentions else said.content
        text = _MENTION.sub(named, bare).strip()
        return outside_code(text, _plainly).strip() or text

    # -- answering ---------------------------------------------------------------------------

    async def _make_room(self, place: ThreadRef) -> None:
        """A thread for the request; where there can be none, the channel is told once."""
        try:
            spot = await self._places.spot(place)
            if spot.answers and self._places.first_told(spot.channel):
                body = bodies.words(NO_THREADS, answers=spot.answers, quiet=True)
                await self._rest.ask("POST", f"/channels/{spot.channel}/messages", body=body)
        except RestError as error:  # tried again with the first post
            _log.info("no thread yet", place=str(place), why=error.said)

    async def _hint(self, place: ThreadRef, said: discord.Message) -> None:
        """Somebody writes where nothing can be read: once in each thread that is ours."""
        if self.content or not self._hinted.add(place):
            return
        await self._tell(said, MUTE)

    async def _tell(self, said: discord.Message, text: str, *, aloud: str = "") -> None:
        """Tell the sender alone; where they take no direct messages, say what is `aloud` there."""
        try:
            if said.guild is None:
                await self._say(str(said.channel.id), bodies.words(text))
                return
            await self._patiently(lambda: self._alone(said, text), NOT_THERE)
        except RestError as error:
            _log.info("nobody could be told", account=said.author.id, why=error.said)
            if aloud and said.guild is not None and not isinstance(error, FOR_NOW):
                await self._answer(said, aloud)

    async def _alone(self, said: discord.Message, text: str) -> None:
        spot = await self._places.spot(direct(SURFACE, str(said.author.id)))
        await self._say(spot.channel, bodies.words(text))

    async def _answer(self, said: discord.Message, text: str) -> None:
        try:
            await self._say(str(said.channel.id), bodies.words(text, answers=str(said.id)))
        except RestError as error:
            _log.warning("nobody could be told", account=said.author.id, why=error.said)

    async def _say(self, channel: str, body: dict[str, object]) -> None:
        await self._rest.ask("POST", f"/channels/{channel}/messages", body=body)


def _plainly(text: str) -> str:
    return _SIGN.sub("", without_bold(text, r"\*{1,3}|__"))


def _identity(said: discord.Message) -> Identity:
    return Identity(surface=SURFACE, account=str(said.author.id))


def _is_thread(channel: object, owner: int | None) -> bool:
    """Channels have a parent too: their category is called `category_id`."""
    return owner is not None or type(channel).__name__ == "Thread"
