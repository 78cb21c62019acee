"""Time and chance: the only sources of either."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time. Tests tick it; they never sleep."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow, for durations."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Ids(Protocol):
    """The only source of fresh names."""

    def new(self) -> str:
        """An unguessable id of lower-case letters and digits."""
        ...
