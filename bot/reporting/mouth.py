"""The one mouth: a card is stored first, then shown by every surface.

What a surface misses (it was down, the page was closed) it reads from the thread again; the
store is what is true.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.domain.cards import Card, ThreadItem
from bot.domain.messages import OWN, ThreadRef
from bot.ports import Store, Surface, Unit

_log = structlog.get_logger(__name__)


class Mouth:
    """Says things in threads."""

    def __init__(self, store: Store) -> None:
        """Nobody listens yet."""
        self._store = store
        self._surfaces: list[Surface] = []

    def attach(self, surfaces: Sequence[Surface]) -> None:
        """Let these surfaces show what is said from now on."""
        self._surfaces = list(surfaces)

    def rooms(self) -> frozenset[str]:
        """The chat platforms among them: where people are written to."""
        return frozenset(surface.name for surface in self._surfaces) - OWN

    async def show(self, thread: ThreadRef, card: Card) -> None:
        """Store the card as the newest edit of it, then show it.

        Whoever draws a card draws it from what is stored, one at a time, so the last one drawn
        is the truest.
        """

        item = await self._store.write(lambda unit: put(unit, thread, card))
        if item is not None and item.card is not None:
            await self.pass_on(item, edited=item.card.serial > 0)

    async def pass_on(self, item: ThreadItem, *, edited: bool = False) -> None:
        """Show what is stored already. One surface's trouble is not another's."""
        for surface in self._surfaces:
            try:
                await surface.show(item, edited=edited)
            except Exception:  # noqa: BLE001 - a surface is foreign code
                _log.exception("a surface could not show an item", surface=surface.name)


def put(unit: Unit, thread: ThreadRef, card: Card) -> ThreadItem | None:
    """Store a card as the newest edit of it; who stores it passes the item on after COMMIT."""
    found = unit.card(card.id)
    serial = found[1].serial if found else 0
    return unit.put_card(thread, card.model_copy(update={"serial": serial}))
