"""The one mouth: a card is stored first, then shown by every surface.

What a surface misses (it was down, the page was closed) it reads from the thread again; the
store is what is true.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.domain.cards import Card, ThreadItem
from bot.domain.messages import ThreadRef
from bot.ports import Store, Surface

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

    async def show(self, thread: ThreadRef, card: Card) -> None:
        """Store the card, then show it; an older edit of it is dropped."""
        item = await self._store.write(lambda u: u.put_card(thread, card))
        if item is not None and item.card is not None:
            await self.pass_on(item, edited=item.card.serial > 0)

    async def pass_on(self, item: ThreadItem, *, edited: bool = False) -> None:
        """Show what is stored already. One surface's trouble is not another's."""
        for surface in self._surfaces:
            try:
                await surface.show(item, edited=edited)
            except Exception:
                _log.exception("a surface could not show an item", surface=surface.name)
