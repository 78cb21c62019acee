"""How far has been heard: the bookmark behind which nothing is left to take in. Pure.

Ids of Discord grow with time, whatever the channel, so one number is enough: it never passes a
message that is still being taken in, nor anything while what was missed is looked up.
"""

from __future__ import annotations

from bot.domain.messages import Bookmark

EPOCH_MS = 1420070400000
MOST_DIRECT = 100
MOST_RECENT = 5000
MOST_KEPT = 200
MARGIN = 5000 << 22
"""Five seconds in ids: messages of two channels may come in another order than they were said."""


def id_at(seconds: float) -> int:
    """The smallest id of what was made at a time, in seconds since 1970."""
    return max(0, int(seconds * 1000) - EPOCH_MS) << 22


class Progress:
    """Keeps count of what is being taken in."""

    def __init__(self) -> None:
        """Nothing was heard yet, and nothing is known of what was missed."""
        self._newest = 0
        self._open: set[int] = set()
        self._held: int | None = 0
        self._direct: dict[str, None] = {}
        self._recent: dict[int, None] = {}
        self._before: frozenset[int] = frozenset()

    def begin(self, message: int) -> bool:
        """A message is being taken in; False when it was before, by this process."""
        if message in self._recent:
            return False
        self._recent[message] = None
        if len(self._recent) > MOST_RECENT:
            del self._recent[next(iter(self._recent))]
        self._open.add(message)
        self._newest = max(self._newest, message)
        return True

    def end(self, message: int) -> None:
        """It is taken in, or it was none."""
        self._open.discard(message)

    def undone(self, message: int) -> None:
        """It was not taken in, and is still to be: the bookmark stays before it."""
        self._recent.pop(message, None)

    def direct(self, channel: str) -> None:
        """A channel of direct messages; those that were used last are known."""
        self._direct.pop(channel, None)
        self._direct[channel] = None
        if len(self._direct) > MOST_DIRECT:
            del self._direct[next(iter(self._direct))]

    def heard(self, message: int) -> bool:
        """Whether it is being taken in, or was, as far back as is remembered."""
        return message in self._recent

    def heard_before(self, message: int) -> bool:
        """Whether it was taken in by a former session."""
        return message in self._before

    def take_up(self, bookmark: Bookmark) -> None:
        """A former process left it there."""
        self._held = int(bookmark.seen or 0)
        self._before = frozenset(map(int, bookmark.recent))
        self._recent = {**dict.fromkeys(sorted(self._before)), **self._recent}
        for channel in bookmark.direct:
            self.direct(channel)

    def hold(self) -> None:
        """A new session begins: what is said after the bookmark may have been missed."""
        if self._held is None:
            self._held = int(self.bookmark.seen or 0)
            self._before = frozenset(self._recent)

    def release(self, upto: int) -> None:
        """Up to here all was looked up."""
        self._held = None
        if upto > self._newest:
            self._newest = upto
            self._recent[upto] = None

    @property
    def bookmark(self) -> Bookmark:
        """As it stands."""
        heard = self._newest if self._held is None else self._held
        seen = min((heard, *(each - 1 for each in self._open)))
        near = [each for each in self._recent if seen - MARGIN < each <= seen]
        return Bookmark(
            seen=str(seen) if seen else "",
            recent=tuple(map(str, near[-MOST_KEPT:])),
            direct=tuple(self._direct),
        )
