"""Texts over which a pattern could stand still, made from the pattern itself.

For everything in it that may come many times: what must stand before it, then what it reads, again
and again in each of its ways, then a sign that no pattern expects. A pattern that can read such a
text in many ways tries them all before it gives up.
"""

from __future__ import annotations

import re
import re._constants as sre  # the parser of `re` itself; it has no public name
import re._parser as parser
from collections.abc import Iterator, Sequence
from typing import Any

NEVER = "\x00"
OFTEN = 4
"""What may come more seldom has few ways to be read."""
_SIGNS = "a1 .-,#é\x01"
_CLASSES = {
    sre.CATEGORY_DIGIT: "1", sre.CATEGORY_NOT_DIGIT: "a", sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: "a", sre.CATEGORY_WORD: "a", sre.CATEGORY_NOT_WORD: ",",
}  # fmt: skip
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_GROUPS = {sre.SUBPATTERN, sre.ATOMIC_GROUP, *_REPEATS}
Items = Sequence[tuple[Any, Any]]


def texts(pattern: re.Pattern[str], long: int) -> set[str]:
    """Such texts, of about so many characters each.

    >>> [each.rstrip(NEVER) for each in sorted(texts(re.compile("so (?:ab|c )+"), 8))]
    ['so abab', 'so c c ']
    """
    tree = parser.parse(pattern.pattern, pattern.flags)
    return {
        before + body * max(1, (long - len(before)) // len(body)) + NEVER
        for before, body in _pumps(list(tree))
        if body
    }


def _pumps(items: Items, before: str = "") -> Iterator[tuple[str, str]]:
    """What stands before each repetition, and each of the ways of what is repeated."""
    for op, given in items:
        inner: list[Items] = []
        if op in _REPEATS:
            inner = [given[2]]
            if given[1] >= OFTEN:
                yield from ((before, way) for way in _ways(given[2]))
        elif op in _GROUPS:
            inner = [_body(op, given)]
        elif op is sre.BRANCH:
            inner = list(given[1])
        for each in inner:
            yield from _pumps(each, before)
        before += _one((op, given), full=False)


def _body(op: Any, given: Any) -> Items:
    if op in _REPEATS:
        return given[2]
    return given[-1] if op is sre.SUBPATTERN else given


def _ways(items: Items) -> set[str]:
    """What a sequence reads: with all that may be there and without, by each of its branches."""
    found = {_read(items, full=True), _read(items, full=False)}
    for at, (op, given) in enumerate(items):
        within: set[str] = set()
        if op is sre.BRANCH:
            within = {way for branch in given[1] for way in _ways(branch)}
        elif op in _GROUPS:
            within = _ways(_body(op, given))
        for full in (True, False):
            head, tail = _read(items[:at], full=full), _read(items[at + 1 :], full=full)
            found |= {head + way + tail for way in within}
    return found


def _read(items: Items, *, full: bool) -> str:
    return "".join(_one(item, full=full) for item in items)


def _one(item: tuple[Any, Any], *, full: bool) -> str:
    op, given = item
    if op is sre.LITERAL:
        return chr(given)
    if op is sre.BRANCH:
        return _read(given[1][0], full=full)
    if op in _REPEATS:
        return _read(given[2], full=full) * max(given[0], int(full))
    if op in _GROUPS:
        return _read(_body(op, given), full=full)
    if op is sre.NOT_LITERAL:
        return next(sign for sign in _SIGNS if sign != chr(given))
    if op is sre.IN:
        return _sign_in(given)
    return "a" if op is sre.ANY else ""  # what stands for a place, or is looked at alone


def _sign_in(given: Items) -> str:
    if given[0][0] is sre.NEGATE:
        others = re.compile(f"[{''.join(map(_written, given[1:]))}]")
        return next((sign for sign in _SIGNS if not others.match(sign)), "")
    op, what = given[0]
    if op is sre.CATEGORY:
        return _CLASSES[what]
    return chr(what[0] if op is sre.RANGE else what)


def _written(item: tuple[Any, Any]) -> str:
    op, what = item
    if op is sre.CATEGORY:
        names = {
            sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s",
            sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
        }  # fmt: skip
        return names[what]
    if op is sre.RANGE:
        return f"{re.escape(chr(what[0]))}-{re.escape(chr(what[1]))}"
    return re.escape(chr(what))
