"""What is listed privately: a line for each plan, as many as a message takes, and how many more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.adapters.discord import text
from bot.adapters.discord.places import DIRECT, SURFACE
from bot.adapters.discord.render import MOST_TEXT
from bot.domain.cards import ThreadItem
from bot.domain.sheets import RunLine

LISTED = 15
"""Lines of a section; the page has all of them."""


@dataclass(frozen=True)
class Section:
    """Lines, already Markdown, under a name; `number` is how many there are, drawn or not."""

    name: str
    lines: Sequence[str]
    number: int


def texts(sections: Sequence[Section]) -> list[str]:
    """The texts of a message: each section has its share of the room, and what others leave."""
    left, drawn = MOST_TEXT, []
    for at, section in enumerate(sections):
        part = list(_section(section, left // (len(sections) - at)))
        left -= sum(map(text.size, part))
        drawn += part
    return drawn


def of_item(item: ThreadItem) -> str:
    """A card that waits."""
    card = item.card
    if card is None:
        return text.plain(item.text)
    return _line(card.plan, card.title, card.state, card.standing, item.thread)


def of_run(line: RunLine, thread: str) -> str:
    """A run, and where it was asked for."""
    return _line(line.plan, line.title, line.state, line.standing, thread)


def _section(section: Section, room: int) -> Iterator[str]:
    heading = f"### {section.number} {section.name}"
    yield heading
    room -= text.size(heading) + text.size(_more(section.number)) + 1
    kept: list[str] = []
    for line in section.lines[:LISTED]:
        room -= text.size(line) + 1
        if room < 0:
            break
        kept.append(line)
    if section.number > len(kept):
        kept.append(_more(section.number - len(kept)))
    yield "\n".join(kept)


def _more(number: int) -> str:
    return f"-# and {number} more"


def _line(plan: int | None, title: str, state: str, standing: str, thread: str) -> str:
    """`#90 restart nginx on web · WAITING · 1 of 2 votes · #thread`."""
    number = f"#{plan} " if plan is not None else ""
    said = text.words(title.removeprefix(number).strip()[:80])
    parts = [f"**{number.strip()}** {said}".strip()]
    parts += [f"**{text.plain(state)}**"] if state else []
    parts += [text.words(standing)] if standing else []
    parts += [where] if (where := _where(thread)) else []
    return " · ".join(parts)


def _where(thread: str) -> str:
    """A link to a thread here, or the name of where it is."""
    surface, _, rest = thread.partition("/")
    if surface != SURFACE:
        return f"on {text.plain(surface)}" if surface else ""
    channel, _, inner = rest.partition("/")
    if inner == DIRECT:
        return "in direct messages"
    return f"<#{inner}>" if inner.isdecimal() and channel.isdecimal() else ""
