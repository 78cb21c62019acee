"""The composition root: the only place that sees everything.

`build` makes an `App` from a home and, in tests, from fakes given by name. Constructing
connects to nothing; `App.start` opens, `App.stop` closes, in reverse order.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import __version__
from bot.adapters.files.autonomy_names import check_autonomy
from bot.adapters.files.first_start import prepare
from bot.adapters.files.home_files import changed, contents, waiting_for_a_start
from bot.adapters.files.inventory_file import load_inventory
from bot.adapters.files.people_file import load_people
from bot.adapters.files.settings_file import load_settings
from bot.adapters.hosts.router import Hosts
from bot.adapters.http import HttpRequests
from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.secrets import SecretStore
from bot.adapters.store import open_store
from bot.domain.events import Event
from bot.domain.intents import ParseContext, Understanding
from bot.domain.wording import listed
from bot.errors import ConfigError, UnavailableError
from bot.execution.decisions import Decisions
from bot.execution.executor import Executor
from bot.gate.approval_desk import ApprovalDesk
from bot.gate.cedar import CedarGate
from bot.intent.parser import Parser as Rules
from bot.pipeline import Pipeline
from bot.pipeline.answering import Answers
from bot.pipeline.asking import Asking
from bot.pipeline.books import Library
from bot.pipeline.explaining import Explaining
from bot.pipeline.judging import Voters
from bot.pipeline.knowing import KnownUnits
from bot.pipeline.operations import registry
from bot.pipeline.pressing import Pressing
from bot.pipeline.readers import zone_of
from bot.pipeline.running import Running
from bot.pipeline.skillset import catalog_of, fingerprint, note_disabled
from bot.pipeline.speaking import Speaker
from bot.pipeline.stopping import Stopping
from bot.pipeline.telling import Telling
from bot.planning.preview import Previewer
from bot.ports import Clock, HostRunner, Ids, Parser, Requests, Status, Store, Surface, World
from bot.reporting.mouth import Mouth
from bot.settings import Home, Settings
from bot.skillkit.catalog import Catalog

LAST_CARDS_S = 3.0
"""How long a stop waits for the last state of every card."""


class RulesParser:
    """The rules over today's inventory, and over the units that hosts were seen to have."""

    def __init__(self, catalog: Catalog, box: _Box) -> None:
        """Compiles the sentences now: nobody's first request waits for that.

        Raises:
            ConfigError: a phrase can't be read, with its file.
        """
        self._rules = Rules()
        self._rules.templates(catalog)
        self._catalog = catalog
        self._box = box

    async def parse(self, text: str, context: ParseContext) -> Understanding:
        """See `bot.ports.Parser`."""
        inventory = self._box.world.inventory
        return await self._rules.parse(text, context, inventory, self._catalog, self._box.units)


def load_world(home: Home, catalog: Catalog) -> World:
    """Everything that the configuration says, or the first thing that is wrong with it.

    Raises:
        ConfigError: file, line and cure.
    """
    settings = load_settings(home.settings)
    try:
        policy = home.policies.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"It can't be read: {error}.", path=str(home.policies)) from error
    inventory = load_inventory(home.inventory)
    check_autonomy(home.settings, settings.autonomy, inventory, catalog)
    return World(
        settings=settings,
        inventory=inventory,
        people=load_people(home.people),
        gate=CedarGate(policy, str(home.policies), catalog, settings.autonomy, settings.approval),
    )


@dataclass
class _Box:
    """Holds the current world and the files it was read from; a reload swaps them as a whole.

    `started` are the settings of the start, which some parts keep until the next one; so is the
    code of own skills (`skills`).
    """

    world: World
    files: Mapping[str, str]
    started: Settings
    skills: Mapping[str, str]
    address: str = ""
    units: tuple[str, ...] = ()


LinkMaker = Callable[[str], Awaitable[str]]
"""Makes a person's one-time link, as a path under the page's address."""


async def _no_page(person: str) -> str:
    raise UnavailableError(f"There is no page, so {person} gets no link.")


