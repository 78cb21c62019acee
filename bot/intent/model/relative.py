"""In how long something shall begin, as other languages than English say it. Pure.

"In zwei Stunden", "dans une demi-heure", "en 20 minutos", "fra due ore", "over een kwartier". English
is the rules'. A length of something else ("seit zwei Stunden", "in zwei Stunden fertig werden") is
told apart by the words before it alone, as for times of the clock.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from bot.intent.model.counts import number_of
from bot.intent.patterns import compiled

_HALF = r"halben|halbe|demi-?|demie|media|mezz['’]?|mezza|half"
_UNITS: tuple[tuple[timedelta, str], ...] = (
    (timedelta(seconds=1), r"sekunden?|secondes?|segundos?|second[oi]|seconden?"),
    (timedelta(minutes=15), r"viertelstunden?|quarts? d['’]heure|cuartos? de hora|quart[oi] d['’]ora|kwartier(?:tje)?"),
    (timedelta(minutes=1), r"minuten?|min\.?|minutes?|minutos?|minut[oi]"),
    (timedelta(hours=1), r"stunden?|std\.?|heures?|horas?|or[ae]|uur|uren|h"),
    (timedelta(days=1), r"tag(?:en)?|jours?|días?|dias?|giorn[oi]|dag(?:en)?"),
    (timedelta(weeks=1), r"wochen?|semaines?|semanas?|settiman[ae]|we?eken|week"),
)  # fmt: skip
_UNIT = "|".join(unit for _, unit in _UNITS)
_COUNT = r"\d{1,4}|anderthalb|[^\W\d_]{2,20}"
_IN_HOW_LONG = compiled(
    r"(?<![\w-])(?:in|dans|en|dentro de|fra|tra|over)\s+"
    rf"(?:(?:un['’]|(?P<count>{_COUNT})\s+)?(?P<half>{_HALF})\s*(?P<halved>{_UNIT})"
    rf"|(?:un['’]|(?P<many>{_COUNT})\s*)(?P<unit>{_UNIT}))(?:\s+(?P<more>y media|et demie|e mezz[ao]|en een half))?(?![\w-])",
    re.IGNORECASE,
)
_ONE = frozenset("ein eine einer einem einen une un una uno een één".split())


def found_in(text: str) -> Iterator[tuple[re.Match[str], timedelta]]:
    """Each place of the text that says in how long, and how long that is."""
    for found in _IN_HOW_LONG.finditer(text):
        length = _length(found)
        if length is not None:
            yield found, length


def _length(found: re.Match[str]) -> timedelta | None:
    unit = _of(found["halved"] or found["unit"])
    if found["half"]:
        count = found["count"]
        one = count is None or count.casefold() in _ONE
        return unit / 2 if one else None  # "zwei halbe Stunden" is said by nobody
    number = _counted(found["many"])
    if number is None:
        return None
    return unit * number + (unit / 2 if found["more"] else timedelta())


def _counted(word: str | None) -> float | None:
    if word is None or word.casefold() in _ONE:
        return 1.0
    if word.casefold() == "anderthalb":
        return 1.5
    return float(word) if word.isdecimal() else number_of(word)


def _of(word: str) -> timedelta:
    return next(length for length, unit in _UNITS if re.fullmatch(unit, word, re.IGNORECASE))
