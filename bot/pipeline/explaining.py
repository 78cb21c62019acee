""" "Why?": which plan is meant, and its verdict as it stands now. Read from the store alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.approvals import Vote
from bot.domain.intents import Why
from bot.domain.messages import ThreadRef
from bot.domain.runs import Attempt, Run
from bot.pipeline import outdated
from bot.pipeline.judging import Voters
from bot.pipeline.spoken import Spoken
from bot.pipeline.which_plan import asked_about, held_up
from bot.ports import Store, StoredPlan, Unit, World
from bot.reporting.explaining import NOTHING, explained
from bot.reporting.reader import Reader
from bot.skillkit.catalog import Catalog

_Found = tuple[StoredPlan, tuple[Vote, ...], Run | None, tuple[Attempt, ...], str]


class Explaining:
    """Says why a plan is asked about, refused or allowed."""

    def __init__(
        self,
        store: Store,
        voters: Voters,
        catalog: Catalog,
        reader: Callable[[str], Reader],
        *,
        world: Callable[[], World],
    ) -> None:
        """`reader` is who reads: names, zone, now."""
        self._world = world
        self._store = store
        self._voters = voters
        self._catalog = catalog
        self._reader = reader

    async def why(self, asked: Why, thread: ThreadRef, person: str) -> str:
        """The verdict on a plan in sentences, and what holds it up."""
        number, reader = asked.plan, self._reader(person)

        def work(unit: Unit) -> _Found | None:
            here = None if number else asked_about(unit, thread, person, self._catalog, asked.about)
            stored = unit.plan(number) if number else here
            if stored is None:
                return None
            plan = stored.plan
            stored = replace(stored, told_by_role=outdated.told_by_role(unit, stored))
            run, attempts = unit.run(plan.id), unit.attempts(plan.id)
            held = held_up(unit, stored, reader)
            return stored, unit.votes(plan.id, plan.revision), run, tuple(attempts), held

        found = await self._store.read(work)
        if found is None:
            return f"There is no plan #{number}." if number else NOTHING
        stored, votes, run, attempts, held = found
        spoken = Spoken(self._world(), thread)
        if not spoken.plan(stored.plan):
            return spoken.not_here(stored.plan.id)
        now = self._voters.as_of_now(stored)
        said = explained(now, votes, run, reader, attempts)
        return f"{held} {said}" if held else said
