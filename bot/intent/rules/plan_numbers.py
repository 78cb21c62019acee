"""Plans by their numbers: "plan 90", "#90", "plans 88 and 90", and a bare one behind "cancel"."""

from __future__ import annotations

from typing import Protocol


class Words(Protocol):
    """The part of the grammar of targets that is needed here."""

    def low(self, i: int) -> str:
        """The word at `i`, or the empty string."""
        ...


_CALLING_OFF = frozenset("cancel abort withdraw".split())
_ENDS = frozenset(("", ",", ".", "!", "?", ";", "and", "&"))
"""Behind a bare number: it counts nothing."""


def plan_numbers(grammar: Words, i: int) -> tuple[tuple[str, ...], int] | None:
    """The numbers that stand at `i` and the place behind them, or None."""
    low = grammar.low
    bare = low(i).isdecimal() and low(i - 1) in _CALLING_OFF and low(i + 1) in _ENDS
    j = i
    if low(i) in {"plan", "plans", "run", "request"}:
        j += 1
    if low(j) in {"#", "number", "no", "no."} and j > i:
        j += 1
        if low(j) == ".":
            j += 1
    elif low(j) == "#":
        j += 1
    if (j == i and not bare) or not low(j).isdecimal() or (low(i) == "run" and low(j - 1) != "#"):
        return None
    numbers = [low(j)]
    end = j + 1
    while low(end) in {",", "and", "&"}:
        j = end + 1
        while low(j) in {"and", "plan", "#"}:
            j += 1
        if not low(j).isdecimal():
            break
        numbers.append(low(j))
        end = j + 1
    return tuple(numbers), end
