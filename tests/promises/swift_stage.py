"""The stage for thousands of short histories: the same Overseer, nothing left to chance or waiting.

    stage = SwiftStage(path)
    stage.do(stage.say("ana", "restart nginx on web-1"))

The store is the real one on a real file, but its units run on the event loop instead of a
thread, `lag` turns of the loop after they were submitted, grouped into commits as the writer does.
So a history is decided by its rules alone, and nothing ever waits for the wall clock. What is
pure and costs (policies, catalogue, templates, parsed sentences) is computed once per process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import structlog

from bot.adapters.store import maintenance
from bot.adapters.store.store import SqlStore
from bot.adapters.store.waiting import Job
from bot.adapters.store.writer import Writer
from bot.app import LAST_CARDS_S, build
from bot.domain.commands import CommandResult
from bot.errors import OverseerError
from bot.intent.at_once import wants_reading
from bot.intent.parser import Parser
from bot.testing.fake_host import FakeHosts
from bot.testing.seeded_ids import SeededIds
from tests.scenario.kept import CACHED, KEPT
from tests.scenario.stage import Stage

TURNS = 4000
PATIENCE_S = 40
TURN_S = 0.3


# -- computed once per process -------------------------------------------------------------------


@cache
def _rules(version: str) -> Parser:
    """A parser that keeps this inventory's vocabulary; the templates are the same for all."""
    made = Parser()
    made._templates = KEPT.get("templates")
    return made


class KnownSentences:
    """The rules parser, which reads the same sentence in the same context only once."""

    def __init__(self, app: Callable[[], Any]) -> None:
        self._app = app

    async def read(self, text, context, **_):
        return await self.parse(text, context)

    def wants_reading(self, text):
        return wants_reading(text)

    async def parse(self, text, context):
        inventory, catalog = self._app().world.inventory, self._app().catalog
        context = context.model_copy(update={"earlier": ()})  # it says something to a model alone
        key = ("parsed", text, repr(context), inventory.version)
        if key not in KEPT:
            rules = _rules(inventory.version)
            KEPT[key] = await rules.parse(text, context, inventory, catalog)
            KEPT["templates"] = rules._templates
        return KEPT[key]


# -- the store on the loop -----------------------------------------------------------------------


class LoopStore(SqlStore):
    """The real store; its writer's work is done on the loop, `lag` turns after it was submitted."""

    def __init__(self, path: Path, clock: Any, *, lag: int) -> None:
        connection = maintenance.prepared(
            path, busy_s=1, backups=path.parent / "backups", now=clock.now()
        )
        # Its thread would take from the queue what the loop is to do, or wait there for ever.
        with mock.patch.object(Writer, "_serve"):
            super().__init__(connection, path, clock, 1)
            self._writer._thread.join()
        self._lag = lag
        self._jobs: list[Job] = []
        self.dead = False

    async def write(self, work, *, first=False):
        loop = self._open()
        future = loop.create_future()
        self._jobs.append(Job(work, future, loop, first))
        if len(self._jobs) == 1:
            loop.call_soon(self._later, self._lag)
        return await future

    def _later(self, turns: int) -> None:
        if turns:
            asyncio.get_running_loop().call_soon(self._later, turns - 1)
            return
        jobs, self._jobs = self._jobs, []
        if self.dead or not jobs:
            return
        for job in jobs:
            self._writer._queue.put(job)
        self._writer._group(self._writer._queue.get())

    async def read(self, work):
        self._open()
        for _ in range(self._lag + 1):
            await asyncio.sleep(0)
        if self.dead:
            await asyncio.get_running_loop().create_future()
        self._open()
        return self._snapshot(work)

    def look(self, work):
        """Read at once, for the oracle."""
        return self._snapshot(work)

    def kill(self) -> None:
        """What was not committed never will be."""
        self.dead = True

    async def close(self):
        if self._closed:
            return
        if self._jobs:
            self._later(0)
        self._closed = True
        self._writer._connection.close()
        self._pool.shutdown()
        for connection in self._readers:
            connection.close()


# -- hosts that are watched ----------------------------------------------------------------------


@dataclass(frozen=True)
class Dispatched:
    """A change that a host was really made to start."""

    host: str
    argv: tuple[str, ...]
    sudo: bool
    attempt: str
    at: datetime
    seq: int
    """The newest event that was stored when it started."""
    life: int
    beside: tuple[str, ...]
    """Other changes that ran on the host at that moment."""


class WatchedHosts(FakeHosts):
    """Scripted hosts that tell the stage of every change at the moment it starts."""

    tell: Callable[[Dispatched], None]
    moment: Callable[[], tuple[datetime, int, int]]

    def _start(self, host, command, attempt):
        beside = ()
        if attempt:
            jobs = self.machine(host.name).attempts
            beside = tuple(n for (n, _), j in jobs.items() if j.result is None and not j.lost)
        job = super()._start(host, command, attempt)
        if attempt:
            argv = self.ledger[-1].argv
            self.tell(
                Dispatched(host.name, argv, command.sudo, attempt, *self.moment(), beside=beside)
            )
        return job


# -- the stage -----------------------------------------------------------------------------------


