"""Words that give an open plan other hosts in place of its own: "nein, auf web-3". Pure.

In English, German, French, Spanish, Italian and Dutch, and only where nothing else is said. "Nur
auf web-3" is none: whether the others fall is what it leaves open.
"""

# ruff: noqa: E501 - patterns and lists of words read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable

from bot.intent.patterns import compiled

_LEADS = frozenset((
    "no nope nein nee nö non rather instead sorry oops lieber stattdessen plutôt pardon mejor perdón meglio piuttosto invece scusa liever"
).split())  # fmt: skip
_MEANT = compiled(
    r"\b(?:i (?:meant|mean)|i wanted|ich (?:meinte|meine|wollte)|gemeint (?:war|ist)|je voulais dire|je pensais à|quise decir|quería decir|me refería a|intendevo|volevo dire|ik bedoel(?:de)?)\b",
    re.IGNORECASE,
)
_BESIDE = frozenset((
    "on at the auf an am bei den dem der die das mal doch bitte please sur le la les s'il te plaît vous en el los las por favor su sul sui il i per op de het graag "
    "and und et y e host hosts server servers group gruppe"
).split())  # fmt: skip
_WORD = compiled(r"[^\s,;:()]+")


def in_place(text: str, is_name: Callable[[str], bool]) -> bool:
    """Whether it says nothing but that.

    `is_name` tells hosts, groups and environments from other words.

    >>> in_place("nein, auf web-3", lambda word: word == "web-3")
    True
    >>> in_place("nein, nur auf web-3", lambda word: word == "web-3")
    False
    """
    rest, meant = _MEANT.subn(" ", text)
    words = [word.casefold().strip(".!") for word in _WORD.findall(rest)]
    words = [word for word in words if word]
    leads = [word for word in words if word in _LEADS]
    names = [word for word in words if is_name(word)]
    if not names or not (leads or meant):
        return False
    return all(word in _LEADS or word in _BESIDE or is_name(word) for word in words)
