"""What of a reading the person said themselves, and the marks on the rest of it. Pure.

It is the same whether a model read their words or they picked a sentence that a model had written:
a step, a host, a way of running that is not in their own words is marked. Force and the reason are
the rules' to find there, and come from nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from bot.domain.intents import Wish
from bot.domain.wording import natural
from bot.intent.model.grounds import Grounds
from bot.intent.model.parts import parts_of
from bot.intent.model.unsaid import unsaid_params
from bot.intent.model.words import Words
from bot.intent.patterns import compiled
from bot.intent.rules import options
from bot.intent.rules.reasons import elsewhere
from bot.intent.rules.words import plain
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Action

_FORCE_DENIED = compiled(
    r"\b(?:no|not|never|without|don'?t|avoid|ohne|kein\w*|nicht|nie|sans|pas|jamais|sin|senza|non|zonder|"
    r"geen|niet|bez|nie)\b[^.;!?]{0,40}--force",
    re.IGNORECASE,
)
"""Spoken of, and not wanted."""


def ways_said(grounds: Grounds) -> dict[str, Any]:
    """The ways of running that the rules read in the person's own words."""
    said = _ways_in(grounds.spoken, grounds)
    if grounds.answered and grounds.said is None:  # of two that differ the last counts
        said |= _ways_in(grounds.text, grounds)
    if grounds.answered and "force_production" not in _ways_in(grounds.text, grounds):
        said.pop("force_production", None)  # it counts for the request that says it alone
    if _FORCE_DENIED.search(grounds.spoken):
        said.pop("force_production", None)
    return said


def _ways_in(text: str, grounds: Grounds) -> dict[str, Any]:
    read = options.take(plain(text), grounds.vocabulary.host).options
    return read.model_dump(exclude_defaults=True)


def reason_said(grounds: Grounds) -> str:
    """The reason that they gave; empty: none.

    A policy may let through with a reason what it denies without one.
    """
    taken = options.take(plain(grounds.spoken), grounds.vocabulary.host)
    return taken.reason or elsewhere(grounds.spoken)


def marks_of(
    action: Action,
    typed: BaseModel,
    params: Mapping[str, Any],
    said: str,
    words: Words,
    grounds: Grounds,
) -> tuple[str, ...]:
    """What of a step the person did not say; `said` are their words that it came from, if any.

    `words` are those of `grounds`, all of them.

    A step without words is marked as a whole, unless this request says all that it is made of. What
    a picked sentence says counts for a look, which has no effect.
    """
    if grounds.said is not None and not action.effect.changes:
        words = grounds.shown
        said = said or words_behind(grounds.text, words)
    marks = unsaid_params(action, params, words, grounds.vocabulary)
    if not said.strip() and not _said_here(action, params, grounds):
        marks = (*marks, action.title(typed))
    return tuple(dict.fromkeys(marks))


def _said_here(action: Action, params: Mapping[str, Any], grounds: Grounds) -> bool:
    vocabulary = grounds.vocabulary
    return bool(params) and not unsaid_params(action, params, grounds.here, vocabulary)


def words_behind(claimed: str, words: Words, *, earlier: bool = False) -> str:
    """The person's words that a step is said to come from; empty: they said no such thing."""
    return claimed if words.are_of(claimed, earlier=earlier) else words.found(claimed)


def parted(
    wishes: Sequence[Wish], words: Words, catalog: Catalog
) -> tuple[tuple[Wish, ...], tuple[str, ...]]:
    """The wishes, each change marked that takes some hosts of those which the words name.

    Of a look it is noted, in sentences for its card.
    """
    found, notes = [], []
    for wish, part in parts_of(wishes, words):
        if part is None:
            found.append(wish)
        elif catalog.action(wish.action).effect.changes:
            new = sorted(part.hosts - set(wish.unsaid), key=natural)
            found.append(wish.model_copy(update={"unsaid": (*new, *wish.unsaid)}))
        else:
            notes.append(part.sentence())
            found.append(wish)
    return tuple(found), tuple(notes)
