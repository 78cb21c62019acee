"""When people change: votes of accounts that are their voters' no more are taken off the plans.

A reload, a code that links an account, and a start may each find other people than those whose
accounts have voted. What waits, or is approved and has not begun, is looked at then, all of it,
whose cards are drawn again is another's to say (`Speaker.redraw_waiting`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.domain.runs import PlanState, RunState
from bot.errors import StoreBusyError
from bot.gate.voiding import void_in, void_on
from bot.pipeline.meant import every
from bot.ports import PlanFilter, Store, Unit, World
from bot.ports.readable import readable

_log = structlog.get_logger(__name__)


class VoidVotes:
    """Takes them off, each plan in a unit of its own."""

    def __init__(
        self,
        store: Store,
        drawn: Callable[[int], Awaitable[None]],
        *,
        world: Callable[[], World],
    ) -> None:
        """`drawn` brings a plan's card up to date."""
        self._store = store
        self._drawn = drawn
        self._world = world
        self._due = False

    async def look(self) -> None:
        """People may have changed; what can't be written now, `tick` does."""
        self._due = True
        await self.tick()

    async def tick(self) -> None:
        """Do what could not be done as people changed."""
        if not self._due:
            return
        try:
            for number in await self._store.read(self._void):
                if await self._store.write(self._taken_off(number)):
                    _log.info("a vote counts no more: its account is another's", plan=number)
                    await self._drawn(number)
        except StoreBusyError as error:
            _log.warning("votes are looked at later", why=str(error))
        else:
            self._due = False

    def _taken_off(self, number: int) -> Callable[[Unit], bool]:
        return lambda unit: void_in(unit, number, self._world().people)

    def _void(self, unit: Unit) -> list[int]:
        """The plans that have such votes; of the many that wait no more than votes are read."""
        people = self._world().people
        open_ones = [*unit.plans_in(PlanState.WAITING)]
        approved = PlanFilter(states=frozenset({PlanState.APPROVED}), without_run=True)
        open_ones += [(s.plan.id, s.plan.revision) for s in every(unit, approved)]
        anew = [readable(unit, run.plan) for run in unit.runs(frozenset({RunState.DRIFTED}))]
        open_ones += [(s.plan.id, s.plan.revision) for s in anew if s is not None]
        return sorted({number for number, revision in open_ones
                       if void_on(unit, number, revision, people)})  # fmt: skip
