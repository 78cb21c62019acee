"""When something shall begin: "at 22:00", "in 20 minutes", "tomorrow at 6", "after 22:00 UTC".

A time is plain when only one moment can be meant, and that is still to come. "At 6" may be
morning or evening, "at 13:00" in the afternoon may be tomorrow or a slip, "by 22:00" is a
promise that nobody can give: these have ways to choose from, or none. Nothing here reads a clock:
`now` is an argument, and without it no time is understood at all.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.intent.rules import reasons
from bot.intent.rules.quantities import NUMBERS, UNITS

Why = Literal["", "ambiguous", "past", "promise", "zone", "gap", "vague", "asked"]
"""Why a time is not plain: two may be meant, it is over, it is a deadline or about that time, its
zone is not the reader's, the clocks leave it out, it is no time of a day, or is only asked about."""

HALF_A_DAY = timedelta(hours=12)
"""A clock time that has passed today means tomorrow's only if that is nearer than this."""


@dataclass(frozen=True)
class Moment:
    """One moment that may be meant: `at` in UTC; `says` it beyond doubt, `label` for a person."""

    at: datetime
    says: str
    label: str


@dataclass(frozen=True)
class When:
    """A time as it was said, at `start:end` of the text. `at` (UTC) only where it is plain."""

    said: str
    start: int
    end: int
    at: datetime | None = None
    ways: tuple[Moment, ...] = ()
    why: Why = ""

    def blanked(self, text: str) -> str:
        """The text without it; every other word keeps its place."""
        return text[: self.start] + " " * (self.end - self.start) + text[self.end :]

    def replaced(self, text: str, by: str) -> str:
        """The text with something else in its place."""
        return " ".join(f"{text[: self.start]} {by} {text[self.end :]}".split())


_WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_SHORT = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6}  # fmt: skip
_WEEKDAY = rf"(?:(?:{'|'.join(_WEEKDAYS)})day|mon|tues?|wed|thurs?|thu|fri|sat|sun)"
_DAY = (
    rf"(?:(?P<today{{0}}>today)|(?P<tonight{{0}}>tonight|tonite)|(?:this (?P<part{{0}}>afternoon|evening))"
    rf"|(?P<overmorrow{{0}}>(?:the )?day after tomorrow)|(?P<tomorrow{{0}}>tomorrow)(?: (?P<tpart{{0}}>morning|afternoon|evening|night))?"
    rf"|(?:on )?(?:(?P<next{{0}}>next|this|coming) )?(?P<weekday{{0}}>{_WEEKDAY})(?: (?P<wpart{{0}}>morning|afternoon|evening|night))?"
    rf"|(?:on )?(?P<date{{0}}>\d{{{{4}}}}-\d{{{{2}}}}-\d{{{{2}}}}))"
)
_START = r"(?:not before|no(?:t)? earlier than|(?:only |any ?time |some ?time )?after|starting (?:at|from)|beginning at|at)"
_PROMISE = r"(?:by|before|until|till|(?:at )?around|(?:at )?about|roughly at|(?:at )?approximately|no later than|not after)"
_AP = r"(?:a\.?m\b\.?|p\.?m\b\.?)"
_CLOCK = rf"(?:(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?! ?%|:)(?: ?(?P<ap>{_AP}))?|(?P<hour2>\d{{1,2}}) ?(?P<ap2>{_AP})|(?P<bare>\d{{1,2}})(?: ?o'?clock)?(?![\w%:.-]|\.\d| ?(?:%|percent|hosts?|machines?|a time|at a)\b)|(?P<named>noon|midday|midnight))"
_ZONE = r"(?: ?(?P<zone>(?-i:Z)\b|utc\b|gmt\b|(?-i:CET|CEST|EET|EEST|WET|WEST|BST|IST|MSK|EST|EDT|CST|CDT|MST|MDT|PST|PDT|JST|AEST|AEDT|SGT|HKT)\b|[a-z]+/[a-z_]+(?:/[a-z_]+)?)|(?P<local> (?:local|my|our) time))?"
_AT = re.compile(
    rf"(?<![\w:.@/-])(?:(?:starting |beginning )?(?:at )?{_DAY.format(1)},? )?(?:(?P<start>(?:{_START} )+)|(?P<promise>{_PROMISE} ))?{_CLOCK}{_ZONE}(?:,? {_DAY.format(2)})?(?![\w:/-])",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"(?<![\w:.-])(?:(?:on|at|after|not before) )?(?P<iso>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)(?![\w:-])",
    re.IGNORECASE,
)
_DAY_ALONE = re.compile(rf"(?<![\w-]){_DAY.format(1)}(?![\w:-]|,? at \d)", re.IGNORECASE)
_N = r"(?:\d{1,4}|an?|half an?|a quarter of an|a couple(?: of)?|" + "|".join(NUMBERS) + r")"
_U = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|s|m|h|d|w)"
_IN = re.compile(
    rf"(?<![\w-])(?:(?:at |only |again )*(?:in|after) )(?:(?P<about>about|around|roughly) )?(?:(?P<half>half an hour)|(?P<n>{_N}) ?(?P<u>{_U})(?: and a (?P<and>half|quarter)|(?:,? and|,)? ?(?P<n2>\d{{1,3}}) ?(?P<u2>{_U}))?)(?: from now)?(?![\w-]| (?:of|ago|of (?:silence|idle\w*))\b)"
    rf"|(?<![\w-])(?P<n3>{_N}) ?(?P<u3>{_U}) from now(?![\w-])",
    re.IGNORECASE,
)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_VAGUE_HOURS = {"tonight": (20, 22, 23), "day": (6, 9, 22)}


