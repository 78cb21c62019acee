"""The whole of Overseer on a stage: people speak and press, hosts are scripted, time is ticked.

    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx", "active")
        await stage.say("ana", "restart nginx on web-1")
        card = await stage.card()

The store is real, the policy is the shipped one, the parser is the rules; only hosts, clock and
ids are fakes that ship.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.app import build
from bot.domain.commands import CommandResult
from bot.domain.messages import ButtonPress, Identity, Message, ThreadRef
from bot.settings import Home
from bot.testing.counted_threads import counted_threads
from bot.testing.fake_host import FakeHosts
from bot.testing.manual_clock import ManualClock
from bot.testing.scenario import keys, words
from bot.testing.seeded_ids import SeededIds
from skills.service.facts import unit
from tests.scenario.kept import furnish, kept

__all__ = ["INVENTORY", "PEOPLE", "RESTART", "Stage", "keys", "words"]

INVENTORY = """
hosts:
  web-1: {groups: [web], environment: production}
  web-2: {groups: [web], environment: production}
  web-3: {groups: [web], environment: staging}
  db-1:  {groups: [db], environment: production}
  db-2:  {groups: [db], environment: staging}
services: [nginx, redis, postgresql, cron, ssh]
"""

PEOPLE = """
people:
  ana: {display: Ana, roles: [admin], identities: ['web:ana']}
  ben: {display: Ben, roles: [operator], identities: ['web:ben']}
  chris: {display: Chris, roles: [approver], identities: ['web:chris']}
  vera: {display: Vera, roles: [viewer], identities: ['web:vera']}
