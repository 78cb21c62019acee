"""A stop with more around it, said while something moves: it waits for no turn and no model.

"sorry, stop that" and "stop, the sale is on" are no whole orders, and so the rules read them only
with their conversation. Where a run of it is theirs to stop, that is what is meant, and is stopped
as whole orders are: first of all.
"""

from __future__ import annotations

import structlog

from bot.domain.intents import Control
from bot.domain.messages import Message, Person, ThreadRef
from bot.domain.plans import Plan
from bot.errors import StoreBusyError
from bot.intent.rules.stop_clauses import StopClause, clause_in
from bot.intent.rules.stops_asked import by_number, is_called, reason_of
from bot.pipeline import said_of_what
from bot.pipeline.stoppable import is_own, may_stop, moving, waits_here
from bot.ports import Store, Unit

_log = structlog.get_logger(__name__)


async def order(store: Store, message: Message, person: Person) -> Control | None:
    """The stop among a message's words, where something moves that it can mean."""
    clause = None if message.pressed else clause_in(message.text)
    if clause is None:
        return None
    try:
        return await store.read(lambda u: _at_once(u, message, person, clause))
    except StoreBusyError as error:  # it is read again with its conversation
        _log.warning("a stop can't be looked up", said=message.event_id, why=str(error))
        return None


def _at_once(unit: Unit, message: Message, person: Person, clause: StopClause) -> Control | None:
    if said_of_what.clause_may_be(unit, clause, message, person):
        return None
    return meant(unit, message.thread, person, clause)


def meant(unit: Unit, thread: ThreadRef, person: Person, clause: StopClause) -> Control | None:
    """The order that it is, where something of the conversation moves that they may stop."""
    if not clause.sure:
        return None
    theirs = [p.plan for p in moving(unit, thread, person) if may_stop(unit, p.plan, person)]
    if clause.every and not clause.numbers:
        return _every([p for p in theirs if is_own(unit, p, person)], clause)
    if clause.numbers:
        theirs = [plan for plan in theirs if plan.id in clause.numbers]
    if clause.every:  # the other may be of another conversation
        return by_number(clause) if theirs else None
    if clause.names:
        theirs = [plan for plan in theirs if is_called(plan.title, clause.names)]
    if not theirs or (clause.names and len(theirs) > 1):
        return None
    if clause.withdraws and waits_here(unit, thread, person):
        return None  # what waits is rather withdrawn than what runs
    scope = str(theirs[0].id) if clause.names or clause.numbers else "thread"
    return Control(verb=clause.verb, scope=scope, reason=reason_of(clause))


def _every(own: list[Plan], clause: StopClause) -> Control | None:
    """ "stop both", where two of their own run and no third; None: it is asked which are meant."""
    numbers = sorted(plan.id for plan in own)
    if len(numbers) != 2:
        return None
    scope, also = str(numbers[0]), (numbers[1],)
    return Control(verb=clause.verb, scope=scope, also=also, reason=reason_of(clause))
