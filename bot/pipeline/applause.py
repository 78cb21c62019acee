"""Applause is no vote: neither a word of it nor a sign on a message.

Only a click carries the digest of what was read. Whoever applauds a plan that waits for votes is
told so privately, once for each plan, with what does vote, or why they have no vote: for words by
the answer to them, for a sign on the request, the card or what was said about it by a direct
message. What an account of nobody's puts there
meets silence, and so does a look.

A no in words is no vote either, and has a hint of its own: who has read that their yes counts for
nothing would else take it that they have refused. Who asked for the plan withdraws it. "do it"
means what was asked last, and a plain yes counts as applause only where it is said to Overseer.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.asides import Nod, nod_in
from bot.conversation.copied import below, told_in
from bot.conversation.holders import steerer
from bot.domain.messages import Message, Person, Reaction, ThreadRef
from bot.domain.plans import Plan
from bot.domain.posts import ASK_FOR_VOTES, Notice, PostKind, direct, plan_of
from bot.domain.repeats import goes_ahead
from bot.domain.runs import RUN_HALTED, PlanState
from bot.intent.rules.yes_and_no import agrees
from bot.pipeline import pending
from bot.ports import PlanFilter, Store, StoredPlan, Unit
from bot.reporting import notices

WhyNot = Callable[[Plan, Person], str]
"""Why somebody may not vote on a plan, as a sentence to them; empty: they may."""

_PRESS = "press *Approve* or *Deny…* on its card."
LOOKS = frozenset({"👀", "eyes"})
"""Signs that say that somebody looks, which nobody takes for a vote."""


def heard(message: Message, *, theirs: bool) -> Nod | None:
    """What a message says of a plan's votes; None: it says something else.

    `theirs`: whatever it says is heard. Of others a no counts with its reason, too.
    """
    text = message.text
    if (nod := nod_in(text, reasoned=not theirs)) is not None:
        return nod
    if goes_ahead(text):
        return Nod(newest=True)
    return Nod(newest=True, bare=True) if message.addressed and agrees(text) else None


def hint(unit: Unit, message: Message, person: Person, nod: Nod, why_not: WhyNot) -> str | None:
    """What is told of it: once, unless it was said to Overseer; None: it may be something else.

    Empty: they have been told.
    """
    thread = message.thread
    asked = unit.asked(thread)
    if asked is not None and (asked[2] == person.name or (nod.newest and not asked[2])):
        return None  # it may be the answer
    if nod.bare and (unit.runs(RUN_HALTED, thread) or _is_read(unit, message)):
        return None  # it may be the decision, or said to what is about to be asked
    plan = waiting(unit, thread, nod, person.name)
    if plan is None:
        return None
    first = unit.receive(thread.surface, message.event_id)
    why = why_not(plan, person)
    if nod.against and why and person.name in (plan.requester, steerer(unit, plan)):
        return _withdrawn_by(unit, plan, thread) if first else ""
    denies = nod.against and not why
    anew = first and first_told(unit, plan.id, person.name, denies=denies)
    if not anew and not (first and message.addressed):
        return ""
    if denies:
        return f"That denies nothing: press *Deny…* on #{plan.id}'s card."
    return told(f"That is no vote on #{plan.id}", why)


def waiting(unit: Unit, thread: ThreadRef, nod: Nod, person: str) -> Plan | None:
    """The plan that waits for votes and is meant: the one of this number, else the newest here.

    In a direct message that is the one whose card `person` has there. What can mean only what was
    asked last means nothing else that waits: below such a card, its plan, till more is asked there.
    """
    if nod.plan:
        stored = _waits(unit, nod.plan)
        return stored.plan if stored is not None else None
    if nod.newest:
        found = _newest(unit, thread) or below(unit, thread, person)
    else:
        here = PlanFilter(thread=thread, states=frozenset({PlanState.WAITING}), limit=1)
        found = next(iter(unit.plans(here)), None) or told_in(unit, thread, person)
    return found.plan if found is not None and found.state is PlanState.WAITING else None


def _newest(unit: Unit, thread: ThreadRef) -> StoredPlan | None:
    return next(iter(unit.plans(PlanFilter(thread=thread, limit=1))), None)


def _is_read(unit: Unit, message: Message) -> bool:
    """Whether something else that was said there is still being read."""
    reads = (each.message for each in pending.waiting(unit))
    return any(r.thread == message.thread and r.event_id != message.event_id for r in reads)


def _withdrawn_by(unit: Unit, plan: Plan, thread: ThreadRef) -> str:
    newest = _newest(unit, thread)
    here = newest is not None and newest.plan.id == plan.id
    how = "`cancel`" if here else f"`cancel #{plan.id}`"
    return f"That denies nothing: #{plan.id} is your own and still waits; {how} withdraws it."


def first_told(unit: Unit, plan: int, name: str, *, denies: bool = False) -> bool:
    """Whether a person is yet to be told that theirs was no vote on a plan; asking tells them.

    That a no `denies` nothing is told apart from that.
    """
    key = f"told-no-denial/{plan}" if denies else f"told-no-vote/{plan}"
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
    root = ThreadRef(surface=surface, channel=reaction.channel, thread=reaction.remote)
    plan = waiting(unit, root, Nod(), "")  # what a command asks for has a root of Overseer's own
    return plan.id if plan is not None else None
