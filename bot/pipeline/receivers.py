"""To whom something that is open can be given: who could answer there, and do something with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.conversation.handover import out_of_reach
from bot.domain.messages import Person, Role, ThreadRef
from bot.domain.plans import Plan
from bot.domain.wording import listed
from bot.gate.sentences import roles_of
from bot.ports import World

_MAY_ASK = frozenset({Role.OPERATOR, Role.APPROVER, Role.ADMIN})


def why_not(other: Person, thread: ThreadRef, plans: Iterable[Plan], world: World) -> str:
    """Why these plans, open in a thread, are nothing for somebody; empty: they may have them.

    What somebody holds on a platform is known as they press or speak there, and judged then.
    """
    if why := out_of_reach(other, thread):
        return why
    if other.roles & _MAY_ASK or world.lends_in(thread):
        return ""
    changes = sorted({plan.id for plan in plans if plan.effect.changes})
    if not changes:
        return ""
    which = listed([f"#{number}" for number in changes])
    return (
        f"{other.display} is {roles_of(other)} and may not ask for {which}, so whatever they "
        "changed of it would be refused. Hand over to an operator, an approver or an admin."
    )


def able(plan: Plan, first: Sequence[str], world: World) -> tuple[str, ...]:
    """Everybody to whom the decision about a plan's run can be given; these people come `first`.

    They are the same as those to whom it can be given in words.
    """
    found = (*(world.people.named(name) for name in first), *world.people.persons)
    people = {person.name: person for person in found if person is not None}
    return tuple(n for n, p in people.items() if not why_not(p, plan.thread, (plan,), world))
