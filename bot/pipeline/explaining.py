""" "Why?": which plan is meant, and its verdict as it stands now. Read from the store alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.approvals import Vote
from bot.domain.cards import Block
from bot.domain.intents import Why
from bot.domain.messages import ThreadRef
from bot.domain.runs import Run
from bot.pipeline import outdated, ways
from bot.pipeline.judging import Voters
from bot.pipeline.spoken import Spoken
from bot.pipeline.which_plan import asked_about, held_up, tried
from bot.ports import Store, StoredPlan, Unit, World
from bot.reporting.explaining import NOTHING, explained
from bot.reporting.particulars import Ran, Told, particulars
from bot.reporting.reader import Reader
from bot.skillkit.catalog import Catalog


@dataclass(frozen=True)
class _Found:
    """All that is stored of a plan; `held` and `decision` are sentences, empty mostly."""

    stored: StoredPlan
    votes: tuple[Vote, ...]
    run: Run | None
    ran: Ran | None
    held: str
    decision: str


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
        return (await self.told(asked, thread, person))[0]

    async def told(
        self, asked: Why, thread: ThreadRef, person: str
    ) -> tuple[str, tuple[Block, ...]]:
        """The same, and below it what failed, where that is asked about."""
        number, reader = asked.plan, self._reader(person)

        def work(unit: Unit) -> _Found | None:
            here = None if number else asked_about(unit, thread, person, self._catalog, asked.about)
            stored = unit.plan(number) if number else here
            if stored is None:
                return None
            plan = stored.plan
            stored = replace(stored, told_by_role=outdated.told_by_role(unit, stored))
            run, votes = unit.run(plan.id), unit.votes(plan.id, plan.revision)
            held = held_up(unit, stored, reader)
            decision = ways.decision(unit, plan, run, self._world(), reader)
            return _Found(stored, votes, run, tried(unit, plan, run), held, decision)

        found = await self._store.read(work)
        if found is None:
            return (f"There is no plan #{number}." if number else NOTHING), ()
        plan, ran = found.stored.plan, found.ran
        spoken = Spoken(self._world(), thread)
        if not spoken.plan(plan):
            return spoken.not_here(plan.id), ()
        now, attempts = self._voters.as_of_now(found.stored), ran.attempts if ran else ()
        said = explained(now, found.votes, found.run, reader, attempts)
        failed = particulars("story", plan, ran, reader) if asked.about == "failed" else Told()
        return " ".join(filter(None, (found.held, said, found.decision))), failed.blocks
