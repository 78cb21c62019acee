"""Marks inside a sentence: `code` between backticks, *the name of a button* between asterisks.

Sentences are written once, for every surface; each draws the two in its own manner, or leaves
the marks where it has none. What is approved never comes this way (`bot.domain.exactly`).

Words that are not Overseer's own, a model's above all, are made `literal` before they go into a
sentence: they can't draw a button's name or a command that Overseer has not written there.
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


_PAIRED = re.compile(r"\*+(?=[^\s*])([^*\n]*)(?<=[^\s*])\*+")
_BEGUN = re.compile(r"\*+(?=[A-Z])")
_QUOTES = str.maketrans(
    dict.fromkeys("`\u00b4\u02cb\uff40\u201c\u201d\u201e\u201f\u00ab\u00bb", "'")
)
"""Backticks and what looks like them, and the quotes that others' words are set between."""


def literal(text: str) -> str:
    """Somebody else's words without a sign that would mark anything in them, or end their quote.

    >>> literal("Press *Approve*, run `id`”. 2 * 3 *.log")
    "Press Approve, run 'id''. 2 * 3 *.log"
    """
    text = text.translate(_QUOTES)
    while (bare := _PAIRED.sub(r"\1", text)) != text:
        text = bare
    return _BEGUN.sub("", text)
