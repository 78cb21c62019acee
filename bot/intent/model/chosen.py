"""What a person picked of a question, and whose words it is. Pure.

A model writes its choices as sentences; the rules may understand none of them. Picked, such a
sentence is read anew, by the models as well: it says what is wanted, but the person has not said
it. Their own words are what they had asked for, and what they typed for an answer, where that is
more than its place ("2", "2 please", "it's 2"). The same holds for a question of the rules about
such a sentence, and for a button that carries a model's reading. Only what is typed out whole is
their own, like every request.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.intents import Intent, Option, ParseContext, Question
from bot.intent.model.ordered import orders_in
from bot.intent.model.words import words_of
from bot.intent.phrase_rules import understand
from bot.intent.rules import answering, answers, deciding
from bot.intent.rules.vocabulary import Vocabulary


@dataclass(frozen=True)
class Picked:
    """What is to be read, and the person's own words of it; None: all of it is in their own."""

    text: str
    context: ParseContext
    own: str | None = None


def picked(text: str, context: ParseContext, vocabulary: Vocabulary) -> Picked:
    """The sentence that was picked, without the question that it answered; else what came in."""
    asked = context.question
    before = _own_of(asked)
    said = answer_in(text, context, vocabulary)
    if asked is None or before is None or not said:
        return Picked(text, context)
    says_nothing = context.pressed or answers.bare(text) or answers.by_place(text, asked)
    typed = "" if says_nothing else text
    own = "; ".join(filter(None, (before, typed)))
    option = next((option for option in asked.options if option.says == said), None)
    if text.strip() == said and deciding.decided(text, context, vocabulary.host):
        return Picked(text, context.model_copy(update={"question": None}))
    if not asked.by or option is None or option.means is not None:
        return Picked(text, context, own)
    return Picked(option.says, context.model_copy(update={"question": None}), own)


def answer_in(text: str, context: ParseContext, vocabulary: Vocabulary) -> str | None:
    """What the text stands for as an answer to the open question; None: it is none."""
    if context.question is None:
        return None
    return answering.answered(text, context.question, vocabulary, context)


def stands_alone(text: str, vocabulary: Vocabulary) -> bool:
    """Whether it is a request by itself, whatever was asked before: "restart redis on web-3".

    In a language that the rules don't read: an order that names where.
    """
    if isinstance(understand(text, vocabulary, ParseContext()), Intent):
        return True
    return orders_somewhere(text, vocabulary)


def orders_somewhere(text: str, vocabulary: Vocabulary) -> bool:
    """Whether it is an order, in a language that the rules don't read, and names where."""
    return bool(orders_in(text, ())) and bool(words_of(text, ParseContext(), vocabulary).hosts)


def is_own(question: Question, option: Option) -> bool:
    """Whether an option that is picked is read as what the person has said themselves."""
    return _own_of(question) is None or option.means is not None


def _own_of(question: Question | None) -> str | None:
    """The words that lead on from a question; of a model's that has none, nothing was said."""
    if question is None:
        return None
    return "" if question.own is None and question.by else question.own