def find(text: str, now: datetime | None, zone: str = "") -> tuple[When, ...]:
    """Every time that something may begin at, in order; none without `now` (aware).

    `zone` is the IANA name of the zone that a bare time is meant in; empty: that of `now`.
    """
    if now is None:
        return ()
    here = now.astimezone(zone_of(zone, now))
    low = reasons.masked(text)
    found: list[When] = []
    for pattern, read in ((_ISO, _read_iso), (_IN, _read_in), (_AT, _read_at), (_DAY_ALONE, _read_day)):  # fmt: skip
        for match in pattern.finditer(low):
            if any(match.start() < w.end and w.start < match.end() for w in found):
                continue
            when = read(match, here)
            if when is not None:
                found.append(when)
    return tuple(sorted(found, key=lambda when: when.start))


def zone_of(name: str, now: datetime) -> tzinfo:
    """The zone by its IANA name; that of `now` where the name is empty or unknown."""
    return _zone(name) or now.tzinfo or UTC


def moment(at: datetime, here: datetime) -> Moment:
    """A moment with the words that mean nothing else, seen from `here` in its zone."""
    there = at.astimezone(here.tzinfo)
    utc = at.astimezone(UTC)
    exact = f"on {there:%Y-%m-%d} at {there:%H:%M}"
    if _twice(there):
        exact = f"on {utc:%Y-%m-%d} at {utc:%H:%M} UTC"
    days = (there.date() - here.date()).days
    day = {0: "today", 1: "tomorrow"}.get(days, f"{there:%a} {there.day} {there:%b}")
    zone = f" {there:%Z}" if _twice(there) else ""
    return Moment(at=utc, says=exact, label=f"{day} at {there:%H:%M}{zone}")


# -- reading one ----------------------------------------------------------------------------


def _read_iso(match: re.Match[str], here: datetime) -> When | None:
    try:
        at = datetime.fromisoformat(match["iso"].upper())
    except ValueError:
        return None
    ways = (at,) if at.tzinfo else tuple(_instants(at, here.tzinfo))
    return _dated(match, ways, here)


def _read_in(match: re.Match[str], here: datetime) -> When | None:
    after = _length(match)
    if after is None or after <= timedelta():
        return None
    at = here.astimezone(UTC).replace(microsecond=0) + after
    if match["about"]:
        return _when(match, ways=(moment(at, here),), why="promise")
    return _when(match, at=at)


def _length(match: re.Match[str]) -> timedelta | None:
    if match["half"]:
        return timedelta(minutes=30)
    said, unit = match["n"] or match["n3"], UNITS[(match["u"] or match["u3"]).casefold()]
    number = _number(said.casefold())
    if number is None:
        return None
    seconds = number * _SECONDS[unit]
    seconds += {"half": 0.5, "quarter": 0.25}.get(match["and"] or "", 0) * _SECONDS[unit]
    if match["n2"]:
        seconds += int(match["n2"]) * _SECONDS[UNITS[match["u2"].casefold()]]
    return timedelta(seconds=round(seconds))


