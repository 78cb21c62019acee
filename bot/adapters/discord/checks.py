"""What `./overseer check discord` tries, one by one: each with what is wrong and its cure.

A later check is left out where an earlier one shows that it can't be made.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from bot import __version__
from bot.adapters.discord.commands import COMMANDS
from bot.adapters.discord.faults import REACH, RestError
from bot.adapters.discord.permissions import NEEDED, VIEW, held, in_channel, invite, lacking
from bot.adapters.discord.proxy import proxy_to
from bot.adapters.discord.rest import BASE, Asks, Rest
from bot.adapters.discord.server_roles import ServerRole, named_in
from bot.adapters.discord.server_roles import found as meant_by
from bot.adapters.discord.tokens import token
from bot.domain.messages import People
from bot.domain.wording import count, listed
from bot.errors import ChatAwayError, ChatDoubtError, ConfigError
from bot.ports import Clock, Secrets
from bot.ports.findings import Finding
from bot.settings.chat import DiscordSettings

CONTENT_FLAGS = 1 << 18 | 1 << 19
"""The message-content intent is on: for a large bot, and for a small one."""
WITH_THREADS = frozenset({0, 5})
"""Text and announcement channels."""
_VIEW = NEEDED[VIEW][0]
MOST_ACCOUNTS = 50
LATER = "Try again in a minute."
PORTAL = "https://discord.com/developers/applications"


async def checks(
    settings: DiscordSettings,
    secrets: Secrets,
    clock: Clock,
    people: People,
    channels: Sequence[str],
) -> AsyncIterator[Finding]:
    """Try each thing; `channels` are the ids of those that the settings name."""
    try:
        found = await token(secrets, settings)
    except ConfigError as error:
        cure = error.cure or "./overseer secret set discord"
        yield Finding("token", error.sentence, well=False, cure=cure)
        return
    base = settings.api_url.rstrip("/")
    proxy = None if base else proxy_to(BASE)
    rest = Rest(base or BASE, found, clock, version=__version__, proxy=proxy)
    try:
        async for each in _Checks(rest, settings, people, channels).all():
            yield each
    except RestError as error:
        told = error.told()
        away = isinstance(told, ChatAwayError | ChatDoubtError)
        name = "token" if error.status == 401 else "connection"
        yield Finding(name, told.sentence, well=False, cure=told.cure or (REACH if away else LATER))
    finally:
        await rest.close()


class _Checks:
    def __init__(
        self, rest: Asks, settings: DiscordSettings, people: People, channels: Sequence[str]
    ) -> None:
        self._rest = rest
        self._settings = settings
        self._people = people
        self._channels = channels
        self._roles: list[ServerRole] = []
        self._visible = 0

    async def all(self) -> AsyncIterator[Finding]:
        me = await self._rest.ask("GET", "/users/@me")
        yield Finding("token", f"it is {me['username']}'s")
        application = await self._rest.ask("GET", "/applications/@me")
        yield self._intent(application)
        yield _endpoint(application)
        yield _invited_by(application)
        yield await self._commands(str(application["id"]))
        guilds = await self._rest.ask("GET", "/users/@me/guilds")
        yield _guilds(guilds)
        seen: set[str] = set()
        for guild in guilds:
            async for each in self._guild(guild, str(me["id"]), seen):
                yield each
        if guilds and not self._visible:
            yield Finding(
                "channels", "the bot can see no channel; direct messages work", well=False,
                cure="In the settings of a channel → Permissions, add the bot's role and allow it "
                "View Channel and what else the link below asks for.",
            )  # fmt: skip
        for channel in self._channels:
            if channel not in seen:
                yield await self._named(channel)
        for entry in self._server_roles():
            yield entry
        async for each in self._accounts(guilds):
            yield each
        yield Finding("invite", invite(str(application["id"])))

    def _intent(self, application: Mapping[str, Any]) -> Finding:
        on = bool(int(application.get("flags") or 0) & CONTENT_FLAGS)
        if not self._settings.message_content:
            said = "not asked for: mentions, commands and buttons are heard"
            return Finding("intents", said)
        if on:
            return Finding("intents", "message content is on: words in threads need no mention")
        return Finding(
            "intents",
            "the message-content intent is off, so words in threads are heard only with a mention",
            well=False,
            cure=f"{PORTAL} → Bot → Message Content Intent; or `discord: {{message_content: "
            "false}` in overseer.yaml.",
        )

    async def _commands(self, application: str) -> Finding:
        there = await self._rest.ask("GET", f"/applications/{application}/commands")
        names = {each["name"] for each in there}
        missing = [f"/{each['name']}" for each in COMMANDS if each["name"] not in names]
        if missing:
            return Finding(
                "commands", f"{listed(missing)} not there yet; the first start makes them"
            )
        return Finding("commands", listed([f"/{each['name']}" for each in COMMANDS]))

    async def _guild(
        self, guild: Mapping[str, Any], me: str, seen: set[str]
    ) -> AsyncIterator[Finding]:
        name, key = str(guild["name"]), str(guild["id"])
        roles = await self._rest.ask("GET", f"/guilds/{key}/roles")
        self._roles += named_in(key, name, roles)
        member = await self._rest.ask("GET", f"/guilds/{key}/members/{me}")
        base = held(key, roles, member)
        for channel in await self._rest.ask("GET", f"/guilds/{key}/channels"):
            number = str(channel["id"])
            if channel["type"] not in WITH_THREADS and number not in self._channels:
                continue
            seen.add(number)
            wanted = number in self._channels
            missing = lacking(in_channel(base, channel, key, member, me))
            self._visible += not any(permission == _VIEW for permission, _ in missing)
            yield _channel(f"#{channel['name']} of {name}", missing, wanted=wanted)

    def _server_roles(self) -> Iterator[Finding]:
        """What each role of the settings means, once the servers were looked at."""
        meant = meant_by(self._settings.roles, self._roles)
        for role, stands_for in meant.known:
            yield Finding("roles", f"{role} is {stands_for.value}, for who is linked")
        for problem in meant.problems:
            yield Finding("roles", problem.said, well=False, cure=problem.cure)

    async def _named(self, channel: str) -> Finding:
        """A channel of the settings that is in no server of the bot's, or hidden from it."""
        return Finding(
            "channel",
            f"discord:{channel} of `chat.channels` is in no server that the bot is in",
            well=False,
            cure="Copy the channel's id in Discord (Developer Mode), or leave it out.",
        )

    async def _accounts(self, guilds: Sequence[Mapping[str, Any]]) -> AsyncIterator[Finding]:
        linked = [
            (person.display, account)
            for person in self._people.persons
            for account in person.accounts("discord")
        ]
        if not linked:
            yield Finding(
                "people", "nobody is linked, so nobody can vote here", well=False,
                cure="./overseer people link, or identities: ['discord:ID'] in people.yaml.",
            )  # fmt: skip
            return
        strangers = []
        for display, account in linked[:MOST_ACCOUNTS]:
            if not (account.isascii() and account.isdecimal()):
                yield Finding(
                    "people", f"discord:{account} of {display} is no id", well=False,
                    cure="An id is a number: in Discord, Developer Mode, then Copy User ID.",
                )  # fmt: skip
            elif not await self._member(guilds, account):
                strangers.append(display)
        if strangers:
            yield Finding(
                "people", f"{listed(strangers)} in no server that the bot is in", well=False,
                cure="Their ids in people.yaml may be wrong; or invite them to the server.",
            )  # fmt: skip
        else:
            yield Finding("people", f"{count(len(linked), 'account')} linked")

    async def _member(self, guilds: Sequence[Mapping[str, Any]], account: str) -> bool:
        for guild in guilds:
            try:
                await self._rest.ask("GET", f"/guilds/{guild['id']}/members/{account}")
            except RestError as error:
                if error.status != 404:
                    raise
            else:
                return True
        return False


