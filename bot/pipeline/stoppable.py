"""What a stop means, and what else it could: what goes on beside that, or where it found nothing.

A stop waits for no answer, so it is never asked which is meant: of what its sayer may stop it stops
what it means most likely, and tells what still runs, needs a decision or waits, in this order. Only
beside the copies of cards in a direct message nothing is guessed: they were sent there unasked, and
each is another conversation's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from bot.conversation.copied import below, standing
from bot.conversation.holders import handed_to, steers
from bot.domain.messages import Person, Role, ThreadRef
from bot.domain.plans import Plan
from bot.domain.runs import RUN_ENDED, RUN_HALTED, PlanState, Run, RunState
from bot.domain.wording import listed
from bot.gate.approval_desk import may_withdraw
from bot.pipeline.meant import every
from bot.ports import PlanFilter, StoredPlan, Unit
from bot.ports.readable import readable

MOST_NAMED = 5
"""So many are named by their numbers; the rest is counted."""

_RUNS, _HALTED, _WAITS = "runs", "needs a decision", "waits"
_ORDER = {
    _RUNS: ("runs", "run"),
    _HALTED: ("needs a decision", "need a decision"),
    _WAITS: ("waits", "wait"),
}
_NOT_BEGUN = frozenset({PlanState.WAITING, PlanState.APPROVED})


@dataclass(frozen=True)
class Stoppable:
    """A plan that can be stopped or withdrawn, how it stands, and where it was asked."""

    number: int
    how: str
    thread: ThreadRef


def may_stop(unit: Unit, plan: Plan, person: Person) -> bool:
    """Whether stopping this plan, or its run, is theirs; a decision may be its receiver's."""
    run = unit.run(plan.id)
    if run is not None and run.state in RUN_HALTED and run.decider:
        return person.name == run.decider or person.has(Role.ADMIN)
    return may_withdraw(person, plan) or steers(unit, plan, person.name)


def is_own(unit: Unit, plan: Plan, person: Person) -> bool:
    """The same without what a role lets them stop: they have asked for it, or it is theirs now."""
    return plan.requester == person.name or steers(unit, plan, person.name)


def meant_by_stop(
    unit: Unit,
    thread: ThreadRef,
    person: Person,
    late: Callable[[Unit, int], bool] = lambda _, __: False,
    *,
    cancel: bool = False,
) -> StoredPlan | None:
    """The plan of a conversation that a person's `stop` means; None: there is none, or no one.

    It is what runs, else what has halted, else what waits; first of all that they may stop. Below
    the copy of a card it may be the plan of that. To `cancel` is rather to take back one's own.
    Of which it is too `late` to be said is meant only where nothing else is.
    """
    told = below(unit, thread, person.name)
    found = {stored.plan.id: stored for stored in (*_all_open(unit, thread), *_each(told))}
    open_ones = _ordered(filter(None, (_standing(s, unit.run(n)) for n, s in found.items())))
    theirs = [n for n in (e.number for e in open_ones) if may_stop(unit, found[n].plan, person)]
    own = [number for number in theirs if cancel and is_own(unit, found[number].plan, person)]
    theirs = [number for number in own or theirs if not late(unit, number)] or own or theirs
    if theirs:
        return found[theirs[0]]
    if open_ones:
        return found[open_ones[0].number]
    if told is not None or apart(unit, thread, person):
        return told
    return next(iter(unit.plans(PlanFilter(thread=thread, limit=1))), None)


def has_own(unit: Unit, thread: ThreadRef, person: Person, numbers: Iterable[int] = ()) -> bool:
    """Whether something of this person's goes on in a thread, or is a plan of these numbers."""
    numbered = (readable(unit, number) for number in numbers)
    return any(
        _standing(stored, unit.run(stored.plan.id)) is not None
        and is_own(unit, stored.plan, person)
        for stored in (*_all_open(unit, thread), *filter(None, numbered))
    )


def moving(unit: Unit, thread: ThreadRef, person: Person) -> list[StoredPlan]:
    """What runs in a conversation, the newest first; its first message may be a card's copy."""
    found = (*_all_open(unit, thread), *_each(below(unit, thread, person.name)))
    runs = {
        stored.plan.id: stored
        for stored in found
        if (each := _standing(stored, unit.run(stored.plan.id))) and each.how == _RUNS
    }
    return [runs[number] for number in sorted(runs, reverse=True)]


def waits_here(unit: Unit, thread: ThreadRef, person: Person) -> bool:
    """Whether something of a conversation waits that they may withdraw."""
    return any(each.how == _WAITS for each in in_thread(unit, thread, person, but=0))


def in_thread(unit: Unit, thread: ThreadRef, person: Person, *, but: int) -> tuple[Stoppable, ...]:
    """What goes on in a thread that this person may stop, but the one plan."""
    return _ordered(
        each
        for stored in _all_open(unit, thread)
        if stored.plan.id != but and (each := _standing(stored, unit.run(stored.plan.id)))
        and may_stop(unit, stored.plan, person)
    )  # fmt: skip


def beside(unit: Unit, thread: ThreadRef, person: Person) -> tuple[Stoppable, ...]:
    """What goes on of this person's in other threads of the same channel or direct message."""
    if not thread.is_room:
        return ()
    return _ordered(
        each
        for stored in _own_open(unit, person)
        if stored.plan.thread != thread
        and stored.plan.thread.place == thread.place
        and (each := _standing(stored, unit.run(stored.plan.id)))
        and may_stop(unit, stored.plan, person)
    )


