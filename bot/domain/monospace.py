"""Columns and gauges in monospace, for places that have neither tables nor bars of their own. Pure.

Texts come in as a surface has made them harmless; here they are only measured and lined up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from math import isfinite

GAP = "  "
BAR = 16
"""Cells of a gauge."""


def table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
) -> list[str]:
    """A line for each row below the names of its columns, if any has one; no cell is cut.

    `right` holds the indexes of the columns that are aligned on the right.
    """
    every = [columns, *rows] if any(columns) else list(rows)
    width = max((len(row) for row in every), default=0)
    filled = [[*row, *[""] * (width - len(row))] for row in every]
    sizes = [max(cells(row[at]) for row in filled) for at in range(width)]
    return [
        GAP.join(
            padded(text, size, right=at in right)
            for at, (text, size) in enumerate(zip(row, sizes, strict=True))
        ).rstrip()
        for row in filled
    ]


def gauge(share: float, size: int = BAR) -> str:
    """`████████░░░░`: anything above 0 shows, and anything below 1 too."""
    full = filled(share, size)
    return "█" * full + "░" * (size - full)


def filled(share: float, size: int) -> int:
    """How many cells of a gauge are full."""
    share = within(share)
    full = round(share * size)
    return min(max(full, 1), size - 1) if 0 < share < 1 else full


def within(share: float) -> float:
    """A share from 0 to 1; what is no number counts as 0."""
    return min(max(share, 0.0), 1.0) if isfinite(share) else 0.0


def padded(text: str, size: int, *, right: bool = False) -> str:
    """The text in a column of this size."""
    blanks = " " * max(0, size - cells(text))
    return blanks + text if right else text + blanks


def cells(text: str) -> int:
    """How many columns a harmless text takes."""
    return len(text) if text.isascii() else sum(map(_cell, text))


@lru_cache(maxsize=4096)
def _cell(c: str) -> int:
    if unicodedata.category(c) in ("Mn", "Me", "Cf") or 0x1160 <= ord(c) <= 0x11FF:
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
