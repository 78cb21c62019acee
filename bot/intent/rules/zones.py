"""What a zone's clocks show: moments by their time of a day, and zones by what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def instants(naive: datetime, zone: tzinfo | None) -> Iterator[datetime]:
    """The moments that a zone's clocks show this: one; two when they go back, none when forward."""
    seen = set()
    for fold in (0, 1):
        at = naive.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if at not in seen and at.astimezone(zone).replace(tzinfo=None, fold=0) == naive:
            seen.add(at)
            yield at


def twice(there: datetime) -> bool:
    """Whether the clocks there show this time twice."""
    return len(list(instants(there.replace(tzinfo=None, fold=0), there.tzinfo))) > 1


def zone_called(name: str) -> tzinfo | None:
    """The zone with this IANA name, if there is one."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def said_zone(match: re.Match[str], here: datetime) -> tuple[tzinfo | None, bool]:
    """The zone that a time was said in, and whether it is known."""
    said = match["zone"] or ""
    if not said:
        return here.tzinfo, True
    if said.upper() in {"Z", "UTC", "GMT"}:
        return UTC, True
    if "/" in said:
        parts = ["_".join(p.capitalize() for p in part.split("_")) for part in said.split("/")]
        found = zone_called("/".join(parts))
        return found, found is not None
    half_a_year = timedelta(days=183)
    both = (here, here.astimezone(UTC) + half_a_year)
    names = {at.astimezone(here.tzinfo).tzname() for at in both}
    return here.tzinfo, said.upper() in names
