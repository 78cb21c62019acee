"""Steps with numbers before them: "1. … 2. …", "1) … 2) …", "step 1: …", one to a line or not.

The numbers must begin at the start of the text, of a line or behind a colon, and count up by
one from the first (a letter counts, too). Then they are what divides the steps, and the order
is the one that the person gave. Anything else is left as it is.
"""

from __future__ import annotations

import re

from bot.intent.patterns import compiled

_MARK = compiled(
    r"(?<![^\s;,.:(])\(?(?:step\s+)?(\d{1,2}|[a-h])(?:[.)]|(?<=\d):)(?=\s)", re.IGNORECASE
)
_OPENS = compiled(r"(?:^|[\n:])\s*$")


def divided(text: str) -> tuple[str, bool]:
    """The text with its numbers turned into dividers of the same length, and whether it had any."""
    found = list(_MARK.finditer(text))
    if not found or not _OPENS.search(text[: found[0].start()]):
        return text, False
    if not _count_up([m[1].casefold() for m in found]):
        return text, False
    rest = list(text)
    for k, mark in enumerate(found):
        sign = " " if k == 0 else ";"
        rest[mark.start() : mark.end()] = sign.ljust(mark.end() - mark.start())
    return "".join(rest), len(found) > 1


def _count_up(marks: list[str]) -> bool:
    if all(m.isdecimal() for m in marks):
        return [int(m) for m in marks] == list(range(1, len(marks) + 1))
    return marks == list("abcdefgh")[: len(marks)] and len(marks) > 1
