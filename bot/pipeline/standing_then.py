"""How a conversation stood for words when they were said, whenever they are read."""

from __future__ import annotations

import structlog

from bot.conversation.open_plans import as_said, as_told
from bot.conversation.threads import Seat, context_of, said_of
from bot.domain.intents import ParseContext
from bot.domain.messages import Message, People, Person
from bot.gate.sentences import DECIDERS
from bot.pipeline import late, pending
from bot.pipeline.open_question import OF_CHANGE, is_unseen
from bot.ports import PlanFilter, Store, Unit, World
from bot.ports.readable import readable

_log = structlog.get_logger(__name__)


def known(unit: Unit, message: Message, person: Person, people: People) -> ParseContext:
    """What is known of its thread, and whether what is open now was open when it was said."""
    context = context_of(unit, message.thread, person.name)
    asked = pending.asked_then(unit, message.event_id)
    window = asked.startswith(OF_CHANGE)
    if window:
        number = int(asked.removeprefix(OF_CHANGE))
        context = _spoken_of(unit, _of_one(context, number), number, person)
    late_one = pending.late_then(unit, message.event_id)
    if late_one is not None:
        context = _as_it_was(unit, context, late_one)
    then = as_said(context.open, pending.changing_then(unit, message.event_id))
    if not window:
        for each in (plan for plan in then if plan.changing):
            context = _spoken_of(unit, context, each.number, person)
    if context.question is not None and context.question.talked and not message.addressed:
        question = context.question.model_copy(update={"beside": True})
        context = context.model_copy(update={"question": question})
    votes = bool(person.roles & DECIDERS)
    stood = {
        "pressed": message.pressed,
        "unseen": not window and is_unseen(unit, message.thread, message.event_id, person.name),
        "open": as_told(then, people, votes=votes),
        "decides": votes,
        "between": pending.between_then(unit, message.event_id),
    }
    return context.model_copy(update=stood)


def _of_one(context: ParseContext, number: int) -> ParseContext:
    """A conversation as if there were but this plan: what its window asks for is about no other."""
    only = (each for each in context.open if each.number == number)
    return context.model_copy(
        update={
            "question": None,
            "asked": "",
            "open": tuple(each.model_copy(update={"newest": True}) for each in only),
            "moving": tuple(each for each in context.moving if each.number == number),
            "halted": tuple(each for each in context.halted if each.number == number),
        }
    )


def _as_it_was(unit: Unit, context: ParseContext, said: Message) -> ParseContext:
    """A conversation without the plans that were asked for since a message was said.

    What has halted stays: that it has since is told by who decides about it.
    """

    def stood(number: int) -> bool:
        return not late.is_newer(unit, said, number)

    newest = unit.plans(PlanFilter(thread=said.thread, limit=1))
    if newest and not stood(newest[0].plan.id):
        context = context.without_last()
    return context.model_copy(
        update={
            "open": tuple(each for each in context.open if stood(each.number)),
            "moving": tuple(each for each in context.moving if stood(each.number)),
        }
    )


def _spoken_of(unit: Unit, context: ParseContext, number: int, person: Person) -> ParseContext:
    """A conversation in which "it" and "again" mean this plan, whatever was asked after it."""
    stored = readable(unit, number)
    if stored is None:
        return context.without_last()
    return context.model_copy(update=said_of(unit, stored, person.name))


def first(
    seat: Seat, unit: Unit, message: Message, person: Person, people: People
) -> ParseContext | None:
    """As `known`, of a message that nobody there comes before.

    None where that can't be read, which is no failure of what it is read beside.
    """
    if not seat.is_first:
        return None
    try:
        return known(unit, message, person, people)
    except Exception as error:  # noqa: BLE001 - it is read again for its answer, and told there
        _log.warning("a conversation can't be read yet", said=message.event_id, why=repr(error))
        return None


def timed(context: ParseContext, message: Message, person: Person, world: World) -> ParseContext:
    """With the moment at which it was said, in its sayer's zone, what it is bound to there, and
    the names by which people are called.
    """
    zone = person.timezone or world.settings.timezone
    bounds = world.bounds(message.thread)
    within = bounds.environments if bounds is not None else ()
    names = world.people.called
    stands = {
        "now": message.at.astimezone(), "zone": zone, "within": within,
        "people": names | message.called if message.called else names,
    }  # fmt: skip
    return context.model_copy(update=stands)


async def asked(
    stood: ParseContext | None, message: Message, person: Person, world: World, store: Store
) -> ParseContext:
    """As `known` and `timed`; read now, where `stood` is not known."""
    if stood is None:
        stood = await store.read(lambda u: known(u, message, person, world.people))
    return timed(stood, message, person, world)
