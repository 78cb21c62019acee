"""What calls under way may come to, of all processes: it stands in the store until it is booked.

Each function works inside a unit, so that what is judged and what is set aside are one. What a
process that died had set aside ends at a moment that was written with it. An entry that can't be
read is left out, and said to the log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

import structlog

from bot.domain.usage import Usage, Used
from bot.ports import Unit

_log = structlog.get_logger(__name__)

RESERVED = "models reserved"
"""The stored setting: the last number that was given, and what is set aside by its number."""


def held(unit: Unit, day: date, now: datetime) -> Iterator[Used]:
    """What is set aside of a day."""
    for each in _kept(unit, now)["calls"].values():
        if each["day"] == day.isoformat():
            yield Used(each["person"], "", Usage(**each["most"]), each.get("currency", ""))


def set_aside(
    unit: Unit,
    day: date,
    person: str,
    most: Usage,
    currency: str,
    *,
    now: datetime,
    until: datetime,
) -> int:
    """Set it aside; the number by which it is released."""
    kept = _kept(unit, now)
    number = int(kept["last"]) + 1
    call = {
        "day": day.isoformat(), "person": person, "most": most.model_dump(),
        "currency": currency, "until": until.isoformat(),
    }  # fmt: skip
    unit.put(RESERVED, {"last": number, "calls": {**kept["calls"], str(number): call}})
    return number


def release(unit: Unit, numbers: Collection[int], now: datetime) -> None:
    """What these calls have used is known, and takes its place."""
    kept = _kept(unit, now)
    calls = {number: each for number, each in kept["calls"].items() if int(number) not in numbers}
    unit.put(RESERVED, {**kept, "calls": calls})


def _kept(unit: Unit, now: datetime) -> dict[str, Any]:
    """What is set aside, without what a dead process has left behind."""
    kept = unit.get(RESERVED)
    kept = kept if isinstance(kept, dict) else {}
    stored = kept.get("calls")
    calls = {
        number: each
        for number, each in (stored if isinstance(stored, dict) else {}).items()
        if _counts(number, each, now)
    }
    last = kept.get("last")
    return {"last": max([last if isinstance(last, int) else 0, *map(int, calls)]), "calls": calls}


def _counts(number: str, call: Any, now: datetime) -> bool:
    """Whether it still holds; what can't be read was written by nobody that we know."""
    try:
        date.fromisoformat(call["day"])
        Usage.model_validate(call["most"])
        return (
            number.isdecimal()
            and isinstance(call["person"], str)
            and isinstance(call.get("currency", ""), str)
            and datetime.fromisoformat(call["until"]) > now
        )
    except (KeyError, TypeError, ValueError):
        _log.warning("a reservation for a model can't be read", number=number)
        return False
