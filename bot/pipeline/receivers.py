"""Whose something open is, and to whom it can be given: who could answer there, and act on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.conversation.handover import out_of_reach
from bot.domain.cards import Card
from bot.domain.messages import Person, Role, ThreadRef
from bot.domain.plans import Plan
from bot.domain.runs import Run
from bot.domain.wording import listed
from bot.gate.sentences import roles_of
from bot.pipeline.outsiders import Outsider, unheard
from bot.pipeline.steering import receiver_of
from bot.ports import World

ASK_ANEW = frozenset({"again", "without", "queue"})
"""Buttons by which a plan is looked at again: whose they are `Steering.must_own` judges."""
DECIDE = frozenset({"retry", "skip", "mark_done", "rollback", "recheck", "end", "handover"})
"""Buttons that decide about a halted run: whose they are `Steering.must_decide` judges."""
MOST_NAMED = 8
"""Of more people a few are named as an example."""
_MAY_ASK = frozenset({Role.OPERATOR, Role.APPROVER, Role.ADMIN})


def why_not(
    other: Person,
    thread: ThreadRef,
    plans: Iterable[Plan],
    world: World,
    outside: Outsider,
    *,
    now: str = "",
) -> str:
    """Why these plans, open in a thread, are nothing for somebody; empty: they may have them.

    `now` is who has them: of those to whom they can go instead they are none.
    What somebody holds on a platform is known as they press or speak there, and judged then.
    """
    meant = tuple(plans)
    if why := unheard(other, thread, outside, world.settings.chat):
        people = (p for p in world.people.persons if p.name not in (now, other.name))
        heard = [p for p in people if not _why_not(p, thread, meant, world, outside)]
        return f"{why}, so they could not answer here. {_to_whom(heard)}"
    return _why_not(other, thread, meant, world, outside)


def _why_not(
    other: Person, thread: ThreadRef, plans: Sequence[Plan], world: World, outside: Outsider
) -> str:
    if why := out_of_reach(other, thread):
        return why
    if why := unheard(other, thread, outside, world.settings.chat):
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


def _to_whom(able: Sequence[Person]) -> str:
    """To which of these people it can go, of many to a few."""
    names = [person.display for person in able]
    if not names:
        return "There is nobody else here to whom it can go."
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return f"It can go to {listed([*names[:MOST_NAMED], *more], 'or')}."


def deciders(run: Run, owners: Sequence[str], world: World) -> tuple[str, ...]:
    """Who may decide about a halted run, the person it was handed to first."""
    votes = (p.name for p in world.people.with_role(Role.APPROVER, Role.ADMIN))
    return tuple(dict.fromkeys(n for n in (run.decider, *owners, *votes) if n))


def for_owners(card: Card, plan: Plan, to: str, run: Run | None, world: World) -> Card:
    """The card of a plan with what is not everybody's drawn for those alone whose that is.

    That is what asks for it once more, and what decides about a run whose decision was handed
    over. `to` is whoever the conversation was handed to.
    """
    admins = tuple(person.name for person in world.people.with_role(Role.ADMIN))
    receiver = receiver_of(run, world.people)
    names = (plan.requester, to, run.decider if run is not None else "", *admins)
    whose = dict.fromkeys(ASK_ANEW, tuple(dict.fromkeys(name for name in names if name)))
    others = ""
    if receiver is not None:
        whose |= dict.fromkeys(DECIDE, tuple(dict.fromkeys((receiver, *admins))))
        others = f"{world.people.shown(receiver)} or an admin decides about it now."
    if whose.keys().isdisjoint(button.id for button in card.buttons):
        return card
    buttons = tuple(
        b.model_copy(update={"only": whose[b.id], "others": others if b.id == "end" else b.others})
        if b.id in whose
        else b
        for b in card.buttons
    )
    return card.model_copy(update={"buttons": buttons})


def able(plan: Plan, first: Sequence[str], world: World, outside: Outsider) -> tuple[str, ...]:
    """Everybody to whom the decision about a plan's run can be given; these people come `first`.

    They are the same as those to whom it can be given in words.
    """
    found = (*(world.people.named(name) for name in first), *world.people.persons)
    people = {person.name: person for person in found if person is not None}
    return tuple(
        n for n, p in people.items() if not _why_not(p, plan.thread, (plan,), world, outside)
    )
