"""Whom an everyday question asks after: "how is web?", "how's production", "web status".

A bare group or environment is a word like any other; in these places it means its hosts.
Such a question only ever reads.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.intent.rules.target_words import PLURAL

_WELL = frozenset((
    "up ok okay down alive healthy fine reachable online well good happy responding offline "
    "unreachable accessible dead"
).split())  # fmt: skip
_GOES = frozenset("doing going looking feeling holding coping faring getting behaving".split())
_READS = frozenset("status health uptime load disk disks check ping updates".split())
_ENDS = frozenset(("", ".", "?", "!", ",", ";", "and", "&", "or", "in"))
_OPENS = frozenset(("", ".", "?", "!", ",", ";", "\n", "and", "if", "whether"))


def asked_after(low: Callable[[int], str], i: int, j: int) -> bool:
    """Whether the words from `i` up to `j` are what a question asks after."""
    if low(i - 1) in _READS and low(i - 2) in _OPENS and low(j) in _ENDS:
        return True
    if low(i - 1) in _OPENS and low(j) in _READS and low(j + 1) in _ENDS:
        return True
    if low(i - 1) == "about" and low(i - 2) in {"how", "what"} and low(i - 3) in _OPENS:
        return low(j) in _ENDS
    if low(i - 1) == "are" and low(i - 2) in PLURAL:
        return low(j) in _ENDS
    if low(i - 1) in {"is", "are"}:
        if "how" in {low(i - 2), low(i - 3)}:
            return low(j) in _ENDS or low(j) in _GOES
        return low(i - 2) in _OPENS and low(j) in _WELL
    return low(i - 1) in _OPENS and low(j) in _WELL and low(j + 1) in {"", "?"}
