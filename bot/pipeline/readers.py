"""For whom something is written: a person's zone and everybody's names."""

from __future__ import annotations

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.messages import Person
from bot.ports import World
from bot.reporting.reader import Reader


def zone_of(person: Person | None, world: World) -> tzinfo | None:
    """The reader's zone, of an account that is nobody's that of all; None is the server's own."""
    own = person.timezone if person is not None else ""
    return zone_named(own or world.settings.timezone)


def zone_named(name: str) -> tzinfo | None:
    """The zone of a name; None, the server's own, where there is none or no such zone."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def reader_of(person: Person | None, world: World, now: datetime) -> Reader:
    """Who reads: names, zone, now."""
    zone = zone_of(person, world) or now.astimezone().tzinfo
    if zone is None:
        raise ValueError("an aware time has a zone")
    names = {p.name: p.display for p in world.people.persons}
    named = {place: each.name for place, each in world.settings.chat.channels.items() if each.name}
    return Reader(now=now, zone=zone, names=names, named=named)
