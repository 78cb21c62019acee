"""A card becomes a Discord message: one pure function, the same components for the same card.

Components V2: a container in the colour of the card's state, text in it, rules, and its buttons.
They hold 4,000 characters, of which Markdown takes a part; embeds would hold 6,000 and draw them
narrow, small, and apart from their buttons. What does not fit goes with the card as a file, and
then Approve is offered only once that file can be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.adapters.discord import buttons, text
from bot.adapters.discord.blocks import Piece, lines_of, output_text, pieces
from bot.domain.cards import LETS_RUN, Button, Card, StepRow, Tone, card_for, card_for_all
from bot.domain.excerpts import excerpted, is_open
from bot.domain.messages import Person
from bot.domain.moments import Named
from bot.domain.wording import count

V2 = 1 << 15
"""The flag of a message that is made of components."""
TEXT, RULE, CONTAINER = 10, 14, 17
MOST_TEXT = 3900
"""Characters of a message's text that are used; Discord takes 4,000."""
MOST_PARTS = 7
"""Texts and rules of a body; more rules than that are drawn as empty lines."""
SHORTEST_OUTPUT = 5
TITLE, WORD = 250, 100
"""Characters of a title, and of what stands below it, before they are written as Markdown."""
HEAD, FEET = 900, 900
"""Characters of the small lines above the body, and below it."""
SPARE, LINK = 150, 160
"""Characters that a message needs besides the card: a sentence at its foot, a file's link."""
MOST_FILES, NAME = 4, 80


COLOURS = {
    Tone.NEUTRAL: 0x80848E,
    Tone.DIM: 0x4E5058,
    Tone.GOOD: 0x2E9E5B,
    Tone.BUSY: 0x3B82F6,
    Tone.WAITING: 0xE0A526,
    Tone.WARNING: 0xE67E22,
    Tone.BAD: 0xD83C3E,
}


@dataclass(frozen=True)
class Drawn:
    """A message's components. `whole`: all of the card that is read as it stands is in them."""

    components: list[dict[str, Any]]
    whole: bool


def draw(
    card: Card,
    *,
    reader: Person | None = None,
    files: Mapping[str, str] | None = None,
    marks: tuple[int, int] | None = None,
    answer: str = "",
    origin: str = "",
    spare: int = 0,
) -> Drawn:
    """The message of a card, as everybody sees it or one reader alone.

    `files` are its attachments that can be read there: name → link. `marks` are two numbers by
    which the message is found again. `answer` says how a question is answered in words here,
    `origin` leads to the conversation that this is a copy of. `spare` characters are left free.
    """
    files = files or {}
    seen = card_for(card, reader.name) if reader else card_for_all(card)
    (head, head_whole), (feet, feet_whole) = _head(seen), _feet(seen, answer)
    room = MOST_TEXT - text.size(head) - text.size(feet) - _size(_files(seen, files)) - spare
    room -= _size(_origin(origin))
    short = excerpted(seen)
    body, whole = _fitted(short, room)
    whole = whole and head_whole and feet_whole and short is seen
    offered = _offered(seen, whole=whole, files=files)
    if len(offered) < len(seen.buttons):
        feet = "\n".join(part for part in (feet, f"-# {NOT_YET}") if part)
    inner: list[dict[str, Any]] = [_text(head)] if head else []
    for part in body:
        inner += [_rule()] if inner else []
        inner.append(_text(part))
    tail = "\n".join(part for part in (_files(seen, files), _origin(origin)) if part)
    inner += [_text(tail)] if tail else []
    inner += buttons.rows(seen, offered)
    inner += [_text(feet)] if feet else []
    inner = inner or [_text(text.UNSEEN)]
    box: dict[str, Any] = {
        "type": CONTAINER, "accent_color": COLOURS[card.tone], "components": inner
    }  # fmt: skip
    if marks:
        box["id"] = marks[0]
        first = next(part for part in inner if part["type"] == TEXT)
        first["id"] = marks[1]
    return Drawn([box], whole)


def fits(card: Card) -> bool:
    """Whether all of a card can be drawn, whoever reads it and wherever its files are."""
    links = 1 + min(len(card.attachments), MOST_FILES)
    others = sum(text.size(button.others) + 8 for button in card.buttons)
    return draw(card, spare=SPARE + LINK * links + others).whole


NOT_YET = "Approve stands here as soon as the whole plan can be read: its file is on its way."


def _offered(card: Card, *, whole: bool, files: Mapping[str, str]) -> tuple[Button, ...]:
    """The buttons, without Approve as long as something that will run can't be read."""
    readable = all(each.name in files for each in card.attachments) and (whole or bool(files))
    return tuple(b for b in card.buttons if b.id not in LETS_RUN or readable)


