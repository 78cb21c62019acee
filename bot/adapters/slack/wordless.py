"""What people send and that is not read, a file alone or what they forward: they are told, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.adapters.slack import events
from bot.adapters.slack.whispers import Place, Whispers
from bot.domain.recent import Recent

MOST_TOLD = 1_000
"""Messages that are remembered: a mention comes as two events."""
ALONE = (
    "I read what is written to me, and neither files nor what is forwarded: say in words what you "
    "want."
)
BESIDE = "What you forwarded is not read: I go by your own words alone."


class Wordless:
    """Tells the sender."""

    def __init__(self, whispers: Whispers, me: str) -> None:
        """`me` is Overseer's own account."""
        self._whispers = whispers
        self._me = me
        self._told: Recent[str] = Recent(MOST_TOLD)

    def heard(self, event: Mapping[str, Any]) -> None:
        """An event that was taken in; what is not said to Overseer is none of its business."""
        found = not_read(event, self._me)
        if found is not None and self._told.add(f"{event.get('channel')}/{event.get('ts')}"):
            self._whispers.tell(*found)


def not_read(event: Mapping[str, Any], me: str) -> tuple[Place, str] | None:
    """Whom to tell that something of their message is not read, and how; None: all of it is."""
    shared = any(
        isinstance(each, Mapping) and each.get("is_share")
        for each in event.get("attachments") or ()
    )
    if not (shared or event.get("files")):
        return None
    said = events.utterance({"event": event}, me)
    if said is not None:
        return (said.place, BESIDE) if shared and said.addressed else None
    there = events.utterance({"event": {**event, "text": "."}}, me)
    return (there.place, ALONE) if there is not None and there.addressed else None
