"""Discord as a platform: what posts are sent through, and what is heard there.

`start` connects in the background, for as long as it takes (`connection`); posts need no
connection, only the token.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot import __version__
from bot.adapters.discord import bodies
from bot.adapters.discord.answering import Answering
from bot.adapters.discord.catching_up import CatchingUp
from bot.adapters.discord.client import GatewayClient, Listeners
from bot.adapters.discord.commands import Commands
from bot.adapters.discord.connection import Connection
from bot.adapters.discord.faults import (
    ARCHIVED,
    BARRED,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    WRONG_KIND,
    RestError,
    told,
)
from bot.adapters.discord.first_signs import FirstSigns
from bot.adapters.discord.hearing import Hearing
from bot.adapters.discord.own_copies import copies
from bot.adapters.discord.places import DIRECT, Places, Spot, titled
from bot.adapters.discord.pressing import Pressing
from bot.adapters.discord.progress import id_at
from bot.adapters.discord.proxy import proxy_to
from bot.adapters.discord.render import fits
from bot.adapters.discord.rest import BASE, Asks, Rest
from bot.adapters.discord.server_roles import ServerRoles
from bot.adapters.discord.signs import SIGNS
from bot.adapters.discord.tokens import token as bot_token
from bot.adapters.discord.where import Where
from bot.domain.cards import Card
from bot.domain.messages import People, Role, ThreadRef
from bot.domain.posts import MarkState
from bot.errors import ChatBarredError, ConfigError, SecretError
from bot.ports import WITHIN, Books, Clock, Ears, Ids, Pace, Secrets, Speech, Store
from bot.settings.chat import DiscordSettings

MARGIN = timedelta(minutes=5)
"""How far Discord's clock may be from ours when a post is looked for."""
PAGE, PAGES = 100, 20
GATEWAY = DiscordWebSocket.DEFAULT_GATEWAY
"""Discord's own, as the library knows it."""
LOST = "Too much was said there to see whether my message is."
MOST_NONCES = 4096
GONE = frozenset({UNKNOWN_MESSAGE, 10014})
"""A message or a reaction that is no longer there."""

IN_WORDS = "Press one, or answer in your own words."
BY_MENTION = "Press one, or mention me with your answer."


