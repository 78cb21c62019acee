"""Whether words that were said in a bound channel are about hosts of elsewhere. Pure.

What names none is read as if there were only the channel's own hosts, so that no other is offered,
guessed or told to a model. What names one is read as anywhere: its refusal says where to ask.
"""

from __future__ import annotations

from bot.domain.intents import ParseContext
from bot.intent.model.chosen import answer_in
from bot.intent.model.words import words_of
from bot.intent.rules.vocabulary import Vocabulary


def names_elsewhere(text: str, context: ParseContext, whole: Vocabulary, here: Vocabulary) -> bool:
    """Whether they name a host, or a set with a host, that is not among those of `here`.

    An answer to a question that named none is read as the question was: "all of group web" is all
    of it that is here.
    """
    asks = context.question is not None and not context.unseen
    said = answer_in(text, context, whole) if asks else None
    own = frozenset(here.hosts)
    if said is None:
        return not _named(text, whole) <= own
    single = words_of(said, ParseContext(), whole).single
    return not (single | _named(context.asked, whole)) <= own


def _named(text: str, whole: Vocabulary) -> frozenset[str]:
    """All hosts that some words name, by whatever name, also those that are to be left alone."""
    words = words_of(text, ParseContext(), whole)
    return words.hosts | words.every
