"""A stored plan for those who look through many: one that can't be read holds up no other."""

from __future__ import annotations

from bot.errors import UnreadableError
from bot.ports.store import StoredPlan, Unit


def readable(unit: Unit, plan_id: int, revision: int | None = None) -> StoredPlan | None:
    """The plan; None when there is none, or none that can be read (the store's log tells why)."""
    try:
        return unit.plan(plan_id, revision)
    except UnreadableError:
        return None
