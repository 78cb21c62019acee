"""A short answer that was said before its question was asked, and so is none to it. Pure.

"yes", "2" or "web-1" mean what was open when they were said. What is open by the time at which they
are read may be another question: then it is asked once more, and the answer counts for nothing. A
request that says everything is read for itself.
"""

from __future__ import annotations

from bot.domain.intents import Outcome, ParseContext, SmallTalk
from bot.domain.marked import literal
from bot.domain.wording import shortened
from bot.intent.model.chosen import answer_in
from bot.intent.rules import answers
from bot.intent.rules.vocabulary import Vocabulary

_SHOWN = 60


def late(text: str, context: ParseContext, vocabulary: Vocabulary) -> Outcome | None:
    """The question again, or that it is open no more; None: it is no such answer."""
    if not context.unseen:
        return None
    asked = context.question
    if asked is None:
        return _gone(text) if context.pressed or answers.bare(text) else None
    whole = not context.pressed and any(option.says == text.strip() for option in asked.options)
    short = answers.bare(text) or answer_in(text, context, vocabulary) is not None
    if context.pressed or (short and not whole):
        return asked.model_copy(update={"late": _short(text)})
    return None


def _gone(text: str) -> SmallTalk:
    return SmallTalk(
        text=f"What I had asked when you said “{literal(_short(text))}” is open no more, so that "
        "counts for nothing."
    )


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), _SHOWN)
