"""What calls under way may come to, of all processes: it stands in the store until it is booked.

Each function works inside a unit, so that what is judged and what is set aside are one. What a
process that died had set aside ends at a moment that was written with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from bot.domain.usage import Usage
from bot.ports import Unit

RESERVED = "models reserved"
"""The stored setting: the last number that was given, and what is set aside by its number."""


def held(unit: Unit, day: date, now: datetime) -> Iterator[tuple[str, Usage]]:
    """What is set aside of a day, with the person."""
    for each in _kept(unit, now)["calls"].values():
        if each["day"] == day.isoformat():
            yield each["person"], Usage(**each["most"])


def set_aside(
    unit: Unit, day: date, person: str, most: Usage, *, now: datetime, until: datetime
) -> int:
    """Set it aside; the number by which it is released."""
    kept = _kept(unit, now)
    number = int(kept["last"]) + 1
    call = {
        "day": day.isoformat(), "person": person, "most": most.model_dump(),
        "until": until.isoformat(),
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
    kept = unit.get(RESERVED) or {"last": 0, "calls": {}}
    calls = {
        number: each
        for number, each in kept["calls"].items()
        if datetime.fromisoformat(each["until"]) > now
    }
    return {"last": kept["last"], "calls": calls}
