"""The plan that somebody is told of in a direct message: its card stands there, asked elsewhere.

What they say below that card, or beside it, is about that plan. Read from the store alone.
"""

from __future__ import annotations

from bot.domain.messages import ThreadRef
from bot.domain.runs import PlanState
from bot.ports import PlanFilter, StoredPlan, Unit

LOOKED_THROUGH = 50
"""The newest plans among which one whose card stands in a direct message is looked for."""


def told_in(unit: Unit, thread: ThreadRef, person: str) -> StoredPlan | None:
    """The plan on whose card they answer there, else the newest of those told that waits."""
    if not thread.is_direct:
        return None
    waits = None
    for stored in unit.plans(PlanFilter(limit=LOOKED_THROUGH)):
        for post in unit.posts_of(f"plan-{stored.plan.id}"):
            if post.reader != person or post.place.surface != thread.surface or not post.remote:
                continue
            if post.remote == thread.thread:
                return stored
            if waits is None and stored.state is PlanState.WAITING:
                waits = stored
    return waits
