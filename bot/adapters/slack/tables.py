"""Columns and gauges in monospace, for a place that has neither tables nor colours."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from math import isfinite

from bot.adapters.slack import text as texts
from bot.domain.cards import Bar, Table
from bot.domain.wording import percent

BAR = 16
GAP = "  "


def table(block: Table) -> str:
    """A line for each row, columns in line; no cell is cut."""
    rows = [[_cell(text) for text in row] for row in block.rows]
    head = [_cell(text) for text in block.columns]
    every = [head, *rows] if any(head) else rows
    width = max((len(row) for row in every), default=0)
    every = [row + [""] * (width - len(row)) for row in every]
    sizes = [max((columns(row[at]) for row in every), default=0) for at in range(width)]
    return "\n".join(_line(row, sizes, block.right) for row in every)


def _line(row: Sequence[str], sizes: Sequence[int], right: Sequence[int]) -> str:
    cells = [
        pad(text, size, right=at in right)
        for at, (text, size) in enumerate(zip(row, sizes, strict=True))
    ]
    return GAP.join(cells).rstrip()


def bars(blocks: Sequence[Bar]) -> str:
    """`memory  ████████░░░░░░░░   41 %  6.4 of 15.6 GiB`, the gauges below each other."""
    names = [texts.one_line(bar.label) for bar in blocks]
    size = max((columns(name) for name in names), default=0)
    return "\n".join(_bar(bar, pad(name, size)) for bar, name in zip(blocks, names, strict=True))


def _bar(bar: Bar, name: str) -> str:
    share = min(max(bar.share, 0.0), 1.0) if isfinite(bar.share) else 0.0
    said = texts.one_line(bar.text)
    number = "" if "%" in said else f"{percent(share):>5}"
    return "  ".join(part for part in (name, gauge(share), number, said) if part).rstrip()


def gauge(share: float, size: int = BAR) -> str:
    """`████████░░░░`. Anything above 0 shows, anything below 1 too."""
    share = min(max(share, 0.0), 1.0) if isfinite(share) else 0.0
    full = round(share * size)
    if 0 < share < 1:
        full = min(max(full, 1), size - 1)
    return "█" * full + "░" * (size - full)


def columns(text: str) -> int:
    """How many columns a text takes in monospace."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, size: int, *, right: bool = False) -> str:
    """The text in a column of this size."""
    blanks = " " * max(0, size - columns(text))
    return blanks + text if right else text + blanks


def _cell(text: str) -> str:
    return texts.printed(" ".join(text.split()))
