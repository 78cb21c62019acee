"""How many messages of a whole platform may be changed, and which come first: rules, no clock.

Some platforms count the edits of all channels together (Slack: of one app in one workspace). They
come out of one bucket (`bucket`), and what matters less leaves some of it to what matters more:

    another state         of any card, in its thread or a copy: at once, and be the bucket empty:
                          how much a platform takes beyond what it promises only it knows. Once it
                          has refused an edit, also these keep to the bucket for a while
    progress in a thread  as long as more than `TURNS` is left, and for a fresh one `THREADS` more
    progress of a copy    likewise, `COPIES` more: whoever has one in their direct messages sees
                          every state at once, and the numbers now and then

What has not changed for longer asks for less, down to `TURNS`, so that no card stands still; and
nothing of what is new waits for any of it.
"""

from __future__ import annotations

from typing import Final

from bot.delivery.bucket import Bucket
from bot.domain.posts import Post
from bot.ports import Pace

TURNS: Final = 2.0
THREADS: Final = 2.0
COPIES: Final = 6.0
PATIENCE_S: Final = 30.0
"""After which progress that was not shown goes before any that was."""


class Edits:
    """The edits of one platform. Times are those of a monotonic clock, in seconds."""

    def __init__(self, pace: Pace, now: float) -> None:
        """Nothing was changed lately."""
        self._bucket = Bucket(pace.edits_a_minute, pace.edits_burst, now)

    @property
    def are_counted(self) -> bool:
        """Whether the platform counts them all together."""
        return self._bucket.is_counted

    def ready(self, post: Post, since: float, now: float) -> float:
        """When it is this edit's turn, if no other one comes first; `since`: its last change.

        It may be told too early a time, but never one without end: whoever comes then asks again.
        """
        if not self.are_counted or not post.is_edit:
            return now
        if not post.is_progress:
            return self._bucket.ready(1.0, now, presses=True)
        more = COPIES if post.reader else THREADS
        fresh = max(0.0, 1 - (now - since) / PATIENCE_S)
        falls = more / PATIENCE_S if fresh else 0.0
        return self._bucket.ready(1 + TURNS + more * fresh, now, presses=False, falls=falls)

    def take(self, post: Post, now: float) -> None:
        """This one is sent now."""
        if self.are_counted and post.is_edit:
            self._bucket.take(1.0, now)

    def pause(self, until: float) -> None:
        """The platform wants no edits before then."""
        self._bucket.pause(until)


def kept_s(pace: Pace) -> float:
    """For how long it matters when a message was last changed."""
    return max(pace.edit_s, pace.copy_s, PATIENCE_S if pace.edits_a_minute else 0.0)
