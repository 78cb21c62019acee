"""The thread's last request once more: "again", "do it again", "repeat that". Pure."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import Intent, ParseContext
from bot.intent.rules import revising
from bot.intent.rules.words import plain

_ONCE_MORE = re.compile(
    r"(?:please )?(?:(?:do|try|run) (?:it|that|this|the same)(?: thing)? )?(?:again|once more|one more time)(?: please)?|repeat(?: (?:that|it))?(?: please)?"
)


def meant(text: str, context: ParseContext) -> str | Intent:
    """The words that are meant, or what they asked for where they no longer say it."""
    if not context.request or not _ONCE_MORE.fullmatch(text.casefold().strip(" .!")):
        return text
    if context.again is not None:
        return revising.once_more(context.again)
    return plain(context.request)