def _number(said: str) -> float | None:
    known = {"a": 1, "an": 1, "half a": 0.5, "half an": 0.5, "a quarter of an": 0.25}
    if said.startswith("a couple"):
        return 2
    return float(said) if said.isdecimal() else known.get(said, NUMBERS.get(said))


def _read_day(match: re.Match[str], here: datetime) -> When | None:
    """A day and no time of it: times are offered. "Today" alone is as good as now."""
    if match["today1"]:
        return None
    days = _days(match, "1", here)
    if not days:
        return None
    evening = bool(match["tonight1"] or match["part1"] or (match["tpart1"] or "") in {"evening", "night"})  # fmt: skip
    hours = _VAGUE_HOURS["tonight" if evening else "day"]
    naive = [datetime(d.year, d.month, d.day, h) for d in days[:1] for h in hours]  # noqa: DTZ001 - local, made aware below
    ways = [moment(at, here) for n in naive for at in _instants(n, here.tzinfo) if at > here]
    return _when(match, ways=tuple(ways), why="vague")


def _read_at(match: re.Match[str], here: datetime) -> When | None:
    which = "1" if _named_day(match, "1") else "2" if _named_day(match, "2") else ""
    if _named_day(match, "1") and _named_day(match, "2"):
        return None
    if not (match["start"] or match["promise"] or which):
        return None  # "22:00" alone may be anything
    if match["bare"] and "at" not in (match["start"] or match["promise"] or "").casefold().split():
        return None  # "tomorrow 6", "after 5 failures"
    hours, minute = _hours(match, which)
    if not hours or (which and not _days(match, which, here)):
        return None
    zone, known = _said_zone(match, here)
    if not known:
        return _when(match, why="zone")
    there = here.astimezone(zone)
    if which:
        when = _on_a_day(match, which, hours, minute, there)
    else:
        when = _next(match, hours, minute, there)
    if match["promise"] and when is not None:
        ways = when.ways or ((moment(when.at, here),) if when.at else ())
        return _when(match, ways=ways, why="promise")
    return when


def _hours(match: re.Match[str], which: str) -> tuple[tuple[int, ...], int]:
    """The hours that may be meant, of 0 to 24, and the minute; none when it is no time."""
    named = (match["named"] or "").casefold()
    if named:
        return ((0 if named == "midnight" else 12,), 0)
    typed = match["hour"] or match["hour2"] or match["bare"]
    hour, minute = int(typed), int(match["minute"] or 0)
    half = (match["ap"] or match["ap2"] or "").casefold()[:1]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return (), 0
    if half:
        return ((hour % 12 + (12 if half == "p" else 0),), minute)
    part = _part(match, which)
    if part in {"afternoon", "evening"} and 1 <= hour <= 11:
        return ((hour + 12,), minute)
    if part == "night" and 5 <= hour <= 11:
        return ((hour + 12,), minute)
    clear = hour > 12 or hour == 0 or (match["hour"] and len(typed) == 2) or part == "morning"
    if clear or (which and not match[f"today{which}"] and not part):
        return ((hour,), minute)
    return (tuple(sorted({hour % 12, hour % 12 + 12})), minute)


def _part(match: re.Match[str], which: str) -> str:
    if not which:
        return ""
    if match[f"tonight{which}"]:
        return "night"
    return next((p.casefold() for k in ("part", "tpart", "wpart") if (p := match[f"{k}{which}"])), "")  # fmt: skip


def _named_day(match: re.Match[str], which: str) -> bool:
    kinds = ("today", "tonight", "part", "overmorrow", "tomorrow", "weekday", "date")
    return any(match[f"{kind}{which}"] for kind in kinds)


def _days(match: re.Match[str], which: str, here: datetime) -> list[date]:
    """The days that may be meant, the nearest first."""
    today = here.date()
    if match[f"date{which}"]:
        try:
            return [date.fromisoformat(match[f"date{which}"])]
        except ValueError:
            return []
    if match[f"overmorrow{which}"]:
        return [today + timedelta(days=2)]
    if match[f"tomorrow{which}"]:
        return [today + timedelta(days=1)]
    said = match[f"weekday{which}"]
    if not said:
        return [today]
    low = said.casefold()
    number = _SHORT.get(low, _SHORT.get(low.removesuffix("day"), _SHORT.get(low[:3], 0)))
    ahead = timedelta(days=(number - today.weekday()) % 7)
    following = today + ahead + timedelta(days=7)
    if (match[f"next{which}"] or "").casefold() == "next" or not ahead:
        return [today + ahead, following]
    return [today + ahead]


