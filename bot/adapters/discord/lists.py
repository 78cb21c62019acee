"""What is listed privately: a line for each plan, as many as a message takes, and how many more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.adapters.discord import buttons, text
from bot.adapters.discord.places import DIRECT, SURFACE
from bot.adapters.discord.render import MOST_TEXT
from bot.chat.whereabouts import in_words
from bot.domain.cards import Button, Card, ThreadItem
from bot.domain.sheets import RunLine

LISTED = 15
"""Lines of a section; the page has all of them."""

Way = Callable[[str], str]
"""Markdown that leads to a conversation here, by its key; empty where nothing does."""

_HALTED = frozenset({"NEEDS A DECISION", "INTERRUPTED", "PAUSED"})
_NOT_BEGUN = frozenset({"WAITING", "APPROVED"})


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


def urgent(lines: Sequence[RunLine]) -> list[RunLine]:
    """What is open, with those first that somebody must decide, then those that run."""
    return sorted(
        lines, key=lambda line: 0 if line.state in _HALTED else 1 + (line.state in _NOT_BEGUN)
    )


def waiting(
    items: Sequence[ThreadItem], copies: Mapping[str, str], way: Way
) -> list[str | dict[str, Any]]:
    """What waits for somebody; of each card a way to it, or a button that sends it to them.

    `copies` are the links to the cards that stand in their direct messages, by their ids.
    """
    if not items:
        return ["Nothing waits for you."]
    lines = [of_item(item, copies, way) for item in items[:LISTED]]
    verb = "waits" if len(items) == 1 else "wait"
    section = Section(f"{verb} for you", lines, len(items))
    return [*texts([section]), *sends(items[:LISTED], copies, way)]


def sends(items: Sequence[ThreadItem], copies: Mapping[str, str], way: Way) -> list[dict[str, Any]]:
    """Buttons that send the cards to which nothing here leads."""
    cards = [item.card for item in items if not _link(item, copies, way)]
    return buttons.one_each([(card, _sent(card)) for card in cards if card is not None])


def _link(item: ThreadItem, copies: Mapping[str, str], way: Way) -> str:
    """A way to a card here: in the thread where it was asked, else in their direct messages."""
    if (led := way(item.thread)) or item.card is None:
        return led
    link = copies.get(item.card.id, "")
    return f"[its card]({link})" if text.LINK.match(link) else ""


def _sent(card: Card) -> Button:
    return Button(id="here", label=f"Send me #{card.plan}")


def of_item(item: ThreadItem, copies: Mapping[str, str], way: Way) -> str:
    """A card that waits."""
    card = item.card
    if card is None:
        return text.plain(item.text)
    line = _line(card.plan, card.title, card.state, card.standing, _where(item.thread, way))
    return _led(line, _link(item, copies, way))


def _led(line: str, link: str) -> str:
    """With the link at its end, once."""
    return line if not link or line.endswith(link) else f"{line} · {link}"


def of_run(line: RunLine, item: ThreadItem | None, copies: Mapping[str, str], way: Way) -> str:
    """A run, where it was asked for, and a way to its card; None: it has none."""
    where = _where(item.thread if item else "", way)
    drawn = _line(line.plan, line.title, line.state, line.standing, where)
    return _led(drawn, _link(item, copies, way) if item else "")


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


def _line(plan: int | None, title: str, state: str, standing: str, where: str) -> str:
    """`#90 restart nginx on web · WAITING · 1 of 2 votes · #thread`."""
    number = f"#{plan} " if plan is not None else ""
    said = text.words(title.removeprefix(number).strip()[:80])
    parts = [f"**{number.strip()}** {said}".strip()]
    parts += [f"**{text.plain(state)}**"] if state else []
    parts += [text.words(standing)] if standing else []
    parts += [where] if where else []
    return " · ".join(parts)


def _where(thread: str, way: Way) -> str:
    """A link to a conversation here, or where it is in words."""
    surface, _, rest = thread.partition("/")
    if surface != SURFACE:
        return text.plain(in_words(surface))
    return "in direct messages" if rest.endswith(f"/{DIRECT}") else way(thread)
