"""A play for a skill's author: people speak and press, time is ticked, Overseer may be killed.

    from bot.app import fresh
    from bot.testing.scenario import Scenario, keys, words

    async with Scenario(tmp_path, start=fresh, skills=["~/overseer-skills/cdn"]) as play:
        play.requests.answer("PURGE", "https://cdn.example/shop", 200)
        await play.say("ben", "clear the cache of the shop")
        card = await play.card()
        assert card.state == "WAITING" and "approve" in keys(card)
        await play.press("ana", "approve")
        assert (await play.card()).state == "DONE"

Everything is the product's own: the store, the shipped policy, the rules. Only hosts, HTTP, clock
and ids are fakes that ship, and with `requests=False` real requests go out. With `models` a
scripted language model is asked before the rules, with the real prompt:

    models = ScriptedModels(plan(act("cdn.clear", "leere den Cache", site="shop")))
    async with Scenario(tmp_path, start=fresh, skills=[CDN], models=models) as play:
        await play.say("ben", "leere den Cache")
        assert "leere den Cache" in models.prompts[0].turns[0].text

How Overseer is put together is handed in (`start`), because this floor knows of no adapter.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from bot.domain.cards import Card, text_of
from bot.domain.messages import ButtonPress, Identity, Message, Reply, ThreadRef
from bot.ports import Ears, Models, Store, Surface, World
from bot.settings import Home
from bot.testing.counted_threads import counted_threads
from bot.testing.fake_host import FakeHosts
from bot.testing.fake_machine import FakeMachine
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_requests import ScriptedRequests
from bot.testing.seeded_ids import SeededIds

INVENTORY = """
hosts:
  web-1: {groups: [web], environment: production}
  web-2: {groups: [web], environment: production}
  web-3: {groups: [web], environment: staging}
  db-1: {groups: [db], environment: production}
services: [nginx, postgresql]
"""
PEOPLE = """
people:
  ana: {display: Ana, roles: [admin], identities: ['web:ana']}
  ben: {display: Ben, roles: [operator], identities: ['web:ben']}
  chris: {display: Chris, roles: [approver], identities: ['web:chris']}
  vera: {display: Vera, roles: [viewer], identities: ['web:vera']}
