"""What is said when nothing was understood: looks are offered, and no change by guesswork.

The same holds of a question whose ways on lead nowhere. `only_ways_on` reads every option as it
would be read when it is pressed; one that nobody could act on is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.intents import Option, Outcome, Question, Refusal, SmallTalk
from bot.intent.rules.lexicon import COMMON
from bot.intent.rules.vocabulary import Vocabulary

_HELP = "help"
_TRY = "Say it in other words, or try one of these."
_MOST_NAMED = 8
_MOST_PRESSES = 40
"""Sentences that are read to find the options of one question; each costs about a millisecond."""


def not_understood(
    said: str, hosts: Sequence[str], services: Sequence[str], vocabulary: Vocabulary
) -> Question:
    """Something was wanted, and not understood; `hosts` and `services` are what it spoke of."""
    words = _words(said)
    looks = [e for e in vocabulary.examples(hosts, services, looks=True) if e != _HELP]
    looks.sort(key=lambda e: -len(words & _words(e)))
    examples = [*looks[:2], *([_HELP] if _HELP in vocabulary.templates.examples else [])]
    return Question(
        about="request",
        text=f"I don't understand “{said}” well enough to act on it, so nothing ran. {_TRY}",
        options=tuple(Option(label=e, says=e) for e in examples),
    )


FAULT = "fault"
"""What a question is about that offers a look at what somebody told of."""
WONDERED = "wondered"
"""The same of what was asked, told or wondered, and of what nobody can tell what is wanted."""


def asks_nothing(outcome: Outcome) -> bool:
    """Whether no order was found in what was said: it tells, thanks or wonders."""
    if isinstance(outcome, Question):
        return outcome.about in {FAULT, WONDERED}
    return isinstance(outcome, SmallTalk)


def is_unclear(question: Question) -> bool:
    """Whether nothing was understood, so that what is said next completes nothing."""
    return not question.fill and any(option.says == _HELP for option in question.options)


def without_options(question: Question) -> str:
    """A question that is only said, where nobody can press its options: they are named in it."""
    if is_unclear(question):
        return question.text.removesuffix(_TRY).rstrip()
    labels = [option.label for option in question.options[:_MOST_NAMED]]
    return f"{question.text} ({', '.join(labels)})" if labels else question.text


def only_ways_on(
    outcome: Outcome, text: str, vocabulary: Vocabulary, ask: Callable[[str], Outcome]
) -> Outcome:
    """The outcome, its question with those options alone that are understood when pressed.

    Where there were options and none is left, the rest of the sentence was not understood
    either: then that is said. `ask` is what a sentence comes to.
    """
    if not isinstance(outcome, Question) or not outcome.options:
        return outcome
    presses = _Presses(ask)
    kept = tuple(o for o in outcome.options if o.means is not None or presses.lead_on(o, outcome))
    if kept:
        return outcome.model_copy(update={"options": kept})
    if is_unclear(outcome):
        return outcome.model_copy(update={"options": ()})
    unclear = not_understood(text, (), (), vocabulary)
    return unclear.model_copy(update={"corrections": outcome.corrections})


class _Presses:
    """Presses options, as many as a question may cost to ask."""

    def __init__(self, ask: Callable[[str], Outcome]) -> None:
        self._ask = ask
        self._left = _MOST_PRESSES

    def lead_on(self, option: Option, question: Question) -> bool:
        """Whether pressing it brings the person further than the question did.

        What it leads to may be a question again ("web-8 is not in the inventory" after web-9):
        then one of its options has to lead on, if it has any.
        """
        if self._left <= 0:
            return False
        self._left -= 1
        came = self._ask(option.says)
        if not isinstance(came, Question):
            return not isinstance(came, SmallTalk | Refusal)
        if is_unclear(came) or (came.text, came.about) == (question.text, question.about):
            return False
        return not came.options or any(self.lead_on(o, came) for o in came.options)


def _words(said: str) -> set[str]:
    return {word.strip(".,;!?") for word in said.casefold().split()} - COMMON
