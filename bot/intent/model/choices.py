"""Choices that a model offers, as buttons: each shows all of what pressing it says. Pure.

A choice may be a request and nothing else: no answer of its own ("yes", "2"), nothing that stops,
resumes, withdraws or undoes, no decision about a run that has halted, no vote, no way past a
protection, no tier, and nothing that Overseer refuses, whatever the person has said. A reason, a
way of running and a time stand in a choice only where the person has given the same; no host that
they said to leave alone. All of it is theirs to say, unprompted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.domain.intents import (
    Control,
    Option,
    Outcome,
    ParseContext,
    Question,
    Refusal,
    SmallTalk,
)
from bot.intent.model.answer import Choice
from bot.intent.model.forcing import forced
from bot.intent.model.grounds import Grounds
from bot.intent.model.marks import reason_said, ways_said
from bot.intent.model.words import words_of
from bot.intent.patterns import compiled
from bot.intent.phrase_rules import understand
from bot.intent.rules import answers, options, scheduling
from bot.intent.rules.deciding import decides
from bot.intent.rules.hasty import is_halt, is_second_thought
from bot.intent.rules.reasons import elsewhere
from bot.intent.rules.words import plain
from bot.intent.rules.yes_and_no import only_answers

MAX_CHOICES = 6
MAX_SAYS = 75
"""Characters of a choice: what is pressed is shown in full, and a button holds no more."""
MAX_TYPED = 200
"""Characters of one that is told beside the question instead."""

_STEERS = compiled(
    r"\b(?:approv\w*|den(?:y|ies|ied)|reject\w*|votes?|voting|resume\w*|unfreeze|retry|undo|"
    r"withdr[ae]w\w*|cancel\w*|never ?mind|nvm|forget|scratch that|"
    r"roll(?:s|ed|ing)?[ -]?back|hand (?:it )?over|go ahead|lgtm|do it (?:now|at)|"
    r"now instead|genehmig\w*|freigeb\w*|zustimm\w*|ablehn\w*|zurückzieh\w*|"
    r"approuv\w*|aprueb\w*|aprob\w*)\b"
    r"|\bforc\w*[ _-]*prod|--\s*forc",
    re.IGNORECASE,
)
_NUMBERED = compiled(r"(?=.*[a-z])(?=.*\d)\S+", re.IGNORECASE)
"""A name that can only be a host's, such as `web-9`: other words that nothing explains may be of
another language."""
_DASHES = compiled(r"[\u2010-\u2015\u2212\uff0d_]+")


def offered(choices: Iterable[Choice], grounds: Grounds) -> tuple[Option, ...]:
    """The choices that a model may offer about this request, each once."""
    found = []
    for choice in list(choices)[:MAX_CHOICES]:
        says = shown(choice.says)
        if 0 < len(says) <= MAX_SAYS and not _steers(says, grounds):
            found.append(Option(label=says, says=says))
    return tuple({option.says: option for option in found}.values())


def too_long(choices: Iterable[Choice], grounds: Grounds) -> tuple[str, ...]:
    """Those that no button can hold, and that the person may type if they like."""
    says = [shown(choice.says) for choice in list(choices)[:MAX_CHOICES]]
    long = [each for each in says if MAX_SAYS < len(each) <= MAX_TYPED]
    return tuple(each for each in dict.fromkeys(long) if not _steers(each, grounds))


def _steers(says: str, grounds: Grounds) -> bool:
    """Whether it would be more than a request, however it is written.

    Or names what is spared, or a host that there is not.
    """
    folded = unicodedata.normalize("NFKC", says)
    if words_of(folded, ParseContext(), grounds.vocabulary).hosts & grounds.words.spared:
        return True
    for text in dict.fromkeys((says, folded, _DASHES.sub("-", folded))):
        rest, tier, unknown = forced(text)
        if tier is not None or unknown is not None or answers.bare(rest) or _STEERS.search(rest):
            return True
        if only_answers(rest):
            return True
        if is_halt(rest) or is_second_thought(rest) or _tells_how(rest, grounds):
            return True
        readings = tuple(_readings(rest, grounds))
        if any(_ends_something(each, grounds.context) for each in readings):
            return True
        if any(map(_names_nobody, readings)):
            return True
    return False


def _tells_how(says: str, grounds: Grounds) -> bool:
    """Whether it has a way of running, a time or a reason that the person has not given."""
    taken = options.take(plain(says), grounds.vocabulary.host)
    ways = taken.options.model_dump(exclude_defaults=True)
    if ways.get("force_production") or not ways.items() <= ways_said(grounds).items():
        return True
    if (reason := taken.reason or elsewhere(says)) and reason != reason_said(grounds):
        return True
    times = {time.at for time in scheduling.found_in(grounds.spoken, grounds.context)}
    return any(time.at not in times for time in scheduling.found_in(says, grounds.context))


def _readings(says: str, grounds: Grounds) -> Iterable[Outcome]:
    """What the rules make of it: in a conversation of its own, and beside the plans of this one."""
    yield understand(says, grounds.vocabulary, ParseContext())
    if grounds.context.open or grounds.context.halted:
        here = grounds.context.model_copy(update={"question": None})
        yield understand(says, grounds.vocabulary, here)


def _names_nobody(outcome: Outcome) -> bool:
    """Whether it is about a host that there is not: a button for it would only ask again."""
    return isinstance(outcome, Question) and bool(_NUMBERED.fullmatch(outcome.about))


def _ends_something(outcome: Outcome, context: ParseContext) -> bool:
    if isinstance(outcome, SmallTalk):
        return outcome.dropped
    return isinstance(outcome, Control | Refusal) or decides(outcome, context)


def shown(text: str) -> str:
    """A model's words in one line, without signs that nobody sees or that turn others round."""
    plainly = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(plainly.split())
