"""A choice of a model's question, as the request that it stands for. Pure.

A model writes its choices as sentences, in the person's language; the rules may understand none of
them. Picked, such a sentence is what the person says: it is read anew, by the models as well, and
its words are the person's own. A button that carries a reading already is that reading.
"""

from __future__ import annotations

from bot.domain.intents import ParseContext
from bot.intent.rules import answers
from bot.intent.rules.vocabulary import Vocabulary


def said_anew(text: str, context: ParseContext, vocabulary: Vocabulary) -> tuple[str, ParseContext]:
    """The sentence that was picked, without the question that it answered; else what came in."""
    asked = context.question
    if asked is None or not asked.by:
        return text, context
    said = answers.answered(text, asked, vocabulary)
    picked = next((option for option in asked.options if option.says == said), None)
    if picked is None or picked.means is not None:
        return text, context
    return picked.says, context.model_copy(update={"question": None})
