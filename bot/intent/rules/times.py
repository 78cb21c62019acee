"""When something shall begin: "at 22:00", "in 20 minutes", "tomorrow at 6", "after 22:00 UTC".

A time is plain when only one moment can be meant, and that is still to come. "At 6" may be
morning or evening, "at 13:00" in the afternoon may be tomorrow or a slip, "by 22:00" is a
promise that nobody can give: these have ways to choose from, or none. Nothing here reads a clock:
`now` is an argument, and without it no time is understood at all.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from bot.intent.patterns import compiled
from bot.intent.rules import reasons
from bot.intent.rules.days import DAY, FITS, IN_PART, WEEKDAY, days, is_near, named_day, part
from bot.intent.rules.quantities import NUMBERS, UNITS
from bot.intent.rules.zones import instants, said_zone, twice, zone_called

Why = Literal["", "ambiguous", "past", "promise", "zone", "gap", "vague", "asked", "unlike"]
"""Why a time is not plain: two may be meant, it is over, it is a deadline or about that time, its
zone is not the reader's, the clocks leave it out, it is no time of a day, is only asked about, or
its hour is none of that part of a day."""

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


_START = r"(?:not before|no(?:t)? earlier than|(?:only |any ?time |some ?time )?after|starting (?:at|from)|beginning at|at)"
_PROMISE = r"(?:by|before|until|till|(?:at )?around|(?:at )?about|roughly at|(?:at )?approximately|no later than|not after)"
_AP = r"(?:a\.?m\b\.?|p\.?m\b\.?)"
_HOURS = "|".join(word for word, hour in NUMBERS.items() if 1 <= hour <= 12 and word != "dozen")
_BEHIND = (
    rf"in the|at night|tonight|tonite|tomorrow|today|this|utc|please|pls|{WEEKDAY}|on {WEEKDAY}"
)
"""What may stand behind an hour in a word: "at two" ends there, "at two hosts" does not."""
_CLOCK = rf"(?:(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?! ?%|:)(?: ?(?P<ap>{_AP}))?|(?P<hour2>\d{{1,2}}) ?(?P<ap2>{_AP})|(?P<bare>\d{{1,2}})(?: ?o'?clock)?(?![\w%:.-]|\.\d| ?(?:%|percent|hosts?|machines?|a time|at a)\b)|(?P<named>noon|midday|midnight)|(?:(?P<past>half past|(?:a )?quarter past|(?:a )?quarter to) (?P<hour3>\d{{1,2}}|{_HOURS})|(?P<worded>{_HOURS})(?: o'?clock)?(?=\W*$|[,;.]| (?:{_BEHIND})\b))(?![\w:]))"
_ZONE = r"(?: ?(?P<zone>(?-i:Z)\b|utc\b|gmt\b|(?-i:CET|CEST|EET|EEST|WET|WEST|BST|IST|MSK|EST|EDT|CST|CDT|MST|MDT|PST|PDT|JST|AEST|AEDT|SGT|HKT)\b|[a-z]+/[a-z_]+(?:/[a-z_]+)?)|(?P<local> (?:local|my|our) time))?"
_AT = compiled(
    rf"(?<![\w:.@/-])(?:(?:starting |beginning )?(?:at )?{DAY.format(1)},? )?(?:(?P<start>(?:{_START} )+)|(?P<promise>{_PROMISE} ))?{_CLOCK}{IN_PART}{_ZONE}(?:,? {DAY.format(2)})?(?![\w:/-])",
    re.IGNORECASE,
)
_ISO = compiled(
    r"(?<![\w:.-])(?:(?:on|at|after|not before) )?(?P<iso>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)(?![\w:-])",
    re.IGNORECASE,
)
_DAY_ALONE = compiled(rf"(?<![\w-]){DAY.format(1)}(?![\w:-]|,? at \d)", re.IGNORECASE)
_N = r"(?:\d{1,4}|an?|half an?|a quarter of an|a couple(?: of)?|" + "|".join(NUMBERS) + r")"
_U = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|s|m|h|d|w)"
_IN = compiled(
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
    return zone_called(name) or now.tzinfo or UTC


def moment(at: datetime, here: datetime) -> Moment:
    """A moment with the words that mean nothing else, seen from `here` in its zone."""
    there = at.astimezone(here.tzinfo)
    utc = at.astimezone(UTC)
    exact = f"on {there:%Y-%m-%d} at {there:%H:%M}"
    if twice(there):
        exact = f"on {utc:%Y-%m-%d} at {utc:%H:%M} UTC"
    days = (there.date() - here.date()).days
    day = {0: "today", 1: "tomorrow"}.get(days, f"{there:%a} {there.day} {there:%b}")
    zone = f" {there:%Z}" if twice(there) else ""
    return Moment(at=utc, says=exact, label=f"{day} at {there:%H:%M}{zone}")


# -- reading one ----------------------------------------------------------------------------


def _read_iso(match: re.Match[str], here: datetime) -> When | None:
    try:
        at = datetime.fromisoformat(match["iso"].upper())
    except ValueError:
        return None
    if not is_near(at.date(), here.date()):
        return None
    ways = (at,) if at.tzinfo else tuple(instants(at, here.tzinfo))
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
    found = days(match, "1", here.date())
    if not found:
        return None
    evening = bool(match["tonight1"] or match["part1"] or (match["tpart1"] or "") in {"evening", "night"})  # fmt: skip
    hours = _VAGUE_HOURS["tonight" if evening else "day"]
    naive = [datetime(d.year, d.month, d.day, h) for d in found[:1] for h in hours]  # noqa: DTZ001 - local, made aware below
    ways = [moment(at, here) for n in naive for at in instants(n, here.tzinfo) if at > here]
    return _when(match, ways=tuple(ways), why="vague")


def _read_at(match: re.Match[str], here: datetime) -> When | None:
    which = "1" if named_day(match, "1") else "2" if named_day(match, "2") else ""
    if named_day(match, "1") and named_day(match, "2"):
        return None
    if not (match["start"] or match["promise"] or match["past"] or which):
        return None  # "22:00" alone may be anything
    bare = match["bare"] or match["worded"]
    if bare and "at" not in (match["start"] or match["promise"] or "").casefold().split():
        return None  # "tomorrow 6", "after 5 failures"
    hours, minute = _hours(match, which)
    if not hours or (which and not days(match, which, here.date())):
        return None
    zone, known = said_zone(match, here)
    if not known:
        return _when(match, why="zone")
    there = here.astimezone(zone)
    fits = FITS.get(part(match, which) or "")
    unlike = fits is not None and len(hours) == 1 and hours[0] not in fits
    if unlike:
        hours = tuple(sorted({hours[0], (hours[0] + 12) % 24}))
    if which:
        when = _on_a_day(match, which, hours, minute, there)
    else:
        when = _next(match, hours, minute, there)
    if unlike or match["promise"]:
        ways = when.ways or ((moment(when.at, here),) if when.at else ())
        return _when(match, ways=ways, why="promise" if match["promise"] else "unlike")
    return when


def _hours(match: re.Match[str], which: str) -> tuple[tuple[int, ...], int]:
    """The hours that may be meant, of 0 to 24, and the minute; none when it is no time."""
    of_day = part(match, which)
    named = (match["named"] or "").casefold()
    hour, minute = _clock(match)
    half = (match["ap"] or match["ap2"] or "").casefold()[:1]
    if of_day is None or minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return (), 0
    if named:
        return ((hour,), minute)
    if half:
        return ((hour % 12 + (12 if half == "p" else 0),), minute)
    if of_day in {"afternoon", "evening"} and 1 <= hour <= 11:
        return ((hour + 12,), minute)
    if of_day == "night" and 5 <= hour <= 11:
        return ((hour + 12,), minute)
    if of_day in {"evening", "night"} and hour == 12:  # half past midnight, if not midday
        return ((0, 12), minute)
    if match["inpart"] or match["atnight"]:
        return ((hour,), minute)
    clear = hour > 12 or hour == 0 or of_day == "morning"
    clear = clear or bool(match["hour"] and len(match["hour"]) == 2)
    if clear or (which and not match[f"today{which}"] and not of_day):
        return ((hour,), minute)
    return (tuple(sorted({hour % 12, hour % 12 + 12})), minute)


def _clock(match: re.Match[str]) -> tuple[int, int]:
    """Hour and minute as they were said; an hour of 99 where it is none."""
    named = (match["named"] or "").casefold()
    if named:
        return (0 if named == "midnight" else 12), 0
    typed = match["hour"] or match["hour2"] or match["bare"] or match["worded"] or match["hour3"]
    hour = NUMBERS[typed.casefold()] if typed.casefold() in NUMBERS else int(typed)
    past = (match["past"] or "").casefold()
    if not past:
        return hour, int(match["minute"] or 0)
    if not 1 <= hour <= 12:
        return 99, 0
    minute = 30 if past.startswith("half") else 15
    return (hour, minute) if past.endswith("past") else ((hour - 2) % 12 + 1, 45)


def _on_a_day(
    match: re.Match[str], which: str, hours: Sequence[int], minute: int, here: datetime
) -> When:
    of_day = part(match, which)
    night = of_day == "night"
    naive = []
    for day in days(match, which, here.date()):
        for hour in hours:
            late = of_day in {"evening", "night"} and hour < 5
            if late and (match["inpart"] or match["atnight"]):  # or of the night before
                naive.append(datetime(day.year, day.month, day.day, hour, minute))  # noqa: DTZ001
            after = timedelta(days=1) if late else timedelta()
            naive.append(datetime(day.year, day.month, day.day, hour, minute) + after)  # noqa: DTZ001 - local, made aware below
    if (match["named"] or "").casefold() == "midnight" and not night:  # its beginning, or its end?
        naive += [at + timedelta(days=1) for at in naive]
    found = [at for n in naive for at in instants(n, here.tzinfo)]
    if not found and naive:
        return _when(match, why="gap")
    return _dated(match, found, here)


def _dated(match: re.Match[str], said: Sequence[datetime], here: datetime) -> When:
    """Of moments on a given day: those that are still to come."""
    ahead = tuple(moment(at, here) for at in sorted(said) if at > here)
    if len(ahead) == 1:
        return _when(match, at=ahead[0].at)
    if ahead:
        return _when(match, ways=ahead, why="ambiguous")
    later = [at + timedelta(days=1) for at in said]
    ways = tuple(moment(at, here) for at in later if at > here)
    return _when(match, ways=ways, why="past")


def _next(match: re.Match[str], hours: Sequence[int], minute: int, here: datetime) -> When:
    """A clock time without a day: the next one, where that is what is meant."""
    ahead: list[datetime] = []
    over = False
    for hour in hours:
        today = here.replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None, fold=0)
        found = [at for at in instants(today, here.tzinfo) if at > here]
        if not found:
            found = list(instants(today + timedelta(days=1), here.tzinfo))
            over = over or any(at - here > HALF_A_DAY for at in found)
            if today.hour == hour and not list(instants(today, here.tzinfo)):
                return _when(match, why="gap")
        ahead += found
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
