"""Marks inside a sentence: `code` between backticks, *the name of a button* between asterisks.

Sentences are written once, for every surface; each draws the two in its own manner, or leaves
the marks where it has none. What is approved never comes this way (`bot.domain.exactly`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

_MARKED = re.compile(r"`([^`\n]+)`|(?<![\w*])\*([A-Z][^*`\n]{0,40})(?<=[\w…])\*(?![\w*])")


class Mark(StrEnum):
    """What a part of a sentence is."""

    WORDS = "words"
    CODE = "code"
    NAME = "name"


def marked(text: str) -> Iterator[tuple[Mark, str]]:
    """The parts of a sentence in order, without the signs that mark them."""
    at = 0
    for match in _MARKED.finditer(text):
        if match.start() > at:
            yield Mark.WORDS, text[at : match.start()]
        yield (Mark.CODE, match[1]) if match[1] is not None else (Mark.NAME, match[2])
        at = match.end()
    if at < len(text):
        yield Mark.WORDS, text[at:]
