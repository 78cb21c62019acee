"""A request in one line, without what it quotes, and words of it as cards tell them. Pure."""

from __future__ import annotations

from bot.domain.wording import shortened
from bot.intent.patterns import compiled

SHOWN = 60
"""Characters of a clause that a card tells."""
_QUOTED = compiled(r"`[^`]*`|\"[^\"]*\"|“[^”]{0,500}”|„[^“”]{0,500}[“”]|«[^»]{0,500}»")


def unquoted(text: str) -> str:
    """The text with single spaces, and blanks where it quotes: nobody says what they quote.

    >>> unquoted('starte "wenn"  neu')
    'starte        neu'
    """
    return _QUOTED.sub(lambda found: " " * len(found[0]), " ".join(text.split()))


def told(words: str) -> str:
    """As much of a clause as a card tells."""
    return shortened(words, SHOWN)