class App:
    """One Overseer: a store, a pipeline and the surfaces that speak for it."""

    def __init__(
        self,
        *,
        home: Home,
        box: _Box,
        catalog: Catalog,
        store: Store,
        hosts: HostRunner,
        pipeline: Pipeline,
        speaker: Speaker,
        mouth: Mouth,
        clock: Clock,
        ids: Ids,
    ) -> None:
        """See `build`."""
        self.ids = ids
        self.version = __version__
        self.link_maker: LinkMaker = _no_page
        self.home = home
        self.catalog = catalog
        self.store = store
        self.hosts = hosts
        self.pipeline = pipeline
        self.clock = clock
        self._box = box
        self._speaker = speaker
        self._mouth = mouth
        self._surfaces: list[Surface] = []
        self.books = Library(store, lambda: box.world, speaker.view, speaker.reader)
        self._units = KnownUnits(hosts, catalog, lambda: box.world)
        self._learning: asyncio.Future[None] | None = None

    @property
    def world(self) -> World:
        """What the configuration says now."""
        return self._box.world

    @property
    def address(self) -> str:
        """Where the page is; empty while there is none."""
        return self._box.address

    @address.setter
    def address(self, value: str) -> None:
        self._box.address = value

    def attach(self, surfaces: Sequence[Surface]) -> None:
        """Speak through these; before `start`."""
        self._surfaces = list(surfaces)
        self._mouth.attach(self._surfaces)

    async def start(self) -> None:
        """Take up what a restart left, then open the surfaces."""
        await self._speaker.start()
        await self.pipeline.start()
        self._learn()
        for surface in self._surfaces:
            await surface.start(self.pipeline)

    def _learn(self) -> None:
        """Read the hosts' units in the background: nobody waits for it."""

        async def read() -> None:
            self._box.units = await self._units.read()

        self._learning = asyncio.ensure_future(read())

    async def stop(self) -> None:
        """Close in reverse; what runs on hosts goes on there."""
        for surface in reversed(self._surfaces):
            await surface.stop()
        if self._learning is not None:
            self._learning.cancel()
            await asyncio.gather(self._learning, return_exceptions=True)
        await self.pipeline.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_CARDS_S):
                await self._speaker.caught_up()
        await self._speaker.stop()
        await self.hosts.close()
        await self.store.close()

    async def drawn(self) -> None:
        """Wait until every card shows what is stored."""
        await self._speaker.caught_up()

    async def reload(self, *, by: str) -> tuple[str, ...]:
        """Read the configuration again, all or nothing.

        Returns the files that changed, and of the settings that only a start can take (the
        page's, the skills, those of connections) the ones that still wait for it.

        Raises:
            ConfigError: something is wrong; what ran before goes on.
        """
        files = contents(self.home)
        new = load_world(self.home, self.catalog)
        changes = changed(self._box.files, files)
        waiting = waiting_for_a_start(self._box.started, new.settings)
        # Other code under a running plan would be another action than the one that was approved.
        now = fingerprint(self.home, new.settings)
        waiting += [f"the skill {name}" for name in changed(self._box.skills, now)]
        await self.store.write(
            lambda u: u.append(
                Event(
                    kind="config.reloaded",
                    at=u.now,
                    person=by,
                    data={"files": list(changes), "later": waiting, "versions": new.versions},
                )
            )
        )
        self._box.world, self._box.files = new, files
        self._learn()
        await self._speaker.redraw_waiting()
        later = (f"{listed(waiting)} only from the next start on",) if waiting else ()
        return (*changes, *later)


def status_of(world: World, home: Home, catalog: Catalog, address: str) -> Status:
    """What each part is, in one line."""
    hosts = world.inventory.hosts
    where = ", ".join(h.name for h in hosts[:3]) + (", …" if len(hosts) > 3 else "")
    return Status(
        version=__version__,
        parser=f"rules, {sum(1 for _ in catalog)} actions; no language model is set up",
        hosts=f"{len(hosts)} in the inventory" + (f" ({where})" if hosts else ""),
        policy=f"{home.policies.name}, autonomy {world.settings.autonomy.level.value}",
        database=f"SQLite, {home.database.name}",
        frozen=False,
        address=address,
    )


