"""Messages that were deleted where they were said.

What was stored is what counts: an edited message changes nothing. A deleted one takes back what
it asked for, as long as nobody has approved it; what was approved is others' word as well, and
*Stop* ends it. A message that is being read when it is deleted becomes nothing either: its plan is
stored only while the message still waits (`Asking`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.conversation.unread import Unread
from bot.domain.events import Event
from bot.domain.messages import ThreadRef
from bot.domain.plans import Plan
from bot.domain.runs import PlanState
from bot.gate.approval_desk import ApprovalDesk
from bot.pipeline import pending
from bot.ports import Store, Unit

OPEN = frozenset({PlanState.DRAFTED, PlanState.WAITING})


def withdrawn(unit: Unit, plan: Plan, why: str) -> None:
    """A plan whose message was deleted or stopped while it was made ends where it began."""
    unit.move_plan(plan.id, plan.revision, PlanState.CANCELLED, by=plan.requester, reason=why)
    data = {"by": plan.requester, "reason": why}
    unit.append(
        Event(kind="plan.cancelled", at=unit.now, plan=plan.id, person=plan.requester, data=data)
    )


class Deleting:
    """Takes requests back that were deleted."""

    def __init__(
        self,
        store: Store,
        desk: ApprovalDesk,
        shown: Callable[[int], Awaitable[None]],
        unread: Unread,
    ) -> None:
        """`shown` draws a plan's card."""
        self._unread = unread
        self._store = store
        self._desk = desk
        self._shown = shown

    async def take(self, thread: ThreadRef, event_id: str) -> None:
        """End what the message asked for, unless it was approved; nothing where it was none."""

        def work(unit: Unit) -> int | None:
            # Heard and not yet read, or being read just now: nothing comes of it any more.
            pending.forget(unit, event_id)
            unit.receive(thread.surface, event_id)  # delivered after its deletion, it is not heard
            number = unit.plan_of(thread.surface, event_id)
            stored = unit.plan(number) if number is not None else None
            if stored is None or stored.state not in OPEN:
                return None
            plan = stored.plan
            self._desk.cancel_in(
                unit, plan.id, plan.revision, by=plan.requester, reason=pending.DELETED
            )
            return plan.id

        ended = await self._store.write(work)
        self._unread.drop_one(event_id)  # whoever reads it asks nobody any more
        if ended is not None:
            await self._shown(ended)
