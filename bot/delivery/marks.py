"""How many signs a platform takes on messages, and which come first: rules, no clock.

Slack counts the reactions of one app in one workspace together, and takes fewer to be removed than
to be added. They come out of one bucket (`bucket`), by what they cost of it:

    the first sign on a request, and one that tells how it came out    at once, be the bucket empty;
                        once the platform has refused one, these keep to the bucket for a while
    any other           as long as more than `TURNS` is left: whoever wants to know more sees the
                        card, and by then the request may stand elsewhere

A sign that waits is the one that is put when its turn comes: what stood between is not shown. Most
requests are answered within `FIRST_S`, so the first sign waits for that long: it is the only one
then, and no answer waits for it.
"""

from __future__ import annotations

from typing import Final

from bot.delivery.bucket import Bucket
from bot.domain.posts import Mark, MarkState, Post, PostKind
from bot.ports import Pace

TURNS: Final = 3.0
FIRST: Final = 0.4
"""What a sign costs that takes no other one away."""
FIRST_S: Final = 0.4
"""How long a request bears no sign yet: nobody misses it for so long."""
OUTCOMES: Final = frozenset(
    {MarkState.ASKED, MarkState.HALTED, MarkState.DONE, MarkState.FAILED, MarkState.REFUSED}
)
"""What is not on its way elsewhere by itself."""


class Marks:
    """The signs of one platform. Times are those of a monotonic clock, in seconds."""

    def __init__(self, pace: Pace, now: float) -> None:
        """None was put lately."""
        self._bucket = Bucket(pace.marks_a_minute, pace.marks_burst, now)
        self._waits: dict[int, float] = {}
        """By request that bears no sign, until when."""

    @property
    def are_counted(self) -> bool:
        """Whether the platform counts them all together."""
        return self._bucket.is_counted

    def know(self, post: Post, now: float) -> None:
        """A post is as it is from now on."""
        if post.kind is not PostKind.MARK:
            return
        if post.remote or post.nonce or not post.is_owed:
            self._waits.pop(post.id, None)
        else:
            self._waits.setdefault(post.id, now + FIRST_S)

    def ready(self, post: Post, now: float) -> float:
        """When it is this sign's turn, if no other one comes first."""
        if post.kind is not PostKind.MARK:
            return now
        if (waits := self._waits.get(post.id, now)) > now:
            return waits
        if not self.are_counted:
            return now
        presses = _presses(post)
        need = _cost(post) if presses else _cost(post) + TURNS
        return self._bucket.ready(need, now, presses=presses)

    def take(self, post: Post, now: float) -> None:
        """This one is put now."""
        if self.are_counted and post.kind is PostKind.MARK:
            self._bucket.take(_cost(post), now)

    def pause(self, until: float) -> None:
        """The platform wants no signs before then."""
        self._bucket.pause(until)


def _presses(post: Post) -> bool:
    return not post.remote or (isinstance(post.body, Mark) and post.body.state in OUTCOMES)


def _cost(post: Post) -> float:
    return 1.0 if post.remote else FIRST
