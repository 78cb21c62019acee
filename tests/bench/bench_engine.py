"""What a step costs: the engine's overhead over nothing at all, in µs.

    python tests/bench/bench_engine.py [STEPS [ROUNDS]]

A graph 100 wide and STEPS/100 deep, each step one command on one host that answers at once,
needing the step before it in its column. Each step is two durable transitions (claim and
record; WAL, synchronous=FULL) with the events of attempt and step, and at each claim the
versions of policy, people and inventory are compared. `engine` runs from the approved,
stored plan to the stored end of the run; `+ begin` adds checking the digest and storing the
run's rows. The floors beside it in each round: a bare asyncio.TaskGroup of no-ops in the same
100 columns, and raw sqlite3 that writes the same rows grouped, a hundred steps a COMMIT.
"""

import asyncio
import cProfile
import os
import pstats
import sqlite3
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.adapters.machine import SystemClock
from bot.adapters.store import open_store
from bot.domain.commands import CommandResult
from bot.domain.messages import Person
from bot.domain.runs import PlanState, RunState
from bot.execution.executor import Executor
from bot.settings import RunSettings
from tests.bench.harness import duel, ratios
from tests.scenario.a_run import a_plan, a_step

WIDE = 100
STEPS = 10_000
ROUNDS = 5
RESULT = CommandResult(exit_status=0)


class NoHosts:
    """Answers at once."""

    async def read(self, target, command, *, timeout_s, hear=None):
        return RESULT


def graph(number, steps):
    made = [
        a_step(
            f"s{n}", f"h{n % WIDE}", effect="read",
            needs=(f"s{n - WIDE}",) if n >= WIDE else (),
        )
        for n in range(steps)
    ]  # fmt: skip
    return a_plan(*made, plan=number, parallel_steps=WIDE)


class Bench:
    def __init__(self, folder, steps):
        self.steps = steps
        self.store = open_store(Path(folder) / "engine.db", clock=SystemClock())
        world = ("inventory", "people", "policy")
        self.runs = Executor(
            self.store, NoHosts(), {}, None, clock=SystemClock(), asker=lambda name: Person(name="ana"),
            versions=lambda: f"{world[0]}/{world[1]}/{world[2]}", recheck=None,
            settings=RunSettings(),
        )  # fmt: skip
        self.raw = raw_made(Path(folder) / "raw.db")
        self.began = 0.0
        self.numbers = iter(range(1, 1_000_000))

    async def engine(self, _):
        plan = graph(next(self.numbers), self.steps)
        await self.store.write(lambda u: u.add_plan(plan, PlanState.APPROVED))
        start = time.perf_counter()
        await self.runs.begin(plan)
        begun = time.perf_counter()
        await self.runs.idle(plan.id)
        end = time.perf_counter()
        run = await self.store.read(lambda u: u.run(plan.id))
        assert run.state is RunState.SUCCEEDED, run
        self.began = (end - start) * 1e6 / self.steps
        return (end - begun) * 1e6 / self.steps

    def begin(self, _):
        return self.began

    async def task_group(self, _):
        async def column():
            for _ in range(self.steps // WIDE):
                async with asyncio.TaskGroup() as step:
                    step.create_task(nothing())

        start = time.perf_counter()
        async with asyncio.TaskGroup() as columns:
            for _ in range(WIDE):
                columns.create_task(column())
        return (time.perf_counter() - start) * 1e6 / self.steps

    def sqlite(self, number):
        """Two transitions of an attempt and a step, and their four events."""
        db, start = self.raw, time.perf_counter()
        events = "INSERT INTO events (kind, at, plan, step, data) VALUES (?, ?, ?, ?, ?)"
        at, data = "2026-01-01T00:00:00+00:00", '{"attempt":"1-1-s1-h1-1","number":1,"fence":1}'
        for first in range(0, self.steps, WIDE):
            for state in ("running", "succeeded"):
                db.execute("BEGIN IMMEDIATE")
                for n in range(first, first + WIDE):
                    step = f"{number}.{n}"
                    if state == "running":
                        db.execute("INSERT INTO attempts VALUES (?, ?, ?)", (step, state, at))
                        db.execute("INSERT INTO steps VALUES (1, ?, ?)", (step, state))
                    else:
                        db.execute("UPDATE attempts SET state = ? WHERE id = ?", (state, step))
                        db.execute(
                            "UPDATE steps SET state = ? WHERE plan = 1 AND step = ?", (state, step)
                        )
                    db.execute(events, ("step.moved", at, 1, step, data))
                    db.execute(events, ("attempt.moved", at, 1, step, data))
                db.execute("COMMIT")
        return (time.perf_counter() - start) * 1e6 / self.steps

    async def close(self):
        await self.runs.close()
        await self.store.close()
        self.raw.close()


async def nothing():
    pass


def raw_made(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE attempts (id PRIMARY KEY, state, at)")
    db.execute("CREATE TABLE steps (plan, step, state, PRIMARY KEY (plan, step))")
    db.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, kind, at, plan, step, data)")
    db.execute("CREATE INDEX ix ON events (plan, seq)")
    return db


async def main(steps=STEPS, rounds=ROUNDS):
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder, steps)
        try:
            medians = await duel(
                {
                    "engine": bench.engine, "+ begin": bench.begin,
                    "TaskGroup": bench.task_group, "raw sqlite3": bench.sqlite,
                },
                rounds=rounds, unit="µs a step",
            )  # fmt: skip
        finally:
            await bench.close()
    ratios(medians, "engine", ["TaskGroup", "raw sqlite3"])
    return medians


async def test_the_engine_bench_runs():
    medians = await main(steps=400, rounds=1)
    assert set(medians) == {"engine", "+ begin", "TaskGroup", "raw sqlite3"}


async def profiled(steps):
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder, steps)
        await bench.engine(0)
        profile = cProfile.Profile()
        profile.enable()
        await bench.engine(0)
        profile.disable()
        await bench.close()
    pstats.Stats(profile).sort_stats(os.environ.get("SORT", "tottime")).print_stats(35)


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    if "--profile" in sys.argv:
        asyncio.run(profiled(*numbers or [5000]))
    else:
        with suppress(KeyboardInterrupt):
            asyncio.run(main(*numbers))
