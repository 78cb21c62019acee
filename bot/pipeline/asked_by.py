"""By which account of a chat a plan was asked for, and by whose message.

What needs no vote runs because its requester may ask for it. Where it runs later (at its time, out
of the queue, after a restart) the account by which they asked, in words or by a button that asks
again, must still be theirs: one that was stolen and is unlinked has asked for nothing. What
somebody has approved is their word as well.

Once a plan is another's, whose each message was that changed it is written down: no chat tells it
of one that is deleted. What came before is of who asked first.
"""

from __future__ import annotations

from bot.conversation.holders import steerer
from bot.domain.messages import Identity
from bot.domain.plans import Plan
from bot.pipeline import pending
from bot.ports import Unit, World

ASKED = "asked-by"
"""The box of what is kept: a plan's number → the account."""
SENDERS = "senders"
"""The box of what is kept: a plan's number → the sender of each message since it had two."""
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
    if event and plan.formerly:
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
