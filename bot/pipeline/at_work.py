"""The messages that this process is at, each with the moment since when.

People wait from the moment at which they said something, not from the one at which their turn came:
the patience with models counts from here, so that what hangs holds up a thread only once. What a
former process has heard is heard anew when it is taken up; models get their time for it then.
"""

from __future__ import annotations

from bot.ports import Clock


class AtWork:
    """Message ids, in memory: what is being done ends with the process."""

    def __init__(self, clock: Clock) -> None:
        """At nothing yet."""
        self._clock = clock
        self._since: dict[str, float] = {}

    def __contains__(self, event_id: str) -> bool:
        """Whether it is at this message."""
        return event_id in self._since

    def ids(self) -> frozenset[str]:
        """All of them as of now."""
        return frozenset(self._since)

    def begin(self, event_id: str) -> None:
        """It was heard now."""
        self._since[event_id] = self._clock.monotonic()

    def end(self, event_id: str) -> None:
        """It is answered, or left for later."""
        self._since.pop(event_id, None)

    def since(self, event_id: str) -> float:
        """The clock's monotonic second at which it was heard; this one, where it was not."""
        return self._since.get(event_id, self._clock.monotonic())
