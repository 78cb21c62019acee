"""Promises, faults to survive: the database is killed, torn, locked, full and read-only."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.adapters.store import integrity
from bot.domain.runs import StepState
from bot.errors import ConflictError, StoreBusyError
from tests.rigs.stores import attempt, begin, event, opened

ROOT = Path(__file__).resolve().parents[2]

# Twenty waiters write a number and its event each; a number is printed once it is durable.
WRITER = """
import asyncio, itertools, os, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.rigs.stores import event, opened

async def main():
    store = opened(Path({path!r}))
    numbers = itertools.count()
    async def waiter():
        for n in numbers:
            def work(unit):
                unit.put(f"k{{n}}", n)
                unit.append(event(data={{"n": n}}))
            await store.write(work)
            os.write(1, b"%d\\n" % n)
    await asyncio.gather(*(waiter() for _ in range(20)))

asyncio.run(main())
"""


def killed(path, after):
    """Write until `after` numbers are acknowledged, then kill -9; the acknowledged ones."""
    code = WRITER.format(root=str(ROOT), path=str(path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as writer:
        lines = [writer.stdout.readline() for _ in range(after)]
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
    return {int(line) for line in lines if line.endswith(b"\n")}


def stored(path):
    """The numbers and the events of a database that was left behind."""
    assert integrity(path) == ()

    async def work():
        store = opened(path)
        events = await store.read(lambda u: u.events(limit=10**6))
        numbers = await store.read(
            lambda u: {n for n in (e.data["n"] for e in events) if u.get(f"k{n}") == n}
        )
        await store.write(lambda u: u.append(event()))  # it goes on
        await store.close()
        return numbers, events

    numbers, events = asyncio.run(work())
    with sqlite3.connect(path) as db:
        (count,) = db.execute("SELECT count(*) FROM settings").fetchone()
    db.close()
    assert count == len(numbers) == len(events)  # never a state without its event, nor the reverse
    assert [e.seq for e in events] == list(range(1, count + 1))
    return numbers


def test_what_was_acknowledged_survives_a_kill_and_a_torn_log(tmp_path):
    path = tmp_path / "overseer.db"
    acknowledged = killed(path, after=random.randrange(200, 2000))
    wal = path.with_name("overseer.db-wal")
    size = wal.stat().st_size
    torn = []
    for n in range(12):
        copy = tmp_path / f"torn-{n}.db"
        shutil.copy(path, copy)
        data = bytearray(wal.read_bytes())
        if n % 2:
            del data[random.randrange(size) :]
        else:  # a page that the disk never wrote
            at = random.randrange(size)
            data[at : at + 4096] = bytes(len(data[at : at + 4096]))
        copy.with_name(copy.name + "-wal").write_bytes(data)
        torn.append(copy)
    assert acknowledged <= stored(path)
    for copy in torn:
        stored(copy)


def test_a_store_that_was_killed_again_and_again_loses_nothing(tmp_path):
    path = tmp_path / "overseer.db"
    counted = 0
    for _ in range(3):
        acknowledged = killed(path, after=random.randrange(1, 300))
        numbers = stored(path)
        assert acknowledged <= numbers
        counted += len(numbers)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    assert counted


# -- locked ----------------------------------------------------------------------------------


async def test_a_locked_database_is_an_honest_busy_after_a_bounded_time(tmp_path):
    path = tmp_path / "overseer.db"
    store = opened(path, busy_s=0.3)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    acted = []
    start = time.monotonic()
    works = [store.write(lambda u, n=n: acted.append(n) or u.put(f"k{n}", n)) for n in range(50)]
    results = await asyncio.gather(*works, return_exceptions=True)
    assert time.monotonic() - start < 3
    assert {type(r) for r in results} == {StoreBusyError}
    assert "locked" in str(results[0])
    assert "Nothing was done" in str(results[0])
    assert acted == []
    assert await store.read(lambda u: u.get("k0")) is None  # reading goes on meanwhile
    other.execute("ROLLBACK")
    other.close()
    await store.write(lambda u: u.put("k", 1))
    assert await store.read(lambda u: (u.get("k"), u.get("k0"))) == (1, None)
    await store.close()


async def test_a_lock_that_is_let_go_in_time_is_waited_for(tmp_path):
    path = tmp_path / "overseer.db"
    store = opened(path, busy_s=20)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(store.write(lambda u: u.put("k", 1)))
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    assert not done
    other.execute("ROLLBACK")
    other.close()
    await waiting
    await store.close()


def test_a_database_that_is_locked_at_the_start_is_an_honest_busy(tmp_path):
    other = sqlite3.connect(tmp_path / "overseer.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreBusyError, match="locked"):
        opened(tmp_path / "overseer.db", busy_s=0.1)
    other.close()


# -- full and read-only ----------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk],
        check=False,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        pytest.skip(f"a small tmpfs can't be mounted here: {made.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


async def test_a_full_disk_fails_all_and_acts_on_none(small_disk):
    store = opened(small_disk / "overseer.db")
    await store.write(begin(steps=tuple(f"s{n}" for n in range(40))))
    heard = []
    store.subscribe(heard.extend)
    ballast = small_disk / "ballast"

    def work(number):
        def unit_of_work(unit):
            unit.claim(attempt(step=f"s{number}", note="x" * 20_000))
            unit.append(event("attempt.started", plan=1, data={"n": number}))

        return unit_of_work

    free = shutil.disk_usage(small_disk).free
    ballast.write_bytes(bytes(free - 150_000))
    results = await asyncio.gather(
        *(store.write(work(n)) for n in range(40)), return_exceptions=True
    )
    assert {type(r) for r in results} == {StoreBusyError}
    assert "full" in str(results[0])
    assert await store.read(lambda u: (u.attempts(1), u.events())) == ((), ())
    assert heard == []
    ballast.unlink()
    await asyncio.gather(*(store.write(work(n)) for n in range(20)))
    assert len(await store.read(lambda u: u.attempts(1))) == 20
    assert [e.seq for e in heard] == list(range(1, 21))
    await store.close()
    assert integrity(small_disk / "overseer.db") == ()


def test_a_disk_without_room_refuses_to_start(small_disk):
    (small_disk / "ballast").write_bytes(bytes(shutil.disk_usage(small_disk).free - 20_000))
    with pytest.raises(StoreBusyError, match="full"):
        opened(small_disk / "overseer.db")


async def test_a_read_only_disk_is_said_at_the_start(small_disk):
    store = opened(small_disk / "overseer.db")
    await store.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StoreBusyError, match="can't be opened for writing"):
        opened(small_disk / "overseer.db")


async def test_a_database_that_turned_read_only_acts_on_nothing(tmp_path):
    store = opened(tmp_path / "overseer.db")
    await store.write(begin())
    store._writer._connection.execute("PRAGMA query_only = ON")
    heard = []
    store.subscribe(heard.extend)
    with pytest.raises(StoreBusyError, match="can't be written"):
        await store.write(lambda u: (u.append(event()), u.claim(attempt())))
    store._writer._connection.execute("PRAGMA query_only = OFF")
    await store.write(lambda u: u.claim(attempt()))
    assert heard == []
    await store.close()


# -- one of many -----------------------------------------------------------------------------


async def test_a_commit_that_fails_takes_its_whole_group_back(tmp_path, monkeypatch):
    store = opened(tmp_path / "overseer.db")
    await store.write(begin())
    say = type(store._writer._handle).say

    def broken(handle, word):
        if word == "COMMIT":
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
            raise error
        say(handle, word)

    monkeypatch.setattr(type(store._writer._handle), "say", broken)
    heard = []
    store.subscribe(heard.extend)

    def stale(unit):
        raise ConflictError("No.")

    works = [lambda u: u.put("a", 1), stale, lambda u: u.append(event())]
    results = await asyncio.gather(*(store.write(w) for w in works), return_exceptions=True)
    assert {type(r) for r in results} == {StoreBusyError}
    monkeypatch.undo()
    await store.write(lambda u: u.append(event()))
    assert [e.seq for e in heard] == [1]
    assert await store.read(lambda u: u.get("a")) is None
    await store.close()


def full(unit):
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


def lost(unit):
    unit._db.say("ROLLBACK")  # as SQLite does by itself after some errors
    raise KeyError("x")


@pytest.mark.parametrize(("broken", "said"), [(full, "is full"), (lost, "transaction was lost")])
async def test_a_unit_that_loses_the_transaction_takes_its_whole_group_along(
    tmp_path, broken, said
):
    store = opened(tmp_path / "overseer.db")
    heard = []
    store.subscribe(heard.extend)
    works = [lambda u: (u.put("a", 1), u.append(event())), broken, lambda u: u.put("b", 2)]
    # One group for certain: the writer can't begin before all of them wait.
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    tasks = [asyncio.ensure_future(store.write(w)) for w in works]
    await asyncio.sleep(0.01)
    other.execute("ROLLBACK")
    other.close()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(r) for r in results[:2]] == [StoreBusyError] * 2
    assert said in str(results[0])
    assert await store.read(lambda u: u.get("a")) is None
    await store.write(lambda u: u.append(event()))
    assert [e.seq for e in heard] == [1]
    await store.close()


async def test_racing_claims_have_one_winner(tmp_path):
    store = opened(tmp_path / "overseer.db")
    await store.write(begin())
    racers = [attempt(id=f"racer-{n}") for n in range(40)]
    results = await asyncio.gather(
        *(store.write(lambda u, a=a: u.claim(a)) for a in racers), return_exceptions=True
    )
    assert sorted(type(r).__name__ for r in results) == ["ConflictError"] * 39 + ["NoneType"]
    (winner,) = await store.read(lambda u: u.attempts(1))
    assert results[racers.index(winner)] is None
    await store.close()


async def test_a_waiter_who_was_cancelled_stops_nobody(tmp_path):
    store = opened(tmp_path / "overseer.db")
    tasks = [asyncio.ensure_future(store.write(lambda u, n=n: u.put(f"k{n}", n))) for n in range(9)]
    await asyncio.sleep(0)
    tasks[4].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(r is None for r in results) == 8
    await store.write(begin())
    assert await store.read(lambda u: u.steps(1)) == {"s1": StepState.PENDING}
    await store.close()


async def test_whatever_a_unit_raises_reaches_its_waiter_and_nobody_else(tmp_path):
    store = opened(tmp_path / "overseer.db")

    def fails(unit, error):
        unit.put("k", 1)
        raise error

    for error, seen in (
        (KeyError("x"), KeyError), (KeyboardInterrupt(), RuntimeError),
        (StopIteration(), RuntimeError), (sqlite3.IntegrityError("unique"), sqlite3.IntegrityError),
    ):  # fmt: skip
        works = [lambda u, e=error: fails(u, e), lambda u: u.put("other", 1)]
        first, second = await asyncio.gather(
            *(store.write(w) for w in works), return_exceptions=True
        )
        assert (type(first), second) == (seen, None)
    assert await store.read(lambda u: u.get("k")) is None
    await store.close()


async def test_every_commit_is_synced_and_every_reference_holds(tmp_path):
    # kill -9 can't tell whether a COMMIT was synced: only a power cut could.
    store = opened(tmp_path / "overseer.db")
    said = {
        name: store._writer._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    await store.close()
