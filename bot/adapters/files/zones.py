"""A time zone that a file names must exist: else it would fail when a time is first shown."""

from __future__ import annotations

import difflib
from zoneinfo import ZoneInfo, available_timezones

from bot.adapters.files.marked_yaml import Marked, Where


def checked_zone(file: Marked, where: Where, name: str) -> str:
    """The name of a zone that this machine knows; an empty one is this machine's own.

    Raises:
        ConfigError: there is no such zone.
    """
    if not name:
        return name
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError
        known = available_timezones()
        near = difflib.get_close_matches(name, known, 3)
        near += [zone for zone in sorted(known) if zone.rpartition("/")[2].lower() == name.lower()]
        cure = "Write an IANA name such as Europe/Berlin."
        if not known:
            cure = "This machine has no time zones: install its tzdata package."
        elif near:
            cure = f"Did you mean {' or '.join(dict.fromkeys(near))}?"
        raise file.error(where, f"There is no time zone {name!r}.", cure=cure) from error
    return name
