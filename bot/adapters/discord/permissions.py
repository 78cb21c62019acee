"""Which permissions a bot needs in a channel, why, and what it has there: Discord's own arithmetic.

https://discord.com/developers/docs/topics/permissions: the roles' permissions together, then the
channel's overwrites, of everyone, of the roles, of the member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

ADMINISTRATOR = 1 << 3
VIEW, SEND = 1 << 10, 1 << 11

NEEDED: Mapping[int, tuple[str, str]] = {
    VIEW: ("View Channel", "nobody is heard there"),
    SEND: ("Send Messages", "nothing can be answered"),
    1 << 35: ("Create Public Threads", "a request has no thread of its own"),
    1 << 38: ("Send Messages in Threads", "nothing can be shown in a request's thread"),
    1 << 16: ("Read Message History", "a post of unknown outcome can't be looked up"),
    1 << 6: ("Add Reactions", "a request does not show its state"),
    1 << 15: ("Attach Files", "long plans can't be attached, so they can't be approved"),
}
"""Permission → its name in Discord, and what fails without it."""

LEAST = sum(NEEDED)
"""What the invite link asks for, and no more."""


def held(guild: str, roles: Sequence[Mapping[str, Any]], member: Mapping[str, Any]) -> int:
    """A member's permissions in a server, before any channel's overwrites."""
    mine = {guild, *member.get("roles", ())}
    found = 0
    for role in roles:
        if role["id"] in mine:
            found |= int(role["permissions"])
    return ~0 if found & ADMINISTRATOR else found


def in_channel(
    base: int, channel: Mapping[str, Any], guild: str, member: Mapping[str, Any], me: str
) -> int:
    """A member's permissions in a channel."""
    if base & ADMINISTRATOR:
        return base
    overwrites = {each["id"]: each for each in channel.get("permission_overwrites") or ()}
    for group in ([guild], list(member.get("roles", ())), [me]):
        chosen = [overwrites[name] for name in group if name in overwrites]
        for each in chosen:
            base &= ~int(each["deny"])
        for each in chosen:
            base |= int(each["allow"])
    return base


def lacking(has: int) -> list[tuple[str, str]]:
    """The needed permissions that are not among these, with what fails."""
    return [told for bit, told in NEEDED.items() if not has & bit]


def invite(application: str) -> str:
    """The link that invites the bot with the least permissions."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}"
        f"&scope=bot+applications.commands&permissions={LEAST}"
    )
