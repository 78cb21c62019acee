"""Columns and gauges in monospace, for places that have neither tables nor bars of their own. Pure.

Texts come in as a surface has made them harmless; here they are only measured and lined up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import isfinite

GAP = "  "
BAR = 16
"""Cells of a gauge."""
WIDE = 58
"""Cells of a line of a table. A chat breaks what is wider in the middle of a column: a phone shows
some 45 to 60 of them, Discord's box on any screen as many, and Slack's on a desktop some 80."""


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
    wide: int = WIDE,
) -> list[str]:
    """A line for each row below the names of its columns, if any has one; no cell is cut.

    Where that is wider than `wide`, some columns stand below each row, as lines of its own. `right`
    holds the indexes of the columns that are aligned on the right.
    """
    every = [columns, *rows] if any(columns) else list(rows)
    width = max((len(row) for row in every), default=0)
    names, *filled = [[*row, *[""] * (width - len(row))] for row in (columns, *every)]
    sizes = [max(cells(row[at]) for row in filled) for at in range(width)]
    below = _below(filled, sizes, wide)
    beside = [at for at in range(width) if at not in below]
    lines: list[str] = []
    for row in filled:
        side = (padded(row[at], sizes[at], right=at in right) for at in beside)
        lines.append(GAP.join(side).rstrip())
        if row is not filled[0] or not any(columns) or len(below) == 1:
            lines += _hung(row, names, below, wide)
    return lines


def _below(rows: Sequence[Sequence[str]], sizes: Sequence[int], wide: int) -> list[int]:
    """The columns for which there is no room beside the others, of which the first always stays.

    Where one is enough it is that which says something in the fewest rows, of several the last;
    else the widest goes first.
    """
    beside = list(range(len(sizes)))
    while len(beside) > 1:
        over = sum(sizes[at] for at in beside) + len(GAP) * (len(beside) - 1) - wide
        if over <= 0:
            break
        rest = beside[1:]
        if enough := [at for at in rest if sizes[at] + len(GAP) >= over]:
            out = min(enough, key=lambda at: (sum(bool(row[at]) for row in rows), -at))
        else:
            out = max(rest, key=lambda at: (sizes[at], at))
        beside.remove(out)
    return [at for at in range(len(sizes)) if at not in beside]


def _hung(
    row: Sequence[str], names: Sequence[str], below: Sequence[int], wide: int
) -> Iterator[str]:
    """What stands below a row, by its names where it is of several columns."""
    named = len(below) > 1 and any(names[at] for at in below)
    size = max((cells(names[at]) for at in below), default=0)
    for at in below:
        label = GAP + padded(names[at], size) + GAP if named else GAP
        for text in wrapped(row[at], wide - cells(label)) if row[at] else ():
            yield (label + text).rstrip()
            label = " " * cells(label)


def wrapped(text: str, size: int) -> list[str]:
    """The text in lines of this size, broken at blanks; a longer word has a longer line."""
    lines: list[str] = []
    used = 0
    for word in text.split(" "):
        need = cells(word)
        if lines and used + 1 + need <= size:
            lines[-1] += f" {word}"
            used += 1 + need
        else:
            lines.append(word)
            used = need
    return lines


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
