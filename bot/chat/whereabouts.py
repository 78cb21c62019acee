"""Where a conversation is, in words: for whoever can't be led there."""

from __future__ import annotations

_OWN = {"": "", "web": "on the page", "terminal": "in a terminal"}


def in_words(surface: str) -> str:
    """The surface of a conversation as a sentence names it."""
    return _OWN.get(surface, f"in {surface.title()}")
