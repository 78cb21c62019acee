"""How many signs a platform takes on messages, and which come first: rules, no clock.

Slack counts the reactions of one app in one workspace together, and takes fewer to be removed than
to be added. They come out of one bucket, by what they cost of it:

    the first sign on a request, and one that tells how it came out    at once, be the bucket empty;
                        once the platform has refused one, these keep to the bucket for `STRICT_S`
    any other           as long as more than `TURNS` is left: whoever wants to know more sees the
                        card, and by then the request may stand elsewhere

A sign that waits is the one that is put when its turn comes: what stood between is not shown.
"""

from __future__ import annotations

from typing import Final

from bot.delivery.edits import STRICT_S
from bot.domain.posts import Mark, MarkState, Post, PostKind
from bot.ports import Pace

TURNS: Final = 3.0
FIRST: Final = 0.4
"""What a sign costs that takes no other one away."""
OUTCOMES: Final = frozenset(
    {MarkState.ASKED, MarkState.HALTED, MarkState.DONE, MarkState.FAILED, MarkState.REFUSED}
)
"""What is not on its way elsewhere by itself."""


class Marks:
    """The signs of one platform. Times are those of a monotonic clock, in seconds."""

    def __init__(self, pace: Pace, now: float) -> None:
        """None was put lately."""
        self._rate = pace.marks_a_minute / 60
        self._burst = float(pace.marks_burst)
        self._credit = self._burst
        self._counted = now
        self._until = self._strict_until = now

    @property
    def are_counted(self) -> bool:
        """Whether the platform counts them all together."""
        return self._rate > 0

    def ready(self, post: Post, now: float) -> float:
        """When it is this sign's turn, if no other one comes first."""
        if not self.are_counted or post.kind is not PostKind.MARK:
            return now
        presses = _presses(post)
        if presses and now >= self._strict_until:
            return now
        need = _cost(post) if presses else _cost(post) + TURNS
        lacks = min(need, self._burst) - self._left(now)
        at = now if lacks <= 1e-6 else now + lacks / self._rate
        return max(at, self._until)

    def take(self, post: Post, now: float) -> None:
        """This one is put now."""
        if self.are_counted and post.kind is PostKind.MARK:
            left = self._left(now) - _cost(post)
            self._credit, self._counted = max(-self._burst, left), now

    def pause(self, until: float) -> None:
        """The platform wants no signs before then."""
        self._until = max(self._until, until)
        self._strict_until = max(self._strict_until, until + STRICT_S)
        self._credit = min(self._credit, 0.0)

    def _left(self, now: float) -> float:
        return min(self._burst, self._credit + (now - self._counted) * self._rate)


def _presses(post: Post) -> bool:
    return not post.remote or (isinstance(post.body, Mark) and post.body.state in OUTCOMES)


def _cost(post: Post) -> float:
    return 1.0 if post.remote else FIRST
