"""What is listed privately: a line for each plan, as many as a message takes, and how many more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.adapters.discord import buttons, text
from bot.adapters.discord.places import DIRECT, SURFACE
from bot.adapters.discord.render import MOST_TEXT
from bot.domain.cards import Button, Card, ThreadItem
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


def waiting(items: Sequence[ThreadItem], copies: Mapping[str, str]) -> list[str | dict[str, Any]]:
    """What waits for somebody; of each card a way to it, or a button that sends it to them.

    `copies` are the links to the cards that stand in their direct messages, by their ids.
    """
    if not items:
        return ["Nothing waits for you."]
    lines = [of_item(item, copies) for item in items[:LISTED]]
    verb = "waits" if len(items) == 1 else "wait"
    cards = [item.card for item in items[:LISTED] if not _link(item, copies)]
    sends = [(card, _sent(card)) for card in cards if card is not None]
    section = Section(f"{verb} for you", lines, len(items))
    return [*texts([section]), *buttons.one_each(sends)]


def _link(item: ThreadItem, copies: Mapping[str, str]) -> str:
    """A way to a card here: in the thread where it was asked, else in their direct messages."""
    where = _where(item.thread)
    if where.startswith("<#") or item.card is None:
        return where
    link = copies.get(item.card.id, "")
    return f"[its card]({link})" if text.LINK.match(link) else ""


def _sent(card: Card) -> Button:
    return Button(id="here", label=f"Send me #{card.plan}")


def of_item(item: ThreadItem, copies: Mapping[str, str]) -> str:
    """A card that waits."""
    card = item.card
    if card is None:
        return text.plain(item.text)
    line = _line(card.plan, card.title, card.state, card.standing, item.thread)
    link = _link(item, copies)
    return line if not link or line.endswith(link) else f"{line} · {link}"


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
