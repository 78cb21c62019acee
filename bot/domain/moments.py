"""Moments that the words of a card name, so that a chat can show each reader their own clock.

A card is drawn once, on the clock of whoever asked, and names that zone: `14:32 CET`. Slack and
Discord can write a moment so that every reader sees it in their zone; they put that in place of
exactly these words, in prose alone: never in what is approved, nor in what was printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.messages import Frozen

if TYPE_CHECKING:
    from bot.domain.cards import Card


class Form(StrEnum):
    """How much of it is said."""

    TIME = "time"
    SECONDS = "seconds"
    DAY = "day"
    """The day, and the time."""


class Moment(Frozen):
    """`text` are the words that name it where a surface shows every reader the same."""

    text: str
    at: datetime
    form: Form = Form.TIME


def words_of(card: Card) -> Iterator[str]:
    """The words of a card in which moments are named: its prose."""
    yield from (card.standing, *card.lines, *card.footer)
    for block in card.body:
        if block.kind == "paragraph":
            yield block.text
        elif block.kind == "row":
            yield from (*(span.text for span in block.spans if not span.code), block.aside)


def parts(text: str, moments: Sequence[Moment]) -> Iterator[str | Moment]:
    """A text in order, the words that name a moment as that moment."""
    known = {each.text: each for each in moments if each.text}
    if not known:
        yield from (text,) if text else ()
        return
    longest = sorted(map(re.escape, known), key=len, reverse=True)
    found = re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)")
    at = 0
    for match in found.finditer(text):
        if match.start() > at:
            yield text[at : match.start()]
        yield known[match[0]]
        at = match.end()
    if at < len(text):
        yield text[at:]


def drawn(text: str, moments: Sequence[Moment], draw: Callable[[Moment], str]) -> str:
    """A text with its moments as a surface writes them."""
    return "".join(p if isinstance(p, str) else draw(p) for p in parts(text, moments))
