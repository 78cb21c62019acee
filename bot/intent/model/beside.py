"""Whether a look is asked beside an open question, and is no answer to it. Pure.

Whoever is asked which host shall be restarted, and looks first how one is, has answered nothing:
the question waits on. What the question leads to tells: a look of another kind than any of that
stands beside it. Where nobody can tell what it leads to, what is said counts as the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.intents import Intent, ParseContext, Question, Revision, Understanding
from bot.intent.model.ordered import orders_in
from bot.intent.phrase_rules import understand
from bot.intent.rules import not_understood
from bot.intent.rules.vocabulary import Vocabulary

_A_CHANGE = ""
"""Stands for a change of which only that much is known."""


def is_beside(found: Understanding, question: Question | None, vocabulary: Vocabulary) -> bool:
    """Whether what was understood leaves the question open."""
    look = found.outcome
    if question is None or found.picks is not None or not isinstance(look, Intent):
        return False
    if not_understood.is_unclear(question):  # said again in other words, it is overtaken
        return False
    wanted = {wish.action for wish in look.wishes}
    if any(vocabulary.actions[action].changes for action in wanted):
        return False
    leads = set(_leads_to(question, vocabulary))
    return bool(leads) and leads.isdisjoint(wanted)


def _leads_to(question: Question, vocabulary: Vocabulary) -> Iterator[str]:
    """The actions that its answers stand for."""
    for option in question.options:
        means = option.means if option.means is not None else _read(option.says, vocabulary)
        intent = means.intent if isinstance(means, Revision) else means
        if isinstance(intent, Intent):
            yield from (wish.action for wish in intent.wishes)
        elif orders_in(option.says, ()):
            yield _A_CHANGE
    for answer in (vocabulary.hosts[:1], vocabulary.known_services[:1]) if question.fill else ():
        filled = _read(question.fill.replace("{answer}", " ".join(answer)), vocabulary)
        if isinstance(filled, Intent):
            yield from (wish.action for wish in filled.wishes)


def _read(says: str, vocabulary: Vocabulary) -> object:
    return understand(says, vocabulary, ParseContext())
