"""What calls under way may come to, of all processes: it stands in the store until it is booked.

Each function works inside a unit, so that what is judged and what is set aside are one. What a
process that died had set aside ends at a moment that was written with it; its prompt is booked
then, or a process that dies again and again would cost what no budget knows. An entry that can't be
read is left out, and said to the log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import structlog

from bot.domain.usage import Usage, Used
from bot.ports import Unit

_log = structlog.get_logger(__name__)

RESERVED = "models reserved"
"""The stored setting: the last number that was given, and what is set aside by its number."""


def held(unit: Unit, day: date) -> Iterator[Used]:
    """What is set aside of a day; `bury` what is over first."""
    for each in _stored(unit)[1].values():
        if each["day"] == day.isoformat():
            yield Used(each["person"], "", Usage(**each["most"]), each.get("currency", ""))


def bury(unit: Unit, now: datetime) -> None:
    """Book what those have sent whose process can't tell any more; see `set_aside`."""
    last, calls = _stored(unit)
    if (left := _living(unit, calls, now)) != calls:
        unit.put(RESERVED, {"last": last, "calls": left})


def set_aside(unit: Unit, call: Used, most: Usage, day: date, *, until: datetime) -> int:
    """Set `most` aside; the number by which it is released.

    `call` is whose it is and of which model, with what is booked where nobody ever tells what it
    has really used: its prompt, which the provider has most likely read.
    """
    last, calls = _stored(unit)
    number = last + 1
    entry = {
        "day": day.isoformat(), "person": call.person, "most": most.model_dump(),
        "currency": call.currency, "until": until.isoformat(),
        "model": call.model, "sent": call.usage.model_dump(),
    }  # fmt: skip
    unit.put(RESERVED, {"last": number, "calls": {**calls, str(number): entry}})
    return number


def release(unit: Unit, numbers: Collection[int]) -> frozenset[int]:
    """What these calls have used is known, and takes its place.

    Which of them still stood there; of the others the prompt has been booked already.
    """
    last, calls = _stored(unit)
    there = frozenset(number for number in numbers if str(number) in calls)
    left = {number: each for number, each in calls.items() if int(number) not in there}
    unit.put(RESERVED, {"last": last, "calls": left})
    return there


def _living(unit: Unit, calls: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Those whose process may still tell; of the others what was sent is booked."""
    living: dict[str, Any] = {}
    for number, each in calls.items():
        if _holds(each, now):
            living[number] = each
        elif each.get("model"):
            day, sent = date.fromisoformat(each["day"]), Usage(**each.get("sent") or {})
            _log.warning("a call that nobody has settled is booked", model=each["model"])
            unit.book(day, each["person"], each["model"], sent, each.get("currency", ""))
    return living


def _stored(unit: Unit) -> tuple[int, dict[str, Any]]:
    """The last number that was given, and every entry that can be read."""
    kept = unit.get(RESERVED)
    kept = kept if isinstance(kept, dict) else {}
    stored = kept.get("calls")
    calls = {
        number: each
        for number, each in (stored if isinstance(stored, dict) else {}).items()
        if _is_readable(number, each)
    }
    last = kept.get("last")
    return max([last if isinstance(last, int) else 0, *map(int, calls)]), calls


def _holds(call: Any, now: datetime) -> bool:
    return datetime.fromisoformat(call["until"]) > now


def _is_readable(number: str, call: Any) -> bool:
    """Whether it is an entry; what can't be read was written by nobody that we know."""
    try:
        date.fromisoformat(call["day"])
        Usage.model_validate(call["most"])
        Usage.model_validate(call.get("sent") or {})
        return (
            number.isdecimal()
            and isinstance(call["person"], str)
            and isinstance(call.get("currency", ""), str)
            and isinstance(call.get("model", ""), str)
            and datetime.fromisoformat(call["until"]).tzinfo is not None
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        _log.warning("a reservation for a model can't be read", number=number)
        return False
