"""Whom a card is written for: their clock, their zone, and the names of people.

A card is one message for everybody in a thread, so the zone is the thread's (or the
server's). Time is an argument; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from bot.domain.cards import Card
from bot.domain.moments import Form, Moment, words_of
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
        """`14:02 CET`; on another day `Tue 3 Jun 14:02 CET`: whoever else reads it may be away."""
        local = at.astimezone(self.zone)
        time = f"{local:%H:%M:%S %Z}" if seconds else f"{local:%H:%M %Z}"
        return time if self._is_today(at) else f"{self.day(at)} {time}"

    def dated(self, card: Card, *times: datetime | None, seconds: datetime | None = None) -> Card:
        """The card, with which of these moments its words name: a chat shows each reader theirs.

        `seconds` is one that is told to the second.
        """
        found = {self.clock(at): self._moment(at) for at in times if at is not None}
        if seconds is not None:
            text = self.clock(seconds, seconds=True)
            found[text] = Moment(text=text, at=seconds, form=Form.SECONDS)
        words = tuple(words_of(card))
        named = tuple(m for text, m in found.items() if any(text in each for each in words))
        return card.model_copy(update={"moments": named}) if named else card

    def moments(self, *times: datetime | None) -> tuple[Moment, ...]:
        """These moments as a sentence names them."""
        return tuple(self._moment(at) for at in times if at is not None)

    def _moment(self, at: datetime) -> Moment:
        form = Form.TIME if self._is_today(at) else Form.DAY
        return Moment(text=self.clock(at), at=at, form=form)

    def _is_today(self, at: datetime) -> bool:
        return at.astimezone(self.zone).date() == self.now.astimezone(self.zone).date()

    def day(self, at: datetime) -> str:
        """`Tue 3 Jun`; of another year `Tue 3 Jun 2025`."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        year = "" if local.year == today.year else f" {local.year}"
        return f"{local:%a} {local.day} {local:%b}{year}"

    def since(self, at: datetime) -> float:
        """Seconds from then to now, never negative."""
        return max(0.0, (self.now - at).total_seconds())