def _head(card: Card) -> tuple[str, bool]:
    """What stands above the body, and whether that is all of it."""
    number = f"#{card.plan}" if card.plan is not None else ""
    title = card.subject
    said = " ".join(part for part in (number, text.words(title[:TITLE])) if part)
    state = [f"**{text.plain(card.state[:WORD])}**"] if card.state else []
    state += [text.words(card.standing[:WORD], card.moments)] if card.standing else []
    state += [f"until <t:{int(card.until.timestamp())}:t>"] if card.until else []
    lines, all_of_them = _small(card.lines, HEAD, card.moments)
    parts = [f"### {said}" if said else "", " · ".join(state), *lines]
    whole = all_of_them and len(title) <= TITLE
    return "\n".join(part for part in parts if part), whole


def _feet(card: Card, answer: str) -> tuple[str, bool]:
    asked = answer if any(b.id == "option" for b in card.buttons) else ""
    lines, whole = _small((asked, *card.footer), FEET, card.moments)
    return "\n".join(lines), whole


def _small(said: Sequence[str], room: int, moments: Sequence[Named]) -> tuple[list[str], bool]:
    """Small lines as long as there is room, and whether those are all."""
    lines = [f"-# {text.words(line, moments)}" for line in said if line]
    for at, line in enumerate(lines):
        room -= text.size(line) + 1
        if room < 0:
            return [*lines[:at], "-# …"], False
    return lines, True


def _files(card: Card, files: Mapping[str, str]) -> str:
    """Where the attachments are, which tell the plan, and the file of all once that is there."""
    lines = []
    plans = {each.name for each in card.attachments}
    its = (each.name for each in card.attachments if not each.lost)
    every = list(dict.fromkeys([*its, *files]))
    for each in every[:MOST_FILES]:
        link, name = files.get(each), each[:NAME]
        has = "has the whole plan" if each in plans else "has all of it"
        if link and text.LINK.match(link):
            lines.append(f"-# [{text.plain(name)}]({link}) {has}")
        else:
            says = has if link is not None else "follows"
            lines.append(f"-# {text.code(name)} {says}")
    if len(every) > MOST_FILES:
        lines.append(f"-# and {count(len(every) - MOST_FILES, 'more file')}")
    return "\n".join(lines)


def _origin(link: str) -> str:
    return f"-# [open the conversation]({link})" if text.LINK.match(link) else ""


def _size(said: str) -> int:
    return text.size(said) + 1 if said else 0


def _fitted(card: Card, room: int) -> tuple[list[str], bool]:
    """The body's parts, between which rules are drawn, and whether all of it is in them."""
    parts: list[list[str]] = [[]]
    left = room - text.size(NOT_YET) - 40
    whole = True
    given = list(pieces(card.body, card.moments))
    for at, piece in enumerate(given):
        if piece.ends:
            parts += [[]] if len(parts) * 2 < MOST_PARTS else []
            continue
        fits, is_cut = piece.text, piece.is_cut
        if text.size(fits) + 1 > left:
            fits, is_cut = _shortened(piece, left), True
        if is_cut:
            whole = whole and bool(fits) and piece.printed is not None and bool(
                piece.printed.hidden_lines
            )  # fmt: skip
        if not fits:
            parts[-1].append(_cut(card, given[at:]))
            return _joined(parts), False
        parts[-1].append(fits)
        left -= text.size(fits) + 1
    return _joined(parts), whole


def _joined(parts: Sequence[Sequence[str]]) -> list[str]:
    return ["\n".join(part) for part in parts if any(line.strip() for line in part)]


def _shortened(piece: Piece, room: int) -> str:
    """The last lines of an output that fit; empty when it is no output, or too few do."""
    if piece.printed is None:
        return ""
    lines = lines_of(piece.printed)
    low, high = 0, lines
    while low < high:
        middle = (low + high + 1) // 2
        if text.size(output_text(piece.printed, middle)) + 1 <= room:
            low = middle
        else:
            high = middle - 1
    return output_text(piece.printed, low) if low >= min(SHORTEST_OUTPUT, lines) else ""


def _cut(card: Card, rest: Sequence[Piece]) -> str:
    number = sum(not piece.ends for piece in rest)
    steps = sum(isinstance(block, StepRow) for block in card.body)
    what = "part" if not steps else "line"
    plans = card.attachments[:1] if is_open(card) else ()  # what became of it is in none of those
    names = " ".join(text.code(each.name[:NAME]) for each in plans)
    where = f": {names} has the whole plan" if names else "; the whole comes as a file"
    return f"-# … {count(number, f'more {what}', f'more {what}s')}{where}"


def _text(said: str) -> dict[str, Any]:
    return {"type": TEXT, "content": said}


def _rule() -> dict[str, Any]:
    return {"type": RULE, "divider": True, "spacing": 1}
