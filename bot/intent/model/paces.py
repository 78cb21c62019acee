"""On how many hosts at a time it shall run, in languages that the rules don't read. Pure.

German, French, Spanish, Italian and Dutch: "einen nach dem anderen", "deux à la fois", "de uno en
uno". Strict on purpose: of two paces in a sentence neither is said, nor is one that is denied.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.intent.model.counts import number_of
from bot.intent.patterns import compiled

_THING = r"(?:(?:server[ns]?|servern|hosts?|rechner|maschinen?|serveurs?|machines?|hôtes?|servidor(?:es)?|máquinas?|equipos?|nodos?|macchin[ae]|nodi?) )?"
_ONE = compiled(
    r"\b(?:(?:eine[nrsm]?|je eine[nrs]?) nach de[mr] anderen|einzeln|nacheinander|hintereinander|der reihe nach|"
    r"l['’]une? après l['’]autre|les une?s après les autres|une? par une?|une? à une?|"
    r"(?:de )?un[oa] (?:en|a|por) un[oa]|un[oa] (?:tras|detrás de|después del?) otr[oa]|"
    r"uno (?:dopo|dietro) l['’]altro|una (?:dopo|dietro) l['’]altra|un[oa] a un[oa]|"
    r"[ée][ée]n voor [ée][ée]n|na elkaar)\b",
    re.IGNORECASE,
)
_TWICE = compiled(
    r"\b(?:de (?P<n1>[^\W\d_]{2,10}|\d{1,3}) en (?P=n1)|(?P<n2>[^\W\d_]{2,10}|\d{1,3}) par (?P=n2)|a (?P<n3>[^\W\d_]{2,10}|\d{1,3}) a (?P=n3))\b",
    re.IGNORECASE,
)
_MANY = compiled(
    rf"(?<![\w.,:-])(?P<n>\d{{1,3}}|[^\W\d_]{{2,10}}) {_THING}"
    r"(?:gleichzeitig|auf einmal|zugleich|zur (?:selben|gleichen) zeit|à la fois|en même temps|a la vez|al mismo tiempo|alla volta|per volta|contemporaneamente|tegelijk(?:ertijd)?)\b",
    re.IGNORECASE,
)
_AT_MOST = compiled(
    r"\b(?:nicht mehr als|pas plus d[e’']|no más de|non più di|niet meer dan)\s*$", re.IGNORECASE
)
_OTHERWISE = compiled(
    r"\b(?:nicht|nie|kein\w*|(?:an)?statt|mindestens|mehr als|pas|jamais|au lieu d[e’']|au moins|plus d[e’']|no|nunca|en vez de|al menos|más de|non|mai|invece di|almeno|più di|niet|geen|minstens|meer dan)\s*"
    r"(?:(?:nur|immer|alle|je|jeweils|todos|tous|tutti)\s+)*$",
    re.IGNORECASE,
)
"""Before a pace that is not wanted, or not just that."""
_TOLD = r"(?:ist|sind|war|waren|hat|haben|hatte|wurden?|f[äi]ll?t|fallen|fielen?|stürz\w+|häng\w+|hing\w*|est|sont|ont|était|étaient|tomb\w+|plant\w+|está\w*|han?|cae[nr]?|cayó|cayeron|fall\w+|è|sono|hanno|cad\w+|is|zijn|heeft|hebben|viel\w*|vallen)\b"
_REPORTED = compiled(rf"\b{_TOLD}[^,;.!?]*$", re.IGNORECASE)
_REPORTS = compiled(rf"\s+{_TOLD}", re.IGNORECASE)
"""Around a pace in a clause that tells how something was."""
_BEFORE = 40
_SINGLE = frozenset("ein eine einen einer eines einem un une una uno een één eén".split())


def pace_in(text: str) -> int | None:
    """Targets at a time that the text says; None: it says none, or several.

    >>> pace_in("einen nach dem anderen"), pace_in("nur zwei gleichzeitig"), pace_in("nicht einzeln")
    (1, 2, None)
    """
    text = " ".join(text.split())
    found = {
        number
        for match, number in _paces(text)
        if not _denied(before := text[max(0, match.start() - _BEFORE) : match.start()])
        and not _REPORTED.search(before)
        and not _REPORTS.match(text, match.end())
    }
    return found.pop() if len(found) == 1 else None


def _denied(before: str) -> bool:
    return not _AT_MOST.search(before) and _OTHERWISE.search(before) is not None


def _paces(text: str) -> Iterator[tuple[re.Match[str], int]]:
    for match in _ONE.finditer(text):
        yield match, 1
    for match in (*_TWICE.finditer(text), *_MANY.finditer(text)):
        number = _counted(next(word for word in match.groupdict().values() if word))
        if number:
            yield match, number


def _counted(word: str) -> int | None:
    if word.casefold() in _SINGLE:
        return 1
    number = float(word) if word.isdecimal() else number_of(word)
    return int(number) if number is not None and number.is_integer() else None
