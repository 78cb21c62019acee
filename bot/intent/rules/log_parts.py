"""Which part of a log is meant: "since 08:30", "from 8:00 to 8:30", "before monday". Pure.

A log is shown since a moment, until one, and as its newest lines. A bound that is read becomes a
parameter of the look; a number in it is no count of lines. What can't be told, or picked out, is
asked about: another part of the log than the one that was meant looks like an answer.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain.intents import Intent, Option, Outcome, Question, Wish
from bot.intent.patterns import compiled
from bot.intent.rules import days
from bot.intent.rules.combining import Request
from bot.intent.rules.finding import Finding
from bot.intent.rules.quantities import NUMBERS, UNITS
from bot.intent.rules.times import zone_of
from bot.intent.rules.unmatched import unknown
from bot.intent.rules.zones import instants

Read = Callable[[str], tuple[Outcome, Sequence[Finding]]]
"""Reads the request by other words than its own, of the same length."""

_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_AGO = rf"(?:an?|half an|\d{{1,4}}|{'|'.join(NUMBERS)}) ?(?:{_UNIT}) ago\b"
_CLOCK = rf"(?:\d{{1,2}}:\d{{2}}(?: ?[ap]\.?m\b)?|\d{{1,2}} ?[ap]\.?m\b|noon|midday|midnight|\d{{1,2}}(?: ?o'?clock\b)?(?![\w:.%-]| ?(?:lines?|entries|rows|messages|hosts?|{_UNIT})\b))(?![\w:])"
_DATE = re.sub(r"\(\?P<\w+\{0\}>", "(?:", days.DATE).format()
_DAY = rf"(?:today|yesterday|(?:last |on )?{days.WEEKDAY}\b|(?:on )?{_DATE})"
_MOMENT = rf"(?:{_AGO}|{_DAY},?(?: at | |T){_CLOCK}|{_DAY}|{_CLOCK}(?:,? {_DAY})?)"
_PARTS = compiled(
    rf"(?<![\w-])(?:(?:between|from) (?P<a>{_MOMENT}) (?:and|to|until|till|through|-|–) (?P<b>{_MOMENT})"
    rf"|(?:since|from|after|starting (?:at|from)) (?!(?:today|yesterday)\b(?! (?:at )?\d))(?P<since>{_MOMENT})"
    rf"|(?:until|till|before|up to) (?P<until>{_MOMENT})"
    rf"|(?P<at>(?:at|around|about) {_CLOCK}(?:,? {_DAY})?)"
    rf"|(?P<day>on {_DAY}))(?![\w:-])",
    re.IGNORECASE,
)
_BY_TIME = compiled(
    r"\b(?:between|until|till|before|after)\b|\bsince\b|\d{1,2}:\d{2}|\b\d{1,2} ?[ap]m\b|\b(?:at|around) \d",
)
_PICKED = compiled(
    r"\b(?:only|just|nothing but) (?:the |any )?(?:errors?|warnings?|failures?|exceptions|problems)\b|\b(?:errors?|warnings?|failures?) only\b"
    r"|\bwith (?:errors?|warnings?)\b|\b(?:contain\w*|match(?:es|ing)|mention\w*|grep\w*|filter\w*|includ(?:es|ing))\b"
    r"|\b(?:first|earliest|oldest) (?:\d+|few|lines?|entr\w+|messages|" + "|".join(NUMBERS) + r")\b"
)
_QUOTED = compiled(r"\"([^\"]*)\"|`([^`]*)`")


@dataclass(frozen=True)
class Part:
    """Bounds of a log, as the action takes them; empty: none. `ask` is what to ask instead."""

    since: str = ""
    until: str = ""
    ask: Question | None = None


def minded(
    first: tuple[Outcome, Sequence[Finding]], words: str, request: Request, read: Read
) -> Outcome:
    """The outcome with the part of a log that is meant, or the question which one.

    `words` is what is read of the request, each at its place.
    """
    outcome, findings = first
    found = list(_PARTS.finditer(words))
    of_logs = isinstance(outcome, Intent) and _is_of_logs(outcome, request)
    if isinstance(outcome, Intent) and of_logs and not found:
        return _unread(outcome, words, findings, request) or outcome
    if not found or not (of_logs or isinstance(outcome, Question)):
        return outcome
    now, said = request.context.now, found[0]
    blank = words[: said.start()] + " " * len(said[0]) + words[said.end() :]
    second, findings = read(blank)
    if not isinstance(second, Intent) or not _is_of_logs(second, request):
        return second if of_logs and isinstance(second, Question) else outcome
    if len(found) > 1 or now is None:
        return _which(second)
    part = _part(said, words, now.astimezone(zone_of(request.context.zone, now)))
    if part.ask is not None:
        return part.ask
    if (part.since and _has(second, "since")) or not (part.since or part.until):
        return _which(second)
    bounds = {k: v for k, v in (("since", part.since), ("until", part.until)) if v}
    unread = _unread(second, blank, findings, request)
    return unread or second.model_copy(
        update={"wishes": tuple(_bounded(wish, bounds) for wish in second.wishes)}
    )


def _is_of_logs(intent: Intent, request: Request) -> bool:
    """Whether each wish is a look that takes a moment to begin at and one to end at."""
    shapes = [request.vocabulary.actions[wish.action] for wish in intent.wishes]
    return all(not s.changes and {"since", "until"} <= set(s.fields) for s in shapes)


def _bounded(wish: Wish, bounds: dict[str, str]) -> Wish:
    return wish.model_copy(update={"params": {**wish.params, **bounds}})


def _has(intent: Intent, name: str) -> bool:
    return any(wish.params.get(name) for wish in intent.wishes)


# -- what is meant -----------------------------------------------------------------------------


def _part(said: re.Match[str], words: str, here: datetime) -> Part:
    if said["at"]:
        return Part(ask=_around(said, words, here))
    if said["day"]:
        found_days = _days(said["day"].casefold(), here.date())
        if len(found_days) > 1:
            return Part(ask=_either(said, words, [f"on {day}" for day in found_days]))
        if not found_days:
            return Part()
        ends = _midnight(found_days[0] + timedelta(days=1), here)
        return Part(since=_at(_midnight(found_days[0], here)), until=_at(ends))
    if said["until"] or said["since"]:
        name = "until" if said["until"] else "since"
        found = moments(said[name], here)
        if not isinstance(found, str) and len(found) > 1:
            return Part(ask=_either(said, words, [f"{name} {_local(at, here)}" for at in found]))
        value = found if isinstance(found, str) else _at(found[0]) if found else ""
        return Part(since=value) if said["since"] else Part(until=value)
    since, until = moments(said["a"], here), moments(said["b"], here, since=said["a"])
    if isinstance(since, str) and isinstance(until, str):
        since, until = sorted((since, until), key=_back, reverse=True)  # "from 1h to 2h ago"
        return Part(since=since, until=until)
    if isinstance(since, str) or isinstance(until, str) or not since or not until:
        return Part()
    spans = [(a, next((b for b in sorted(until) if b > a), None)) for a in since]
    clear = [(a, b) for a, b in spans if b is not None]
    if len(clear) > 1:
        ways = [f"from {_local(a, here)} to {_local(b, here)}" for a, b in clear]
        return Part(ask=_either(said, words, ways))
    return Part(since=_at(clear[0][0]), until=_at(clear[0][1])) if clear else Part()


def moments(said: str, here: datetime, since: str = "") -> str | list[datetime]:
    """The moments up to `here` that may be meant; or a length of time back from now, as "10m".

    `since` is what it is the end of, if anything: then all of its day and the next one may be.
    """
    low = " ".join(said.casefold().split())
    ago = re.fullmatch(rf"(half an|[a-z]+|\d+) ?({_UNIT}) ago", low)
    if ago:
        unit = UNITS[ago[2]]
        if ago[1] == "half an":
            return "30m" if unit == "h" else []
        number = {"a": 1, "an": 1}.get(ago[1], NUMBERS.get(ago[1]))
        number = int(ago[1]) if number is None else number
        return f"{number}{unit}" if number else []
    clock = re.search(_CLOCK, re.sub(_DAY, lambda m: " " * len(m[0]), low))
    rest = f"{low[: clock.start()]} {low[clock.end() :]}" if clock else low
    on_days = _days(rest, here.date())
    if clock is None:
        return [_midnight(day, here) for day in on_days]
    if rest.replace("at", "").strip(" ,") and not on_days:
        return []
    hours, minute = _hours(clock[0])
    if since:
        began = moments(since, here)
        first = began[0].date() if began and not isinstance(began, str) else here.date()
        return [
            at
            for on in on_days or [first, first + timedelta(days=1)]
            for h in hours
            for at in instants(datetime(on.year, on.month, on.day, h, minute), here.tzinfo)  # noqa: DTZ001 - local, made aware here
        ]
    either = hours == (0, 12) and not on_days  # noon, or midnight: of both it is the last one
    found = []
    for on in on_days or [here.date(), here.date() - timedelta(days=1)]:
        naive = [datetime(on.year, on.month, on.day, h, minute) for h in hours]  # noqa: DTZ001 - local, made aware below
        past = [at for n in naive for at in instants(n, here.tzinfo) if at <= here]
        found += past
        if past and not (on_days or either):
            return past
    return sorted(found)[-2:] if either else found


def _back(length: str) -> int:
    """Seconds of a length of time, as "10m"."""
    return int(length[:-1]) * _SECONDS[length[-1]]


def _hours(clock: str) -> tuple[tuple[int, ...], int]:
    """The hours that a clock time may mean, and its minute."""
    if clock in {"noon", "midday", "midnight"}:
        return ((0,) if clock == "midnight" else (12,)), 0
    found = re.match(r"(\d{1,2})(?::(\d{2}))? ?([ap])?", clock)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3] if found else None  # type: ignore[index]
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        return (), 0
    if half:
        return (hour % 12 + (12 if half == "p" else 0),), minute
    if hour > 12 or hour == 0 or (found and found[2] and len(found[1]) == 2):
        return (hour,), minute
    return (hour % 12, hour % 12 + 12), minute


_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DATED = compiled(days.DATE.format(1), re.IGNORECASE)


def _days(said: str, today: date) -> list[date]:
    """The last day of that name; two where that may be today or a week ago; none: it is no name."""
    low = re.sub(r"\b(?:on|last|at)\b|(?<=\d)t(?=[ ,]|$)", " ", said).strip(" ,")
    if low == "today":
        return [today]
    if low == "yesterday":
        return [today - timedelta(days=1)]
    match = _DATED.fullmatch(low)
    if match:
        day = days.dated(match, "1", today, ahead=False)
        return [day] if day is not None else []
    if not re.fullmatch(days.WEEKDAY, low):
        return []
    ago = (today.weekday() - days.weekday(low)) % 7
    if not ago and not re.search(r"\blast\b", said):
        return [today - timedelta(days=7), today]
    return [today - timedelta(days=ago or 7)]


def _midnight(day: date, here: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=here.tzinfo)


def _local(moment: datetime, here: datetime) -> str:
    return f"{moment.astimezone(here.tzinfo):%Y-%m-%d %H:%M}"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


# -- what is asked -----------------------------------------------------------------------------


def _unread(
    intent: Intent, words: str, findings: Sequence[Finding], request: Request
) -> Question | None:
    """The question where something of the sentence picks lines, and was not read."""
    low = _QUOTED.sub(lambda m: " " * len(m[0]), words).casefold()
    timed = _BY_TIME.search(low)
    if timed and not (timed[0] == "since" and _has(intent, "since")):
        return _which(intent)
    names = request.vocabulary
    quoted = [m[1] or m[2] for m in _QUOTED.finditer(words)]
    strange = [q for q in quoted if q and not (names.service(q) or names.host(q))]
    strange += [
        item.text
        for f in findings
        if f.guessed
        for item in f.clause.items
        if item.kind == "word" and unknown(item.low, names)
    ]
    picked = _PICKED.search(low)
    said = " ".join(dict.fromkeys([*([picked[0]] if picked else []), *strange]))
    return _cannot(intent, said) if said else None


def _which(intent: Intent) -> Question:
    return Question(
        about="since",
        text="I can't tell which part of the log that is. Say it as in “since 08:30”, “from 8:00 to "
        "8:30”, “last hour” or “last 100 lines”.",
        options=_wider(intent),
    )


def _cannot(intent: Intent, said: str) -> Question:
    return Question(
        about="lines",
        text=f"I show a log's newest lines, since a time and until one; I can't pick lines by "
        f"“{said}”. Shall I show the newest ones?",
        options=_wider(intent),
    )


def _wider(intent: Intent) -> tuple[Option, ...]:
    """Looks at the same logs that can be had."""
    hosts = sorted({h for wish in intent.wishes for h in wish.params.get("hosts", ())})
    services = sorted({str(wish.params.get("service", "")) for wish in intent.wishes})
    if len(services) != 1 or not hosts:
        return ()
    what = f"of the {services[0]} logs on {', '.join(hosts)}"
    return tuple(
        Option(label=label, says=f"{label} {what}") for label in ("last 200 lines", "last hour")
    )


def _around(said: re.Match[str], words: str, here: datetime) -> Question:
    """A log has no lines of one moment: those about it, or all since."""
    found = moments(re.sub(r"^\w+ ", "", said["at"].casefold()), here)
    few = timedelta(minutes=5)
    ways = []
    for at in found if not isinstance(found, str) else ():
        ways += [
            f"from {_local(at - few, here)} to {_local(at + few, here)}",
            f"since {_local(at, here)}",
        ]
    return _either(said, words, ways)


def _either(said: re.Match[str], words: str, ways: Sequence[str]) -> Question:
    """Each part that may be meant, as the sentence that asks for it."""
    before, after = words[: said.start()], words[said.end() :]
    return Question(
        about="since",
        text=f"Which part of the log is “{said[0]}”?",
        options=tuple(
            Option(label=way, says=" ".join(f"{before} {way} {after}".split())) for way in ways
        ),
    )
