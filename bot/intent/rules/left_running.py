"""What says that something shall go on as it does. It starts nothing: what it is said of goes on. Pure."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

from bot.intent.patterns import compiled

_IT = r"(?:it|this|that|them|everything|the (?:run|plan|thing|job|change|restart)|#\d{1,18})"
_LEAD = r"(?:(?:no+|nope|nah|oh|ok|okay|actually|please|pls|just|well|sorry|thanks|let's|lets|we should|i'?d(?: rather)?|i would)\b\W*)*"
_TAIL = r"(?:\W+(?:please|pls|then|now|for now|thanks|thank you|as (?:it is|planned)|alone|be|on|to the end|first|a bit|a while|longer))*"
_LETS = rf"let {_IT} (?:run|go|go on|finish|continue|proceed|complete|be|keep going|keep running)|leave {_IT} (?:running|going|be|alone|on|as (?:it is|they are)|in peace)|keep {_IT} (?:going|running)"
_LEFT = compiled(rf"{_LEAD}(?:{_LETS}){_TAIL}")


def is_left(low: str) -> bool:
    """Whether plain words say to let something go on, and nothing else.

    >>> is_left("no, let it run"), is_left("leave it running"), is_left("let it run on web-3")
    (True, True, False)
    """
    return _LEFT.fullmatch(low) is not None
