"""What is looked up: runs, hosts, the log. Reads of the store and of the inventory alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from bot.domain.cards import Card
from bot.domain.events import Event
from bot.domain.inventory import ConnectionKind
from bot.domain.messages import Role, ThreadRef
from bot.domain.runs import RUN_HALTED, PlanState, RunState
from bot.domain.sheets import HostLine, Log, RunLine, RunList, RunSheet
from bot.domain.wording import natural
from bot.pipeline.looking import card_of
from bot.ports import PlanFilter, Store, StoredPlan, Unit, World
from bot.ports.readable import readable
from bot.reporting.gallery import gallery
from bot.reporting.progress import RunView, view_of, view_of_plan
from bot.reporting.reader import Reader
from bot.reporting.retelling import UNTOLD, told
from bot.reporting.run_sheet import run_sheet

PAGE = 40
"""Plans on a page of ended ones, and events on a page of the log."""
SCANNED = 400
"""Plans that are looked through for a page of changes, before the reader must ask for more."""
STORY = 300
"""Events of one request that are told; of a longer story the first and the last half."""
MOST_WORDS = 8
"""Words of a search that count."""
EVERYTHING = frozenset({Role.APPROVER, Role.ADMIN})
"""Whose log is everybody's."""

_NUMBER = re.compile(r"#\d{1,12}")
_OPEN = frozenset({RunState.RUNNING}) | RUN_HALTED


class Library:
    """`bot.ports.Books` over the store."""

    def __init__(
        self,
        store: Store,
        world: Callable[[], World],
        live: Callable[[int], RunView | None],
        reader: Callable[[str], Reader],
    ) -> None:
        """`live` is the view of a run that moves, with what it prints; `reader` who reads."""
        self._store = store
        self._world = world
        self._live = live
        self._reader_of = reader

    def _reader(self, name: str) -> Reader:
        return self._reader_of(name).by_id()

    async def runs(self, *, everything: bool = False, before: int | None = None) -> RunList:
        """See `bot.ports.Books`."""

        def work(unit: Unit) -> RunList:
            numbers = {run.plan for run in unit.runs(_OPEN)}
            numbers |= {number for number, _ in unit.plans_in(PlanState.WAITING)}
            opened = () if before else tuple(
                line for number in sorted(numbers, reverse=True) if (line := line_of(unit, number))
            )  # fmt: skip
            lines, older = _ended(unit, numbers, everything=everything, before=before)
            return RunList(open=opened, ended=lines, older=older)

        return await self._store.read(work)

    async def runs_of(self, person: str, limit: int) -> tuple[RunLine, ...]:
        """See `bot.ports.Books`."""

        def work(unit: Unit) -> tuple[RunLine, ...]:
            asked = unit.plans(PlanFilter(person=person, changes=True, limit=limit))
            opened = _open_of(unit, person)
            ended = [each.plan.id for each in asked if _was_asked(each)]
            numbers = dict.fromkeys((*sorted(opened, reverse=True), *ended))
            lines = (line_of(unit, number) for number in list(numbers)[:limit])
            return tuple(line for line in lines if line is not None)

        return await self._store.read(work)

    async def run(self, plan: int, reader: str) -> RunSheet | None:
        """See `bot.ports.Books`."""
        live = self._live(plan)

        def work(unit: Unit) -> RunSheet | None:
            stored, item = unit.plan(plan), card_of(unit, plan)
            if stored is None or item is None:
                return None
            events, cut = _story(unit, plan)
            view = live or _view(unit, stored)
            return run_sheet(item, stored.plan, view, events, self._reader(reader), cut=cut)

        return await self._store.read(work)

    async def hosts(self) -> tuple[HostLine, ...]:
        """See `bot.ports.Books`."""
        hosts = self._world().inventory.hosts
        names = [host.name for host in hosts]

        def work(
            unit: Unit,
        ) -> tuple[dict[str, int], set[int], dict[str, int], dict[str, RunLine]]:
            left: dict[str, int] = {}
            for one in unit.left(names):
                left[one.host] = left.get(one.host, 0) + 1
            halted = {run.plan for run in unit.runs(RUN_HALTED)}
            return unit.holders(names), halted, left, _last_changes(unit, names)

        held, halted, left, last = await self._store.read(work)
        lines = [
            HostLine(
                name=h.name, environment=h.environment, groups=h.groups,
                labels=tuple(f"{k}={v}" for k, v in sorted(h.labels.items())),
                address=(
                    "this machine" if h.connection.kind is ConnectionKind.LOCAL
                    else h.connection.address
                ),
                held_by=held.get(h.name), halted=held.get(h.name) in halted,
                leftovers=left.get(h.name, 0), last=last.get(h.name),
            )
            for h in hosts
        ]  # fmt: skip
        return tuple(sorted(lines, key=lambda line: (line.environment, natural(line.name))))

    async def log(self, reader: str, *, words: str = "", before: int | None = None) -> Log:
        """See `bot.ports.Books`."""
        person = self._world().people.named(reader)
        everything = person is not None and not EVERYTHING.isdisjoint(person.roles)
        of = None if everything else reader
        said = words.split()[:MOST_WORDS]
        plans = [int(word[1:]) for word in said if _NUMBER.fullmatch(word)]
        wanted = [word for word in said if not _NUMBER.fullmatch(word)]

        def work(unit: Unit) -> tuple[Event, ...]:
            if len(set(plans)) > 1:
                return ()  # nothing is about two plans at once
            plan = plans[0] if plans else None
            return unit.log(words=wanted, plan=plan, of=of, before=before, limit=PAGE + 1)

        events = await self._store.read(work)
        page, whole = events[:PAGE], len(events) <= PAGE
        who = self._reader(reader)
        lines = tuple(line for event in page if (line := told(event, who)) is not None)
        older = None if whole else page[-1].seq
        return Log(lines=lines, older=older, everything=everything)

    def gallery(self) -> Mapping[str, Mapping[str, Card]]:
        """See `bot.ports.Books`."""
        return gallery()


