"""Whom a card is written for: their clock, their zone, and the names of people.

A card is one message for everybody in a thread, so the zone is the thread's (or the
server's). Time is an argument; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from bot.domain.cards import Card
from bot.domain.known import Known, strangers
from bot.domain.messages import ThreadRef
from bot.domain.moments import Form, Moment, Where, words_of
from bot.domain.wording import listed


def _unknown(_: str) -> Known:
    return Known()


@dataclass(frozen=True, kw_only=True)
class Reader:
    """`now` is aware; `names` maps a person's key to the name that is shown.

    `called` tells what a platform calls an account that is nobody's, or a channel; `named` are the
    names that the settings give to channels, by place: sentences about other channels say those.
    """

    now: datetime
    zone: tzinfo
    names: Mapping[str, str] = field(default_factory=dict)
    called: Callable[[str], Known] = _unknown
    named: Mapping[str, str] = field(default_factory=dict)
    apart: Mapping[str, str] = field(default_factory=dict)
    """Who can't vote by an account of theirs, by name: where that is, and where they can."""

    def who(self, name: str) -> str:
        """A person as others know them; of an account of nobody's the name that it goes by."""
        if name in self.names or ":" not in name:
            return self.names.get(name, name)
        said = self.called(name).name
        return strangers(said) if said else name

    def by_id(self) -> Reader:
        """The same for books: accounts of nobody's go by their ids, which nobody chooses."""
        return replace(self, called=_unknown)

    def where(self, thread: ThreadRef) -> str | Where:
        """Where something was asked, as anybody may read it: `#ops`, where all may see that.

        What only some may see is not called by its name: this is read elsewhere, too. A name that
        the settings give to another channel leads nowhere: on one card it may stand for either.
        """
        if not thread.is_room:
            return thread.channel if thread.channel.startswith("#") else thread.surface
        on = f"on {thread.surface.title()}"
        if thread.is_direct:
            return f"a direct message {on}"
        said = self.called(thread.place)
        if not said.name:
            return thread.channel if thread.channel.startswith("#") else f"a channel {on}"
        if any(name == said.name for at, name in self.named.items() if at != thread.place):
            return f"#{said.name}"
        return Where(
            text=f"#{said.name}", surface=thread.surface, channel=thread.channel, link=said.link
        )

    def people(self, names: Sequence[str]) -> str:
        """`Ana, Ben and Chris`."""
        return listed([self.who(name) for name in names])

    def elsewhere(self, names: Sequence[str]) -> str:
        """`Chris not in Slack, being a guest there: on the page`; empty: nobody is so."""
        return " · ".join(f"{self.who(n)} {self.apart[n]}" for n in names if n in self.apart)

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
        return card.model_copy(update={"moments": (*card.moments, *named)}) if named else card

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
