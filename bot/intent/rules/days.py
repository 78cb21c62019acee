"""Which day is said, "on monday" or "on March 2nd", and which part of it."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from datetime import date, timedelta

_WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_SHORT = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6}  # fmt: skip
WEEKDAY = rf"(?:(?:{'|'.join(_WEEKDAYS)})day|mon|tues?|wed|thurs?|thu|fri|sat|sun)"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_NTH = r"(?:st|nd|rd|th)"
DATE = rf"(?:(?:the )?(?P<date{{0}}>\d{{{{4}}}}-\d{{{{2}}}}-\d{{{{2}}}})|(?P<month{{0}}>{MONTH})\.? (?:the )?(?P<mday{{0}}>\d{{{{1,2}}}}){_NTH}?(?![\w:])|(?:the )?(?P<dmonth{{0}}>\d{{{{1,2}}}}){_NTH}? (?:of )?(?P<named{{0}}>{MONTH})\b)"
"""A day by its date; to be formatted with what its groups end in. None has a year but an ISO date."""
DAY = (
    rf"(?:(?P<today{{0}}>today)|(?P<tonight{{0}}>tonight|tonite)|(?:this (?P<part{{0}}>afternoon|evening))"
    rf"|(?P<overmorrow{{0}}>(?:the )?day after tomorrow)|(?P<tomorrow{{0}}>tomorrow)(?: (?P<tpart{{0}}>morning|afternoon|evening|night))?"
    rf"|(?:on )?(?:(?P<next{{0}}>next|this|coming) )?(?P<weekday{{0}}>{WEEKDAY})(?: (?P<wpart{{0}}>morning|afternoon|evening|night))?"
    rf"|(?:on )?{DATE})"
)
IN_PART = (
    r"(?: (?:(?:in|during) the (?P<inpart>morning|afternoon|evening|night)|at (?P<atnight>night)))?"
)
"""The part of a day behind its hour: "at 7 in the morning"."""
FITS = {
    "morning": frozenset(range(12)),
    "afternoon": frozenset(range(12, 20)),
    "evening": frozenset((*range(16, 24), 0)),
    "night": frozenset((*range(18, 24), *range(5))),
}
"""The hours that each part of a day may have."""
HALF_A_YEAR = timedelta(days=183)
_YEARS = 100
"""As far from now a day may be by its date."""
_KINDS = ("today", "tonight", "part", "overmorrow", "tomorrow", "weekday", "date", "month", "named")


def named_day(match: re.Match[str], which: str) -> bool:
    """Whether a day stands in these groups."""
    return any(match[f"{kind}{which}"] for kind in _KINDS)


def part(match: re.Match[str], which: str) -> str | None:
    """The part of the day; empty: none was said; None: two that are not the same."""
    found = {str(p).casefold() for p in (match["inpart"], match["atnight"]) if p}
    if which:
        kinds = ("part", "tpart", "wpart")
        found |= {p.casefold() for k in kinds if (p := match[f"{k}{which}"])}
        if match[f"tonight{which}"]:
            found.add("night")
    if found == {"night", "evening"}:  # "tonight at 10 in the evening"
        return "evening"
    return None if len(found) > 1 else "".join(found)


def days(match: re.Match[str], which: str, today: date) -> list[date]:
    """The days that may be meant, the nearest first; none where there is no such day."""
    if match[f"date{which}"] or match[f"month{which}"] or match[f"named{which}"]:
        at = dated(match, which, today)
        return [at] if at is not None else []
    if match[f"overmorrow{which}"]:
        return [today + timedelta(days=2)]
    if match[f"tomorrow{which}"]:
        return [today + timedelta(days=1)]
    said = match[f"weekday{which}"]
    if not said:
        return [today]
    ahead = timedelta(days=(weekday(said) - today.weekday()) % 7)
    following = today + ahead + timedelta(days=7)
    if (match[f"next{which}"] or "").casefold() == "next" or not ahead:
        return [today + ahead, following]
    return [today + ahead]


def weekday(said: str) -> int:
    """Of a weekday's name: 0 is Monday."""
    low = said.casefold()
    return _SHORT.get(low, _SHORT.get(low.removesuffix("day"), _SHORT.get(low[:3], 0)))


def is_near(on: date, today: date) -> bool:
    """Whether anybody can mean that day: far from now there is no day before it, or behind it.

    >>> is_near(date(9999, 12, 31), date(2026, 3, 1)), is_near(date(2030, 1, 1), date(2026, 3, 1))
    (False, True)
    """
    return abs(on.year - today.year) <= _YEARS


def dated(match: re.Match[str], which: str, today: date, *, ahead: bool = True) -> date | None:
    """The day of a date; without a year the next one, or the last one.

    None: there is no such day, or none that is near, or it is over for this year and nobody means the next one's yet.
    """
    try:
        if match[f"date{which}"]:
            on = date.fromisoformat(match[f"date{which}"])
            return on if is_near(on, today) else None
        month = _MONTHS.index((match[f"month{which}"] or match[f"named{which}"]).casefold()[:3]) + 1
        day = int(match[f"mday{which}"] or match[f"dmonth{which}"])
        at = date(today.year, month, day)
        if ahead and at < today:
            at = at.replace(year=at.year + 1)
            return at if at - today < HALF_A_YEAR else None
        return at.replace(year=at.year - 1) if not ahead and at > today else at
    except ValueError:
        return None
