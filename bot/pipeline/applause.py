"""Applause is no vote: neither a word of it nor a sign on a message.

Only a click carries the digest of what was read. Whoever applauds a plan that waits for votes is
told so privately, once for each plan, with what does vote, or why they have no vote: for words by
the answer to them, for a sign on the request, the card or what was said about it by a direct
message. What an account of nobody's puts there
meets silence, and so does a look.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.copied import told_in
from bot.domain.messages import Person, Reaction, ThreadRef
from bot.domain.plans import Plan
from bot.domain.posts import ASK_FOR_VOTES, Notice, PostKind, direct, plan_of
from bot.domain.runs import PlanState
from bot.ports import PlanFilter, Store, StoredPlan, Unit
from bot.reporting import notices

WhyNot = Callable[[Plan, Person], str]
"""Why somebody may not vote on a plan, as a sentence to them; empty: they may."""

_PRESS = "press *Approve* or *Deny…* on its card."
LOOKS = frozenset({"👀", "eyes"})
"""Signs that say that somebody looks, which nobody takes for a vote."""


def waiting(unit: Unit, thread: ThreadRef, number: int, person: str = "") -> Plan | None:
    """The plan that waits for votes and is meant: the one of this number, else the newest here.

    In a direct message that is the one whose card `person` has there.
    """
    if number:
        stored = _waits(unit, number)
        return stored.plan if stored is not None else None
    here = PlanFilter(thread=thread, states=frozenset({PlanState.WAITING}), limit=1)
    found = next(iter(unit.plans(here)), None) or told_in(unit, thread, person)
    return found.plan if found is not None and found.state is PlanState.WAITING else None


def first_told(unit: Unit, plan: int, name: str) -> bool:
    """Whether a person is yet to be told that theirs was no vote on a plan; asking tells them."""
    key = f"told-no-vote/{plan}"
    told = list(unit.get(key) or ())
    if name in told:
        return False
    unit.put(key, [*told, name])
    return True


def told(what: str, why_not: str) -> str:
    """The hint: `what` is no vote, as a clause; whoever has none is not sent to a button."""
    return f"{what}. {why_not}" if why_not else f"{what}: {_PRESS}"


class Applause:
    """Tells who puts a sign on what waits for votes."""

    def __init__(self, store: Store, why_not: WhyNot) -> None:
        """`store` knows what was posted where."""
        self._store = store
        self._why_not = why_not

    async def take(self, reaction: Reaction, person: Person | None) -> None:
        """Owe the hint to whose account it is; None: it is nobody's."""
        if person is None or reaction.emoji in LOOKS:
            return

        def work(unit: Unit) -> None:
            number = _on(unit, reaction)
            stored = _waits(unit, number) if number is not None else None
            if stored is None or not first_told(unit, stored.plan.id, person.name):
                return
            what = f"A reaction is no vote on {notices.named(stored.plan)}"
            text = told(what, self._why_not(stored.plan, person))
            place = direct(reaction.identity.surface, reaction.identity.account)
            key = f"no-vote:{stored.plan.id}:{person.name}"
            unit.owe(place, key, PostKind.NOTICE, Notice(text=text), reader=person.name)

        await self._store.write(work)


def _waits(unit: Unit, number: int) -> StoredPlan | None:
    stored = unit.plan(number)
    return stored if stored is not None and stored.state is PlanState.WAITING else None


def _on(unit: Unit, reaction: Reaction) -> int | None:
    """The plan whose card, notice or request bears the sign."""
    surface, account = reaction.identity.surface, reaction.identity.account
    for channel in (reaction.channel, direct(surface, account).channel):
        post = unit.post_at(surface, channel, reaction.remote)
        if post is not None and post.kind is not PostKind.MARK:
            return plan_of(post, ASK_FOR_VOTES)
    asked = unit.plan_of(surface, reaction.event_id)
    if asked is not None:
        return asked
    below = ThreadRef(surface=surface, channel=reaction.channel, thread=reaction.remote)
    plan = waiting(unit, below, 0)  # what a command asks for has a root of Overseer's own
    return plan.id if plan is not None else None
