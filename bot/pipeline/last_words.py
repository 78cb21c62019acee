"""No vote starts a plan over words of whose it is that are still being read: "not web-2".

A model may take seconds over them. A vote waits for a moment, as most answers are there by then;
after that, and where they led to a question about the plan, whoever votes is told to look again.
The models' patience bounds how often; who has looked, and votes, is not held up by the question.

Nor does a plan begin over them whose time has come, or whose hosts are free. Where they led to such
a question it leaves a moment for the answer (`ANSWERED_WITHIN`).
"""

from __future__ import annotations

from typing import Final

from bot.conversation.holders import steerer
from bot.conversation.unread import Unread
from bot.domain.intents import Revision
from bot.domain.messages import ButtonPress, ThreadRef
from bot.domain.plans import Plan
from bot.errors import ConflictError
from bot.pipeline import pending
from bot.ports import Clock, Store, Unit, World
from bot.ports.store import ANSWERED_WITHIN

STARTS: Final = frozenset({"approve", "begin"})
"""Buttons that may start what waits."""
READ_S: Final = 0.5
"""Seconds for which a click waits: it is to be answered within one."""


async def held_up(plan: Plan, store: Store, unread: Unread) -> bool:
    """Whether a plan that may begin waits for words of whose it is."""

    def asked(unit: Unit) -> tuple[str, bool]:
        soon = plan.start is not None and unit.now < plan.start + ANSWERED_WITHIN
        return steerer(unit, plan), soon and _may_change(unit, plan.thread, plan.id)

    whose, question = await store.read(asked)
    return question or unread.is_reading(whose, plan.thread)


async def know_left(store: Store, unread: Unread, world: World) -> None:
    """Know whose words a former process has left unread, before anything begins over them.

    Whoever takes a message up again ends it.
    """
    for each in await store.read(pending.waiting):
        person = world.again(each.message)
        if person is not None and each.control is None:
            unread.begin(each.message.event_id, person.name, each.message.thread)


async def all_read(
    press: ButtonPress, store: Store, unread: Unread, world: World, clock: Clock
) -> None:
    """See that nothing which might change the plan is being read, where the button may start it.

    Raises:
        ConflictError: something still is.
    """
    number = press.plan
    if press.button not in STARTS or number is None:
        return

    def whose(unit: Unit) -> tuple[str, ThreadRef] | None:
        stored = unit.plan(number)
        return (steerer(unit, stored.plan), stored.plan.thread) if stored is not None else None

    found = await store.read(whose)
    if found is None or not unread.is_reading(*found):
        return
    person = world.people.named(found[0])
    shown = person.display if person is not None else found[0]
    if not await unread.settled(*found, until=clock.sleep(READ_S)):
        raise ConflictError(
            f"{shown} has just said something here that is still being read, and may change "
            f"#{number}.",
            cure="Look at the card again in a few seconds.",
        )
    if await store.read(lambda unit: _may_change(unit, found[1], number)):
        raise ConflictError(
            f"{shown} has just said something here, and is asked whether #{number} shall be "
            "changed.",
            cure="Press again if you want it all the same.",
        )


def _may_change(unit: Unit, thread: ThreadRef, number: int) -> bool:
    """Whether an answer to what is asked there would change the plan."""
    asked = unit.asked(thread)
    readings = [option.means for option in asked[0].options] if asked is not None else []
    return any(isinstance(one, Revision) and one.plan == number for one in readings)
