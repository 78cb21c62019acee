"""What is said of a model's small talk: its words, and how the thread's own plans stand.

A model says as well that it has called something off. What is true is in the store, and is told
behind its words: what runs, what is halted, what begins when, what waits; and the word that stops
it. Only where nothing of the kind is in the thread it is enough that nothing has run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.domain.intents import SmallTalk
from bot.domain.messages import ThreadRef
from bot.domain.runs import RUN_HALTED, PlanState, Run, RunState
from bot.ports import PlanFilter, StoredPlan, Unit
from bot.reporting.how_read import attributed
from bot.reporting.reader import Reader

_LOOKED_AT: Final = 50
_TOLD: Final = 3
_OPEN: Final = (PlanState.WAITING, PlanState.APPROVED)


def talked(unit: Unit, thread: ThreadRef, said: SmallTalk, reader: Reader, person: str) -> str:
    """The text; `person` is the name of whom it is said to."""
    if not said.by:
        return said.text
    found = [(each, how) for each, how in _open(unit, thread, reader)]
    if not found:
        return f"{attributed(said)} Nothing has run."
    parts = [
        f"#{each.plan.id} {how}{_stopped_by(each, person, alone=len(found) == 1)}"
        for each, how in found[:_TOLD]
    ]
    more = len(found) - len(parts)
    parts += [f"{more} more {'is' if more == 1 else 'are'} open here"] if more else []
    return f"{attributed(said)} That changed nothing: {'; '.join(parts)}."


def _open(unit: Unit, thread: ThreadRef, reader: Reader) -> Iterator[tuple[StoredPlan, str]]:
    """The plans of the thread that are not over, the newest first, and how each stands."""
    for stored in unit.plans(PlanFilter(thread=thread, limit=_LOOKED_AT)):
        run = unit.run(stored.plan.id)
        how = _stands(stored, run, unit, reader)
        if how:
            yield stored, how


def _stands(stored: StoredPlan, run: Run | None, unit: Unit, reader: Reader) -> str:
    plan = stored.plan
    if run is not None and run.state is RunState.RUNNING:
        return "is stopping" if run.stopping else "still runs"
    if run is not None and run.state in RUN_HALTED:
        return "is halted and waits for a decision"
    if stored.state not in _OPEN or (run is not None and run.revision == plan.revision):
        return ""
    if stored.state is PlanState.WAITING:
        return "still waits for approval"
    if plan.start is not None and stored.waits_for_its_time(unit.now):
        return f"still starts at {reader.clock(plan.start)}"
    return "is approved and about to run"


def _stopped_by(stored: StoredPlan, person: str, *, alone: bool) -> str:
    """The word that stops or withdraws it, where it is theirs."""
    if stored.plan.requester != person:
        return ""
    return " (`stop` ends that)" if alone else f" (`stop {stored.plan.id}` ends that)"