def _endpoint(application: Mapping[str, Any]) -> Finding:
    if application.get("interactions_endpoint_url"):
        return Finding(
            "buttons", "an Interactions Endpoint URL is set: presses go there and not here",
            well=False, cure=f"{PORTAL} → General Information: leave that field empty.",
        )  # fmt: skip
    return Finding("buttons", "presses come through the gateway")


def _invited_by(application: Mapping[str, Any]) -> Finding:
    """Whoever invites the bot may write to it, and has roles that are called as they like."""
    if application.get("bot_public"):
        return Finding(
            "invitations", "anybody on Discord can invite the bot to their server", well=False,
            cure=f"{PORTAL} → Installation: Install Link to None; then → Bot: Public Bot off.",
        )  # fmt: skip
    return Finding("invitations", "only the bot's owner can invite it")


def _guilds(guilds: Sequence[Mapping[str, Any]]) -> Finding:
    if guilds:
        return Finding("servers", listed([str(guild["name"]) for guild in guilds]))
    return Finding(
        "servers", "the bot is in no server", well=False,
        cure="Open the invite link below as somebody who may manage the server.",
    )  # fmt: skip


def _channel(name: str, missing: Sequence[tuple[str, str]], *, wanted: bool) -> Finding:
    if not missing:
        return Finding("channel", f"{name}: all permissions")
    if missing[0][0] == _VIEW and not wanted:
        return Finding("channel", f"{name}: not for the bot to see")
    lacks = "; ".join(f"{permission} ({fails})" for permission, fails in missing)
    return Finding(
        "channel", f"{name}: lacks {lacks}", well=False,
        cure="In the channel's settings → Permissions, allow it to the bot's role.",
    )  # fmt: skip
