"""Messages that were deleted where they were said.

What was stored is what counts: an edited message changes nothing. A deleted one takes back what
it asked for, as long as nobody has approved it; what was approved is others' word as well, and
*Stop* ends it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.messages import ThreadRef
from bot.domain.runs import PlanState
from bot.gate.approval_desk import ApprovalDesk
from bot.pipeline import pending
from bot.ports import Store, Unit

WHY = "its request was deleted"
OPEN = frozenset({PlanState.DRAFTED, PlanState.WAITING})


class Deleting:
    """Takes requests back that were deleted."""

    def __init__(
        self, store: Store, desk: ApprovalDesk, shown: Callable[[int], Awaitable[None]]
    ) -> None:
        """`shown` draws a plan's card."""
        self._store = store
        self._desk = desk
        self._shown = shown

    async def take(self, thread: ThreadRef, event_id: str) -> None:
        """End what the message asked for, unless it was approved; nothing where it was none."""

        def work(unit: Unit) -> int | None:
            pending.done(unit, event_id)  # heard and not yet read: it is read no more
            number = unit.plan_of(thread.surface, event_id)
            stored = unit.plan(number) if number is not None else None
            if stored is None or stored.state not in OPEN:
                return None
            plan = stored.plan
            self._desk.cancel_in(unit, plan.id, plan.revision, by=plan.requester, reason=WHY)
            return plan.id

        ended = await self._store.write(work)
        if ended is not None:
            await self._shown(ended)
