"""The composition root: the only place that sees everything.

`build` makes an `App` from a home and, in tests, from fakes given by name. Constructing
connects to nothing; `App.start` opens, `App.stop` closes, in reverse order.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from bot import __version__
from bot.adapters.files.first_start import prepare
from bot.adapters.files.home_files import changed, contents, waiting_for_a_start
from bot.adapters.files.prompt_files import load_prompts
from bot.adapters.files.settings_file import load_settings
from bot.adapters.hosts.router import Hosts
from bot.adapters.http import HttpRequests
from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.secrets import SecretStore
from bot.adapters.store import open_store
from bot.app.keeping import Keeper
from bot.app.world import Box, display_of, load_world, models_with
from bot.domain.events import Event
from bot.domain.messages import OWN
from bot.domain.wording import listed
from bot.errors import UnavailableError
from bot.execution.decisions import Decisions
from bot.execution.executor import Executor
from bot.gate.approval_desk import ApprovalDesk
from bot.intent.model.reading import ModelReader, Prompting
from bot.intent.model.router import Maker, Router
from bot.pipeline.about import status_of
from bot.pipeline.answering import Answers
from bot.pipeline.asking import Asking
from bot.pipeline.books import Library
from bot.pipeline.explaining import Explaining
from bot.pipeline.holdings import Holdings
from bot.pipeline.judging import Voters
from bot.pipeline.knowing import KnownUnits
from bot.pipeline.linking import Linking
from bot.pipeline.noticing import Noticing
from bot.pipeline.operations import registry
from bot.pipeline.pipeline import Pipeline
from bot.pipeline.pressing import Pressing
from bot.pipeline.readers import zone_named, zone_of
from bot.pipeline.reading import LatePrompts, Reader
from bot.pipeline.rechecking import Rechecking
from bot.pipeline.running import Running
from bot.pipeline.skillset import catalog_of, fingerprint, note_disabled
from bot.pipeline.speaking import Speaker
from bot.pipeline.stopping import Stopping
from bot.pipeline.telling import Telling
from bot.planning.preview import Previewer
from bot.ports import (
    Clock,
    HostRunner,
    Ids,
    Models,
    Parser,
    Requests,
    Room,
    Store,
    Surface,
    World,
)
from bot.reporting.mouth import Mouth
from bot.settings import Home, Settings
from bot.skillkit.catalog import Catalog

LAST_CARDS_S = 3.0
"""How long a stop waits for the last state of every card."""


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
        box: Box,
        catalog: Catalog,
        store: Store,
        hosts: HostRunner,
        pipeline: Pipeline,
        speaker: Speaker,
        mouth: Mouth,
        models: Models,
        noticing: Noticing,
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
        self.models = models
        self._router = models if isinstance(models, Router) else None
        self.clock = clock
        self._box = box
        self._speaker = speaker
        self._mouth = mouth
        self._surfaces: list[Surface] = []
        self._noticing = noticing
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

    def attach(self, surfaces: Sequence[Surface], rooms: Sequence[Room] = ()) -> None:
        """Speak through these; before `start`. `rooms` are chat platforms, which stop last."""
        self._surfaces, self._box.rooms = list(surfaces), tuple(rooms)
        self._mouth.attach([*surfaces, *rooms])
        self._noticing.reach([each for each in (*surfaces, *rooms) if each.name not in OWN])

    async def start(self) -> None:
        """Take up what a restart left, then open the surfaces."""
        await self._speaker.start()
        await self.pipeline.start()
        self._learn()
        if self._router is not None:
            self._router.start()
        await self._noticing.start()
        for surface in self._surfaces:
            await surface.start(self.pipeline)
        await asyncio.gather(*(room.start(self.pipeline) for room in self._box.rooms))

    def _learn(self) -> None:
        """Read the hosts' units in the background: nobody waits for it."""

        async def read() -> None:
            self._box.know(await self._units.read())

        self._learning = asyncio.ensure_future(read())

    async def stop(self) -> None:
        """Close in reverse; what runs on hosts goes on there."""
        for surface in reversed(self._surfaces):
            await surface.stop()
        await self._noticing.close()
        if self._learning is not None:
            self._learning.cancel()
            await asyncio.gather(self._learning, return_exceptions=True)
        await self.pipeline.close()
        if self._router is not None:
            await self._router.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_CARDS_S):
                await self._speaker.caught_up()
        await self._speaker.stop()
        await asyncio.gather(*(room.stop() for room in self._box.rooms))
        await self.hosts.close()
        await self.store.close()

    async def drawn(self) -> None:
        """Wait until every card shows what is stored."""
        await self._speaker.caught_up()

    async def reload(self, *, by: str) -> tuple[str, ...]:
        """Read the configuration again, all or nothing.

        Returns the files that changed, the models that are tried again as their keys may have been
        mended, and of the settings that only a start can take the ones that still wait for it.

        Raises:
            ConfigError: something is wrong; what ran before goes on.
        """
        async with self._box.swapping:
            return await self._reload(by)

    async def _reload(self, by: str) -> tuple[str, ...]:
        files = contents(self.home)
        new = load_world(self.home, self.catalog)
        asks = bool(new.settings.models.tiers) or self.home.prompts.is_dir()
        prompts = await self._box.prompts.compiled() if asks else None
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
        self._box.prompts.renew(prompts)
        again = self._router.renew(new.settings.models) if self._router is not None else ()
        self._learn()
        await self.pipeline.people_moved()
        for room in self._box.rooms:
            room.again()
        later = (f"{listed(waiting)} only from the next start on",) if waiting else ()
        return (*changes, *(f"{name} is tried again" for name in again), *later)


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
    models: Models | None = None,
    prompting: Prompting | None = None,
    model_of: Maker | None = None,
) -> App:
    """Wire an Overseer of what lies in `home`; any part may be given instead.

    `models` replaces the router over the settings' tiers; `model_of` only what it makes of each.

    Raises:
        ConfigError: the configuration is wrong somewhere; file, line and cure.
        StoreVersionError: a newer Overseer wrote the database.
    """
    clock = clock or SystemClock()
    settings = load_settings(home.settings)
    catalog = catalog_of(home, settings)
    note_disabled(catalog)
    box = Box(
        load_world(home, catalog),
        contents(home),
        settings,
        fingerprint(home, settings),
        LatePrompts(lambda: load_prompts(home.prompts)),
    )

    if store is None:
        store = open_store(home.database, clock=clock)
    secrets = SecretStore(home)
    if hosts is None:
        hosts = Hosts(lambda: box.world.inventory, settings.hosts, home, secrets, clock)
    if requests is None:
        requests = HttpRequests(secrets, cap_bytes=settings.hosts.output_cap_bytes)
    ids = ids or RandomIds()
    if models is None:
        models = Router(
            settings.models,
            model_of or models_with(secrets),
            store,
            clock,
            ids,
            zone=lambda: zone_named(box.world.settings.timezone),
            display=lambda name: display_of(box.world, name),
        )
    if parser is None:
        prompting = prompting or box.prompts
        reader = ModelReader(models, prompting, clock, lambda: box.world.settings.models)
        parser = Reader(catalog, lambda: box.world.inventory, lambda: box.unit_names, reader)
    return _wired(home, settings, box, catalog, store, hosts, requests, parser, models, clock, ids)


