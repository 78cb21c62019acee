"""Answers about Overseer's own state, from the store alone: no plan, no host, no model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from bot.domain.cards import Block, Card, ThreadItem
from bot.domain.intents import Standing
from bot.domain.messages import ThreadRef
from bot.domain.runs import RUN_HALTED, PlanState, RunState
from bot.domain.sheets import RunLine
from bot.execution.executor import FROZEN
from bot.pipeline import ways
from bot.pipeline.books import line_of
from bot.pipeline.judging import Voters
from bot.pipeline.queueing import QUEUE
from bot.pipeline.spoken import Spoken
from bot.pipeline.which_plan import asked_about, beside, held_up, tried
from bot.ports import Ids, PlanFilter, Store, Unit, World
from bot.ports.readable import readable
from bot.reporting import state_card
from bot.reporting.answer_card import talk_card
from bot.reporting.particulars import particulars
from bot.reporting.people_told import holders
from bot.reporting.reader import Reader
from bot.reporting.standing import tally
from bot.skillkit.catalog import Catalog

_Said = tuple[str, tuple[Block, ...]]
"""Sentences, and the blocks below them."""
MOST = 200
"""Plans of one kind that are looked through for one answer."""

NOTHING = "Nothing was asked here yet. Say the number of a plan, as in “is #7 done?”."
STOPPED = "Everything is stopped: nothing new runs until an approver or an admin says `resume`."
RUNS = "Nothing is stopped: runs start as they always do."


class Telling:
    """Says what runs, what waits, and how a plan stands."""

    def __init__(
        self,
        store: Store,
        voters: Voters,
        catalog: Catalog,
        ids: Ids,
        reader: Callable[[str], Reader],
        *,
        world: Callable[[], World],
    ) -> None:
        """`reader` is who reads: names, zone, now."""
        self._world = world
        self._store = store
        self._voters = voters
        self._catalog = catalog
        self._ids = ids
        self._reader = reader

    async def card(
        self,
        asked: Standing,
        thread: ThreadRef,
        person: str,
        waiting: Callable[[str], Awaitable[tuple[ThreadItem, ...]]],
    ) -> Card:
        """The answer. `waiting` are the cards that wait for a person."""
        card_id = f"say-{self._ids.new()}"
        reader = self._reader(person)
        spoken = Spoken(self._world(), thread)
        if asked.what == "mine":
            own = await self._store.read(lambda u: _own(u, person))
            items = await waiting(person)
            cards = [i.card.plan for i in items if i.card is not None and i.card.plan is not None]
            mine = await self._store.read(lambda u: _lines(u, cards))
            own = [line for line in own if line.plan not in set(cards)]
            mine, others = await self._here(mine, spoken)
            own, more = await self._here(own, spoken)
            for_me = state_card.waits_for_me(mine, own)
            return state_card.listing(card_id, for_me, mine, reader, elsewhere=others + more)
        if asked.what == "plan":
            said, blocks = await self._store.read(lambda u: self._one(u, asked, thread, person))
            card = talk_card(card_id, said)
            return card.model_copy(update={"body": (*card.body, *blocks)})
        if asked.what == "people":
            return talk_card(card_id, holders(self._world().people, person, asked.roles))
        if asked.what == "frozen":
            frozen = await self._store.read(lambda u: bool(u.get(FROZEN)))
            return talk_card(card_id, STOPPED if frozen else RUNS)
        says, read = {
            "running": (state_card.runs_now, _running),
            "open": (state_card.waits, _open),
            "later": (state_card.starts_later, _later_or_would),
        }[asked.what]
        lines, others = await self._here(await self._store.read(read), spoken)
        return state_card.listing(card_id, says(lines), lines, reader, elsewhere=others)

    async def _here(self, lines: list[RunLine], spoken: Spoken) -> tuple[list[RunLine], int]:
        """Those that may be spoken of in the conversation, and how many others there are."""

        def work(unit: Unit) -> list[RunLine]:
            return [
                line
                for line in lines
                if (stored := readable(unit, line.plan)) is not None and spoken.plan(stored.plan)
            ]

        here = await self._store.read(work)
        return here, len(lines) - len(here)

    def _one(self, unit: Unit, asked: Standing, thread: ThreadRef, person: str) -> _Said:
        number, about, reader = asked.plan, asked.about, self._reader(person)
        here = None if number else asked_about(unit, thread, person, self._catalog, about)
        stored = unit.plan(number) if number else here
        if stored is None:
            return (f"There is no plan #{number}." if number else NOTHING), ()
        plan, spoken = stored.plan, Spoken(self._world(), thread)
        if not spoken.plan(plan):
            return spoken.not_here(plan.id), ()
        run, offered = unit.run(plan.id), ways.offered(unit, plan.id)
        part = particulars(asked.part, plan, tried(unit, plan, run), reader, offered)
        if not part.stands:
            return part.says, part.blocks
        stands = state_card.one_plan(
            self._voters.as_of_now(stored), unit.votes(plan.id, plan.revision), run,
            tally(plan, unit.attempts(plan.id)), reader,
        )  # fmt: skip
        others = beside(unit, stored, thread, self._catalog) if about else ()
        held = held_up(unit, stored, reader)
        decision = ways.decision(unit, plan, run, self._world(), reader)
        said = (stands, part.says, decision, *others, held)
        return " ".join(filter(None, said)), part.blocks


def _running(unit: Unit) -> list[RunLine]:
    """What moves, and what waits for hosts that something else changes."""
    moving = [run.plan for run in unit.runs(frozenset({RunState.RUNNING}))]
    return _lines(unit, [*moving, *(unit.get(QUEUE) or [])])


def _open(unit: Unit) -> list[RunLine]:
    """What waits for votes, for its time, in the queue or for a decision."""
    votes = PlanFilter(states=frozenset({PlanState.WAITING}), limit=MOST)
    halted = [run.plan for run in unit.runs(RUN_HALTED)]
    waits = [stored.plan.id for stored in unit.plans(votes)]
    later = [line.plan for line in _later(unit)]
    return _lines(unit, [*halted, *waits, *later, *(unit.get(QUEUE) or [])])


def _later(unit: Unit) -> list[RunLine]:
    """What was approved for a time that is still to come, the nearest first."""
    approved = PlanFilter(states=frozenset({PlanState.APPROVED}), without_run=True, limit=MOST)
    found = [s.plan for s in unit.plans(approved) if s.waits_for_its_time(unit.now)]
    return _lines(unit, [p.id for p in sorted(found, key=lambda p: (p.start or unit.now, p.id))])


def _later_or_would(unit: Unit) -> list[RunLine]:
    """Those, then what would begin at a time to come and waits for votes, the nearest first."""
    waiting = PlanFilter(states=frozenset({PlanState.WAITING}), limit=MOST)
    plans = [s.plan for s in unit.plans(waiting)]
    found = sorted((p.start, p.id) for p in plans if p.start is not None and p.start > unit.now)
    return [*_later(unit), *_lines(unit, [number for _, number in found])]


def _own(unit: Unit, person: str) -> list[RunLine]:
    """What of a person's waits for votes."""
    want = PlanFilter(states=frozenset({PlanState.WAITING}), person=person, limit=MOST)
    return _lines(unit, [stored.plan.id for stored in unit.plans(want)])


def _lines(unit: Unit, numbers: Iterable[int]) -> list[RunLine]:
    """Each plan once, as its card shows it."""
    found = (line_of(unit, number) for number in dict.fromkeys(numbers))
    return [line for line in found if line is not None]
