"""How many edits a platform takes of all channels together: a bucket, and the platform's own pause.

Slack counts edits of a whole workspace, and not of a channel. Were they sent until it says no, each
no would hold up a channel's new messages too, and those have limits of their own.
"""

from __future__ import annotations

from bot.ports import Pace

MINUTE_S = 60.0
BURST = 5
"""The part of a minute's edits that may be sent in a row: no minute has more than it may, then."""


class Budget:
    """What is left of it. Times are those of a monotonic clock, in seconds."""

    def __init__(self, pace: Pace, now: float) -> None:
        """Full; without a limit where `pace` has none."""
        self._most = pace.edits / BURST
        self._rate = (pace.edits - self._most) / MINUTE_S
        self._left = self._most
        self._counted = now
        self._until = 0.0

    def at(self, now: float) -> float:
        """When the next edit is within it; now, or later."""
        if self._rate <= 0:
            return now
        left = self._now(now)
        ready = now if left >= 1 - 1e-9 else now + (1 - left) / self._rate
        return max(ready, self._until)

    def spend(self, now: float) -> None:
        """An edit is sent."""
        self._left, self._counted = self._now(now) - 1, now

    def pause(self, until: float) -> None:
        """The platform wants no edits before; without a limit of its own that is of one channel."""
        self._until = max(self._until, until)

    def _now(self, now: float) -> float:
        return min(self._most, self._left + (now - self._counted) * self._rate)
