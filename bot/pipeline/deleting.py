"""Messages that were deleted where they were said.

What was stored is what counts: an edited message changes nothing. A deleted one takes back what
it asked for, as long as nobody has approved it; what was approved is others' word as well, and
*Stop* ends it. A message that is being read when it is deleted becomes nothing either: its plan is
stored only while the message still waits (`Asking`). What a command asks for has a root of
Overseer's own, and goes with that. A card that is deleted while its plan is under way is owed anew.

The question to which it led goes with it, and what is being read as its answer.

A channel's people delete much that was never said to Overseer: that is remembered for a while in
memory, should it be delivered yet, and written down only in a conversation of Overseer's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from bot.conversation import holders
from bot.conversation.unread import Unread
from bot.domain.cards import ThreadItem
from bot.domain.events import Event
from bot.domain.messages import Message, ThreadRef
from bot.domain.plans import DELETED, Plan
from bot.domain.posts import MarkState, PostKind
from bot.domain.runs import RUN_ENDED, PlanState
from bot.gate.approval_desk import ApprovalDesk
from bot.pipeline import asked_by, pending
from bot.pipeline.clicks import PRESSED
from bot.pipeline.open_question import closed, led_to, unread_answers
from bot.ports import PlanFilter, Store, Unit
from bot.ports.readable import readable
from bot.reporting.answer_card import taken_back

OPEN = frozenset({PlanState.DRAFTED, PlanState.WAITING})
MAY_MOVE = frozenset({PlanState.WAITING, PlanState.APPROVED})


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
        pass_on: Callable[[Iterable[ThreadItem | None]], Awaitable[None]],
    ) -> None:
        """`shown` draws a plan's card, `pass_on` shows what is stored."""
        self._pass_on = pass_on
        self._unread = unread
        self._store = store
        self._desk = desk
        self._shown = shown

    async def take(self, thread: ThreadRef, event_id: str) -> None:
        """End what the message asked for, unless it was approved; nothing where it was none."""
        self._unread.delete(thread.surface, event_id)
        if not self._unread.knows(event_id) and not await self._store.read(
            lambda u: _matters(u, thread, event_id)
        ):
            return

        def work(unit: Unit) -> tuple[list[str], list[int], ThreadItem | None]:
            # Heard and not yet read, or being read just now: nothing comes of it any more.
            asked, plans = _asked_by(unit, thread, event_id)
            ends = [number for number, by in plans if self._end(unit, number, by)]
            for each in asked:
                pending.forget(unit, each)
            unit.receive(thread.surface, event_id)  # delivered after its deletion, it is not heard
            _drawn_again(unit, thread, event_id)
            item = None
            if not set(asked).isdisjoint(led_to(unit, thread)) and not _was_handed(unit, thread):
                asked += unread_answers(unit, thread)
                item = closed(
                    unit, thread, lambda card, _: taken_back(card), mark=MarkState.REFUSED
                )
            return asked, ends, item

        asked, ended, item = await self._store.write(work)
        for each in asked:  # whoever reads it asks nobody any more
            self._unread.drop_one(each)
        await self._pass_on([item])
        for number in ended:
            await self._shown(number)

    def is_gone(self, message: Message) -> bool:
        """Whether a message that is delivered just now was deleted before."""
        return self._unread.is_deleted(message.thread.surface, message.event_id)

    def _end(self, unit: Unit, number: int, event_id: str) -> bool:
        """Withdraw a plan that is still whose message asked for it; False: it stays."""
        stored = readable(unit, number)
        if stored is None or stored.state not in OPEN:
            return False
        plan = stored.plan
        if not asked_by.is_its_senders(unit, plan, event_id):
            return False
        self._desk.cancel_in(unit, plan.id, plan.revision, by=plan.requester, reason=DELETED)
        return True


def _matters(unit: Unit, thread: ThreadRef, event_id: str) -> bool:
    """Whether a message was heard, is a card, or stood where Overseer was spoken to."""
    if unit.received(thread.surface, event_id) or holders.holder(unit, thread):
        return True
    return unit.post_at(thread.surface, thread.channel, _remote(event_id)) is not None


def _drawn_again(unit: Unit, thread: ThreadRef, event_id: str) -> None:
    """Let a card that was deleted be drawn, which posts it anew, unless its plan is over."""
    post = unit.post_at(thread.surface, thread.channel, _remote(event_id))
    found = unit.card(post.card) if post is not None and post.kind is PostKind.CARD else None
    number = found[1].plan if found is not None else None
    stored = readable(unit, number) if number is not None else None
    if post is None or stored is None or stored.state not in MAY_MOVE:
        return
    run = unit.run(stored.plan.id)
    if run is None or run.state not in RUN_ENDED:
        unit.draw(post.place, post.key)


def _was_handed(unit: Unit, thread: ThreadRef) -> bool:
    """Whether the open question came to whom it is for from another, whose words led to it."""
    asked = unit.asked(thread)
    return asked is not None and bool(asked[0].formerly)


def _asked_by(
    unit: Unit, thread: ThreadRef, event_id: str
) -> tuple[list[str], list[tuple[int, str]]]:
    """The deliveries that go with a deleted message, and the plans with which asked for each."""
    asked = [event_id]
    plans = [(unit.plan_of(thread.surface, event_id), event_id)]
    root = _remote(event_id) == thread.thread
    if root and not unit.received(thread.surface, event_id):  # Overseer's own: a command's
        waits = (m.message for m in pending.waiting(unit))
        asked += [m.event_id for m in waits if m.thread == thread and _called(m.event_id, thread)]
        here = PlanFilter(thread=thread, states=OPEN)
        for stored in unit.plans(here):
            began = unit.messages_of(stored.plan.id, thread.surface)[:1]
            if any(_called(each, thread) for each in began):
                plans.append((stored.plan.id, began[0]))
    return asked, [(number, by) for number, by in plans if number is not None]


def _remote(event_id: str) -> str:
    return event_id.rpartition("/")[2]


def _called(event_id: str, thread: ThreadRef) -> bool:
    """Whether it is the delivery of a command, and of no message that stands there itself.

    That of a message is made of where it stands and its own id, and that of a button is no word.
    """
    stands = event_id.rpartition("/")[0] in (thread.channel, thread.thread)
    pressed = event_id.startswith(PRESSED) or f":{PRESSED}" in event_id  # there, or elsewhere
    return not stands and not pressed
