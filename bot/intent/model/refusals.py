"""Which budgets have kept a call from being made today, and what was said: it stands in the store.

So `./overseer usage` and `status` know it after a restart, and from a process of their own. What
was said holds for its day and for the bounds of which it was said: with other ones it is told no
more. An entry that can't be read is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from bot.ports import Unit

REFUSED = "models refused"
"""The stored setting: a day, and by person (empty: all together) the bounds and the sentence."""


def keep(unit: Unit, day: date, person: str, bounds: str, said: str) -> None:
    """Remember it; what was said on another day goes."""
    told = dict(_of(unit, day))
    unit.put(REFUSED, {"day": day.isoformat(), "said": {**told, person: [bounds, said]}})


def told(unit: Unit, day: date, bounds: Callable[[str], str]) -> dict[str, str]:
    """What was said on this day, by person in order; `bounds` are those that hold for one now."""
    return {
        person: said for person, (under, said) in sorted(_of(unit, day)) if under == bounds(person)
    }


def _of(unit: Unit, day: date) -> Iterator[tuple[str, tuple[str, str]]]:
    kept: Any = unit.get(REFUSED)
    if not isinstance(kept, dict) or kept.get("day") != day.isoformat():
        return
    said = kept.get("said")
    for person, each in (said if isinstance(said, dict) else {}).items():
        match each:
            case [str(bounds), str(sentence)]:
                yield person, (bounds, sentence)
