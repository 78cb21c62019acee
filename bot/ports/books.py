"""What can be looked up in a surface that has room for it: runs, hosts, the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.domain.cards import Card
from bot.domain.sheets import HostLine, Log, RunLine, RunList, RunSheet


class Books(Protocol):
    """Reads for people; nothing is changed, and no host is asked."""

    async def runs(self, *, everything: bool = False, before: int | None = None) -> RunList:
        """What is open, and what ended: changes, or `everything`, also what was only read.

        `before` is a plan's number: the next page begins below it.
        """
        ...

    async def runs_of(self, person: str, limit: int) -> tuple[RunLine, ...]:
        """The changes that one person has asked for: what is open, then what ended, newest first.

        At most so many; what nothing came of is among them, what was only looked up is not.
        """
        ...

    async def run(self, plan: int, reader: str) -> RunSheet | None:
        """One request, told for this reader; None when there is no such plan."""
        ...

    async def hosts(self) -> tuple[HostLine, ...]:
        """The inventory, by environment and name."""
        ...

    async def log(self, reader: str, *, words: str = "", before: int | None = None) -> Log:
        """What happened, with all of these words in it.

        Whoever may approve sees everything, others what concerns their own requests.
        `before` is the number of an event: the next page begins below it.
        """
        ...

    def gallery(self) -> Mapping[str, Mapping[str, Card]]:
        """Every card in every state, from sample data: by room and name."""
        ...
