"""What is said of one's last request: "again", "do it again", "ask again", "forget what I said".

Pure.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import Intent, Option, ParseContext, Question
from bot.domain.repeats import asks_again
from bot.intent.patterns import compiled
from bot.intent.rules import revising, said_of_last
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import plain

_FORGET = compiled(
    r"\W*(?:(?:ok|okay|oh|no|sorry|actually|please|hm+|well|wait|ah|oops)\W+)*"
    r"(?:forget|ignore|disregard) (?:what i(?:'ve| have)?(?: just)? (?:said|asked|asked for|wrote|typed)|that i asked|i said (?:anything|that))"
    r"(?:\W+(?:please|thanks|thank you|sorry))*\W*",
    re.IGNORECASE,
)  # fmt: skip
"""Of one's own words: what others have said, or the rules, is another matter."""


_MINE = compiled(
    r"\W*(?:(?:please|show|list|give|what are|which are|and|so|ok)\W+)*(?:me )?(?:all )?(?:of )?my (?:own |recent |last |past )?(?P<what>plans|requests|runs|changes)(?:\W+please)?\W*",
    re.IGNORECASE,
)
"""Whose they are is no word for the phrases, where "my" and "the" say the same."""
_POLITE = r"(?:please|pls|now|ok|okay|can you|could you|would you)"
_ONE = r"(?:(?:plan|run|request) ?#?|#)"
_NUMBERED = compiled(
    rf"\W*(?:{_POLITE}\W+)*(?:(?:redo|re-?run|repeat) {_ONE}(?P<a>\d{{1,9}})(?: again| once more)?|(?:(?:run|do|try|plan|start) )?{_ONE}(?P<b>\d{{1,9}}) (?:again|once more|one more time|anew))(?:\W+{_POLITE})*\W*",
    re.IGNORECASE,
)


def _numbered(number: int, context: ParseContext) -> Question:
    """What a plan asked for shall be asked for anew: of one's own here, with its words to press."""
    shows = Option(label=f"show plan {number}", says=f"show plan {number}")
    asked = next((each.request for each in context.earlier if each.plan == number), "")
    if not asked or asks_again(asked) or _NUMBERED.fullmatch(asked):
        return Question(
            about="plan",
            text=f"I ask anew for what was asked for here, and #{number} is none of yours in this "
            "conversation. Say once more what it asked for.",
            options=(shows,),
        )
    return Question(
        about="plan",
        text=f"#{number} asked for “{asked}”. Shall I plan that anew?",
        options=(Option(label=f"plan {asked}"[:_LABEL], says=asked), shows),
    )


_LABEL = 75
"""Characters that a button may show."""


def meant(text: str, context: ParseContext, vocabulary: Vocabulary) -> str | Intent | Question:
    """The words that are meant, or what they asked for where they no longer say it."""
    if _FORGET.fullmatch(text):
        return "forget it"
    text = said_of_last.meant(text, context, vocabulary)
    if (mine := _MINE.fullmatch(text)) is not None:
        return f"{mine['what']} by me"
    if (number := _NUMBERED.fullmatch(text)) is not None:
        return _numbered(int(number["a"] or number["b"]), context)
    if not context.request or not asks_again(text):
        return text
    if context.again is not None:
        return revising.once_more(context.again)
    return plain(context.request)
