"""What narrows a described set: "… in production", "… that aren't staging", "… outside web"."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from bot.intent.rules.ranges import Selection, Trouble
from bot.intent.rules.target_words import GROUPING, MEMBERSHIP, PLURAL, SINGULAR
from bot.intent.rules.vocabulary import Vocabulary


class Reader(Protocol):
    """The part of the grammar of targets that is needed here."""

    vocabulary: Vocabulary

    def low(self, i: int) -> str:
        """The word at `i`."""
        ...

    def say(self, i: int, j: int) -> str:
        """The words from `i` up to `j`, as typed."""
        ...

    def adjectives(self, j: int) -> tuple[list[frozenset[str]], list[str], int]:
        """Groups and environments from `j` on."""
        ...


def narrowed(grammar: Reader, found: Selection, *, noun: bool) -> Selection:
    """ "… in production", "… of the web group": narrow a set that was described."""
    k = found.end
    if grammar.low(k) in {"that", "which"} and grammar.low(k + 1) in {"are", "is"}:
        k += 2
        if grammar.low(k) == "not":
            return _spared(grammar, found, k + 1)
    if grammar.low(k) == "outside":
        return _spared(grammar, found, k)
    if grammar.low(k) not in MEMBERSHIP:
        return found
    j = k + 1
    for word in ("to", "the", "our", "group", "environment", "group"):
        j += grammar.low(j) == word
    if noun and grammar.low(j) in {"lab", "fleet", "inventory", "estate"}:
        return replace(found, end=j + 1)
    sets, words, end = grammar.adjectives(j)
    if not sets:
        return found
    if grammar.low(end) in GROUPING | PLURAL:
        end += 1
    elif grammar.low(end) in SINGULAR:
        return found
    hosts = tuple(h for h in found.hosts if all(h in s for s in sets))
    names = grammar.vocabulary
    only = words[0] if noun and len(words) == 1 else ""
    group = names.group_words.get(only) or names.environment_words.get(only) or ""
    trouble = found.trouble
    if not hosts and trouble is None:
        trouble = Trouble("empty", grammar.say(found.end - 1, end))
    return replace(found, hosts=hosts, end=end, group=group, wide=False, trouble=trouble)


def _spared(grammar: Reader, found: Selection, k: int) -> Selection:
    """ "… that aren't in production", "… outside production"."""
    while grammar.low(k) in {"in", "of", "part", "the", "outside", "on"}:
        k += 1
    sets, _, end = grammar.adjectives(k)
    if len(sets) != 1:
        return found
    if grammar.low(end) in GROUPING | PLURAL | SINGULAR:
        end += 1
    hosts = tuple(h for h in found.hosts if h not in sets[0])
    trouble = found.trouble
    if not hosts and trouble is None:
        trouble = Trouble("empty", grammar.say(found.end - 1, end))
    return replace(found, hosts=hosts, end=end, group="", wide=False, trouble=trouble)
