"""What one clause means, and what has been spoken of so far."""

# ruff: noqa: E501 - word lists and sentences read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.intent.rules.clauses import Clause
from bot.intent.rules.ranges import Selection
from bot.intent.rules.tagging import Item


@dataclass
class Spoken:
    """What has been spoken of so far: the targets that "it" and "there" mean."""

    hosts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    here: bool = False
    action: str = ""
    plan: int = 0
    subject: bool = False
    """Whether a service was told about ("nginx is stuck on web-1"), and may be what "it" means."""
    where: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    """For each service, the hosts on which it was spoken of, the last one last."""
    near: frozenset[str] = frozenset()
    """The services of the clause just read."""
    company: tuple[str, ...] = ()
    """Services spoken of one after the other on the same hosts: what "both" may mean."""
    company_at: tuple[str, ...] = ()


@dataclass
class Finding:
    """What one clause means.

    `kind` is wish, place, negated, spared, again, statement, contrary (what is not to be done
    instead of something), pondered, reported, foreign, unknown or none.
    `item` is the host phrase, `odd` the word that nobody knows; `word` is how it was said.
    `carried` means: its hosts are those that were named last, because it names none;
    `guessed`: that it is a look, which only some of its words betray; `also` are more such looks.
    """

    kind: str
    clause: Clause
    action: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    selection: Selection | None = None
    item: Item | None = None
    odd: Item | None = None
    adjunct: bool = False
    word: str = ""
    back: bool = False
    carried: bool = False
    guessed: bool = False
    also: tuple[str, ...] = ()


_ASKING = frozenset(
    "is are was were did does has had who what when where why how which should shall am may any".split()
)


def asks(words: Sequence[str]) -> bool:
    """Whether a clause begins as a question does: then it may never change anything."""
    return bool(words) and words[0] in _ASKING
