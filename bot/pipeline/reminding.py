"""When somebody is to be reminded of what waits for votes: known in memory, as it begins to wait.

The half of a plan's time depends on how much it has, which may be minutes or days; so nothing is
looked for in the store at each tick, and nothing is looked at there before it is due.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.runs import PlanState
from bot.ports import PlanFilter, StoredPlan, Unit
from bot.reporting.notices import reminds_at

MOST = 1000
"""Plans that waited before a start, the newest, of which anybody is reminded."""


class Reminding:
    """Follows the plans that wait, each with its revision."""

    def __init__(self) -> None:
        """None yet."""
        self._due: dict[int, tuple[int, datetime]] = {}
        self._done: dict[int, int] = {}
        """Of what nobody has to be reminded any more, though it waits still."""

    def begin(self, unit: Unit) -> None:
        """Know what waits at a start."""
        waiting = PlanFilter(states=frozenset({PlanState.WAITING}), limit=MOST)
        for stored in unit.plans(waiting):
            self.follow(stored)

    def follow(self, stored: StoredPlan) -> None:
        """A plan stands so now."""
        plan = stored.plan
        if stored.state is not PlanState.WAITING or plan.expires_at is None:
            self._due.pop(plan.id, None)
            self._done.pop(plan.id, None)
        elif self._done.get(plan.id) != plan.revision:
            self._due[plan.id] = plan.revision, reminds_at(plan.created_at, plan.expires_at)

    def due(self, now: datetime) -> dict[int, int]:
        """The plans, each with its revision, of which half of the time is over."""
        found = list(self._due.items())
        return {plan: revision for plan, (revision, at) in found if at <= now}

    def done(self, reminded: dict[int, int]) -> None:
        """Whoever is to be reminded of these has been, once and for all."""
        for plan, revision in reminded.items():
            if self._due.get(plan, (0,))[0] == revision:
                del self._due[plan]
                self._done[plan] = revision
