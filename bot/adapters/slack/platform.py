"""Slack as a platform: connected in the background, speaking as soon as it may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from math import inf
from typing import TYPE_CHECKING, Any

import structlog

from bot.adapters.slack.api import Api
from bot.adapters.slack.blocks import draw
from bot.adapters.slack.commands import Commands
from bot.adapters.slack.doors import Door, Signatures, Taken
from bot.adapters.slack.faults import AUTH, SlackRefusedError, said_of
from bot.adapters.slack.heard import Heard
from bot.adapters.slack.hearing import Hearing
from bot.adapters.slack.held import Held
from bot.adapters.slack.home import MOST_RUNS, home, permalink, stranger
from bot.adapters.slack.listening import Listening
from bot.adapters.slack.membership import Team
from bot.adapters.slack.missed import Missed
from bot.adapters.slack.names import Names
from bot.adapters.slack.outputs import Outputs
from bot.adapters.slack.roots import Roots
from bot.adapters.slack.socket import AUTH_S, FIRST_S, LONGEST_S, Socket
from bot.adapters.slack.speaking import Speaking
from bot.adapters.slack.unheard import Unheard
from bot.adapters.slack.whispers import Whispers
from bot.adapters.slack.wordless import Wordless
from bot.chat.begun import Begun
from bot.domain.cards import Card
from bot.domain.commands import SecretRef
from bot.domain.messages import Identity, People, ThreadRef
from bot.domain.posts import MarkState, card_key, direct
from bot.errors import ChatBusyError, ChatError, ConfigError, StoreBusyError
from bot.ports import Books, Clock, Ears, Ids, Pace, Secrets, Speech, Store, Unit
from bot.ports.openable import openable
from bot.settings.chat import SlackMode, SlackSettings

if TYPE_CHECKING:
    from slack_sdk.socket_mode.request import SocketModeRequest

_log = structlog.get_logger(__name__)

SDKS = ("slack_bolt.async_app", "slack_bolt.adapter.socket_mode.async_internals")
PAUSE_S = 60.0
"""No event for so long, and then a new connection: something may have been missed."""
KEEP_S = 10.0
KINDS = {"bot_token": "xoxb-", "app_token": "xapp-"}


class SlackPlatform:
    """One workspace."""

    name = "slack"
    # `chat.update` takes 50 and more a minute of one app in one workspace ("Tier 3"): 40 of cards,
    # and ten at once. `chat.postMessage` has its own limit, about one a second in each channel.
    # `reactions.remove` takes 20 and more a minute, `reactions.add` 50: a sign that takes another
    # one's place needs both.
    pace = Pace(
        copy_s=5.0, edits_a_minute=40, edits_burst=10, marks_a_minute=20, marks_burst=10
    )  # fmt: skip

    def __init__(
        self,
        settings: SlackSettings,
        secrets: Secrets,
        clock: Clock,
        people: Callable[[], People],
        *,
        books: Books | None = None,
        ids: Ids,
        store: Store | None = None,
    ) -> None:
        """Connects to nothing. `books` are what the App Home lists hosts and runs from.

        `store` keeps how far was heard; without one nothing that was missed is asked for.
        """
        self._settings = settings
        self._secrets = secrets
        self._clock = clock
        self._people = people
        self._books = books
        self._api = Api(settings.api_url)
        self._speaking = Speaking(self._api)
        self._whispers = Whispers(self._api, clock)
        self._heard = Heard(store) if store is not None else None
        self._missed: Missed | None = None
        self._held: Held | None = None
        self._unheard = Unheard()
        self._event_at = -inf
        self._door: Door | None = None
        self._socket: Socket | None = None
        self._listening: Listening | None = None
        self._background: asyncio.Task[None] | None = None
        self.team: Team | None = None
        self.ready = asyncio.Event()
        self._trouble = ""
        """Why it does not listen, where that is not the socket's fault."""

    @property
    def port(self) -> int:
        """Where Slack's requests are listened to by HTTP; 0 when they come by the socket."""
        return self._door.port if self._door is not None else 0

    def deaf(self) -> str:
        """See `bot.ports.platforms.Listener.deaf`."""
        return self._trouble or (self._socket.trouble if self._socket is not None else "")

    # -- starting and ending ----------------------------------------------------------------

    async def start(self, ears: Ears) -> None:
        """See `bot.ports.platforms.Platform.start`."""
        bot = await token(self._secrets, self._settings, "bot_token")
        app = secret = ""
        if self._settings.mode is SlackMode.SOCKET:
            app = await token(self._secrets, self._settings, "app_token")
        else:
            reference = SecretRef(reference=self._settings.signing_secret)
            secret = (await self._secrets.resolve(reference)).strip()
        for name in SDKS:  # a second of work, beside the event loop
            await asyncio.to_thread(import_module, name)
        self._api.open(bot)
        if secret:
            door = Door(Signatures(secret, self._clock), self._requested)
            try:
                await door.open(self._settings.host, self._settings.port)
            except ConfigError:
                await self._api.close()
                raise
            self._door = door
        self._unheard.begin()
        self._background = asyncio.ensure_future(self._connected(ears, app))

    async def stop(self) -> None:
        """See `bot.ports.platforms.Platform.stop`."""
        self._alive()
        if self._heard is not None:
            self._heard.close()
        if self._background is not None:
            self._background.cancel()
            await asyncio.gather(self._background, return_exceptions=True)
        if self._door is not None:
            await self._door.close()
        if self._socket is not None:
            await self._socket.close()
        await self._whispers.close()
        if self._heard is not None:
            with suppress(StoreBusyError):
                await self._heard.write(last=True)
        await self._api.close()

    async def _connected(self, ears: Ears, app_token: str) -> None:
        """Learn who we are, then listen for ever."""
        try:
            team = self.team = await self._known()
            outputs = Outputs(self._api, self._speaking)
            names = Names(self._api, ears, self._clock, team.url)
            hearing = Hearing(
                self._api, ears, self._clock, team, self._whispers, outputs, self._heard, names
            )
            self._held = hearing.held
            self._unheard.known(hearing)
            roots = Roots(self._api, self._speaking, hearing)
            begun = Begun(roots, ears, self._clock, ears.people)
            commands = Commands(ears, hearing, begun, self._whispers, self._clock, team)

            wordless = Wordless(self._whispers, team.user)

            def spoken(channel: str, event: Mapping[str, Any]) -> None:
                wordless.heard(event)
                names.heard(channel, event)
                if names.wants(channel):
                    self._whispers.later(names.soon(channel))

            self._listening = Listening(
                self._api, team, hearing, commands, lambda event: self._home(ears, hearing, event),
                spoken,
            )  # fmt: skip
            self._whispers.later(begun.take_up())
            if self._heard is not None:
                self._missed = Missed(
                    self._api, self._clock, self._heard, team.user,
                    take=lambda body, again: hearing.missed(body, again=again),
                    gone=ears.on_deleted,
                )  # fmt: skip
                self._whispers.later(self._kept(self._heard))
            if not app_token:
                self._back()
            self.ready.set()
            if app_token:
                self._socket = Socket(
                    self._api, app_token, self._clock, self._enveloped, self._back
                )
                await self._socket.run()
        except Exception:  # noqa: BLE001 -- the log is all that is left
            _log.exception("slack.ended")
            self._trouble = "It broke inside Overseer, the log says how. Start me again."

    async def _enveloped(self, request: SocketModeRequest) -> tuple[bool, Any]:
        assert self._listening is not None  # noqa: S101 - the socket is made after it
        self._event_at = self._clock.monotonic()
        return await self._listening.envelope(request)

    def _back(self) -> None:
        """Slack reaches us, after it did not; a short pause Slack's own repeats make up for."""
        if self._missed is None or self._heard is None:
            return
        if self._clock.monotonic() - self._event_at >= PAUSE_S and self._missed.begin():
            self._whispers.later(self._caught_up(self._missed))
        self._heard.alive(self._clock.now())

    async def _caught_up(self, missed: Missed) -> None:
        await missed.catch_up()
        if self._held is not None:
            await self._held.settle()

    def _alive(self) -> None:
        if self._heard is not None and (self._socket is None or self._socket.connected.is_set()):
            self._heard.alive(self._clock.now())

    async def _kept(self, heard: Heard) -> None:
        """Write down how far was heard, for ever."""
        while True:
            await self._clock.sleep(KEEP_S)
            self._alive()
            with suppress(StoreBusyError):
                await heard.write()

    async def _known(self) -> Team:
        pause = FIRST_S
        while True:
            try:
                team = await team_of(self._api)
                self._trouble = ""
                return team
            except ChatBusyError as error:
                pause = error.retry_after
            except ChatError as error:
                _log.warning("slack.away", why=str(error))
                self._trouble = said_of(error)
                bad = isinstance(error, SlackRefusedError) and error.error in AUTH
                pause = AUTH_S if bad else min(pause * 2, LONGEST_S)
            await self._clock.sleep(pause)

    async def _requested(self, body: str, headers: Mapping[str, str]) -> Taken:
        if self._listening is None:  # who we are is not known yet: Slack asks again
            return 503, {}, ""
        return await self._listening.request(body, headers)

    # -- speaking ---------------------------------------------------------------------------

    def fits(self, card: Card) -> bool:
        """See `bot.ports.platforms.Platform.fits`."""
        return draw(card).whole

    async def post(self, place: ThreadRef, speech: Speech, *, nonce: str) -> str:
        """See `bot.ports.platforms.Platform.post`."""
        speech = await self._unheard.left_out(place, speech)
        return await self._speaking.post(place, speech, nonce)

    async def edit(self, place: ThreadRef, remote: str, speech: Speech) -> None:
        """See `bot.ports.platforms.Platform.edit`."""
        await self._speaking.edit(place, remote, speech)

    async def find(self, place: ThreadRef, nonce: str, *, since: datetime) -> str | None:
        """See `bot.ports.platforms.Platform.find`."""
        return await self._speaking.find(place, nonce, since)

    def link(self, place: ThreadRef, remote: str) -> str:
        """Where a message, or a file, can be opened; empty while the workspace is not known."""
        if self.team is None or not self.team.url.startswith("https://"):
            return ""
        if remote.startswith("F"):
            return f"{self.team.url.rstrip('/')}/files/{self.team.user}/{remote}"
        if place.channel.startswith("@"):
            return ""
        return permalink(self.team.url, place.model_copy(update={"thread": remote}))

    async def mark(
        self, place: ThreadRef, message: str, state: MarkState, former: MarkState | None
    ) -> None:
        """See `bot.ports.platforms.Platform.mark`."""
        await self._speaking.mark(place, message, state, former)

    # -- the App Home -----------------------------------------------------------------------

    def _home(self, ears: Ears, hearing: Hearing, event: Mapping[str, Any]) -> None:
        account = event.get("user")
        if event.get("tab", "home") == "home" and isinstance(account, str):
            self._whispers.later(self._shown_home(ears, hearing, account))

    async def _shown_home(self, ears: Ears, hearing: Hearing, account: str) -> None:
        person = self._people().owner(Identity(surface=self.name, account=account))
        if person is None:
            view = stranger()
        elif told := await hearing.turned_away(account):
            view = stranger(told)
        else:
            books, waiting = self._books, await ears.waiting(person.name)
            hosts = await books.hosts() if books is not None else ()
            runs = await books.runs_of(person.name, MOST_RUNS) if books is not None else ()
            copies = await self._copies(account, [each.card for each in waiting])
            threads = {item.thread for item in waiting} | {line.thread for line in runs}
            ways = await self._ways(person.name, threads)
            opened = (await books.runs()).open if books is not None and waiting else ()
            asked = {each.plan: ears.people().shown(each.requester) for each in opened}
            view = home(waiting, runs, hosts, lambda key: ways.get(key, ""), copies, asked)
        await self._api.call("views.publish", user_id=account, view=view)

    async def _copies(self, account: str, cards: Sequence[Card | None]) -> frozenset[str]:
        """The cards of which a copy stands in the direct messages to an account, by their ids."""
        if self._heard is None:
            return frozenset()
        ids, place = [card.id for card in cards if card is not None], direct(self.name, account)

        def there(unit: Unit) -> frozenset[str]:
            found = {each: unit.posted(place, card_key(each)) for each in ids}
            return frozenset(each for each, post in found.items() if post and post.remote)

        return await self._heard.store.read(there)

    async def _ways(self, person: str, threads: Iterable[str]) -> Mapping[str, str]:
        """Links to those of these conversations that somebody can open, by their keys."""
        team, refs = self.team, {key: ref for key in threads if (ref := _ref(key)) is not None}
        if self._heard is None or team is None:
            return {}

        def there(unit: Unit) -> list[str]:
            return [key for key, ref in refs.items() if openable(unit, ref, person)]

        can = await self._heard.store.read(there)
        return {key: permalink(team.url, refs[key]) for key in can}


