"""What Overseer says of plans: which card stands for which state, and what goes with it.

The card of a plan is always drawn from what is stored, so that every surface, and the same
surface after a restart, shows the same thing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace

import structlog

from bot.domain.captured import captured
from bot.domain.cards import Card, ThreadItem
from bot.domain.inventory import OVERSEER, Host
from bot.domain.messages import Person, ThreadRef
from bot.domain.plans import Plan
from bot.domain.posts import MarkState
from bot.domain.runs import RUN_ENDED, RUN_HALTED, Attempt, PlanState, Run, StepState
from bot.domain.wording import folded, listed, natural
from bot.errors import ConflictError, OverseerError, RequestError, UnreadableError
from bot.pipeline import outsiders, pending, receivers
from bot.pipeline.called import Called
from bot.pipeline.drawings import Drawings
from bot.pipeline.drawn_from import DrawnFrom, drawn_from
from bot.pipeline.judging import Voters
from bot.pipeline.lapsing import Lapsing
from bot.pipeline.marking import marked
from bot.pipeline.meant import for_people, open_in
from bot.pipeline.numbering import Within
from bot.pipeline.reached import with_nowhere
from bot.pipeline.readers import reader_of
from bot.ports import Clock, PlanFilter, Store, Unit, World
from bot.reporting.answer_card import answer_card, error_card, welcome_card
from bot.reporting.mouth import Mouth, put
from bot.reporting.plan_card import looking, plan_card
from bot.reporting.progress import RunView
from bot.reporting.reader import Reader
from bot.reporting.run_card import progress_card
from bot.reporting.thread_reporter import ThreadReporter
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import HostResult, Report
from bot.skillkit.printed import printed

_log = structlog.get_logger(__name__)

NAMED = 12
"""Words of a sentence that names hosts, runs of numbers counted once."""
HELD_UP = frozenset({PlanState.DENIED, PlanState.DRAFTED})
"""States of plans whose card names the run that is in their way."""


class Speaker:
    """Draws cards and hands them to the mouth."""

    def __init__(
        self,
        store: Store,
        mouth: Mouth,
        catalog: Catalog,
        voters: Voters,
        *,
        world: Callable[[], World],
        clock: Clock,
        units: Callable[[], Mapping[str, Sequence[str]]],
    ) -> None:
        """Wire it; `units` are the services that each host was seen to have."""
        self._store = store
        self._mouth = mouth
        self._catalog = catalog
        self._voters = voters
        self._world = world
        self._clock = clock
        self._units = units
        self.called = Called(store)
        self._apart = outsiders.Apart(self.called)
        self._halted: set[int] = set()
        self._lapsing = Lapsing()
        self._drawings = Drawings(self._refresh)
        self._reporter = ThreadReporter(store, clock, self.refresh)

    async def start(self) -> None:
        """Follow events from now on."""
        self._reporter.start()

    async def stop(self) -> None:
        """Follow no more."""
        await self._reporter.stop()

    def view(self, plan_id: int) -> RunView | None:
        """A run that moves, with what it prints; None when nobody has to know."""
        return self._reporter.view(plan_id)

    async def caught_up(self) -> None:
        """Wait until every card shows what is stored."""
        await self._reporter.caught_up()

    # -- plans --------------------------------------------------------------------------------

    async def looking(
        self, thread: ThreadRef, number: Within, title: str, hosts: Sequence[Host], by: str
    ) -> int:
        """The card that appears at once, while facts are read; gives the plan's number."""
        names, reader = [host.name for host in hosts], self.reader(by)

        def work(unit: Unit) -> tuple[int, ThreadItem | None]:
            plan_id = number(unit)
            return plan_id, put(unit, thread, looking(plan_id, title, names, reader, by=by))

        plan_id, item = await self._store.write(work)
        await self._passed_on(item)
        return plan_id

    def drawn_in(self, unit: Unit, plan_id: int) -> ThreadItem | None:
        """Draw a plan's card in the unit that stores it; who stores it passes it on afterwards.

        None: it can't be drawn, which is no failure of what it is about. It is to be `shown` then.
        """
        try:
            found = drawn_from(unit, plan_id, with_view=False)
            card = self._card(found, found.view) if found is not None else None
        except Exception as error:  # noqa: BLE001 - as in `shown`, which tries it again
            _log.warning("a card is drawn later", plan=plan_id, why=str(error))
            return None
        if found is None or card is None:
            return None
        return put(unit, found.stored.plan.thread, card)

    async def pass_on(self, item: ThreadItem, plan: Plan, *, new: bool) -> None:
        """Show a plan's card that was drawn in its unit; of a `new` plan nobody knew before it.

        What is looked up inside Overseer has ended before anybody has read that it began.
        """
        if new:
            inside = not plan.effect.changes and plan.hosts == (OVERSEER,)
            self._reporter.drawn(plan.id, ends_soon=inside)
        await self._passed_on(item)

    async def _passed_on(self, item: ThreadItem | None) -> None:
        if item is not None and item.card is not None:
            await self._mouth.pass_on(item, edited=item.card.serial > 0)

    async def shown(self, plan_id: int) -> None:
        """Draw a plan's card; what can't be drawn now is drawn as soon as it can be.

        What the card is about is stored: that it could not be drawn is no failure of it.
        """
        try:
            await self.refresh(plan_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again and logged
            _log.warning("a card is drawn later", plan=plan_id, why=str(error))
            self._reporter.soon(plan_id)

    async def redraw_waiting(self, places: Container[str] | None = None) -> None:
        """Draw again what waits for people, of votes the newest ones: who may has changed.

        What was asked in one of these `places` alone, where they are given.
        """
        for plan in await self._store.read(lambda u: for_people(u, places)):
            await self.shown(plan)

    async def tick(self) -> None:
        """Draw anew what waits and was asked where names are of now, or whose votes have ended.

        Raises:
            StoreBusyError: names are not written down; the next one tries it again.
        """
        for plan in self._lapsing.due(self._clock.now()):
            await self.shown(plan)
        with self.called.telling() as (places, others):
            people = self._world().people.persons
            known = others.intersection(str(i) for person in people for i in person.identities)
            if known or places:
                await self.redraw_waiting(None if known else places)
        await self.called.tick()

    async def redraw_in(self, thread: ThreadRef) -> None:
        """Draw again what is open in a conversation: it is another person's now."""
        for plan in await self._store.read(lambda u: open_in(u, thread)):
            await self.shown(plan)

    async def refresh(self, plan_id: int) -> bool:
        """Draw a plan's card from what is stored; whether the run still moves."""
        return await self._drawings.drawn(plan_id)

    async def rested(self, plan_id: int) -> None:
        """Wait until nobody draws this plan's card."""
        await self._drawings.rested(plan_id)

    async def _refresh(self, plan_id: int) -> bool:
        live = self._reporter.view(plan_id)
        if live is None:
            self._reporter.reading(plan_id)
        try:
            found = await self._store.read(lambda u: drawn_from(u, plan_id, with_view=live is None))
        except UnreadableError:  # its card stays as it is: drawing it again would fail again
            found = None
        if found is None:
            self._reporter.drop(plan_id)
            return False
        moving = found.run is not None and found.run.state not in RUN_ENDED | RUN_HALTED
        if moving and found.view is not None:
            self._reporter.keep(found.view)
        view = (self._reporter.view(plan_id) or found.view) if moving else found.view
        if not moving:  # the store tells everything, and a view that was kept may lag behind it
            self._reporter.drop(plan_id)
        await self._mouth.show(found.stored.plan.thread, self._card(found, view))
        if found.run is not None and self._turned(found.run):
            await self._freed(found.stored.plan, found.run)
        return moving

    def _turned(self, run: Run) -> bool:
        """Whether a run is over, has halted or goes on again: what it holds up tells of that."""
        halted, was = run.state in RUN_HALTED, run.plan in self._halted
        (self._halted.add if halted else self._halted.discard)(run.plan)
        return run.state in RUN_ENDED or halted != was

    async def _freed(self, plan: Plan, run: Run) -> None:
        """Draw again what this run stands in the way of, or has stood."""
        if not plan.effect.changes:
            return
        meant = PlanFilter(states=HELD_UP, since=run.started_at, changes=True, without_run=True)
        for stored in await self._store.read(lambda u: u.plans(meant)):
            if stored.plan.id != plan.id and set(stored.plan.hosts) & set(plan.hosts):
                self._reporter.soon(stored.plan.id)

    def _card(self, found: DrawnFrom, view: RunView | None) -> Card:
        plan, to, run = found.stored.plan, found.steered_by, found.run
        self._lapsing.drawn(plan, run, self._clock.now())
        return receivers.for_owners(self._drawn(found, view), plan, to, run, self._world())

    def _drawn(self, found: DrawnFrom, view: RunView | None) -> Card:
        plan = found.stored.plan
        reader = self.reader(plan.requester)
        if found.run is None or found.run.revision != plan.revision or view is None:
            now = with_nowhere(
                self._voters.as_of_now(found.stored), self._world().people, self._mouth.rooms()
            )
            return plan_card(
                now, found.votes, reader,
                holders=found.holders, halted=found.halted, queued=found.queued,
                frozen=found.frozen, steered_by=found.steered_by,
            )  # fmt: skip
        over = found.run.state in RUN_ENDED
        reports = self._reports(plan, found.attempts) if over or not plan.effect.changes else {}
        # What is followed live may be ahead of what was read; the card tells of what is ahead.
        halted = bool(RUN_HALTED & {found.run.state, view.state})
        world, owners = self._world(), (found.steered_by, plan.requester)
        deciders = receivers.deciders(found.run, owners, world) if halted else ()
        if over and not plan.effect.changes:
            return answer_card(plan, view, reports, reader)
        return progress_card(
            plan, view, reader, votes=found.votes, deciders=deciders,
            receivers=receivers.able(plan, deciders, world, self.called.outside),
            reports=reports, frozen=found.frozen,
        )  # fmt: skip

    def _reports(self, plan: Plan, attempts: Sequence[Attempt]) -> dict[str, Report]:
        """What each step has to say, of the hosts where it succeeded, by step id."""
        by_target = {
            (a.step, a.host): a.results
            for a in attempts
            if a.state is StepState.SUCCEEDED and a.results
        }
        found: dict[str, Report] = {}
        for step in plan.steps:
            report = None
            if step.action in self._catalog:
                action = self._catalog.action(step.action)
                report = action.report or (None if action.effect.changes else printed)
            results = [
                HostResult(host=host, results=by_target[step.id, host])
                for host in step.hosts
                if (step.id, host) in by_target
            ]
            if report is None or not results:
                continue
            try:
                found[step.id] = report(self._catalog.params(step.action, step.params), results)
            except Exception:  # noqa: BLE001 - a skill's fault: the card goes without its words
                _log.exception("a skill could not report", plan=plan.id, step=step.id)
        return found

    async def output(self, plan_id: int, host: str, step: str = "") -> str:
        """Everything that was captured of a target's commands.

        Raises:
            ConflictError: there is no such plan.
            RequestError: it has run nothing on that host; the cure names those where it has.
        """
        stored, attempts = await self._store.read(lambda u: (u.plan(plan_id), u.attempts(plan_id)))
        if stored is None:
            raise ConflictError(f"There is no plan #{plan_id}.")
        if host not in stored.plan.hosts:
            known = folded(stored.plan.hosts, NAMED)
            raise RequestError(f"#{plan_id} does nothing on {host}.", cure=f"Its hosts: {known}.")
        wanted = [a for a in attempts if a.host == host and step in ("", a.step)]
        if not wanted:
            ran = folded(sorted({a.host for a in attempts}, key=natural), NAMED)
            said = f"#{plan_id} has run nothing on {host}{f' in step {step}' if step else ''}."
            raise RequestError(said, cure=f"It has on {ran}." if ran else "Nothing of it ran.")
        return "".join(captured(attempt.results) for attempt in wanted)

    # -- everything else ------------------------------------------------------------------------

    async def trouble(
        self, thread: ThreadRef, number: Within, title: str, error: OverseerError, *, event: str
    ) -> None:
        """A request that could not become a plan; `event` is its message, if it was one."""

        def work(unit: Unit) -> ThreadItem | None:
            plan_id = number(unit)
            card = error_card(f"plan-{plan_id}", error, title=title, plan=plan_id)
            for each in filter(None, (event, *pending.answered(unit, event))):
                marked(unit, thread, each, MarkState.REFUSED)
            return put(unit, thread, card)

        await self._passed_on(await self._store.write(work))

    def welcome(self, person: Person, thread: ThreadRef | None) -> Card:
        """The first card of an empty conversation, there if anywhere."""
        world = self._world()
        bounds = world.bounds(thread) if thread is not None else None
        inventory, here = world.inventory, ""
        if bounds is not None:
            inventory = inventory.within(bounds.environments)
            here = f"{bounds.called} is for {listed(bounds.environments)}."
        return welcome_card(person, inventory, self._units(), here=here)

    # -- readers ----------------------------------------------------------------------------------

    def reader(self, name: str) -> Reader:
        """Who reads a card: names, zone, now."""
        world = self._world()
        reader = reader_of(world.people.named(name), world, self._clock.now())
        return replace(reader, called=self.called.of, apart=self._apart.of(world.people))