def _open_of(unit: Unit, person: str) -> set[int]:
    """The numbers of what moves or halts, and of the newest that wait for votes, of one person.

    Of others' plans that wait, however many, none is read.
    """
    states = frozenset({PlanState.WAITING})
    waiting = unit.plans(PlanFilter(states=states, person=person, limit=PAGE))
    moving = [readable(unit, run.plan) for run in unit.runs(_OPEN)]
    found = [each.plan for each in (*moving, *waiting) if each is not None]
    return {plan.id for plan in found if plan.requester == person and plan.effect.changes}


def _ended(
    unit: Unit, opened: set[int], *, everything: bool, before: int | None
) -> tuple[tuple[RunLine, ...], int | None]:
    lines: list[RunLine] = []
    seen = 0
    while True:
        page = unit.plans(PlanFilter(before=before, limit=PAGE))
        for stored in page:
            before = stored.plan.id
            if stored.plan.id in opened or not (everything or _was_asked(stored)):
                continue
            card = unit.card(f"plan-{stored.plan.id}")
            if card is not None:
                lines.append(_of(stored, *card))
            if len(lines) == PAGE:
                return tuple(lines), before
        seen += len(page)
        if len(page) < PAGE:
            return tuple(lines), None
        if seen >= SCANNED:
            return tuple(lines), before


def _was_asked(stored: StoredPlan) -> bool:
    """Whether it is a change that somebody wanted done, not one that was only drafted."""
    return stored.plan.effect.changes and stored.state is not PlanState.DRAFTED


def line_of(unit: Unit, number: int) -> RunLine | None:
    """A plan in a list, as its card shows it; None when it has none."""
    stored, card = readable(unit, number), unit.card(f"plan-{number}")
    return _of(stored, *card) if stored is not None and card is not None else None


def _of(stored: StoredPlan, thread: ThreadRef, card: Card) -> RunLine:
    plan = stored.plan
    return RunLine(
        plan=plan.id, title=plan.title, requester=plan.requester, at=plan.created_at,
        state=card.state, tone=card.tone, standing=card.standing, hosts=plan.hosts,
        changes=plan.effect.changes, reason=plan.reason, thread=str(thread),
    )  # fmt: skip


def _last_changes(unit: Unit, hosts: Sequence[str]) -> dict[str, RunLine]:
    """The newest plan that changed each host, or tried to; not further back than `SCANNED`."""
    found: dict[str, RunLine] = {}
    wanted = set(hosts)
    for stored in unit.plans(PlanFilter(states=frozenset({PlanState.APPROVED}), limit=SCANNED)):
        theirs = wanted.intersection(stored.plan.hosts) if stored.plan.effect.changes else ()
        if theirs and (line := line_of(unit, stored.plan.id)) is not None:
            found |= dict.fromkeys(theirs, line)
            wanted.difference_update(theirs)
        if not wanted:
            break
    return found


def _story(unit: Unit, plan: int) -> tuple[tuple[Event, ...], bool]:
    """All that happened to a plan, in order; of a long story its beginning and its end."""
    events: list[Event] = []
    after = 0
    while page := unit.events(after, plan=plan, limit=1000):
        events += [event for event in page if event.kind not in UNTOLD]
        after = page[-1].seq
    if len(events) <= STORY:
        return tuple(events), False
    half = STORY // 2
    return (*events[:half], *events[-half:]), True


def _view(unit: Unit, stored: StoredPlan) -> RunView:
    run = unit.run(stored.plan.id)
    if run is None or run.revision != stored.plan.revision:
        return view_of_plan(stored.plan)
    number = stored.plan.id
    return view_of(stored.plan, run, unit.steps(number), unit.attempts(number))
