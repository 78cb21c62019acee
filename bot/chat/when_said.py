"""When words count as said: as they come, and where they come late, as they were written.

A platform brings again what it has no answer to, within minutes, and what was said while its
connection was down. What has happened since was no part of what they were said of. Clocks differ
by a little, so that what comes at once counts as said as it comes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

AT_ONCE: Final = timedelta(seconds=3)
"""So long a platform waits for an answer before it brings something again."""
LONGEST: Final = timedelta(days=1)
"""It tries for no longer: what seems to be older was dated by another clock."""


def when_said(written: datetime, now: datetime) -> datetime:
    """The moment that counts; `written` is what the platform says of it. Both are aware."""
    return written if AT_ONCE < now - written <= LONGEST else now