"""
PATIENCE_S = 30
THREADS_S = 10.0
"""Real seconds for which the clock stands still in all while threads work."""
"""Seconds of the clock that pass by themselves while something is under way."""
_TURNS = 5000
_TURN_S = 0.002


class Inside(Protocol):
    """What the scenario needs of the pipeline."""

    @property
    def busy(self) -> bool:
        """Whether anything is under way that waits for no person."""
        ...

    def forsake(self) -> None:
        """Write down nothing more."""
        ...

    async def tick(self) -> None:
        """Do what is due by the clock."""
        ...


class Played(Protocol):
    """An Overseer that can be played: `bot.app.App` is one."""

    store: Store

    @property
    def pipeline(self) -> Inside:
        """Its inside."""
        ...

    @property
    def world(self) -> World:
        """What its configuration says."""
        ...

    def attach(self, surfaces: Sequence[Surface]) -> None:
        """Speak through these."""
        ...

    async def start(self) -> None:
        """Open."""
        ...

    async def stop(self) -> None:
        """Close."""
        ...

    async def drawn(self) -> None:
        """Wait until every card shows what is stored."""
        ...


Starter = Callable[..., Awaitable[Any]]
"""`bot.app.fresh`: a home, and fakes by name; gives a `Played`."""


class _Room:
    """The surface that people of the play sit at."""

    name = "web"
    ears: Ears

    async def start(self, ears: Ears) -> None:
        """Hear through these."""
        self.ears = ears

    async def stop(self) -> None:
        """Nothing is open."""

    async def show(self, item: Any, *, edited: bool) -> None:
        """What is shown is asked for by `Scenario.card`."""


class Scenario:
    """One Overseer in a folder. `crash` kills it, `revive` starts it again on what is stored.

    ana is an admin, ben an operator, chris an approver, vera a viewer; web-1, web-2 and db-1 are
    production, web-3 is staging: unless `people` and `inventory` (as in the files) say otherwise.
    """

    def __init__(
        self,
        path: Path,
        *,
        start: Starter,
        skills: Sequence[Path | str] = (),
        people: str = PEOPLE,
        inventory: str = INVENTORY,
        settings: str = "",
        requests: bool = True,
        models: Models | None = None,
    ) -> None:
        """Nothing runs before the `async with`; `skills` are folders that are copied in.

        `requests`: HTTP is scripted (`self.requests`). False: it goes out for real. `models` are
        asked about every request, over all lives (`bot.testing.scripted_models`); None: the rules
        alone read.
        """
        self.home = Home(path=path / "home")
        self.clock = ManualClock()
        self.requests = ScriptedRequests()
        self.hosts: FakeHosts
        self.app: Played
        self.thread = ThreadRef(surface="room", channel="play", thread="t1")
        self._start = start
        self._given: dict[str, Any] = {"requests": self.requests} if requests else {}
        if models is not None:
            self._given["models"] = models
        self._machines: dict[str, FakeMachine] = {}
        self._room = _Room()
        self._life = 0
        self._events = itertools.count(1)
        self.home.path.mkdir(mode=0o700, parents=True)
        self.home.people.write_text(people, encoding="utf-8")
        self.home.inventory.write_text(inventory, encoding="utf-8")
        if settings:
            self.home.settings.write_text(settings, encoding="utf-8")
        for folder in map(Path, skills):
            there = folder.expanduser()
            shutil.copytree(there, self.home.skills / there.name)

    def secret(self, name: str, value: str) -> None:
        """Keep a secret, as `./overseer secret set` does; then it is `store:NAME`."""
        self.home.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.home.secrets / name
        file.write_text(value, encoding="utf-8")
        file.chmod(0o600)

    # -- lives ------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Start it."""
        counted_threads()
        await self.revive()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it as a person would."""
        await self.app.stop()

    async def revive(self) -> None:
        """Start it on what is stored; hosts remember what ran on them."""
        self._life += 1
        self.hosts = FakeHosts(
            lambda: self.app.world.inventory, self.clock, machines=self._machines
        )
        self.app = await self._start(
            self.home, clock=self.clock, ids=SeededIds(self._life), hosts=self.hosts, **self._given
        )
        self.app.attach([self._room])
        await self.app.start()
        await self.settle()

    async def crash(self) -> None:
        """Kill it as `kill -9` would: nothing more is said or written."""
        self.app.pipeline.forsake()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        for _ in range(20):
            await asyncio.sleep(0)
        with suppress(Exception):
            await self.app.store.close()

    # -- people -----------------------------------------------------------------------------------

    async def say(self, who: str, text: str, *, settle: bool = True) -> Reply:
        """A person says it in the conversation; what comes of it has come when this returns."""
        reply = await self._room.ears.on_message(
            Message(
                event_id=f"said-{next(self._events)}",
                thread=self.thread,
                identity=Identity(surface=self.thread.surface, account=who),
                person=who,
                text=text,
                at=self.clock.now(),
            )
        )
        if settle:
            await self.settle()
        return reply

    async def press(
        self, who: str, button: str, card: Card | None = None, *, value: str = "",
        text: str = "", settle: bool = True,
    ) -> Reply:  # fmt: skip
        """A person presses a button of a card (the newest), by the button's id."""
        card = card or await self.card()
        reply = await self._room.ears.on_button(
            ButtonPress(
                event_id=f"pressed-{next(self._events)}",
                thread=self.thread,
                identity=Identity(surface=self._room.name, account=who),
                person=who,
                button=button,
                plan=card.plan,
                revision=card.revision,
                digest=card.digest,
                value=value,
                text=text,
                at=self.clock.now(),
            )
        )
        if settle:
            await self.settle()
        return reply

    # -- time -------------------------------------------------------------------------------------

    async def later(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """The clock jumps; what is due then happens."""
        await self.clock.advance(timedelta(minutes=minutes, seconds=seconds).total_seconds())
        await self.app.pipeline.tick()
        await self.settle()

    async def settle(self) -> None:
        """Let everything happen that needs no person and no more than `PATIENCE_S`."""
        passed, threads_s = 0, THREADS_S
        for _ in range(_TURNS):
            await self._stored()
            threads_s = await counted_threads().rested(threads_s)
            if not self.app.pipeline.busy:
                break
            if passed >= PATIENCE_S:
                break
            if self.clock.sleepers:
                await self.clock.advance(1)
                passed += 1
        drawn = asyncio.ensure_future(self.app.drawn())
        while not drawn.done():
            await self.clock.advance(0.3)
            await asyncio.sleep(_TURN_S)
        await drawn

    async def until(self, seen: Callable[[], object]) -> None:
        """Let things happen, without the clock, until something is seen.

        Raises:
            AssertionError: it does not come to that.
        """
        for _ in range(_TURNS):
            if seen():
                return
            await asyncio.sleep(_TURN_S)
        raise AssertionError("it did not happen")

    async def _stored(self) -> None:
        """No write is under way."""
        for _ in range(3):
            await self.app.store.write(lambda _: None)
            await asyncio.sleep(_TURN_S / 2)

    # -- what is seen -----------------------------------------------------------------------------

    async def cards(self) -> list[Card]:
        """Every card of the conversation, in order."""
        items = await self._room.ears.thread(self.thread)
        return [item.card for item in items if item.card is not None]

    async def card(self, plan: int | None = None) -> Card:
        """The newest card, or the newest of a plan.

        Raises:
            AssertionError: there is none.
        """
        for card in reversed(await self.cards()):
            if plan is None or card.plan == plan:
                return card
        raise AssertionError("there is no such card")

    async def said(self) -> str:
        """All that the conversation shows, as one text."""
        return "\n\n".join(words(card) for card in await self.cards())

    def changes(self, host: str = "") -> list[tuple[str, tuple[str, ...]]]:
        """What was really changed on hosts (on one), as (host, argv)."""
        return [(r.host, r.argv) for r in self.hosts.ledger if r.attempt and host in {"", r.host}]


def words(card: Card) -> str:
    """Everything that a card says, as one text."""
    parts = [card.title, card.state, card.standing, *card.lines, *card.footer]
    for block in card.body:
        parts += [str(getattr(block, name, "")) for name in ("text", "label", "aside", "title")]
        if hasattr(block, "spans"):
            parts.append(text_of(block.spans))
        for row in getattr(block, "rows", ()):
            parts += list(row)
        for target in getattr(block, "targets", ()):
            parts += [*target.hosts, target.state, target.text]
            for inner in target.blocks:
                parts.append(getattr(inner, "text", "") or text_of(getattr(inner, "spans", ())))
    return "\n".join(map(str, parts))


def keys(card: Card) -> set[str]:
    """The ids of a card's buttons: `approve`, `deny`, `retry` …"""
    return {button.id for button in card.buttons}
