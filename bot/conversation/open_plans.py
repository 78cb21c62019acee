"""The plans of a thread that words may still change, and whose *Change…* was pressed.

A plan that waits for votes is open until it is decided, and one that was approved for a later time
until then. One that was refused, or only shown, is
open as long as nothing else is asked in the thread, or its *Change…* was pressed. What has run
is never open.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversation.holders import steerer
from bot.domain.intents import OpenPlan
from bot.domain.messages import People, ThreadRef
from bot.domain.plans import Plan
from bot.domain.revisions import intent_of
from bot.domain.runs import PlanState
from bot.ports import PlanFilter, StoredPlan, Unit
from bot.ports.readable import readable

MOST_OPEN = 5
"""Waiting plans of one thread that are told apart; who has more names the number."""

CHANGE_HOLDS = timedelta(minutes=30)
"""For so long what is said next is about the plan whose *Change…* was pressed."""

_PENDING = frozenset({PlanState.WAITING, PlanState.APPROVED})


def open_plans(
    unit: Unit, thread: ThreadRef, person: str, newest: StoredPlan
) -> tuple[OpenPlan, ...]:
    """The open plans of a thread as `person` may speak of them, the newest first."""
    pressed = pressed_change(unit, thread, person)
    waiting = PlanFilter(thread=thread, states=_PENDING, without_run=True, limit=MOST_OPEN)
    found = {stored.plan.id: stored for stored in (newest, *unit.plans(waiting))}
    if pressed is not None and pressed[0] not in found:
        stored = readable(unit, pressed[0])
        if stored is not None:
            found[stored.plan.id] = stored
    return tuple(
        _open(
            stored,
            person,
            steerer(unit, stored.plan),
            changing=pressed == (number, stored.plan.revision),
            newest=newest,
        )
        for number, stored in sorted(found.items(), reverse=True)
        if stored.revisable(unit.now) and stored.plan.steps and unit.run(number) is None
    )


def open_above(unit: Unit, stored: StoredPlan | None, person: str) -> tuple[OpenPlan, ...]:
    """The plan whose card's copy begins a direct message, where it is another's and still open."""
    if stored is None or not stored.revisable(unit.now) or unit.run(stored.plan.id) is not None:
        return ()
    owner = steerer(unit, stored.plan)
    if owner == person or not stored.plan.steps:
        return ()
    return (_open(stored, person, owner, changing=False, newest=stored),)


def as_said(found: tuple[OpenPlan, ...], then: tuple[int, int] | None) -> tuple[OpenPlan, ...]:
    """What was open for words that were said when `then` was the plan whose *Change…* was pressed.

    A *Change…* that was pressed afterwards is not theirs, nor a plan that is open by it alone.
    """
    return tuple(
        each.model_copy(update={"changing": each.changing and then == (each.number, each.revision)})
        for each in found
        if not each.changing or then == (each.number, each.revision) or each.newest or each.waits
    )


def as_told(found: tuple[OpenPlan, ...], people: People, *, votes: bool) -> tuple[OpenPlan, ...]:
    """The same for sentences: whose a plan is, by name; `votes`: who speaks decides about plans."""
    return tuple(
        each.model_copy(update={"owner": people.shown(each.owner), "votes": votes})
        for each in found
    )


def is_beside(there: ThreadRef, thread: ThreadRef) -> bool:
    """Whether it is another thread of the same channel or direct message."""
    return thread.is_room and there.place == thread.place


def plans_elsewhere(
    unit: Unit, thread: ThreadRef, person: str
) -> tuple[tuple[int, ThreadRef], ...]:
    """The plans of a person that wait, or were only shown, in other threads; the newest first."""
    shown = frozenset({PlanState.WAITING, PlanState.DRAFTED})
    found = unit.plans(PlanFilter(person=person, states=shown, without_run=True, limit=MOST_OPEN))
    return tuple(
        (stored.plan.id, stored.plan.thread)
        for stored in found
        if stored.plan.thread != thread and stored.plan.requester == person and stored.plan.steps
    )


def _open(
    stored: StoredPlan, person: str, owner: str, *, changing: bool, newest: StoredPlan
) -> OpenPlan:
    plan = stored.plan
    return OpenPlan(
        number=plan.id,
        revision=plan.revision,
        title=plan.title,
        request=plan.request,
        intent=intent_of(plan),
        owner=owner,
        mine=person == owner,
        changing=changing,
        newest=plan.id == newest.plan.id,
        waits=stored.state in _PENDING,
        approved=stored.state is PlanState.APPROVED,
        wanted=plan.reading.wanted,
    )


def begin_change(unit: Unit, plan: Plan, person: str) -> None:
    """What this person says next in the plan's thread is about the plan."""
    said = [plan.id, plan.revision, unit.now.isoformat()]
    unit.put(_key(plan.thread, person), said)


def end_change(unit: Unit, thread: ThreadRef, person: str) -> None:
    """What they say next is a request of its own."""
    if unit.get(_key(thread, person)):
        unit.put(_key(thread, person), None)


def pressed_change(unit: Unit, thread: ThreadRef, person: str) -> tuple[int, int] | None:
    """The plan and its revision whose *Change…* this person pressed; None: there is none."""
    said = unit.get(_key(thread, person))
    if not said or unit.now - datetime.fromisoformat(said[2]) > CHANGE_HOLDS:
        return None
    return int(said[0]), int(said[1])


def change_since(unit: Unit, thread: ThreadRef, person: str) -> datetime | None:
    """When this person pressed the *Change…* whose change is not over; None: there is none."""
    said = unit.get(_key(thread, person))
    return datetime.fromisoformat(said[2]) if said else None


def _key(thread: ThreadRef, person: str) -> str:
    return f"changing/{person}/{thread}"