class SwiftStage(Stage):
    """A stage that is driven from outside the loop, a history at a time."""

    def __init__(self, path: Path, *, lag: int = 0, **files: str) -> None:
        super().__init__(path, **files)
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(self._fell)
        self.lag = lag
        self.life = 0
        self.seq = 0
        self.dispatched: list[Dispatched] = []
        self.faults: list[str] = []
        self._replies: set[asyncio.Task] = set()
        self._scripts: dict[tuple[str, ...], Any] = {}
        self._hangs: set[tuple[str, ...]] = set()
        self._around = ExitStack()
        for (module, name), kept in CACHED.items():
            self._around.enter_context(mock.patch.object(module, name, kept))
        self._logs = self._around.enter_context(structlog.testing.capture_logs())

    # -- lives ------------------------------------------------------------------------------------

    def do(self, work):
        return self.loop.run_until_complete(work)

    def open(self):
        self.do(self._start())

    def shut(self):
        try:
            with suppress(Exception):
                self.do(self.crash())
            self.do(self.loop.shutdown_asyncgens())
        finally:
            self.loop.close()
            self._around.close()

    def _made_hosts(self):
        self.life += 1
        hosts = WatchedHosts(lambda: self.app.world.inventory, self.clock, machines=self.machines)
        hosts.tell = self.dispatched.append
        hosts.moment = lambda: (self.clock.now(), self.seq, self.life)
        for argv, told in self._scripts.items():
            hosts.answer(argv, told)
        for argv in self._hangs:
            hosts.hang(argv)
        return hosts

    async def _built(self):
        self.store = LoopStore(self.home.database, self.clock, lag=self.lag)
        self.store.subscribe(self._heard)
        return await build(
            self.home, clock=self.clock, ids=SeededIds(self.life), hosts=self.hosts,
            store=self.store, parser=KnownSentences(lambda: self.app),
        )  # fmt: skip

    async def stopped(self):
        """Stop in order. Time goes on: a stop waits for the last cards, and they for their turn."""
        stopping = asyncio.ensure_future(self.app.stop())
        passed = 0.0
        while not stopping.done() and passed < LAST_CARDS_S:
            await self._still()
            await self.clock.advance(TURN_S)
            passed += TURN_S
        await stopping

    async def crash(self):
        """As `kill -9` would: what is not committed is lost, and nobody says anything."""
        self.store.kill()
        self.app.pipeline._executor.driver.closing = True
        self.app._speaker._reporter._stop = None
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in tasks:  # one that hears that the store is gone may leave another behind
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self.store.close()
        self._logs.clear()
        self.faults.clear()

    def _heard(self, events):
        self.seq = max(self.seq, *(e.seq for e in events))

    def _fell(self, loop, context):
        if "destroyed" not in str(context.get("message")):  # a former life's, found late
            work = context.get("task") or context.get("future")
            self.faults.append(f"{context.get('message')} {context.get('exception')!r} {work!r}")

    def complaints(self) -> list[str]:
        """What the product itself called an error, since the last time."""
        found = [*self.faults, *(repr(e) for e in self._logs if e["log_level"] == "error")]
        self.faults.clear()
        self._logs.clear()
        return found

    # -- hosts ------------------------------------------------------------------------------------

    def script(self, argv, told):
        self._scripts[argv] = told
        self.hosts.answer(argv, told)

    def hang(self, argv):
        self._hangs.add(argv)
        self.hosts.hang(argv)

    def free(self, argv):
        """The command hangs no more, and ends well wherever it does."""
        self._hangs.discard(argv)
        self.hosts._hanging.discard(("*", argv))
        for machine in self.machines.values():
            for job in machine.attempts.values():
                if job.argv == argv and job.result is None:
                    job.end(CommandResult(exit_status=0))

    # -- time -------------------------------------------------------------------------------------

    @property
    def _busy(self) -> bool:
        """Whether anything is on its way that does not wait for a person or a host."""
        pipeline = self.app.pipeline
        lives = [r for r in pipeline._executor.lives() if not r.rested.is_set()]
        drawing = self.app._speaker._reporter._tasks
        return bool(
            pipeline._tasks or lives or pipeline._executor.driver.tasks or drawing or self._replies
        )

    def asked(self, reply: asyncio.Task) -> None:
        """Somebody waits for this reply."""

        def done(ended: asyncio.Task) -> None:
            self._replies.discard(ended)
            if not ended.cancelled() and not isinstance(ended.exception(), OverseerError | None):
                self.faults.append(f"a surface was told {ended.exception()!r}")

        self._replies.add(reply)
        reply.add_done_callback(done)

    async def turn(self, turns: int) -> None:
        """Let the loop turn so often."""
        for _ in range(turns):
            await asyncio.sleep(0)

    async def _still(self) -> None:
        """Let everything happen that needs no time."""
        quiet = 0
        for _ in range(TURNS):
            await asyncio.sleep(0)
            quiet = 0 if asyncio.get_running_loop()._ready else quiet + 1
            if quiet > 2:
                return
        raise AssertionError("it never rests")

    async def settle(self, patience_s: float = PATIENCE_S):
        """Let everything happen that needs no more than `patience_s` to pass."""
        await self._still()
        passed = 0
        while passed < patience_s and self._busy:
            if not self.clock.sleepers:
                break
            await self.clock.advance(1)
            passed += 1
            await self._still()

    @property
    def calm(self) -> bool:
        """Whether nothing moves until somebody does something."""
        return not self._busy

    async def later(self, seconds: float):
        await self.clock.advance(seconds)
        await self.app.pipeline.tick()
        await self.settle()

    # -- configuration ------------------------------------------------------------------------------

    async def reload(self):
        await self.app.reload(by="ana")
