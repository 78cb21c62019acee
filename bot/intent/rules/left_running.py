"""What says that something shall go on as it does: no answer but a no, where it may be ended. Pure.

"Let it run" starts nothing: what it is said of runs already, waits, or is asked to be stopped.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import Question

_ENDS = re.compile(r"(?:stop|kill|cancel|withdraw|end)(?: plan)? #?\d{1,18}", re.IGNORECASE)
_IT = r"(?:it|this|that|them|everything|the (?:run|plan|thing|job|change|restart)|#\d{1,18})"
_LEAD = r"(?:(?:no+|nope|nah|oh|ok|okay|actually|please|pls|just|well|sorry|thanks|let's|lets|we should|i'?d(?: rather)?|i would)\b\W*)*"
_TAIL = r"(?:\W+(?:please|pls|then|now|for now|thanks|thank you|as (?:it is|planned)|alone|be|on|to the end|first|a bit|a while|longer))*"
_LETS = rf"let {_IT} (?:run|go|go on|finish|continue|proceed|complete|be|keep going|keep running)|leave {_IT}(?: (?:running|going|be|alone|on|as (?:it is|they are)|in peace))|keep {_IT} (?:going|running)"
_GOES = rf"{_LETS}|leave {_IT}|keep (?:going|running)|carry on|go on|continue"
_NOT = rf"(?:do not|don'?t|never|not)(?: (?:stop|kill|cancel|abort|end|halt|withdraw|touch)(?: {_IT})?)?"
_WELL = r"(?:all(?: is|'s)? (?:good|fine|well)|(?:it|that|this)(?:'?s| is) (?:all )?(?:fine|good|ok|okay|well|under control)|no need|not (?:yet|now|necessary|needed)|wait)"
_LEFT = re.compile(rf"{_LEAD}(?:{_LETS}){_TAIL}")
_NO = re.compile(
    rf"{_LEAD}(?:{_NOT}|{_GOES}){_TAIL}|(?:no+|nope|nah)\b\W*{_LEAD}{_WELL}(?:\W.*)?|(?:not yet|not now|no need)\b.*"
)


def ends_something(question: Question | None) -> bool:
    """Whether a question asks no more than whether something shall be ended."""
    if question is None or len(question.options) != 1 or question.fill:
        return False
    return _ENDS.fullmatch(question.options[0].says.strip()) is not None


def is_left(low: str) -> bool:
    """Whether plain words say to let something go on, and nothing else.

    >>> is_left("no, let it run"), is_left("leave it running"), is_left("let it run on web-3")
    (True, True, False)
    """
    return _LEFT.fullmatch(low) is not None


def is_kept(low: str) -> bool:
    """Whether plain words say no to ending something, whatever they add.

    >>> is_kept("no, don't"), is_kept("not yet"), is_kept("don't stop it"), is_kept("no")
    (True, True, True, False)
    >>> is_kept("stop it"), is_kept("no, stop it"), is_kept("don't wait, stop it")
    (False, False, False)
    """
    return _NO.fullmatch(low) is not None
