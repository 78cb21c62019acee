"""A word that one member of a list has, and that the others may share.

"web and db hosts in staging", "staging web and db hosts", "staging and production web hosts":
the environment, or the group, may narrow the last (or the first) member alone, or all of them.
The list that is read is the wider; `shared` says what the narrower one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.intent.rules.ranges import Selection
from bot.intent.rules.target_words import (
    ALL,
    ARTICLES,
    GROUPING,
    MEMBERSHIP,
    PLURAL,
    SINGULAR,
)
from bot.intent.rules.vocabulary import Vocabulary


class Reader(Protocol):
    """The part of the grammar of targets that is needed here."""

    vocabulary: Vocabulary

    def low(self, i: int) -> str:
        """The word at `i`."""
        ...

    def adjectives(self, j: int) -> tuple[list[frozenset[str]], list[str], int]:
        """Groups and environments from `j` on."""
        ...


@dataclass(frozen=True)
class _Member:
    """One member: its words before the noun, whether it has one, its words behind it."""

    hosts: frozenset[str]
    lead: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    noun: bool = False
    apart: bool = False
    sets: tuple[frozenset[str], ...] = ()

    def kinds(self, names: Vocabulary) -> set[str]:
        """Of what its words are."""
        return {_kind(w, names) for w in (*self.lead, *self.rest)}


def _kind(word: str, names: Vocabulary) -> str:
    return "environment" if word.removeprefix("non-") in names.environment_words else "group"


def shared(grammar: Reader, starts: Sequence[int], found: Sequence[Selection]) -> Selection:
    """The last of these selections, with the narrower reading of the whole list if there is one."""
    whole = found[-1]
    ends = [f.end for f in found]
    members = [_member(grammar, a, b, f) for a, b, f in zip(starts, ends, found, strict=True)]
    names = grammar.vocabulary
    extra = _leading(members, names)
    for end in range(len(members), 1, -1):  # "staging and production web hosts and db hosts"
        extra = extra or _trailing(members[:end], names)
    if not extra:
        return whole
    narrow = {h for k, m in enumerate(members) for h in m.hosts if k not in extra or h in extra[k]}
    hosts = tuple(sorted(narrow))
    if not hosts or hosts == whole.hosts:
        return whole
    if _plainly(members, names):
        return replace(whole, hosts=hosts)
    return replace(whole, narrow=hosts)


def _member(grammar: Reader, i: int, end: int, found: Selection) -> _Member:
    apart = grammar.low(i) in ARTICLES | ALL or grammar.low(i - 1) == "on"
    j = i
    while grammar.low(j) in ARTICLES | ALL | {"of"}:
        j += 1
    sets, lead, j = grammar.adjectives(j)
    noun = grammar.low(j) in SINGULAR | PLURAL | GROUPING
    j += noun
    if not lead and not noun:
        return _Member(frozenset(found.own))
    rest: list[str] = []
    if j < end and grammar.low(j) in MEMBERSHIP | {"that", "which"}:
        while j < end and not rest:
            more, rest, after = grammar.adjectives(j)
            sets, j = [*sets, *more], max(after, j + 1)
    return _Member(frozenset(found.own), tuple(lead), tuple(rest), noun, apart, tuple(sets))


def _leading(members: Sequence[_Member], names: Vocabulary) -> dict[int, frozenset[str]]:
    """What the first member's first word would take from the others."""
    first = members[0]
    if len(first.kinds(names)) < 2 or not first.lead:
        return {}
    kind = _kind(first.lead[0], names)
    return {
        k: first.sets[0]
        for k, m in enumerate(members)
        if k and m.lead and not m.apart and kind not in m.kinds(names)
    }


def _trailing(members: Sequence[_Member], names: Vocabulary) -> dict[int, frozenset[str]]:
    """What the last member's last word would take from the others."""
    last = members[-1]
    if len(last.kinds(names)) < 2:
        return {}
    lent = _kind((*last.lead, *last.rest)[-1], names)
    own = _kind(last.lead[0], names) if last.lead else ""
    return {
        k: last.sets[-1]
        for k, m in enumerate(members[:-1])
        if (m.lead or m.noun)
        and lent not in m.kinds(names)
        and (last.rest or (not m.noun and m.kinds(names) == {own}))
    }


def _plainly(members: Sequence[_Member], names: Vocabulary) -> bool:
    """ "the production and staging hosts of web": the only noun is the last one's."""
    *others, last = members
    return bool(last.rest and last.noun) and all(
        not m.noun and m.kinds(names) == {"environment"} for m in others
    ) and {_kind(w, names) for w in last.lead} == {"environment"}  # fmt: skip
