"""Columns and gauges in monospace: how Slack shows a card's tables and bars."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.slack import text as texts
from bot.domain import monospace
from bot.domain.cards import Bar, Table
from bot.domain.monospace import GAP, cells, gauge, padded, within
from bot.domain.wording import percent


def table(block: Table) -> str:
    """A line for each row, columns in line; no cell is cut."""
    rows = [[_cell(text) for text in row] for row in block.rows]
    return "\n".join(monospace.table(list(map(_cell, block.columns)), rows, block.right))


def bars(blocks: Sequence[Bar]) -> str:
    """`memory  ████████░░░░░░░░   41 %  6.4 of 15.6 GiB`, the gauges below each other."""
    names = [texts.one_line(bar.label) for bar in blocks]
    size = max(map(cells, names), default=0)
    return "\n".join(_bar(bar, padded(name, size)) for bar, name in zip(blocks, names, strict=True))


def _bar(bar: Bar, name: str) -> str:
    said = texts.one_line(bar.text)
    number = "" if "%" in said else f"{percent(within(bar.share)):>5}"
    parts = (name, gauge(bar.share), number, said)
    return GAP.join(part for part in parts if part).rstrip()


def _cell(text: str) -> str:
    return texts.printed(" ".join(text.split()))
