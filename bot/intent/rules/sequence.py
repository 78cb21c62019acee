"""The words that stand between steps and say which comes first: then, first, before that.

"A, then B" goes on; "A, but first B", "A; before that B" and "A, B beforehand" go back: B is
meant to be done before A, although it is said after it.
"""

# ruff: noqa: E501 - word lists read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence

from bot.intent.rules.tagging import Item
from bot.intent.rules.verbs import VERBS

_PHRASES = (
    ("and", "then"), ("after", "that"), ("after", "qit"), ("once", "that", "is", "done"), ("once", "done"),
    ("when", "that", "is", "done"), ("when", "done"), ("once", "qit", "is", "done"), ("when", "finished"),
    ("once", "that", "is", "finished"), ("after", "this"), ("followed", "by"), ("and", "after", "that"),
    ("once", "finished"), ("then",), ("afterwards",), ("afterward",), ("subsequently",), ("thereafter",),
    ("finally",), ("lastly",), ("next",), ("first",), ("firstly",), ("secondly",), ("thirdly",), ("second",),
    ("first", "off"), ("first", "of", "all"), ("first", "all"), ("after", "which"), ("when", "qit", "is", "done"),
    ("as", "next", "step"), ("and", "finally"), ("to", "finish"), ("once", "that", "has", "finished"),
    ("immediately", "after"), ("right", "after", "that"), ("begin", "with"), ("first", "things", "first"),
    ("before", "that"), ("before", "qit"), ("before", "this"), ("before", "doing", "that"), ("before", "doing", "so"),
    ("before", "doing", "qit"), ("prior", "to", "that"), ("prior", "to", "qit"), ("prior", "to", "this"), ("beforehand",),
)  # fmt: skip
_ORDERED = tuple(sorted(_PHRASES, key=len, reverse=True))


FIRST = frozenset(("first", "firstly", "beforehand", "before"))
"""At the end of a step, or before it: it comes before what was said so far."""
_BACK = FIRST | {"prior", "begin"}
_WAITING = frozenset(("once", "when"))
"""With nothing before or behind it, "when done" is a condition, not a sequence."""
_BEHIND = frozenset(("and", "but", ",", "then", "-", "\u2013", "\u2014", ":", "(", "so", "also"))


def connectors(items: Sequence[Item], i: int) -> tuple[int, str]:
    """Sequence words at `i`, as many as stand there, when a step follows them."""
    j = i
    moved = True
    while moved:
        moved = False
        for phrase in _ORDERED:
            if tuple(x.low for x in items[j : j + len(phrase)]) == phrase:
                j += len(phrase)
                moved = True
                break
        if moved and j < len(items) and items[j].low == ",":
            j += 1
    last = items[j - 1].low if j > i else ""
    if j == i or not _verbish(items, j, counted=last in {"first", "second", "next"}):
        return 0, ""
    lows = {x.low for x in items[i:j]}
    if j >= len(items) and lows & (_BACK | _WAITING):
        return 0, ""
    if lows & _WAITING and all(x.kind == "punct" for x in items[:i]):
        return 0, ""
    return j - i, "then"


_READS = frozenset("memory disk disks logs log status cpu load uptime updates processes".split())


def _verbish(items: Sequence[Item], j: int, *, counted: bool) -> bool:
    """Whether a step begins at `j`; behind "first" and "next" only a verb tells."""
    if j >= len(items):
        return not counted
    if items[j].kind == "word" and items[j].low in VERBS | {"please", "before", "after", "same"}:
        return True
    if not counted and items[j].kind == "word" and items[j].low in _READS:
        return True
    return not counted and items[j].kind in {"service", "hosts", "other", "it", "number", "quote"}


def trails(span: Sequence[Item]) -> bool:
    """Whether what divides two steps ends the first of them: "stop it *first*, then …"."""
    return len(span) > 1 and span[0].low in FIRST and any(x.low in _BEHIND for x in span[1:])


def marks(span: Sequence[Item]) -> tuple[str, ...]:
    """What the words between two steps say of the second one's place."""
    lows = [x.low for x in (span[1:] if trails(span) else span)]
    if "then" in lows and _BACK & set(lows):
        return ("disordered",)
    if _BACK & set(lows):
        return ("foremost",) if len(lows) > 1 or lows[0] != "first" else ("disordered",)
    return ()