def _ref(thread: str) -> ThreadRef | None:
    """A conversation of Slack's, by its key."""
    surface, _, rest = thread.partition("/")
    channel, _, ts = rest.partition("/")
    if surface != SlackPlatform.name or not ts:
        return None
    return ThreadRef(surface=surface, channel=channel, thread=ts)


async def token(secrets: Secrets, settings: SlackSettings, name: str) -> str:
    """A token of the settings, without the blanks that were copied along.

    Raises:
        ConfigError: it is not there, or is another kind of token.
    """
    reference = str(getattr(settings, name))
    value = (await secrets.resolve(SecretRef(reference=reference))).strip()
    if not value.startswith(KINDS[name]):
        raise ConfigError(
            f"slack: {reference} holds something else than the {name.replace('_', ' ')}, which "
            f"begins with {KINDS[name]}.",
            path="overseer.yaml",
            cure=f"Copy it from the app's page, then: ./overseer secret set "
            f"{reference.removeprefix('store:')}",
        )
    return value


async def team_of(api: Api) -> Team:
    """The workspace, and who the bot is there.

    Raises:
        ChatError: Slack did not say.
    """
    said = await api.call("auth.test")
    return Team(
        id=str(said.get("team_id", "")),
        url=str(said.get("url", "")),
        user=str(said.get("user_id", "")),
        bot=str(said.get("bot_id", "")),
        enterprise=str(said.get("enterprise_id") or ""),
        name=str(said.get("team", "")),
    )
