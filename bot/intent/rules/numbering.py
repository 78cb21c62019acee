"""Numbers that go on a list of names: "web-1, 2 and 3"."""

from __future__ import annotations

import re
from typing import Protocol

from bot.intent.rules.ranges import Selection
from bot.intent.rules.target_words import JOIN
from bot.intent.rules.vocabulary import Vocabulary


class Reader(Protocol):
    """The part of the grammar of targets that is needed here."""

    vocabulary: Vocabulary

    def low(self, i: int) -> str:
        """The word at `i`."""
        ...

    def one(self, said: str, end: int) -> Selection:
        """The host of this name, or the trouble that nobody has it."""
        ...


def numbered_on(grammar: Reader, found: Selection, j: int) -> Selection | None:
    """`web-1, 2 and 3`: a bare number continues the stem of a single name before it."""
    if not grammar.low(j).isdecimal() or (not found.hosts and not found.trouble):
        return None
    before = _last_name(grammar, found.end)
    match = re.fullmatch(r"(.*?\D)(\d+)", before)
    if not match or grammar.low(j + 1) in {"at", "lines", "by", "minutes", "hours"}:
        return None
    return grammar.one(f"{match[1]}{grammar.low(j)}", j + 1)


def _last_name(grammar: Reader, end: int) -> str:
    low = grammar.low(end - 1)
    if low.isdecimal():
        for k in range(end - 2, -1, -1):
            said = grammar.low(k)
            if re.fullmatch(r".*?[a-z][-_.]?\d+", said):
                return said
            if grammar.vocabulary.host(said + low) and said.isalpha():
                return f"{said}-{low}"
            if not (said.isdecimal() or said in JOIN or said == "on"):
                return ""
    return low
