"""By which account of a chat a plan was asked for, and by whose message.

What needs no vote runs because its requester may ask for it. Where it runs later (at its time, out
of the queue, after a restart) the account by which they asked, in words or by a button that asks
again, must still be theirs: one that was stolen and is unlinked has asked for nothing. What
somebody has approved is their word as well.

Once a plan is another's, whose each message was that changed it is written down: no chat tells it
of one that is deleted. What came before is of who asked first.

Both are forgotten as a plan's run has ended. One that came to nothing may be asked for again, by
whatever account: its messages are known for some months yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Final

from bot.conversation.holders import steerer
from bot.domain.messages import Identity
from bot.domain.plans import Plan
from bot.domain.runs import PLAN_ENDED, RUN_ENDED, PlanState, Run
from bot.pipeline import pending
from bot.ports import StoredPlan, Unit, World
from bot.ports.readable import readable

ASKED = "asked-by"
"""The box of what is kept: a plan's number → the account."""
SENDERS = "senders"
"""The box of what is kept: a plan's number → the sender of each message since it had two."""
LONGEST: Final = timedelta(days=90)
"""So long the messages are known of what came to nothing."""
AT_ONCE = 200
"""Plans of which it is forgotten at one start."""
GONE = "The account by which {who} asked for it is no longer theirs; ask for it anew."


def noted(unit: Unit, plan: Plan, event: str, pressed: Identity | None = None) -> None:
    """Write down by which account a plan is asked for: that of a message, or of who has `pressed`.

    Of what is only read, at once, nothing is: nobody judges that again. Nor is anything where a
    page or a terminal asks; what an earlier revision was asked by says nothing of this one.
    """
    matters = plan.effect.changes or plan.start is not None
    account = pending.said_by(unit, event) if event else pressed
    if plan.revision > 1:
        unit.drop(ASKED, str(plan.id))
    if account is not None and matters:
        unit.keep(ASKED, str(plan.id), account.model_dump())
    if event and plan.formerly and plan.thread.is_room:
        known = unit.kept(SENDERS, str(plan.id)) or {}
        unit.keep(SENDERS, str(plan.id), {**known, event: plan.requester})


def is_its_senders(unit: Unit, plan: Plan, event: str) -> bool:
    """Whether a plan is still whose message, one of its, asked for it or changed it."""
    sender = plan.requester
    if plan.formerly:
        first = unit.plan(plan.id, 1)
        known = unit.kept(SENDERS, str(plan.id)) or {}
        sender = known.get(event) or (first.plan.askers[0] if first is not None else "")
    return sender == plan.requester == steerer(unit, plan)


def is_theirs(unit: Unit, plan: Plan, world: World) -> bool:
    """Whether that account still is its requester's; where none is known nothing is against it."""
    kept = unit.kept(ASKED, str(plan.id))
    if kept is None:
        return True
    asker = world.asker(str(Identity.model_validate(kept)))
    requester = world.asker(plan.requester)
    return asker is not None and requester is not None and asker.name == requester.name


def follow(unit: Unit, stored: StoredPlan, run: Run | None) -> None:
    """Forget it of a plan that is over."""
    for box in _boxes_over(unit, stored, run):
        unit.drop(box, str(stored.plan.id))


def left(unit: Unit) -> tuple[tuple[str, str], ...]:
    """What is kept of plans that are over, as (box, key); the oldest `AT_ONCE`."""
    return tuple(islice(_left(unit), AT_ONCE))


def forget(unit: Unit, entries: Sequence[tuple[str, str]]) -> None:
    """Forget these, unless they have been asked for anew since they were found."""
    for box, key in entries:
        if _is_over(unit, box, key):
            unit.drop(box, key)


def _left(unit: Unit) -> Iterator[tuple[str, str]]:
    waiting = {str(number) for number, _ in unit.plans_in(PlanState.WAITING)}  # none of it is over
    for box in (SENDERS, ASKED):
        for key in unit.kept_keys(box):
            if key not in waiting and _is_over(unit, box, key):
                yield box, key


def _is_over(unit: Unit, box: str, key: str) -> bool:
    """Whether it needs not be known; what can't be read now may be read, and run, another time."""
    stored = readable(unit, int(key)) if key.isdecimal() else None
    return stored is not None and box in _boxes_over(unit, stored, unit.run(int(key)))


def _boxes_over(unit: Unit, stored: StoredPlan, run: Run | None) -> tuple[str, ...]:
    """What needs not be known any more of a plan: it neither runs again, nor is it asked for anew.

    Asked for anew, it is by another account.
    """
    if run is not None:
        return (ASKED, SENDERS) if run.state in RUN_ENDED else ()
    if stored.state not in PLAN_ENDED:
        return ()
    over = unit.now - (stored.decided_at or stored.plan.created_at)
    return (ASKED, SENDERS) if over >= LONGEST else (ASKED,)
