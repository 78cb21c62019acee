"""Whom a card is written for: their clock, their zone, and the names of people.

A card is one message for everybody in a thread, so the zone is the thread's (or the
server's). Time is an argument; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from bot.domain.wording import listed


@dataclass(frozen=True, kw_only=True)
class Reader:
    """`now` is aware; `names` maps a person's key to the name that is shown."""

    now: datetime
    zone: tzinfo
    names: Mapping[str, str] = field(default_factory=dict)

    def who(self, name: str) -> str:
        """A person as others know them."""
        return self.names.get(name, name)

    def people(self, names: Sequence[str]) -> str:
        """`Ana, Ben and Chris`."""
        return listed([self.who(name) for name in names])

    def clock(self, at: datetime, *, seconds: bool = False) -> str:
        """`14:02`; on another day `Tue 3 Jun 14:02`."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        time = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
        return time if local.date() == today.date() else f"{self.day(at)} {time}"

    def day(self, at: datetime) -> str:
        """`Tue 3 Jun`; of another year `Tue 3 Jun 2025`."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        year = "" if local.year == today.year else f" {local.year}"
        return f"{local:%a} {local.day} {local:%b}{year}"

    def start(self, at: datetime) -> str:
        """When something begins, with the zone that this is said in: `22:00 CET`."""
        return f"{self.clock(at)} {at.astimezone(self.zone):%Z}"

    def since(self, at: datetime) -> float:
        """Seconds from then to now, never negative."""
        return max(0.0, (self.now - at).total_seconds())
