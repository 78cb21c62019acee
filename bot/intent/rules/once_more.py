"""What is said of one's last request: "again", "do it again", "ask again", "forget what I said".

Pure.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import Intent, ParseContext
from bot.domain.repeats import asks_again
from bot.intent.rules import revising, said_of_last
from bot.intent.rules.words import plain

_FORGET = re.compile(
    r"\W*(?:(?:ok|okay|oh|no|sorry|actually|please|hm+|well|wait|ah|oops)\W+)*"
    r"(?:forget|ignore|disregard) (?:what i(?:'ve| have)?(?: just)? (?:said|asked|asked for|wrote|typed)|that i asked|i said (?:anything|that))"
    r"(?:\W+(?:please|thanks|thank you|sorry))*\W*",
    re.IGNORECASE,
)  # fmt: skip
"""Of one's own words: what others have said, or the rules, is another matter."""


def meant(text: str, context: ParseContext) -> str | Intent:
    """The words that are meant, or what they asked for where they no longer say it."""
    if _FORGET.fullmatch(text):
        return "forget it"
    text = said_of_last.meant(text, context)
    if not context.request or not asks_again(text):
        return text
    if context.again is not None:
        return revising.once_more(context.again)
    return plain(context.request)