def _wired(
    home: Home,
    settings: Settings,
    box: Box,
    catalog: Catalog,
    store: Store,
    hosts: HostRunner,
    requests: Requests,
    parser: Parser,
    models: Models,
    clock: Clock,
    ids: Ids,
) -> App:
    def world() -> World:
        return box.world

    def display(name: str) -> str:
        return display_of(box.world, name)

    mouth = Mouth(store)
    voters = Voters(catalog, world)
    speaker = Speaker(
        store, mouth, catalog, voters, world=world, clock=clock, units=lambda: box.units
    )
    desk = ApprovalDesk(
        store, display=display, zone=lambda person: zone_of(person, box.world),
        needed=voters.needed,
    )  # fmt: skip
    holdings = Holdings(lambda: box.rooms, clock, world)
    rechecking = Rechecking(store, catalog, holdings=holdings, world=world)
    executor = Executor(
        store,
        hosts,
        registry(lambda: replace(box.world, address=box.address), catalog, desk),
        requests,
        clock=clock,
        asker=lambda plan: box.world.requester(plan),  # noqa: PLW0108 - a reload swaps the world
        versions=lambda: box.world.versions,
        recheck=rechecking.why_not,
        settings=settings.run,
    )
    running = Running(store, executor, world=world, drawn=speaker.shown)
    decisions = Decisions(executor, store, display=display)
    stopping = Stopping(store, desk, decisions, executor, running, clock, world)
    previewer = Previewer(hosts, store, settings.hosts)
    asking = Asking(store, speaker, previewer, catalog, world=world, clock=clock)
    explaining = Explaining(store, voters, catalog, speaker.reader, world=world)
    pressing = Pressing(
        store, desk, decisions, asking, running, stopping, speaker, explaining, catalog, world=world
    )
    noticing = Noticing(
        store, voters, world=world, reader=speaker.reader, drawn=speaker.shown,
        rested=speaker.rested,
    )  # fmt: skip
    keeper = Keeper(home, box, lambda: pipeline.people_moved())  # noqa: PLW0108 - it is made below
    pipeline = Pipeline(
        store=store,
        parser=parser,
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
        telling=Telling(store, voters, catalog, ids, speaker.reader, world=world),
        noticing=noticing,
        linking=Linking(store, keeper, ids, world=world),
        clock=clock,
        world=world,
        about=lambda: status_of(
            __version__,
            box.world,
            home,
            catalog,
            models,
            box.prompts,
            address=box.address,
            rooms=box.rooms,
        ),
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
        models=models,
        noticing=noticing,
        clock=clock,
        ids=ids,
    )
