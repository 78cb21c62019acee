"""Names in a question that only hosts have told: people are offered them, models are not. Pure.

Where the inventory lists no services, those read from the hosts are offered when one is missing.
A host's owner chooses what its units are called, so such a name is command output: it may stand
on a button, and has no way into a prompt until the person has said it. It is noted when the
question is made, because by the next message the host may tell of other units, or of none.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.intents import Question
from bot.intent.patterns import compiled

_NAME = compiled(r"[A-Za-z0-9][A-Za-z0-9@._:+-]*")


def with_heard(question: Question, said: str, units: Iterable[str]) -> Question:
    """The question with the names among `units` that it offers and that were not `said`."""
    offered = _names(question.text, *(f"{o.label} {o.says} {o.aside}" for o in question.options))
    new = offered - _names(said)
    heard = tuple(sorted(unit for unit in set(units) if unit.casefold() in new))
    return question.model_copy(update={"heard": heard}) if heard else question


def without_heard(question: Question) -> Question:
    """The question without the options, and without the sentence, that hold such a name."""
    if not question.heard:
        return question
    heard = {unit.casefold() for unit in question.heard}
    kept = tuple(o for o in question.options if not heard & _names(o.label, o.says, o.aside))
    text = "" if heard & _names(question.text) else question.text
    return question.model_copy(update={"options": kept, "text": text})


def _names(*texts: str) -> frozenset[str]:
    """Everything that could be a service's name, in one case; also without its last full stop."""
    found = {name.casefold() for text in texts for name in _NAME.findall(text)}
    return frozenset(found | {name.rstrip("._:+-") for name in found})