def _on_a_day(
    match: re.Match[str], which: str, hours: Sequence[int], minute: int, here: datetime
) -> When:
    night = _part(match, which) == "night"
    naive = []
    for day in _days(match, which, here):
        for hour in hours:
            after = timedelta(days=1) if night and hour < 5 else timedelta()
            naive.append(datetime(day.year, day.month, day.day, hour, minute) + after)  # noqa: DTZ001 - local, made aware below
    if (match["named"] or "").casefold() == "midnight" and not night:  # its beginning, or its end?
        naive += [at + timedelta(days=1) for at in naive]
    instants = [at for n in naive for at in _instants(n, here.tzinfo)]
    if not instants and naive:
        return _when(match, why="gap")
    return _dated(match, instants, here)


def _dated(match: re.Match[str], instants: Sequence[datetime], here: datetime) -> When:
    """Of moments on a given day: those that are still to come."""
    ahead = tuple(moment(at, here) for at in sorted(instants) if at > here)
    if len(ahead) == 1:
        return _when(match, at=ahead[0].at)
    if ahead:
        return _when(match, ways=ahead, why="ambiguous")
    later = [at + timedelta(days=1) for at in instants]
    ways = tuple(moment(at, here) for at in later if at > here)
    return _when(match, ways=ways, why="past")


def _next(match: re.Match[str], hours: Sequence[int], minute: int, here: datetime) -> When:
    """A clock time without a day: the next one, where that is what is meant."""
    ahead: list[datetime] = []
    over = False
    for hour in hours:
        today = here.replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None, fold=0)
        instants = [at for at in _instants(today, here.tzinfo) if at > here]
        if not instants:
            instants = list(_instants(today + timedelta(days=1), here.tzinfo))
            over = over or any(at - here > HALF_A_DAY for at in instants)
            if today.hour == hour and not list(_instants(today, here.tzinfo)):
                return _when(match, why="gap")
        ahead += instants
    ways = tuple(moment(at, here) for at in sorted(ahead))
    if not ways:
        return _when(match, why="gap")
    if len(ways) > 1:
        return _when(match, ways=ways, why="ambiguous")
    if over:
        return _when(match, ways=ways, why="past")
    return _when(match, at=ways[0].at)


def _when(
    match: re.Match[str],
    *,
    at: datetime | None = None,
    ways: tuple[Moment, ...] = (),
    why: Why = "",
) -> When:
    said = " ".join(match[0].split())
    return When(said=said, start=match.start(), end=match.end(), at=at, ways=ways, why=why)


# -- zones ----------------------------------------------------------------------------------


def _instants(naive: datetime, zone: tzinfo | None) -> Iterator[datetime]:
    """The moments that a zone's clocks show this: one; two when they go back, none when forward."""
    seen = set()
    for fold in (0, 1):
        at = naive.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if at not in seen and at.astimezone(zone).replace(tzinfo=None, fold=0) == naive:
            seen.add(at)
            yield at


def _twice(there: datetime) -> bool:
    """Whether the clocks there show this time twice."""
    return len(list(_instants(there.replace(tzinfo=None, fold=0), there.tzinfo))) > 1


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _said_zone(match: re.Match[str], here: datetime) -> tuple[tzinfo | None, bool]:
    """The zone that a time was said in, and whether it is known."""
    said = match["zone"] or ""
    if not said:
        return here.tzinfo, True
    if said.upper() in {"Z", "UTC", "GMT"}:
        return UTC, True
    if "/" in said:
        parts = ["_".join(p.capitalize() for p in part.split("_")) for part in said.split("/")]
        found = _zone("/".join(parts))
        return found, found is not None
    half_a_year = timedelta(days=183)
    names = {at.astimezone(here.tzinfo).tzname() for at in (here, here.astimezone(UTC) + half_a_year)}  # fmt: skip
    return here.tzinfo, said.upper() in names
