"""How hard a request is to read, and so with which tier its reading begins. Pure.

What the rules made of it is the better part of the answer: they cost nothing, and where they
understood it as a mere look, a slip of the model would only show something else. Everything
else about it is in its words. Each trait is a `Task`, the settings name a tier for each, and the
strongest of those is where it begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.intents import Intent, Outcome, Question, Revision
from bot.domain.usage import Task, Tier
from bot.intent.model.conditions import condition_in
from bot.intent.model.grounds import Grounds
from bot.intent.patterns import compiled
from bot.intent.rules import moods
from bot.intent.rules.combining import BEYOND_ME, NOT_YET
from bot.intent.rules.not_understood import asks_nothing
from bot.intent.rules.target_words import EXCEPT
from bot.intent.rules.words import plain
from bot.settings import TaskSettings

LONG = 160
"""Characters of a request that is long."""

_ASKING = compiled(
    r"\W*(?:what|which|who|whose|when|where|why|how|is|are|was|were|does|did|has|have|had|any)\b"
)
_NEXT_SENTENCE = compiled(r"[.!?;]\s+\w|\n\s*\w")
_SPARES = compiled(
    r"n't\b|\b(?:"
    + "|".join(re.escape(" ".join(words)) for words in EXCEPT)
    + r"|never|unless|instead|rather than|no longer)\b"
)
_LETTERS = compiled(r"[^\W\d_]+")
_COURTESY = frozenset((
    "hello hi hey yo hallo moin servus grüß gruß gott salut bonjour bonsoir hola buenos "
    "buenas días dias tardes ciao salve buongiorno hej hoi goedemorgen guten gute good "
    "morning evening night morgen tag abend nacht thanks thank thx you danke dir euch dank "
    "vielen schön bitte sehr merci beaucoup gracias grazie obrigado tack bedankt ok okay k "
    "yes ja yep cool nice great super toll prima gut well fine lol haha hehe wow how are wie "
    "geht gets gehts s es bye tschüss tschuess ade"
).split())  # fmt: skip
"""What is said to be kind, and asks for nothing, in the languages that are near."""
_TIERS = tuple(Tier)


@dataclass(frozen=True)
class Beginning:
    """The tier that a request begins with, and the traits that chose it, for the log."""

    tier: Tier
    tasks: tuple[Task, ...]


def beginning(said: Outcome, grounds: Grounds, settings: TaskSettings) -> Beginning:
    """Where the reading of a request begins; `said` is what the rules made of it."""
    tasks = tasks_of(said, grounds)
    tiers = {task: Tier(getattr(settings, task.value)) for task in tasks}
    tier = max(tiers.values(), key=_TIERS.index)
    return Beginning(tier, tuple(task for task in tasks if tiers[task] is tier))


def tasks_of(said: Outcome, grounds: Grounds) -> tuple[Task, ...]:
    """What a request asks of its reader: at least one task."""
    text = grounds.text
    low = plain(text).casefold()
    steps = _steps(said)
    changes = [name for name in steps if name in grounds.catalog and _changes(name, grounds)]
    found = [Task.LONG] if len(text) > LONG else []
    if isinstance(said, Intent) and not changes:
        return tuple(found) or (Task.LOOKS,)
    if isinstance(said, Revision) or any(plan.mine for plan in grounds.context.open):
        found.append(Task.REVISIONS)
    if _unclear(said, low):
        found.append(Task.UNCLEAR)
    elif changes or (_asks(said) and not _ASKING.match(low)):
        found.append(Task.CHANGES)
    if len(steps) > 1 or _NEXT_SENTENCE.search(text):
        found.append(Task.STEPS)
    hangs = moods.conditional(low) or moods.hinged(low) or condition_in(low)
    if hangs or _SPARES.search(low):
        found.append(Task.CONDITIONS)
    if _begins_later(said) or moods.timed(low):
        found.append(Task.TIMES)
    return tuple(found) or (Task.LOOKS,)


def _asks(said: Outcome) -> bool:
    """Whether something was wanted that the rules ask about; of talk they offer a look alone."""
    return isinstance(said, Question) and not asks_nothing(said)


def _unclear(said: Outcome, low: str) -> bool:
    """Whether the rules made nothing of it: orders in other languages look like talk to them."""
    if isinstance(said, Question):
        return said.about == "request"
    return said in (BEYOND_ME, NOT_YET) and not set(_LETTERS.findall(low)) <= _COURTESY


def _steps(said: Outcome) -> Sequence[str]:
    """The actions that the rules read, in order."""
    intent = said.intent if isinstance(said, Revision) else said
    return [wish.action for wish in intent.wishes] if isinstance(intent, Intent) else []


def _changes(name: str, grounds: Grounds) -> bool:
    return grounds.catalog.action(name).effect.changes


def _begins_later(said: Outcome) -> bool:
    return isinstance(said, Intent) and said.options.start is not None