"""
RESTART = ("systemctl", "restart", "--", "nginx.service")
"""What changes a host on which nginx is restarted."""
TURNS = 5000
PATIENCE_S = 30
THREADS_S = 10.0
_ids = itertools.count(1)


class Stage:
    """One Overseer. `crash` drops it without a word; `revive` starts it again on the same home."""

    def __init__(
        self, path: Path, *, people: str = PEOPLE, inventory: str = INVENTORY, **given
    ) -> None:
        self.given = given
        self.home = Home(path=path / "home")
        furnish(self.home)
        # Who has no account elsewhere speaks in the stage's room by one that is linked.
        linked = re.sub(r"\['web:(\w+)'\]", r"['web:\1', 'room:\1']", people)
        self.home.people.write_text(linked)
        self.home.inventory.write_text(inventory)
        self.clock = ManualClock()
        self.life = 0
        self.machines: dict = {}
        self.units: dict[tuple[str, str], str] = {}
        self.broken: set[tuple[str, str]] = set()
        self.thread = ThreadRef(surface="room", channel="c", thread="t1")
        self.shown: list = []

    async def __aenter__(self):
        counted_threads()
        await self._start()
        return self

    async def __aexit__(self, *_):
        await self.app.stop()

    async def _start(self):
        self.hosts = self._made_hosts()
        self.app = await self._built()
        for host, name in self.units:
            self._script(host, name)
        self.app.attach(*self._attached())
        await self.app.start()

    def _attached(self):
        """The surfaces of one life, and its rooms."""
        return [self], []

    def _made_hosts(self):
        """The scripted hosts of one life; the machines behind them outlive it."""
        return FakeHosts(lambda: self.app.world.inventory, self.clock, machines=self.machines)

    async def _built(self):
        self.life += 1
        with kept():
            app = await build(
                self.home, clock=self.clock, ids=SeededIds(self.life), hosts=self.hosts,
                **self.given,
            )  # fmt: skip
        self.pending = 0
        for name in ("write", "read"):
            setattr(app.store, name, self._counted(getattr(app.store, name)))
        return app

    def _counted(self, ask):
        """Knows how much the store has been asked that it has not answered yet."""

        async def asked(work, **how):
            self.pending += 1
            try:
                return await ask(work, **how)
            finally:
                self.pending -= 1

        return asked

    # it is its own surface: what is shown is kept
    name = "web"

    async def start(self, ears):
        self.ears = ears

    async def stop(self):
        pass

    async def show(self, item, *, edited):
        self.shown.append(item)

    async def crash(self):
        """As `kill -9` would: tasks vanish, nothing is said, the store's file is what it is."""
        executor = self.app.pipeline._executor
        executor.driver.closing = True
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        for _ in range(20):
            await asyncio.sleep(0)
        with suppress(Exception):
            await self.app.store.close()

    async def revive(self):
        await self._start()

    @asynccontextmanager
    async def killed(self):
        """What is said in here is taken in, and then Overseer is killed before it has a plan."""
        asking = self.app.pipeline._asking
        planning = asking.plan

        async def dies(_asked):
            await self.app.store.close()
            raise AssertionError("killed")

        asking.plan = dies
        yield
        await self.until(lambda: not self.app.pipeline._tasks)
        asking.plan = planning
        await self.crash()
        await self.revive()
        await self.settle()

    # -- the world --------------------------------------------------------------------------

    def service(self, host, name, active="active"):
        self.units[host, name] = active
        if hasattr(self, "hosts"):
            self._script(host, name)

    def _script(self, host, name):
        key = (host, name)

        def look(_host, _command):
            active = self.units[key]
            load = "not-found" if active == "missing" else "loaded"
            state = "inactive" if active == "missing" else active
            text = (
                f"systemd=yes\nclock=1000.0\nId={name}.service\nLoadState={load}\n"
                f"ActiveState={state}\nSubState={'running' if state == 'active' else 'dead'}\n"
                "UnitFileState=enabled\nCanReload=yes\nMainPID=10\nNRestarts=0\nType=simple\n"
                "Result=success\nTriggeredBy=\nStateChangeTimestampMonotonic=1000000\n"
            )
            return CommandResult(exit_status=0, stdout=text)

        def becomes(active):
            def act(_host, _command):
                if key in self.broken:
                    self.units[key] = "failed"
                    return CommandResult(exit_status=1, stderr=f"Job for {name}.service failed.\n")
                self.units[key] = active
                return CommandResult(exit_status=0)

            return act

        def is_active(_host, _command):
            ok = self.units[key] == "active"
            return CommandResult(exit_status=0 if ok else 3, stdout=self.units[key] + "\n")

        def shows(_host, _command):
            return CommandResult(exit_status=0, stdout=self.units[key] + "\n")

        fact = unit(name)
        self.hosts.answer(("sh", "-c", fact.command.text), look, host=host)
        for verb, active in (
            ("restart", "active"),
            ("start", "active"),
            ("stop", "inactive"),
            ("reload", "active"),
        ):
            self.hosts.answer(
                ("systemctl", verb, "--", f"{name}.service"), becomes(active), host=host
            )
        self.hosts.answer(("systemctl", "is-active", "--", f"{name}.service"), is_active, host=host)
        shown = ("systemctl", "show", "-p", "ActiveState", "--value", "--", f"{name}.service")
        self.hosts.answer(shown, shows, host=host)

    def release(self, argv):
        """Let a hanging command end well on every host, and hang no more."""
        self.hosts._hanging.discard(("*", argv))
        for host in {name for name, _ in self.units}:
            self.hosts.release(argv, host=host)
            for job in self.hosts.machine(host).attempts.values():
                if job.argv == argv and job.result is None:
                    job.end(CommandResult(exit_status=0))

    # -- people -----------------------------------------------------------------------------

    async def say(self, who, text, *, event=None, thread=None, surface="", settle=True, **more):
        """Say it in a conversation, on its own surface unless another is named."""
        thread = thread or self.thread
        reply = await self.ears.on_message(
            Message(
                event_id=event or f"e{next(_ids)}", thread=thread,
                identity=Identity(surface=surface or thread.surface, account=who), person=who,
                text=text,
                at=self.clock.now(), **more,
            )
        )  # fmt: skip
        if settle:
            await self.settle()
        return reply

    async def press(self, who, button, card=None, *, value="", text="", event=None, settle=True):
        card = card or await self.card()
        reply = await self.ears.on_button(
            ButtonPress(
                event_id=event or f"b{next(_ids)}", thread=self.thread,
                identity=Identity(surface="web", account=who), person=who, button=button,
                plan=card.plan, revision=card.revision, digest=card.digest, value=value, text=text,
                at=self.clock.now(),
            )
        )  # fmt: skip
        if settle:
            await self.settle()
        return reply

    async def settle(self):
        """Let everything happen that needs no more than half a minute to pass."""
        passed, threads_s = 0, THREADS_S
        for _ in range(TURNS):
            await self.stored()
            threads_s = await counted_threads().rested(threads_s)
            quiet = not self.app.pipeline._tasks
            running = [r for r in self.app.pipeline._executor.lives() if not r.rested.is_set()]
            if quiet and not running:
                break
            if self.clock.sleepers and passed < PATIENCE_S:
                await self.clock.advance(1)
                passed += 1
            elif passed >= PATIENCE_S:
                break
        await asyncio.sleep(0.01)
        drawn = asyncio.ensure_future(self.app._speaker.caught_up())
        while not drawn.done():
            await self.clock.advance(0.3)
            await asyncio.sleep(0.002)

    async def stored(self):
        """Let what has been begun come to where it waits for time: no write is under way."""
        for _ in range(3):
            await self.app.store.write(lambda _: None)
            await self.app.store.read(lambda _: None)
            await asyncio.sleep(0.001)

    async def until(self, seen):
        """Let things happen until `seen()`, without the clock."""
        for _ in range(TURNS):
            if seen():
                return
            await asyncio.sleep(0.005)
        raise AssertionError("it did not happen")

    async def later(self, **delta):
        seconds = delta.get("minutes", 0) * 60 + delta.get("seconds", 0)
        await self.clock.advance(seconds)
        await self.app.pipeline.tick()
        await asyncio.sleep(0.01)
        await self.settle()

    # -- what is seen -----------------------------------------------------------------------

    async def items(self):
        return await self.ears.thread(self.thread)

    async def cards(self):
        return [item.card for item in await self.items() if item.card is not None]

    async def card(self, plan=None):
        """The newest card, or that of a plan."""
        cards = await self.cards()
        return next(c for c in reversed(cards) if plan is None or c.plan == plan)

    def changes(self, host=None):
        """What was really changed, as (host, argv)."""
        return [(r.host, r.argv) for r in self.hosts.ledger if r.attempt and host in (None, r.host)]
