"""Whether what a model read takes from the conversation what its words don't say. Pure.

"Auf web-2 bitte" behind a colleague's question is whatever a model makes of it: the service and the
deed are those of the last plan. What was spoken of there counts as said otherwise (`unsaid`).
"""

from __future__ import annotations

from bot.domain.intents import Intent, Outcome, ParseContext, Wish
from bot.intent.model.grounds import Grounds
from bot.intent.model.ordered import changes_named
from bot.intent.model.unsaid import unsaid_params
from bot.intent.model.words import Words, words_of


def leans(outcome: Outcome, grounds: Grounds) -> bool:
    """Whether a host, a name or the deed of a change is nowhere in the words themselves.

    What led to an open question is no part of them. A verb that nobody knows here is no deed that
    is said.
    """
    if not isinstance(outcome, Intent):
        return False
    words = words_of(grounds.text, ParseContext(), grounds.vocabulary)
    return any(_leans(wish, words, grounds) for wish in outcome.wishes)


def _leans(wish: Wish, words: Words, grounds: Grounds) -> bool:
    action = grounds.catalog.action(wish.action)
    if unsaid_params(action, wish.params, words, grounds.vocabulary):
        return True
    verb = wish.action.rpartition(".")[2]
    return action.effect.changes and not changes_named(grounds.text, (verb,))
