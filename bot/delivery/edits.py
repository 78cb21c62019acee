"""How many messages of a whole platform may be changed, and which come first: rules, no clock.

Some platforms count the edits of all channels together (Slack: of one app in one workspace). They
come out of one bucket, and what matters less leaves some of it to what matters more:

    another state         of any card, in its thread or a copy: at once, and be the bucket empty:
                          how much a platform takes beyond what it promises only it knows. Once it
                          has refused an edit, also these keep to the bucket for `STRICT_S`
    progress in a thread  as long as more than `TURNS` is left, and for a fresh one `THREADS` more
    progress of a copy    likewise, `COPIES` more: whoever has one in their direct messages sees
                          every state at once, and the numbers now and then

What has not changed for longer asks for less, down to `TURNS`, so that no card stands still; and
nothing of what is new waits for any of it.
"""

from __future__ import annotations

from typing import Final

from bot.domain.posts import Post
from bot.ports import Pace

TURNS: Final = 2.0
THREADS: Final = 2.0
COPIES: Final = 6.0
PATIENCE_S: Final = 30.0
"""After which progress that was not shown goes before any that was."""
STRICT_S: Final = 120.0
"""For how long after a refusal's pause another state, too, waits for its place in the bucket."""


class Edits:
    """The edits of one platform. Times are those of a monotonic clock, in seconds."""

    def __init__(self, pace: Pace, now: float) -> None:
        """Nothing was changed lately."""
        self._rate = pace.edits_a_minute / 60
        self._burst = float(pace.edits_burst)
        self._credit = self._burst
        self._counted = now
        self._until = self._strict_until = now

    @property
    def are_counted(self) -> bool:
        """Whether the platform counts them all together."""
        return self._rate > 0

    def ready(self, post: Post, since: float, now: float) -> float:
        """When it is this edit's turn, if no other one comes first; `since`: its last change.

        It may be told too early a time, but never one without end: whoever comes then asks again.
        """
        if not self.are_counted or not post.is_edit:
            return now
        if not post.is_progress and now >= self._strict_until:
            return now
        need, falls = 1.0, 0.0
        if post.is_progress:
            more = COPIES if post.reader else THREADS
            fresh = max(0.0, 1 - (now - since) / PATIENCE_S)
            need, falls = 1 + TURNS + more * fresh, more / PATIENCE_S if fresh else 0.0
        lacks = min(need, self._burst) - self._left(now)
        at = now if lacks <= 1e-6 else now + lacks / (self._rate + falls)
        return max(at, self._until)

    def take(self, post: Post, now: float) -> None:
        """This one is sent now."""
        if self.are_counted and post.is_edit:
            self._credit, self._counted = max(-self._burst, self._left(now) - 1), now

    def pause(self, until: float) -> None:
        """The platform wants no edits before then."""
        self._until = max(self._until, until)
        self._strict_until = max(self._strict_until, until + STRICT_S)
        self._credit = min(self._credit, 0.0)

    def _left(self, now: float) -> float:
        return min(self._burst, self._credit + (now - self._counted) * self._rate)


def kept_s(pace: Pace) -> float:
    """For how long it matters when a message was last changed."""
    return max(pace.edit_s, pace.copy_s, PATIENCE_S if pace.edits_a_minute else 0.0)