def apart(unit: Unit, thread: ThreadRef, person: Person) -> tuple[Stoppable, ...]:
    """What goes on, and this person may stop, of which cards stand in their direct message."""
    return _ordered(
        each
        for stored in standing(unit, thread, person.name)
        if (each := _standing(stored, unit.run(stored.plan.id)))
        and may_stop(unit, stored.plan, person)
    )


def of_ones_own(unit: Unit, person: Person) -> str:
    """What goes on of this person's, anywhere, and how that is stopped; empty: nothing."""
    found = _ordered(
        each
        for stored in _own_open(unit, person)
        if may_stop(unit, stored.plan, person)
        and (each := _standing(stored, unit.run(stored.plan.id)))
    )
    return f" Of yours, {_told(found, '')}: say `stop {found[0].number}`." if found else ""


def _each(stored: StoredPlan | None) -> tuple[StoredPlan, ...]:
    return () if stored is None else (stored,)


def _all_open(unit: Unit, thread: ThreadRef) -> Iterator[StoredPlan]:
    """Every plan of a thread that has not begun or whose run has not ended."""
    yield from every(unit, PlanFilter(states=_NOT_BEGUN, without_run=True, thread=thread))
    yield from _begun(unit, thread)


def _own_open(unit: Unit, person: Person) -> Iterator[StoredPlan]:
    """Every such plan of this person's, wherever it is; what waits of others is not read."""
    found = {stored.plan.id: stored for stored in _begun(unit)}
    mine = PlanFilter(states=_NOT_BEGUN, without_run=True, person=person.name)
    there = (replace(mine, person=None, thread=t) for t in handed_to(unit, person.name))
    for want in (mine, *there):
        found.update((stored.plan.id, stored) for stored in every(unit, want))
    yield from (stored for stored in found.values() if is_own(unit, stored.plan, person))


def _begun(unit: Unit, thread: ThreadRef | None = None) -> Iterator[StoredPlan]:
    """Every plan whose run has begun and not ended, in a thread or anywhere."""
    for run in unit.runs(frozenset(RunState) - RUN_ENDED, thread):
        stored = readable(unit, run.plan)
        if stored is not None:
            yield stored


def _standing(stored: StoredPlan, run: Run | None) -> Stoppable | None:
    plan = stored.plan
    if run is not None and run.state in RUN_HALTED:
        return Stoppable(plan.id, _HALTED, plan.thread)
    if run is not None and run.state not in RUN_ENDED:
        return Stoppable(plan.id, _RUNS, plan.thread)
    if run is None and stored.state in _NOT_BEGUN:
        return Stoppable(plan.id, _WAITS, plan.thread)
    return None


def _ordered(found: Iterable[Stoppable]) -> tuple[Stoppable, ...]:
    """What runs first, then what has halted, the newest first."""
    ranks = list(_ORDER)
    return tuple(sorted(found, key=lambda each: (ranks.index(each.how), -each.number)))


def goes_on(found: tuple[Stoppable, ...]) -> str:
    """What is said behind a stop that left something: `#70 still waits (`stop 70`).`"""
    return f" {_told(found, ' still')} (`stop {found[0].number}`)." if found else ""


def nothing_meant(unit: Unit, thread: ThreadRef, person: Person) -> str:
    """What to say where a stop means nothing, or not one of the cards that stand there alone."""
    others, told = beside(unit, thread, person), apart(unit, thread, person)
    alone = not thread.is_room or thread.is_direct  # elsewhere others read what is told
    if alone and not told and not others and (runs := _running_anywhere(unit, person)):
        return f"There is nothing to stop here. {_told(runs, '')}: say `stop {runs[0].number}`."
    if not told:
        return f"There is nothing to stop here. {_instead(others)}"
    found = _ordered({each.number: each for each in (*others, *told)}.values())
    return f"Nothing is stopped. {_told(found, '')}: say `stop {found[0].number}`."


def _running_anywhere(unit: Unit, person: Person) -> tuple[Stoppable, ...]:
    """What runs in whatever conversation, and is theirs to stop."""
    found = (readable(unit, run.plan) for run in unit.runs(frozenset(RunState) - RUN_ENDED))
    return _ordered(
        each
        for stored in found
        if stored is not None
        and stored.plan.effect.changes
        and may_stop(unit, stored.plan, person)
        and (each := _standing(stored, unit.run(stored.plan.id)))
        and each.how == _RUNS
    )


def _instead(found: tuple[Stoppable, ...]) -> str:
    """What to say besides; `found` is what goes on in other threads."""
    if not found:
        return "Say `stop` with a number."
    threads = len({each.thread for each in found})
    where = "In another thread" if threads == 1 else "In other threads"
    return f"{where} here {_told(found, '')}: say `stop {found[0].number}`."


def _told(found: tuple[Stoppable, ...], still: str) -> str:
    """`#5 runs, #4 needs a decision, #28 and #27 wait and 17 more`."""
    named, rest = found[:MOST_NAMED], len(found) - MOST_NAMED
    parts = []
    for how, (one, several) in _ORDER.items():
        numbers = [f"#{each.number}" for each in named if each.how == how]
        if numbers:
            parts.append(f"{listed(numbers)}{still} {one if len(numbers) == 1 else several}")
    return ", ".join(parts) + (f", and {rest} more" if rest > 0 else "")
