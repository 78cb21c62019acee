"""The thread's last request once more: "again", "do it again", "ask again", "repeat that". Pure."""

from __future__ import annotations

from bot.domain.intents import Intent, ParseContext
from bot.domain.repeats import asks_again
from bot.intent.rules import revising
from bot.intent.rules.words import plain


def meant(text: str, context: ParseContext) -> str | Intent:
    """The words that are meant, or what they asked for where they no longer say it."""
    if not context.request or not asks_again(text):
        return text
    if context.again is not None:
        return revising.once_more(context.again)
    return plain(context.request)