class DiscordPlatform:
    """`bot.ports.Platform` for Discord."""

    name = "discord"
    # A reaction may follow another one in its channel after 0.25 s; a sign takes up to two.
    pace = Pace(post_s=1.0, burst=4, edit_s=1.0, mark_s=0.5)

    def __init__(
        self,
        settings: DiscordSettings,
        secrets: Secrets,
        clock: Clock,
        people: Callable[[], People],
        *,
        ids: Ids,
        books: Books | None = None,
        rest: Asks | None = None,
        store: Store | None = None,
    ) -> None:
        """`rest` instead of Discord's own interface is what a test speaks to.

        `store` tells which signs the outbox knows of; without it none is put before its turn.
        """
        self._store = store
        self._settings = settings
        self._secrets = secrets
        self._clock = clock
        self._people = people
        self._books = books
        self._given = rest
        self._rest: Asks | None = rest
        self._places: Places | None = None
        self._where: Where | None = None
        self._roles = ServerRoles(settings.roles)
        self._catches = False
        self._catching: CatchingUp | None = None
        self._nonces: dict[str, str] = {}
        self._connection = Connection(clock, content=settings.message_content)

    @property
    def client(self) -> GatewayClient | None:
        """What hears."""
        return self._connection.client

    def deaf(self) -> str:
        """See `bot.ports.platforms.Listener.deaf`."""
        return self._connection.deaf()

    # -- life --------------------------------------------------------------------------------

    async def start(self, ears: Ears) -> None:
        """Connect in the background.

        Raises:
            ConfigError: there is no token, or a setting asks for what can't be kept.
        """
        try:
            token = await bot_token(self._secrets, self._settings)
        except SecretError as error:
            raise ConfigError(
                f"Discord's token can't be had: {error.sentence}",
                cure=error.cure or "./overseer secret set discord",
            ) from error
        self._rest = await self._spoken_to(token)
        self._catches = True
        self._connection.begin(token, lambda: self.listen(ears))

    async def _spoken_to(self, token: str) -> Rest:
        """The way to Discord; the names of roles are looked up on it, where there are any.

        Raises:
            ConfigError: a name is no role's, or several roles'.
            ChatError: Discord does not say.
        """
        # The library's are the process's: what an earlier platform here spoke to is not ours.
        Route.BASE = self._settings.api_url.rstrip("/") or BASE
        DiscordWebSocket.DEFAULT_GATEWAY = URL(self._settings.gateway_url) or GATEWAY
        rest = Rest(Route.BASE, token, self._clock, version=__version__, proxy=self._proxy())
        try:
            with told():
                await self._roles.look_up(rest)
        except BaseException:
            await rest.close()
            raise
        return rest

    def _proxy(self) -> str | None:
        """The way to Discord; to what stands in for it none is needed."""
        return None if self._settings.api_url else proxy_to(BASE)

    def listen(self, ears: Ears) -> GatewayClient:
        """The client that hears, not yet connected."""
        rest = self._asks()
        if self._catches:
            self._catching = self._catching or self._catching_up(ears)
        opened = self._catching.writes_in if self._catching else None
        places = self._places = self._places or Places(
            rest, lambda place: titled(ears, place), opened
        )
        where = self._where = Where(places, lambda: self.client)
        content = self._connection.content
        client = self._connection.client = GatewayClient(content=content, proxy=self._proxy())
        answering = Answering(rest, self._clock)
        client.listeners = Listeners(
            Hearing(
                ears, rest, places, self._clock, self._people,
                lambda: client.user.id if client.user else 0, self._roles, content=content,
            ),
            Pressing(ears, answering, self._clock, self._people, self._roles),
            Commands(
                ears, rest, places, answering, self._clock, self._people, self._books, self._roles,
                where,
                hours=self._settings.missed_hours, copies=partial(self._copies, places),
            ),
        )  # fmt: skip
        client.catching = self._catching
        return client

    def _catching_up(self, ears: Ears) -> CatchingUp:
        async def missed(said: discord.Message) -> None:
            if self.client is not None and self.client.listeners is not None:
                await self.client.listeners.hearing.missed(said)

        async def hurries(said: discord.Message) -> bool:
            if self.client is None or self.client.listeners is None:
                return False
            return await self.client.listeners.hearing.hurries(said)

        async def is_heard(said: discord.Message) -> bool:
            if self.client is None or self.client.listeners is None:
                return False
            return await self.client.listeners.hearing.is_heard(said)

        signs = FirstSigns(self._asks(), self._store, is_heard) if self._store else None
        return CatchingUp(
            ears, self._clock, missed, hurries,
            hours=self._settings.missed_hours, most=self._settings.missed_messages, signs=signs,
        )  # fmt: skip

    async def stop(self) -> None:
        """Hear nothing more, and close the connections."""
        await self._connection.stop()
        if isinstance(self._rest, Rest):
            await self._rest.close()

    # -- the way out -------------------------------------------------------------------------

    def fits(self, card: Card) -> bool:
        """Whether all of a card can be drawn in one message."""
        return fits(card)

    def link(self, place: ThreadRef, remote: str) -> str:
        """Where a message can be opened; empty while its place is not known."""
        return self._where.link(place, remote) if self._where is not None else ""

    async def _copies(
        self, places: Places, account: str, cards: Sequence[str]
    ) -> Mapping[str, str]:
        store = self._store
        return await copies(store, places, self.link, account, cards) if store is not None else {}

    async def lent(self, place: ThreadRef, account: str) -> frozenset[Role]:
        """See `bot.ports.platforms.Lender.lent`."""
        if not (account.isdecimal() and (server := self._server(place))):
            return frozenset()
        return await self._roles.lent_to(server, int(account), self._asks(), self._clock)

    async def holds(self, place: ThreadRef, account: str) -> frozenset[Role]:
        """See `bot.ports.platforms.Lender.holds`; the gateway may not have told of the server."""
        if not (account.isdecimal() and place.channel.isdecimal()) or place.thread == DIRECT:
            return frozenset()
        with told():
            server = self._server(place)
            if not server:
                channel = await self._asks().ask("GET", f"/channels/{place.channel}")
                server = int(channel.get("guild_id") or 0)
            return await self._roles.held(server, int(account), self._asks())

    def _server(self, place: ThreadRef) -> int:
        """The id of the server in which a channel is; 0 where that is not known."""
        return self._where.server(place) if self._where is not None else 0

    async def post(self, place: ThreadRef, speech: Speech, *, nonce: str) -> str:
        """Say it there; the id of the message."""
        with told():
            spot = await self._spot(place)
            body, files = bodies.message(
                speech, nonce=nonce, answers=spot.answers, answer=self._answer()
            )
            path = f"/channels/{spot.channel}/messages"
            with self._found_anew(place):
                made = await self._done("POST", spot.channel, path, body=body, files=files)
            self._remember(str(made["id"]), nonce)
            return str(made["id"])

    async def edit(self, place: ThreadRef, remote: str, speech: Speech) -> None:
        """Let the message say this from now on."""
        with told():
            spot = await self._spot(place)
            marks = bodies.marks_of(self._nonces[remote]) if remote in self._nonces else None
            body, files = bodies.message(speech, marks=marks, answer=self._answer())
            path = f"/channels/{spot.channel}/messages"
            with self._found_anew(place):
                await self._done(
                    "PATCH", spot.channel, f"{path}/{remote}", body=body, files=files,
                    limit=f"{path}/*",
                )  # fmt: skip

    async def find(self, place: ThreadRef, nonce: str, *, since: datetime) -> str | None:
        """The message that was posted with this nonce; None: there is none."""
        with told():
            spot = await self._spot(place)
            after = id_at((since - MARGIN).timestamp())
            for _ in range(PAGES):
                found = await self._asks().ask(
                    "GET",
                    f"/channels/{spot.channel}/messages",
                    query={"after": str(after), "limit": str(PAGE)},
                )
                for each in found:
                    if bodies.holds(each, nonce):
                        return str(each["id"])
                if len(found) < PAGE:
                    return None
                after = max(int(each["id"]) for each in found)
            if after > id_at((since + WITHIN + MARGIN).timestamp()):
                return None  # the rest was said too late to be it
        raise ChatBarredError(LOST)

    async def mark(
        self, place: ThreadRef, message: str, state: MarkState, former: MarkState | None
    ) -> None:
        """Put the state's sign on a message, instead of the former one."""
        with told():
            spot = await self._spot(place)
            root = message == place.thread  # the thread was made from it: it stands above
            channels = [place.channel, spot.channel] if root else [spot.channel]
            for channel in dict.fromkeys(channels):
                try:
                    await self._react("PUT", channel, message, state)
                    if former is not None and former is not state:
                        await self._react("DELETE", channel, message, former)
                except RestError as error:
                    last = channel == channels[-1]
                    if last or error.code not in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL, WRONG_KIND):
                        raise
                else:
                    return

    async def _react(self, method: str, channel: str, message: str, state: MarkState) -> None:
        sign = quote(SIGNS[state])
        path = f"/channels/{channel}/messages/{message}/reactions/{sign}/@me"
        try:
            await self._done(method, channel, path, limit=f"/channels/{channel}/reactions")
        except RestError as error:
            if method == "PUT" or error.code not in GONE:
                raise

    async def _done(self, method: str, channel: str, path: str, **given: Any) -> Any:
        """Do it there; a thread that Discord has folded away is opened for it."""
        try:
            return await self._asks().ask(method, path, **given)
        except RestError as error:
            if error.code != ARCHIVED or self._places is None:
                raise
            try:
                await self._places.unfold(channel)
            except RestError as locked:
                raise (error if locked.code in BARRED else locked) from None
        return await self._asks().ask(method, path, **given)

    @contextlib.contextmanager
    def _found_anew(self, place: ThreadRef) -> Iterator[None]:
        """Where it goes is looked for again after somebody has mended what barred it."""
        try:
            yield
        except RestError as error:
            if self._places is not None and (error.status == 401 or error.code in BARRED):
                self._places.forget(place)
            raise

    def _remember(self, remote: str, nonce: str) -> None:
        """An edit keeps what a message is found by, as long as this process lives."""
        self._nonces[remote] = nonce
        if len(self._nonces) > MOST_NONCES:
            del self._nonces[next(iter(self._nonces))]

    def _answer(self) -> str:
        return IN_WORDS if self._connection.content else BY_MENTION

    async def _spot(self, place: ThreadRef) -> Spot:
        if self._places is None:
            raise RestError.away("it has not been started")
        return await self._places.spot(place)

    def _asks(self) -> Asks:
        if self._rest is None:
            raise RestError.away("it has not been started")
        return self._rest
