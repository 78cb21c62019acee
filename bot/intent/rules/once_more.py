"""The thread's last request once more: "again", "do it again", "ask again", "repeat that". Pure.

"ask again" stands on a button that does the same.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import Intent, ParseContext
from bot.intent.rules import deciding_abroad, revising
from bot.intent.rules.words import plain

_ONCE_MORE = re.compile(
    r"(?:please,? )*(?:(?:(?:(?:do|try|run) (?:it|that|this|the same)(?: thing)?|try|ask(?: for (?:it|that|this))?) )?(?:again|once more|one more time)|ask anew|repeat(?: (?:that|it))?)(?:,? (?:please|pls|then|now|thanks))*"
)


def is_meant(text: str) -> bool:
    """Whether the whole text says so."""
    said = " ".join(text.casefold().split()).strip(" .!")
    return bool(_ONCE_MORE.fullmatch(said)) or deciding_abroad.repeats(text)


def meant(text: str, context: ParseContext) -> str | Intent:
    """The words that are meant, or what they asked for where they no longer say it."""
    if not context.request or not is_meant(text):
        return text
    if context.again is not None:
        return revising.once_more(context.again)
    return plain(context.request)
