"""A start that is told from the one that a plan has: "eine Stunde später". Pure.

In English, German, French, Spanish, Italian and Dutch; so is "tomorrow at the same time".
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.domain.intents import ParseContext
from bot.intent.model.counts import number_of
from bot.intent.model.moments import local_now
from bot.intent.patterns import compiled

_UNITS: tuple[tuple[timedelta, str], ...] = (
    (timedelta(minutes=30), r"halbe stunde|demi-heure|media hora|mezz['’]?ora|half uur|half an hour"),
    (timedelta(minutes=15), r"viertelstunde|quart d['’]heure|cuarto de hora|quarto d['’]ora|kwartier|quarter of an hour"),
    (timedelta(minutes=1), r"minuten?|minutes?|minutos?|minut[oi]|mins?"),
    (timedelta(hours=1), r"stunden?|heures?|horas?|or[ae]|uur|hours?"),
    (timedelta(days=1), r"tage?|jours?|d[ií]as?|giorn[oi]|dag(?:en)?|days?"),
)  # fmt: skip
_UNIT = "|".join(unit for _, unit in _UNITS)
_MOVED = compiled(
    rf"(?<![\w-])(?:(?P<count>\d{{1,3}}|[^\W\d_]{{1,12}})\s+|un['’])?(?P<unit>{_UNIT})\s+"
    r"(?:(?P<later>später|later|plus tard|más tarde|después|più tardi|dopo)|(?P<earlier>früher|eher|earlier|plus tôt|antes|prima|eerder))\b"
    r"(?! (?:als|than|que|di|dan|de|del|dall['’]|della|dell['’]|dello|il|l['’]|la|lo|le|las|los|el|du|des)(?:\b|(?<=['’])))",
    re.IGNORECASE,
)
_SAME = compiled(
    r"\b(?:(?:(?:um|zu|zur) )?(?:die|der)?(?:selben?|gleichen?) (?:uhr)?zeit|à la même heure|a la misma hora|alla stessa ora|(?:at )?the same time|same time|(?:op )?dezelfde tijd)\b",
    re.IGNORECASE,
)
_TOMORROW = compiled(r"(?<![\w-])(?:tomorrow|morgen|demain|mañana|domani)(?![\w-])", re.IGNORECASE)
_A_MINUTE = timedelta(minutes=1)
_ONE = frozenset("a an one ein eine einen einer einem un une una uno een één".split())
_DENIED = compiled(r"\b(?:not|nicht|pas|no|non|niet|kein\w*|never)\b", re.IGNORECASE)


def is_moved_to(at: datetime, text: str, former: datetime, context: ParseContext) -> bool:
    """Whether the text tells this moment by that at which the plan began until now."""
    found = list(_MOVED.finditer(text))
    if _DENIED.search(text) or (len(found) != 1 and not _SAME.search(text)):
        return False
    if not found:
        now = local_now(context)
        if now is None or len(_TOMORROW.findall(text)) != 1:
            return False
        there, then = at.astimezone(now.tzinfo), former.astimezone(now.tzinfo)
        day = now.date() + timedelta(days=1)
        return there.date() == day and there.replace(tzinfo=None).time() == then.time()
    count = _counted(found[0]["count"])
    if count is None:
        return False
    length = count * _of(found[0]["unit"])
    wanted = former + length if found[0]["later"] else former - length
    return abs(at - wanted) < _A_MINUTE


def _counted(word: str | None) -> float | None:
    if word is None or word.casefold() in _ONE:
        return 1.0
    return float(word) if word.isdecimal() else number_of(word)


def _of(word: str) -> timedelta:
    return next(length for length, unit in _UNITS if re.fullmatch(unit, word, re.IGNORECASE))
