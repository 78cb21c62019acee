"""Messages that were taken in and not yet answered: a restart answers them.

A message's entry is written with its inbox row and goes in the same transaction as the plan
that comes of it, so that a crash at any moment makes neither none nor two.
"""

from __future__ import annotations

from typing import Any

from bot.domain.messages import Message
from bot.ports import Unit

PENDING = "pending"
"""The stored setting: event id → the message as it was recorded, and the plan's number."""


def keep(unit: Unit, message: Message) -> None:
    """Remember a message that was just taken in."""
    unit.put(PENDING, _all(unit) | {message.event_id: {"message": message.model_dump(mode="json")}})


def reserve(unit: Unit, event_id: str) -> int:
    """The number of the plan that a message becomes; the same one when it is asked for again."""
    entries = _all(unit)
    entry = entries.get(event_id)
    if entry is None:
        return unit.next_plan_id()
    if "plan" not in entry:
        entry["plan"] = unit.next_plan_id()
        unit.put(PENDING, entries)
    return int(entry["plan"])


def done(unit: Unit, event_id: str) -> None:
    """The message has its answer."""
    entries = _all(unit)
    if entries.pop(event_id, None) is not None:
        unit.put(PENDING, entries)


def waiting(unit: Unit) -> tuple[Message, ...]:
    """The messages that have no answer yet, oldest first."""
    found = [Message.model_validate(entry["message"]) for entry in _all(unit).values()]
    return tuple(sorted(found, key=lambda message: message.at))


def _all(unit: Unit) -> dict[str, dict[str, Any]]:
    return dict(unit.get(PENDING) or {})
