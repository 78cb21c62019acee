"""Who may vote by what they hold where a plan was asked, as a role of a Discord server.

The platform is asked of each who is linked there, once for a plan's revision, so that they can be
told; whether their vote counts is judged when it comes, by what they hold then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import structlog

from bot.domain.messages import Person
from bot.domain.plans import Plan
from bot.errors import OverseerError
from bot.gate.sentences import DECIDERS
from bot.pipeline.judging import Voters
from bot.ports import Lender, World

_log = structlog.get_logger(__name__)

MOST = 50
"""People who are asked about for one plan."""
WITHIN_S = 5.0
"""How long all of that may hold up what is said about it."""


class Lenders:
    """Asks platforms what people hold there."""

    def __init__(self, voters: Voters, *, world: Callable[[], World]) -> None:
        """No platform is known yet."""
        self._voters = voters
        self._world = world
        self._there: dict[str, Lender] = {}

    def reach(self, surfaces: Iterable[object]) -> None:
        """These are the surfaces; of some it can be asked."""
        self._there = {each.name: each for each in surfaces if isinstance(each, Lender)}

    def lend(self, surfaces: Iterable[str]) -> bool:
        """Whether anything that is held on any of these may let somebody vote."""
        lends = self._world().lends
        return any(lends(surface) & DECIDERS for surface in surfaces if surface in self._there)

    async def able(self, plan: Plan) -> tuple[str, ...]:
        """The names of those who may vote on it by that alone, as far as can be known soon."""
        there, world = self._there.get(plan.thread.surface), self._world()
        lends = world.lends_in(plan.thread)
        able: list[str] = []
        if there is None or not lends & DECIDERS:
            return ()
        with suppress(TimeoutError):
            async with asyncio.timeout(WITHIN_S):
                for account, person in self._others(plan, world):
                    try:
                        held = await there.lent(plan.thread, account) & lends
                    except OverseerError as error:
                        _log.warning("what people hold can't be had", plan=plan.id, why=str(error))
                        break
                    if held and self._may(plan, person.lent_to(held)):
                        able.append(person.name)
        return tuple(able)

    def _others(self, plan: Plan, world: World) -> Iterator[tuple[str, Person]]:
        """Who is linked there and may not vote already, with their account."""
        found = 0
        for person in world.people.persons:
            accounts = [
                each.account
                for each in person.identities
                if each.surface == plan.thread.surface and world.people.owner(each) == person
            ]
            if not accounts or person.name == plan.requester or self._may(plan, person):
                continue
            found += 1
            if found > MOST:
                _log.warning("more people are linked than are asked about", plan=plan.id)
                return
            yield accounts[0], person

    def _may(self, plan: Plan, person: Person) -> bool:
        return self._voters.may(plan.id, plan.revision, person, lambda: plan)
