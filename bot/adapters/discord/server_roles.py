"""Roles of a Discord server that stand for roles of Overseer (`discord: roles:`).

    "1188235716412358656": approver      by its id, which no other role ever has
    Ops on call: operator                by its name, looked up at the start and kept until the next

A name must be exactly one role's in all servers that the bot is in: somebody who may make roles
there could give a second one the same name. `@everyone` is nobody's distinction. What a member
holds is taken from each message and each press as it comes: nothing of it is remembered. A message
that is read from the history comes without its member: they are asked for, at most once a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

import structlog

from bot.adapters.discord.faults import RestError
from bot.adapters.discord.rest import Asks
from bot.domain.messages import Role
from bot.domain.wording import listed
from bot.errors import ConfigError
from bot.ports import Clock

if TYPE_CHECKING:
    import discord

_log = structlog.get_logger(__name__)

FRESH_S = 60.0
MOST_ASKED = 1_000
"""Members whose roles are remembered for so long, where a message does not tell them."""
PAGE = "200"
NO_CURE = "In Discord, Developer Mode, then Copy Role ID; or leave it out of `discord: roles:`."


@dataclass(frozen=True)
class ServerRole:
    """A role of a server."""

    id: str
    name: str
    server: str
    everybodys: bool = False

    def __str__(self) -> str:
        """`Ops (1188235716412358656, of Acme)`."""
        return f"{self.name} ({self.id}, of {self.server})"


@dataclass(frozen=True)
class Problem:
    """An entry of the settings that can't be kept to. `named`: it is written by a name."""

    said: str
    cure: str
    named: bool


@dataclass(frozen=True)
class Found:
    """The roles that the settings mean, and what is wrong with the others."""

    known: tuple[tuple[ServerRole, Role], ...] = ()
    problems: tuple[Problem, ...] = ()


def found(roles: Mapping[str, Role], there: Sequence[ServerRole]) -> Found:
    """Which of the roles that are `there` each entry of the settings means."""
    known: list[tuple[ServerRole, Role]] = []
    problems: list[Problem] = []
    for key, role in roles.items():
        named = not _is_id(key)
        same = [each for each in there if (each.name if named else each.id) == key]
        if len(same) > 1:
            which = listed([str(each) for each in same])
            said = f"{key!r} is the name of {len(same)} roles: {which}"
            problems.append(Problem(said, "Write the id of the one that is meant.", named))
        elif not same:
            said = f"{key!r} is no role of a server that the bot is in"
            problems.append(Problem(said, NO_CURE, named))
        elif same[0].everybodys:
            said = f"{key!r} is everybody's in {same[0].server}, so it stands for nothing"
            problems.append(Problem(said, "Leave it out of `discord: roles:`.", named))
        else:
            known.append((same[0], role))
    return Found(tuple(known), tuple(problems))


async def roles_there(rest: Asks) -> tuple[ServerRole, ...]:
    """Every role of every server that the bot is in.

    Raises:
        RestError: Discord does not say.
    """
    there: list[ServerRole] = []
    for server in await rest.ask("GET", "/users/@me/guilds", query={"limit": PAGE}):
        key = str(server["id"])
        there += named_in(key, str(server["name"]), await rest.ask("GET", f"/guilds/{key}/roles"))
    return tuple(there)


def named_in(
    server: str, called: str, roles: Iterable[Mapping[str, Any]]
) -> tuple[ServerRole, ...]:
    """The roles of one server, as Discord lists them."""
    return tuple(
        ServerRole(str(r["id"]), str(r.get("name", "")), called, everybodys=str(r["id"]) == server)
        for r in roles
    )


@dataclass
class ServerRoles:
    """What those who speak in a server are lent."""

    wanted: Mapping[str, Role]
    _asked: dict[tuple[int, int], tuple[float, frozenset[Role]]] = field(default_factory=dict)
    _known: set[tuple[str, Role]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Ids are known as they stand; names are once they were looked up."""
        self._known = {(key, role) for key, role in self.wanted.items() if _is_id(key)}

    async def look_up(self, rest: Asks) -> None:
        """Learn which roles the names mean.

        Raises:
            ConfigError: a name is nobody's, several roles', or everybody's.
            RestError: Discord does not say.
        """
        if all(_is_id(key) for key in self.wanted):
            return
        seen = found(self.wanted, await roles_there(rest))
        wrong = [problem for problem in seen.problems if problem.named]
        if wrong:
            raise ConfigError(
                f"`discord: roles:` in overseer.yaml: {'; '.join(each.said for each in wrong)}.",
                cure=" ".join(dict.fromkeys(each.cure for each in wrong)),
            )
        self._known |= {(each.id, role) for each, role in seen.known}

    async def lent_in(self, said: discord.Message, rest: Asks, clock: Clock) -> frozenset[Role]:
        """What the sender of a message is lent; nothing where Discord does not say."""
        if said.guild is None or not self._known:
            return frozenset()
        if hasattr(said.author, "roles"):
            return self.lent(said.author)
        return await self.lent_to(said.guild.id, said.author.id, rest, clock)

    async def lent_to(self, guild: int, account: int, rest: Asks, clock: Clock) -> frozenset[Role]:
        """What a member of a server is lent, asked at most once in a while."""
        if not self._known:
            return frozenset()
        key, now = (guild, account), clock.monotonic()
        at, known = self._asked.get(key, (-inf, frozenset[Role]()))
        if now - at < FRESH_S:
            return known
        try:
            found = await self.held(guild, account, rest)
        except RestError as error:
            _log.warning("a member's roles can't be had", account=key[1], why=error.said)
            return frozenset()
        if len(self._asked) >= MOST_ASKED:
            self._asked.clear()
        self._asked[key] = (now, found)
        return found

    async def held(self, guild: int, account: int, rest: Asks) -> frozenset[Role]:
        """What a member is lent as it is asked; nothing for who is in the server no more.

        Raises:
            RestError: Discord does not say.
        """
        try:
            member = await rest.ask("GET", f"/guilds/{guild}/members/{account}")
        except RestError as error:
            if error.status != 404:
                raise
            return frozenset()
        held = {str(role) for role in member.get("roles", ())}
        return frozenset(role for each, role in self._known if each in held)

    def lent(self, member: object) -> frozenset[Role]:
        """What a member's roles in the server stand for; nothing for who is no member of one."""
        held = {str(role.id) for role in getattr(member, "roles", ()) if not role.is_default()}
        return frozenset(role for key, role in self._known if key in held)


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdecimal()
