"""A bucket of what a whole platform takes of one kind of call: rules, no clock.

It fills by `a_minute`, up to `burst`. What presses may overdraw it, since only the platform knows
how much it takes beyond what it promises; once it has refused a call, that keeps to the bucket,
too, for `STRICT_S`.
"""

from __future__ import annotations

from typing import Final

STRICT_S: Final = 120.0
"""For how long after a refusal's pause also what presses waits for its place in the bucket."""


class Bucket:
    """What may still be called. Times are those of a monotonic clock, in seconds."""

    def __init__(self, a_minute: int, burst: int, now: float) -> None:
        """It is full; `a_minute` is 0 where the platform counts nothing."""
        self._rate = a_minute / 60
        self._burst = float(burst)
        self._credit = self._burst
        self._counted = now
        self._until = self._strict_until = now

    @property
    def is_counted(self) -> bool:
        """Whether the platform counts these calls all together."""
        return self._rate > 0

    def ready(self, need: float, now: float, *, presses: bool, falls: float = 0.0) -> float:
        """When a call that needs so much of the bucket may be made, if no other one comes first.

        What `presses` may at once, unless the platform has refused a call lately. `falls` is by how
        much a second the need becomes less.
        """
        if presses and now >= self._strict_until:
            return now
        lacks = min(need, self._burst) - self._left(now)
        at = now if lacks <= 1e-6 else now + lacks / (self._rate + falls)
        return max(at, self._until)

    def take(self, cost: float, now: float) -> None:
        """A call is made now."""
        self._credit, self._counted = max(-self._burst, self._left(now) - cost), now

    def pause(self, until: float) -> None:
        """The platform wants none of these calls before then."""
        self._until = max(self._until, until)
        self._strict_until = max(self._strict_until, until + STRICT_S)
        self._credit = min(self._credit, 0.0)

    def _left(self, now: float) -> float:
        return min(self._burst, self._credit + (now - self._counted) * self._rate)
