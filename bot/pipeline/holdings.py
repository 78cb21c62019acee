"""What people still hold where a plan was asked, by which they asked for it or voted on it.

A role that a platform lent counts as long as it is held: it is asked for as a run begins, and where
the platform does not say, it does not count. Nobody is asked about whom `people.yaml` lets anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import structlog

from bot.domain.messages import Person, Role, ThreadRef
from bot.domain.plans import Plan
from bot.errors import (
    ChatAwayError,
    ChatBusyError,
    ChatDoubtError,
    ChatError,
    NotAllowedError,
)
from bot.ports import Clock, Lender, World

_log = structlog.get_logger(__name__)

PAUSES_S = (1.0, 2.0, 5.0, 10.0, 15.0)
UNKNOWN = (
    "{surface} does not say whether {who} still holds the role that counted for it ({why}). Ask "
    "again once it does."
)


class Holdings:
    """Asks platforms what people hold there now."""

    def __init__(
        self, rooms: Callable[[], Iterable[object]], clock: Clock, world: Callable[[], World]
    ) -> None:
        """`rooms` are the chat platforms; some lend roles."""
        self._rooms = rooms
        self._clock = clock
        self._world = world

    async def plan(self, plan: Plan) -> Plan:
        """A plan with what its requester was lent and still holds.

        Raises:
            NotAllowedError: nobody can say.
        """
        if not plan.lent:
            return plan
        held = await self.still(plan.thread, plan.requester, plan.lent)
        return plan.model_copy(update={"lent": tuple(sorted(held))})

    async def still(self, thread: ThreadRef, name: str, lent: Collection[Role]) -> frozenset[Role]:
        """Those of the roles that somebody was lent in a conversation and still holds there.

        Raises:
            NotAllowedError: nobody can say, for half a minute.
        """
        world = self._world()
        person, counts = world.people.named(name), world.lends_in(thread).intersection(lent)
        if person is None or not counts:
            return frozenset()
        try:
            return counts & await self._held(thread, person)
        except ChatError as error:
            surface, why = thread.surface.capitalize(), error.sentence.rstrip(".")
            raise NotAllowedError(
                UNKNOWN.format(surface=surface, who=person.display, why=why)
            ) from error

    async def _held(self, thread: ThreadRef, person: Person) -> frozenset[Role]:
        rooms = [each for each in self._rooms() if isinstance(each, Lender)]
        there = next((each for each in rooms if each.name == thread.surface), None)
        if there is None:
            raise ChatAwayError("it is not connected.")
        owner = self._world().people.owner
        held: frozenset[Role] = frozenset()
        for each in person.identities:
            if each.surface == thread.surface and owner(each) == person:
                held |= await self._asked(there, thread, each.account)
        return held

    async def _asked(self, there: Lender, thread: ThreadRef, account: str) -> frozenset[Role]:
        for pause in PAUSES_S:
            try:
                return await there.holds(thread, account)
            except (ChatBusyError, ChatAwayError, ChatDoubtError) as error:
                _log.info("a run waits to be judged", asks=there.name, why=str(error))
                await self._clock.sleep(max(pause, getattr(error, "retry_after", 0.0)))
        return await there.holds(thread, account)
