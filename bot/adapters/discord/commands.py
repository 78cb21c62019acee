"""The slash commands: /ask begins a thread of its own; /approvals and /runs are private lists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog

from bot.adapters.discord import lists, names
from bot.adapters.discord.answering import Answering, Listing
from bot.adapters.discord.faults import RestError
from bot.adapters.discord.lists import LISTED, Section
from bot.adapters.discord.places import SURFACE, Places
from bot.adapters.discord.pressing import identity_of, place_of
from bot.adapters.discord.rest import Asks
from bot.adapters.discord.roots import Roots
from bot.adapters.discord.server_roles import ServerRoles
from bot.adapters.discord.where import Where
from bot.chat.begun import ONCE, Begun
from bot.domain.cards import ThreadItem
from bot.domain.messages import Called, People, Reply, Role, ThreadRef
from bot.domain.posts import direct
from bot.errors import ChatError, OverseerError
from bot.ports import Books, Clock, Ears

if TYPE_CHECKING:
    import discord

_log = structlog.get_logger(__name__)

GUILD, BOT_DM = 0, 1
TEXT, FLAG = 3, 5
LONGEST = 2000
UNSURE = (
    "Discord did not take it in time, and my database can't be written just now, so I may still "
    "ask it when I start again: look for its thread before you ask once more."
)

Copies = Callable[[str, Sequence[str]], Awaitable[Mapping[str, str]]]
"""Of an account and the ids of cards: links to those that stand in its direct messages."""

OBEYED = "I have it; what came of it stands in this thread, or in your direct messages with me."
BELOW = "Asked; my reply to it has the rest. To say more of it, reply to its card."
"""What is said where there are no threads."""

COMMANDS: list[dict[str, Any]] = [
    {
        "name": "ask",
        "type": 1,
        "description": "Ask Overseer for something; you see what will run before anything does",
        "contexts": [GUILD, BOT_DM],
        "integration_types": [0],
        "options": [
            {
                "type": TEXT, "name": "request", "required": True, "max_length": LONGEST,
                "description": "In plain words: restart nginx on web-1",
            },
            {
                "type": FLAG, "name": "plan_only", "required": False,
                "description": "Only show the plan; nothing will run",
            },
        ],
    },
    {
        "name": "approvals",
        "type": 1,
        "description": "What waits for your vote or decision (only you see the list)",
        "contexts": [GUILD, BOT_DM],
        "integration_types": [0],
    },
    {
        "name": "runs",
        "type": 1,
        "description": "What runs, waits and ran (only you see the list)",
        "contexts": [GUILD, BOT_DM],
        "integration_types": [0],
    },
]  # fmt: skip


class Commands:
    """Answers slash commands."""

    def __init__(
        self,
        ears: Ears,
        rest: Asks,
        places: Places,
        answering: Answering,
        clock: Clock,
        people: Callable[[], People],
        books: Books | None,
        roles: ServerRoles,
        where: Where,
        *,
        hours: float,
        copies: Copies,
    ) -> None:
        """`books` are what /runs reads; without them it lists what waits.

        `copies` gives the links to cards in somebody's direct messages, `where` those to others.
        `roles` are what the server's stand for. What was asked before so many `hours` and not
        seen to is seen to no more.
        """
        self._ears = ears
        self._rest = rest
        self._begun = Begun(Roots(rest, places, hours=hours), ears, clock, people)
        self._clock = clock
        self._answering = answering
        self._people = people
        self._books = books
        self._roles = roles
        self._where = where
        self._copies = copies

    async def register(self, application: int) -> None:
        """Tell Discord which commands there are: the same list changes nothing there."""
        path = f"/applications/{application}/commands"
        try:
            await self._rest.ask("PUT", path, body=COMMANDS)
        except RestError as error:
            _log.warning("the slash commands could not be registered", why=error.said)

    async def take_up(self) -> None:
        """See to what a former process was asked and did not come to."""
        await self._begun.take_up()

    async def call(self, event: discord.Interaction) -> None:
        """One command."""
        names.told(self._ears, event.user, event.channel, event.guild)
        data: dict[str, Any] = dict(event.data or {})
        given = {each["name"]: each.get("value") for each in data.get("options") or ()}
        match data.get("name"):
            case "ask":
                said, only = str(given.get("request", "")), bool(given.get("plan_only"))
                await self._ask(event, said, plan_only=only)
            case "approvals":
                await self._answering.answer(event, self._approvals(event))
            case "runs":
                await self._answering.answer(event, self._runs(event))
            case other:
                await self._answering.refuse(event, f"There is no command /{other} here.")

    def _lent(self, event: discord.Interaction) -> frozenset[Role]:
        return self._roles.lent(event.user) if event.guild_id is not None else frozenset()

    async def _ask(self, event: discord.Interaction, said: str, *, plan_only: bool) -> None:
        """It is kept before it is acknowledged, however long that takes.

        Of who is not heard here nothing is kept or shown.
        """
        called = self._called(event, said, plan_only=plan_only)
        own = ThreadRef(surface=SURFACE, channel=called.channel, thread=called.event_id)
        asks = self._begun.message(called, called.thread or own)
        try:
            if away := await self._ears.turned_away(asks):
                await self._answering.refuse(event, away.text)
                return
            if not self._needs_place(called) and await self._ears.is_stop(called.text):
                await self._answering.answer(event, self._obeyed(called))
                return
            new = await self._begun.keep(called)
        except OverseerError as error:
            await self._answering.refuse(event, str(error))
            return
        if not new:
            await self._answering.refuse(event, ONCE)
            return
        after: list[Callable[[], Awaitable[None]]] = []
        await self._answering.answer(event, self._begin(called, after.append))
        for work in after:
            await work()

    def _needs_place(self, called: Called) -> bool:
        """Whether who calls may do more where they call than by a direct message.

        What the server's roles lend them counts in its channels alone.
        """
        owner = self._people().owner(called.identity)
        return called.thread is None and owner is not None and not called.lent <= owner.roles

    async def _obeyed(self, called: Called) -> Reply:
        """A stop needs no place: it waits neither for a root nor for a right to post one."""
        place = called.thread or direct(SURFACE, called.identity.account)
        reply = await self._ears.on_message(self._begun.message(called, place))
        return reply if reply.text else reply.model_copy(update={"text": OBEYED})

    def _called(self, event: discord.Interaction, said: str, *, plan_only: bool) -> Called:
        identity, place = identity_of(event), place_of(event)
        owner = self._people().owner(identity)
        return Called(
            event_id=str(event.id),
            channel=str(event.channel_id),
            thread=place if place.thread != str(event.id) else None,
            identity=identity,
            who=owner.display if owner else event.user.display_name,
            text=said,
            at=self._clock.now(),
            plan_only=plan_only,
            lent=self._lent(event),
        )

    async def _begin(
        self, called: Called, after: Callable[[Callable[[], Awaitable[None]]], None]
    ) -> Reply:
        """Asked in a thread of its own; in a thread, or a direct message, it is said there.

        `after` is told what is to be done once that was answered.
        """
        try:
            if called.thread is not None:
                return await self._begun.say(called)
            reply, root = await self._begun.ask(called)
        except ChatError as error:
            after(lambda: self._begun.undone(called))
            never = await self._begun.given_up(called)
            return Reply(accepted=False, text=str(error) if never else UNSURE)
        except OverseerError as error:
            return Reply(accepted=False, text=str(error))
        await self._begun.settled(called, root, reply)
        asked = BELOW if self._where.without_thread(root) else "Asked; the thread has the rest."
        return Reply(accepted=True, text=reply.text or asked)

    # -- lists -------------------------------------------------------------------------------

    async def _approvals(self, event: discord.Interaction) -> Reply | Listing:
        reader = await self._reader(event)
        if isinstance(reader, Reply):
            return reader
        items = await self._ears.waiting(reader, self._lent(event), SURFACE)
        copies = await self._copied(event, items[:LISTED])
        return lists.waiting(items, copies, self._where.way)

    async def _copied(
        self, event: discord.Interaction, items: Sequence[ThreadItem]
    ) -> Mapping[str, str]:
        """Links to the cards of these that stand in the direct messages to who calls."""
        cards = [item.card.id for item in items if item.card is not None]
        return await self._copies(identity_of(event).account, cards) if cards else {}

    async def _runs(self, event: discord.Interaction) -> Reply | Listing:
        reader = await self._reader(event)
        if isinstance(reader, Reply):
            return reader
        if self._books is None:
            return await self._approvals(event)
        found = await self._books.runs()
        open_, way = lists.urgent(found.open), self._where.way
        known = [*open_[:LISTED], *found.ended[:LISTED]]
        items = {line.plan: await self._ears.card(line.plan) for line in known}
        copies = await self._copied(event, [item for item in items.values() if item])
        sections = [
            Section(
                name,
                [lists.of_run(line, items[line.plan], copies, way) for line in lines[:LISTED]],
                len(lines),
            )
            for name, lines in (("open", open_), ("ended", found.ended))
            if lines
        ]
        drawn: Listing = [*lists.texts(sections)] or ["Nothing has been run yet."]
        if self._people().owner(identity_of(event)) is None:  # a stranger is sent nothing
            return drawn
        to_send = [item for line in open_[:LISTED] if (item := items[line.plan])]
        return [*drawn, *lists.sends(to_send, copies, way)]

    async def _reader(self, event: discord.Interaction) -> str | Reply:
        """Who looks, by name, whatever their account may ask for; or what they are told instead."""
        called = self._called(event, "help", plan_only=False)
        away = await self._ears.turned_away(self._begun.message(called, place_of(event)))
        owner = self._people().owner(called.identity)
        return away or (owner.name if owner is not None else str(called.identity))
