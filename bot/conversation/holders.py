"""Whose a conversation is: who asked first in it, or whom they handed it to.

They alone answer what Overseer asked them, and change their plans in words; so after a handover
does the one whom it was handed to, for everybody who held it before. A conversation of the page or
the terminal is its owner's from the start, and open to nobody else until they hand it over.
What somebody asks anew there once they have handed it over is their own, as a stranger's is.

Steering is no voting: whoever steers a plan in words has asked for it, as has whoever handed it
over (`bot.domain.plans.Plan.formerly`).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.events import Event
from bot.domain.messages import Person, ThreadRef
from bot.domain.plans import Plan
from bot.ports import Unit

_HOLDER = "holder/"


def begin(unit: Unit, thread: ThreadRef, person: str) -> None:
    """The first who asks in a room holds the conversation."""
    if thread.is_room and not held_by(unit, thread):
        unit.put(_key(thread), [person])


def held_by(unit: Unit, thread: ThreadRef) -> tuple[str, ...]:
    """Everybody who has held it, who does now last; empty where nobody does."""
    own = (thread.owner,) if thread.owner else ()
    return tuple(unit.get(_key(thread)) or own)


def holder(unit: Unit, thread: ThreadRef) -> str:
    """Who holds it; empty where nobody does."""
    held = held_by(unit, thread)
    return held[-1] if held else ""


def handed_to(unit: Unit, person: str) -> tuple[ThreadRef, ...]:
    """The conversations that others have held, and this person holds now."""
    found = (key.removeprefix(_HOLDER) for key in unit.ending(_HOLDER, person))
    parts = (key.split("/", 2) for key in found)
    return tuple(ThreadRef(surface=on, channel=at, thread=of) for on, at, of in parts)


def whose(held: Sequence[str], other: str) -> str:
    """Whose to answer and change is what `other` was asked and has asked for."""
    return held[-1] if other in held else other


def gave_away(unit: Unit, thread: ThreadRef, person: str) -> bool:
    """Whether this person held it and has handed it over: what they ask now goes with nothing."""
    return person in held_by(unit, thread)[:-1]


def keep_own(unit: Unit, plan: Plan) -> None:
    """What its requester has asked for since they handed the conversation over is theirs."""
    own = unit.get(_own_key(plan.thread)) or {}
    unit.put(_own_key(plan.thread), {**own, str(plan.id): plan.requester})


def steerer(unit: Unit, plan: Plan) -> str:
    """Who answers for a plan and may change it: its requester, or to whom they handed it."""
    own = unit.get(_own_key(plan.thread)) or {}
    if own.get(str(plan.id)) == plan.requester:
        return plan.requester
    return whose(held_by(unit, plan.thread), plan.requester)


def steers(unit: Unit, plan: Plan, person: str) -> bool:
    """Whether a plan was handed to this person: its conversation, or its halted run."""
    run = unit.run(plan.id)
    return person == steerer(unit, plan) or (run is not None and run.decider == person)


def is_open_to(unit: Unit, thread: ThreadRef, person: Person) -> bool:
    """Whether this person may speak there, as far as its own surface knows."""
    return thread.open_to(person) or holder(unit, thread) == person.name


def hand(unit: Unit, thread: ThreadRef, by: Person, to: str) -> bool:
    """Let somebody else hold it, with the question that is open; False unless it is `by`'s.

    So it is where they take back what they gave away and who has it was not heard with since.
    The question's answer will be asked for by two: who was asked it first is not to approve it.
    """
    held = held_by(unit, thread)
    if not held or held[-1] == to:
        return False
    if held[-1] not in names_of(by) and not (to == by.name and takes_back(unit, thread, by)):
        return False
    unit.put(_key(thread), [*(name for name in held if name != to), to])
    own = unit.get(_own_key(thread)) or {}
    unit.put(_own_key(thread), {plan: name for plan, name in own.items() if name != held[-1]})
    unit.put(_unused_key(thread), None if to == by.name else to)
    asked = unit.asked(thread)
    if asked is not None and asked[2] == held[-1]:
        question = asked[0]
        askers = dict.fromkeys((*question.formerly, asked[2]))
        question = question.model_copy(update={"formerly": tuple(askers)})
        unit.ask(thread, question, asked[1], to)
    if thread.owner:
        unit.share(thread, to)
        if held[-1] != thread.owner:
            unit.unshare(thread, held[-1])
    unit.append(
        Event(
            kind="thread.handed", at=unit.now, person=by.name,
            data={"to": to, "thread": str(thread)},
        )
    )  # fmt: skip
    return True


def used(unit: Unit, thread: ThreadRef, person: str) -> None:
    """Who has it now is heard in it: whoever gave it to them takes it back no more."""
    if unit.get(_unused_key(thread)) == person:
        unit.put(_unused_key(thread), None)


def takes_back(unit: Unit, thread: ThreadRef, person: Person) -> bool:
    """Whether this person gave it to somebody who has not been heard in it since."""
    held = held_by(unit, thread)
    unused = unit.get(_unused_key(thread)) or ""
    return len(held) > 1 and held[-2] in names_of(person) and unused == held[-1]


def names_of(person: Person) -> tuple[str, ...]:
    """The names under which a person may have spoken: their own, and their accounts'."""
    return (person.name, *map(str, person.identities))


def _key(thread: ThreadRef) -> str:
    return f"{_HOLDER}{thread}"


def _unused_key(thread: ThreadRef) -> str:
    return f"handed-unused/{thread}"


def _own_key(thread: ThreadRef) -> str:
    return f"own/{thread}"
