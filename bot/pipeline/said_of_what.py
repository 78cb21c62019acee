"""Of what a bare "cancel it" is said that stops something at once elsewhere: it is found out first.

    behind Overseer's own question    it is said of what was asked for: that is put away
    behind a colleague's words        it may be said of theirs: whether one's own shall end is asked

Such an order is read with its conversation, as a request is. "stop" and what names what it stops is
done at once, whatever was said before; and so is whatever comes behind what is still being read.
While somebody else's request has its turn there, it waits for nothing: it is asked at once.
"""

from __future__ import annotations

import structlog

from bot.conversation.threads import context_of
from bot.domain.intents import Control, Question
from bot.domain.messages import Message, Person
from bot.errors import StoreBusyError
from bot.intent.rules.answers import ends_something
from bot.intent.rules.stop_clauses import StopClause
from bot.intent.rules.stops_asked import among_people
from bot.pipeline.last_spoke import is_between
from bot.pipeline.open_question import asks
from bot.pipeline.stoppable import has_own
from bot.ports import Store, Unit

_log = structlog.get_logger(__name__)


async def is_read_first(
    order: Control, message: Message, person: Person, store: Store, *, reading: bool
) -> bool:
    """Whether an order is to be read with its conversation; `reading`: theirs is being read."""
    if reading or message.pressed or order.verb not in {"cancel", "kill"}:
        return False
    if order.scope != "thread":
        return False
    try:
        return await store.read(lambda u: may_be_of_else(u, order.verb, message, person))
    except StoreBusyError as error:  # a stop waits for no database
        _log.warning(
            "what a stop is said of can't be looked up", said=message.event_id, why=str(error)
        )
        return False


async def asked_at_once(
    order: Control, message: Message, person: Person, store: Store
) -> Question | None:
    """Whether one's own shall end, where what it is said of would wait for somebody's turn there.

    None: nothing of theirs goes on, or it is said of what Overseer has asked.
    """

    def work(unit: Unit) -> Question | None:
        of_question = order.verb == "cancel" and asks(unit, message.thread, person.name)
        if of_question or not is_between(unit, message, person):
            return None
        context = context_of(unit, message.thread, person.name)
        return among_people(order.verb, context.model_copy(update={"between": True}))

    try:
        return await store.read(work)
    except StoreBusyError as error:  # then it waits for its turn
        _log.warning("a stop can't be asked about yet", said=message.event_id, why=str(error))
        return None


def clause_may_be(unit: Unit, clause: StopClause, message: Message, person: Person) -> bool:
    """The same of a stop among other words."""
    return clause.bare and not clause.rest and may_be_of_else(unit, clause.verb, message, person)


def may_be_of_else(unit: Unit, verb: str, message: Message, person: Person) -> bool:
    """Whether a bare order of theirs may be said of something else than what it would stop."""
    asked = unit.asked(message.thread) if asks(unit, message.thread, person.name) else None
    if asked is not None and verb == "cancel":
        return not ends_something(asked[0])
    between = verb in {"cancel", "kill"} and is_between(unit, message, person)
    return between and has_own(unit, message.thread, person)