async def fresh(home: Home, **given: Any) -> App:
    """Write what a first start writes into `home`, where it is missing, and `build`.

    Raises:
        ConfigError: as `build`, or the home can't be written.
    """
    prepare(home)
    return await build(home, **given)


async def build(
    home: Home,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    store: Store | None = None,
    hosts: HostRunner | None = None,
    parser: Parser | None = None,
    requests: Requests | None = None,
) -> App:
    """Wire an Overseer of what lies in `home`; any part may be given instead.

    Raises:
        ConfigError: the configuration is wrong somewhere; file, line and cure.
        StoreVersionError: a newer Overseer wrote the database.
    """
    clock = clock or SystemClock()
    settings = load_settings(home.settings)
    catalog = catalog_of(home, settings)
    note_disabled(catalog)
    box = _Box(load_world(home, catalog), contents(home), settings, fingerprint(home, settings))

    if store is None:
        store = open_store(home.database, clock=clock)
    secrets = SecretStore(home)
    if hosts is None:
        hosts = Hosts(lambda: box.world.inventory, settings.hosts, home, secrets, clock)
    if requests is None:
        requests = HttpRequests(secrets, cap_bytes=settings.hosts.output_cap_bytes)
    ids = ids or RandomIds()
    return _wired(home, settings, box, catalog, store, hosts, requests, parser, clock, ids)


def _wired(
    home: Home,
    settings: Settings,
    box: _Box,
    catalog: Catalog,
    store: Store,
    hosts: HostRunner,
    requests: Requests,
    parser: Parser | None,
    clock: Clock,
    ids: Ids,
) -> App:
    def world() -> World:
        return box.world

    mouth = Mouth(store)
    voters = Voters(catalog, world)
    speaker = Speaker(store, mouth, catalog, voters, world=world, clock=clock)
    desk = ApprovalDesk(
        store,
        display=lambda name: _display(box.world, name),
        zone=lambda person: zone_of(person, box.world),
    )
    executor = Executor(
        store,
        hosts,
        registry(world, catalog, desk),
        requests,
        clock=clock,
        people=lambda: box.world.people,
        versions=lambda: box.world.versions,
        recheck=lambda plan: running.recheck(plan),  # noqa: PLW0108 - it is made below
        settings=settings.run,
    )
    running = Running(store, executor, catalog, world=world, drawn=speaker.shown)
    decisions = Decisions(executor, store)
    stopping = Stopping(store, desk, decisions, executor, running, clock)
    asking = Asking(
        store,
        speaker,
        Previewer(hosts, store, settings.hosts),
        catalog,
        world=world,
        clock=clock,
    )
    explaining = Explaining(store, voters, catalog, speaker.reader)
    pressing = Pressing(
        store, desk, decisions, asking, running, stopping, speaker, explaining, catalog, world=world
    )
    pipeline = Pipeline(
        store=store,
        parser=parser or RulesParser(catalog, box),
        asking=asking,
        answers=Answers(store, mouth, ids, speaker.reader),
        pressing=pressing,
        running=running,
        stopping=stopping,
        executor=executor,
        decisions=decisions,
        desk=desk,
        speaker=speaker,
        mouth=mouth,
        voters=voters,
        explaining=explaining,
        telling=Telling(store, voters, catalog, ids, speaker.reader),
        world=world,
        about=lambda: status_of(box.world, home, catalog, box.address),
    )
    return App(
        home=home,
        box=box,
        catalog=catalog,
        store=store,
        hosts=hosts,
        pipeline=pipeline,
        speaker=speaker,
        mouth=mouth,
        clock=clock,
        ids=ids,
    )


def _display(world: World, name: str) -> str:
    person = world.people.named(name)
    return person.display if person else name
