"""Stops that overtake what is still being read: nothing said before one begins after it."""

from __future__ import annotations

from bot.domain.intents import Control
from bot.domain.messages import ThreadRef


class Stops:
    """Counts stops, so that a request knows whether one came while it was read."""

    def __init__(self) -> None:
        """None was said yet."""
        self._count = 0
        self._all = 0
        self._threads: dict[str, int] = {}
        self._heard: dict[str, int] = {}

    def heard(self, event: str) -> None:
        """A request begins to be read."""
        self._heard[event] = self._count

    def said(self, control: Control, thread: ThreadRef) -> None:
        """A stop, as it was said: of its thread or of everything, and of no plan by its number."""
        if control.verb == "resume" or control.scope.isdigit():
            return
        self._count += 1
        if control.scope == "all":
            self._all = self._count
        else:
            self._threads[str(thread)] = self._count

    def overtook(self, event: str, thread: ThreadRef) -> bool:
        """Whether a stop was said since the request was heard; it is asked once."""
        began = self._heard.pop(event, self._count)
        return max(self._all, self._threads.get(str(thread), 0)) > began
