"""Which plan is asked about without its number, and what holds it up. Read from the store alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.conversation.copied import told_in
from bot.conversation.holders import steerer
from bot.domain.asked_about import About
from bot.domain.messages import ThreadRef
from bot.domain.plans import Plan
from bot.domain.runs import RUN_ENDED, RUN_FAILED, RUN_HALTED, PlanState, Run, RunState
from bot.execution.ledger import FROZEN, FROZEN_SINCE
from bot.pipeline.meant import LOOKED_THROUGH, last_asked
from bot.ports import PlanFilter, StoredPlan, Unit
from bot.reporting.particulars import Ran
from bot.reporting.progress import view_of
from bot.reporting.reader import Reader
from bot.reporting.standing import word
from bot.skillkit.catalog import Catalog

_BAD = RUN_FAILED | {RunState.DRIFTED, RunState.CANCELLED}
_NOT_BEGUN = frozenset({PlanState.WAITING, PlanState.APPROVED})
MOST_BESIDE = 3
"""Newer plans that are told of beside the one that runs."""


def asked_about(
    unit: Unit, thread: ThreadRef, person: str, catalog: Catalog, about: About
) -> StoredPlan | None:
    """The plan that is meant in a thread; below a card in a direct message, that card's.

    What is asked about a change ("is it done?", "why did it fail?") is about none of the looks
    beside it. Where nothing was to be changed, it is about the last look.
    """
    if not about:
        return last_asked(unit, thread, catalog) or told_in(unit, thread, person)
    changes = list(_changes(unit, thread, catalog))
    if not changes and (told := told_in(unit, thread, person)) is not None:
        changes = [told]
    changes.sort(key=lambda each: person != steerer(unit, each.plan))  # of two that fit, their own
    ran = [(each, unit.run(each.plan.id)) for each in changes]
    for fits in _FITS[about]:
        if (found := next((each for each, run in ran if fits(each, run)), None)) is not None:
            return found
    return next(iter(changes), None) or last_asked(unit, thread, catalog)


def tried(unit: Unit, plan: Plan, run: Run | None) -> Ran | None:
    """What a plan's run has come to as it stands now; None: it has none, or an earlier one."""
    if run is None or run.revision != plan.revision:
        return None
    attempts = unit.attempts(plan.id)
    view = view_of(plan, run, unit.steps(plan.id), attempts, unit.told(plan.id))
    return Ran(view, tuple(attempts))


def beside(unit: Unit, stored: StoredPlan, thread: ThreadRef, catalog: Catalog) -> Iterator[str]:
    """A sentence about each plan that was asked for in the thread since, and has not begun."""
    since = [
        each
        for each in _changes(unit, thread, catalog)
        if each.plan.id > stored.plan.id and _is_unbegun(each, unit.run(each.plan.id))
    ]
    for each in since[:MOST_BESIDE]:
        yield f"#{each.plan.id}, asked since, is {word(each, None)}."


def held_up(unit: Unit, stored: StoredPlan, reader: Reader) -> str:
    """That everything is stopped, of a plan that could begin otherwise; else nothing."""
    if not unit.get(FROZEN) or not _is_unbegun(stored, unit.run(stored.plan.id)):
        return ""
    return f"Everything is stopped{_since(unit, reader)}: `resume` lets runs begin."


def _since(unit: Unit, reader: Reader) -> str:
    """Since when, and by whom; of a stop that was said again, the first."""
    known = unit.get(FROZEN_SINCE)
    if known is None:  # an earlier version has stopped it
        return ""
    at, by = known
    return f" since {reader.clock(datetime.fromisoformat(at))} by {reader.who(by)}"


def _changes(unit: Unit, thread: ThreadRef, catalog: Catalog) -> Iterator[StoredPlan]:
    """What was to be changed in a thread, the newest first, but for Overseer's own books."""
    for stored in unit.plans(PlanFilter(thread=thread, changes=True, limit=LOOKED_THROUGH)):
        known = [step.action for step in stored.plan.steps if step.action in catalog]
        if not known or not all(catalog.action(name).in_process for name in known):
            yield stored


def _is_unbegun(stored: StoredPlan, run: Run | None) -> bool:
    return run is None and stored.state in _NOT_BEGUN


def _goes_on(_: StoredPlan, run: Run | None) -> bool:
    return run is not None and run.state not in RUN_ENDED


def _is_halted(_: StoredPlan, run: Run | None) -> bool:
    return run is not None and run.state in RUN_HALTED


def _failed(_: StoredPlan, run: Run | None) -> bool:
    return run is not None and run.state in _BAD


_FITS: dict[About, tuple[Callable[[StoredPlan, Run | None], bool], ...]] = {
    "come": (_goes_on,),
    "failed": (_failed, _goes_on),
    "unbegun": (_is_unbegun,),
    "waits": (_is_halted, _is_unbegun, _goes_on),
}
"""What fits a question, the best first; where nothing does, it is about the last change."""
