"""Units of work a second: the store, beside raw sqlite3, in interleaved rounds.

    python tests/bench/bench_store.py [ROUNDS]

A unit is one update of a step's state and one appended event. `raw grouped` writes the same
rows with prepared statements, a hundred units per COMMIT, no waiters and no domain; `raw
each` commits every unit by itself. All are WAL with synchronous=FULL, on the same disk.
"""

import asyncio
import gc
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.adapters.store import open_store
from bot.domain.events import Event
from bot.domain.messages import ThreadRef
from bot.domain.plans import Effect, Plan, Step
from bot.domain.runs import Attempt, PlanState, Run, StepState

WAITERS = 100
ROUNDS = 5
UNITS = 10_000  # of the store and of raw grouped
EACH = 300  # of raw each: an fsync for every one


class Now:
    """The real clock."""

    def now(self):
        return datetime.now(UTC)


def plan(number):
    steps = tuple(
        Step(id=f"s{n}", action="bench.noop", effect=Effect.WRITE, title="nothing", params={})
        for n in range(WAITERS)
    )
    return Plan(
        id=number, requester="ana", thread=ThreadRef(surface="web", channel="c", thread="t"),
        request="bench", title="bench", steps=steps, created_at=datetime.now(UTC), digest="d",
    )  # fmt: skip


def begun(number):
    def work(unit):
        it = plan(number)
        unit.add_plan(it, PlanState.APPROVED)
        unit.add_run(
            Run(plan=number, revision=1, digest="d", started_at=unit.now), [s.id for s in it.steps]
        )

    return work


def moving(number, step, to):
    def work(unit):
        unit.move_step(number, step, to)
        unit.append(
            Event(
                kind="step.moved", at=unit.now, plan=number, step=step,
                data={"from": "x", "to": to.value},
            )
        )  # fmt: skip

    return work


def claiming(attempt):
    def work(unit):
        unit.claim(attempt)
        unit.append(
            Event(
                kind="attempt.started", at=unit.now, plan=attempt.plan, step=attempt.step,
                host=attempt.host, data={"attempt": attempt.id, "number": 1, "fence": 1},
            )
        )  # fmt: skip

    return work


def recording(attempt):
    def work(unit):
        unit.record(attempt)
        unit.append(
            Event(
                kind="attempt.ended", at=unit.now, plan=attempt.plan, step=attempt.step,
                host=attempt.host, data={"attempt": attempt.id, "state": attempt.state.value},
            )
        )  # fmt: skip

    return work


async def moves(store, numbers):
    """State and event, by a hundred waiters; units a second."""
    cycle = (StepState.RUNNING, StepState.FAILED)
    rounds = UNITS // WAITERS
    number = next(numbers)
    await store.write(begun(number))

    async def waiter(n):
        for i in range(rounds):
            await store.write(moving(number, f"s{n}", cycle[i % 2]))

    start = time.perf_counter()
    await asyncio.gather(*(waiter(n) for n in range(WAITERS)))
    return UNITS / (time.perf_counter() - start)


async def attempts(store, numbers):
    """Claim, then record, with their events, by a hundred waiters; units a second."""
    plans = [next(numbers) for _ in range(UNITS // WAITERS // 2)]
    for number in plans:
        await store.write(begun(number))

    async def waiter(n):
        for number in plans:
            now = datetime.now(UTC)
            attempt = Attempt(
                id=f"{number}-1-s{n}-web-1-1", plan=number, revision=1, step=f"s{n}", host="web-1",
                state=StepState.RUNNING, started_at=now,
            )  # fmt: skip
            await store.write(claiming(attempt))
            done = replace(attempt, state=StepState.SUCCEEDED, ended_at=now)
            await store.write(recording(done))

    start = time.perf_counter()
    await asyncio.gather(*(waiter(n) for n in range(WAITERS)))
    return UNITS / (time.perf_counter() - start)


def raw_made(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE steps (plan, step, state, PRIMARY KEY (plan, step))")
    db.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, kind, at, plan, step, data)")
    db.execute("CREATE INDEX ix ON events (plan, seq)")
    rows = [(1, f"s{n}", "running") for n in range(WAITERS)]
    db.executemany("INSERT INTO steps VALUES (?, ?, ?)", rows)
    return db


def raw(db, units, group):
    """The same rows without a house around them; units a second."""
    start = time.perf_counter()
    for first in range(0, units, group):
        db.execute("BEGIN IMMEDIATE")
        for n in range(first, first + group):
            step, state = f"s{n % WAITERS}", str(n)
            db.execute("UPDATE steps SET state = ? WHERE plan = 1 AND step = ?", (state, step))
            db.execute(
                "INSERT INTO events (kind, at, plan, step, data) VALUES (?, ?, ?, ?, ?)",
                ("step.moved", "2026-01-01T00:00:00+00:00", 1, step, '{"from":"x","to":"y"}'),
            )
        db.execute("COMMIT")
    return units / (time.perf_counter() - start)


async def main(rounds):
    print(f"{'round':>6}{'moves':>10}{'attempts':>10}{'raw grouped':>13}{'raw each':>10}   units/s")
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store.db", clock=Now())
        db = raw_made(Path(folder) / "raw.db")
        numbers = iter(range(1, 1_000_000))
        await moves(store, numbers)  # warm
        for n in range(rounds):
            gc.collect()
            row = (
                await moves(store, numbers), await attempts(store, numbers),
                raw(db, UNITS, WAITERS), raw(db, EACH, 1),
            )  # fmt: skip
            figures.append(row)
            print(f"{n + 1:>6}{row[0]:>10,.0f}{row[1]:>10,.0f}{row[2]:>13,.0f}{row[3]:>10,.0f}")
        db.close()
        await store.close()
    med = [statistics.median(column) for column in zip(*figures, strict=True)]
    print(f"{'median':>6}{med[0]:>10,.0f}{med[1]:>10,.0f}{med[2]:>13,.0f}{med[3]:>10,.0f}")
    for name, figure in (("moves", med[0]), ("attempts", med[1])):
        print(
            f"{name}: {figure / med[2]:.2f} × raw grouped, {figure / med[3]:.1f} × raw each, "
            f"{1e6 / figure:.0f} µs a unit"
        )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
