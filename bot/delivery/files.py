"""The files that go with a card: written out once, and owed beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from bot.delivery.drawing import Wanted, told_by
from bot.domain.cards import Attachment, Card
from bot.domain.posts import Post, PostKind
from bot.ports import Unit

_log = structlog.get_logger(__name__)

LARGE: Final = 100_000
"""Characters of a card, as it is stored, that take long to be written out as a file."""
NO_WHOLE = "the whole of it can't be written out"

Whole = Callable[[Card], Attachment | None]
"""The text of a whole card, as a file; None: it can't be written out."""
Made = Sequence[tuple[str, Attachment | None]]
"""Files by their key; None where the whole can't be written out."""


async def made(card: Card | None, wishes: Sequence[Wanted], whole: Whole) -> Made:
    """The files that are to be owed; megabytes of output are written out beside the event loop."""
    if card is None:
        return ()
    if len(card.model_dump_json()) > LARGE:
        return await asyncio.to_thread(_made, card, wishes, whole)
    return _made(card, wishes, whole)


def _made(card: Card, wishes: Sequence[Wanted], whole: Whole) -> Made:
    found: list[tuple[str, Attachment | None]] = []
    for wish in wishes:
        file = wish.attachment
        if file is None:
            file = whole(card.model_copy(update={"buttons": (), "hint": ""}))
            if file is not None and not told_by(card, (file,)):
                _log.error("the whole of a card does not tell all of it", card=card.id)
                file = None
        found.append((wish.key, file))
    return found


def owe(unit: Unit, card: Post, files: Made) -> None:
    """Let them be shown where the card is; what can't be written out is given up at once."""
    for key, file in files:
        post = unit.owe(
            card.place, key, PostKind.FILE, file, card=card.card, reader=card.reader
        )  # fmt: skip
        if file is None:
            unit.give_up(post.id, NO_WHOLE)
