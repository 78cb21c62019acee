"""Moments that the words of a card name, so that a chat can show each reader their own clock.

A card is drawn once, on the clock of whoever asked, and names that zone: `14:32 CET`. Slack and
Discord can write a moment so that every reader sees it in their zone; they put that in place of
exactly these words, in prose alone: never in what is approved, nor in what was printed. Where every
reader sees the same, a line names its zone once (`in_one_zone`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.messages import Frozen

if TYPE_CHECKING:
    from bot.domain.cards import Block, Card


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


class Where(Frozen):
    """A channel that words name, which everybody on its platform may see.

    `text` are those words (`#ops`); `channel` is its id on `surface`, `link` leads there from
    elsewhere (empty: nothing does).
    """

    text: str
    surface: str
    channel: str
    link: str = ""


Named = Moment | Where
"""What a surface may draw in place of the words that name it."""


def words_of(card: Card) -> Iterator[str]:
    """The words of a card in which moments are named: its prose."""
    yield from (card.standing, *card.lines, *card.footer)
    for block in card.body:
        if block.kind == "paragraph":
            yield block.text
        elif block.kind == "row":
            yield from (*(span.text for span in block.spans if not span.code), block.aside)


def parts(text: str, moments: Sequence[Named]) -> Iterator[str | Named]:
    """A text in order, the words that name a moment, or a channel, as that."""
    known = {each.text: each for each in moments if each.text}
    if not known:
        yield from (text,) if text else ()
        return
    longest = sorted(map(re.escape, known), key=len, reverse=True)
    found = re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w|-\w)")
    at = 0
    for match in found.finditer(text):
        if match.start() > at:
            yield text[at : match.start()]
        yield known[match[0]]
        at = match.end()
    if at < len(text):
        yield text[at:]


def drawn(text: str, moments: Sequence[Named], draw: Callable[[Named], str]) -> str:
    """A text with its moments as a surface writes them."""
    return "".join(p if isinstance(p, str) else draw(p) for p in parts(text, moments))


_CODE = re.compile(r"(`[^`]*`)")
"""Code in a sentence, which stays as it is."""


def _prose(text: str, moments: Sequence[Named]) -> Iterator[str | Named]:
    yield from (text,) if text.startswith("`") else parts(text, moments)


def brief(texts: Sequence[str], moments: Sequence[Named]) -> list[str]:
    """The texts of one line, which names a zone where it is another than before in it."""
    named = ""
    out: list[str] = []
    for text in texts:
        said: list[str] = []
        pieces = (p for each in _CODE.split(text) for p in _prose(each, moments))
        for part in pieces:
            if not isinstance(part, Moment):
                said.append(part if isinstance(part, str) else part.text)
                continue
            clock, _, zone = part.text.rpartition(" ")
            said.append(clock if zone == named else part.text)
            named = zone
        out.append("".join(said))
    return out


def in_one_zone(card: Card) -> Card:
    """The card where every reader sees the same times: each line names their zone once."""
    if not card.moments:
        return card

    def line(text: str) -> str:
        return "\n".join(brief((each,), card.moments)[0] for each in text.split("\n"))

    body: list[Block] = []
    for block in card.body:
        if block.kind == "paragraph":
            body.append(block.model_copy(update={"text": line(block.text)}))
        elif block.kind == "row":
            prose = [span for span in block.spans if not span.code]
            *words, aside = brief((*(span.text for span in prose), block.aside), card.moments)
            said = iter(words)
            spans = tuple(
                span if span.code else span.model_copy(update={"text": next(said)})
                for span in block.spans
            )
            body.append(block.model_copy(update={"spans": spans, "aside": aside}))
        else:
            body.append(block)
    lines, footer = map(tuple, (map(line, card.lines), map(line, card.footer)))
    return card.model_copy(update={"lines": lines, "footer": footer, "body": tuple(body)})
