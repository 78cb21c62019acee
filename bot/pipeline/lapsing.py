"""Halted runs whose votes will end: what their cards offer is another thing from then on."""

from __future__ import annotations

from datetime import datetime

from bot.domain.plans import Plan
from bot.domain.runs import RUN_HALTED, Run


class Lapsing:
    """Remembers what was drawn as if its votes held; a start draws every halted run again."""

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self._ends: dict[int, datetime] = {}

    def drawn(self, plan: Plan, run: Run | None, now: datetime) -> None:
        """The card of a plan is drawn as it stands `now`."""
        self._ends.pop(plan.id, None)
        halted = run is not None and run.state in RUN_HALTED and plan.effect.changes
        if halted and plan.votes_end is not None and plan.votes_end > now:
            self._ends[plan.id] = plan.votes_end

    def due(self, now: datetime) -> list[int]:
        """The plans whose votes have ended since their cards were drawn, each once."""
        # What is drawn in the store's thread comes in between two of these steps.
        over = [number for number, end in self._ends.copy().items() if end <= now]
        for number in over:
            self._ends.pop(number, None)
        return over
