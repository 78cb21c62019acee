"""A database that is locked or full: stop still stops, and what was approved still begins."""

import asyncio
import sqlite3
from contextlib import contextmanager

import pytest

from bot.domain.messages import ThreadRef
from bot.domain.runs import PlanState, RunState
from bot.errors import StoreBusyError
from tests.scenario.stage import RESTART, keys

pytestmark = pytest.mark.asyncio


@contextmanager
def full(stage):
    """Nothing can be written; what is stored can be read. Gives what was refused."""
    store, refused = stage.app.store, []
    writing = store.write

    async def write(work, **how):
        refused.append(work)
        raise StoreBusyError("The disk that holds the database is full. Nothing was done.")

    store.write = write
    try:
        yield refused
    finally:
        store.write = writing


async def running(stage, *, hosts="web-1 and web-2", says="restart nginx on"):
    """A run whose first command hangs."""
    stage.hosts.hang(RESTART)
    await stage.say("ben", f"{says} {hosts}")
    card = await stage.card()
    await stage.press("chris", "approve", card, settle=False)
    await stage.until(stage.changes)
    await stage.stored()
    return card


def job(stage, host="web-1"):
    return next(iter(stage.machines[host].attempts.values()))


async def decided(stage, plan=1):
    events = await stage.app.store.read(lambda u: u.events(plan=plan))
    return [(e.person, e.data["button"]) for e in events if e.kind == "run.decided"]


async def run_of(stage, plan=1):
    return await stage.app.store.read(lambda u: u.run(plan))


# -- stop ------------------------------------------------------------------------------------


async def test_kill_ends_what_runs_while_another_program_locks_the_database(stage):
    card = await running(stage)
    other = sqlite3.connect(stage.home.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        pressing = asyncio.ensure_future(stage.press("ben", "kill", card, settle=False))
        await stage.until(lambda: job(stage).result is not None)
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert (await pressing).accepted
    await stage.settle()
    assert (await run_of(stage)).state is RunState.CANCELLED
    assert await decided(stage) == [("ben", "kill")]


@pytest.mark.parametrize("button", ["stop", "kill"])
async def test_a_stop_on_a_full_disk_stops_at_once_and_is_written_later(stage, button):
    card = await running(stage)
    with full(stage):
        reply = await stage.press("ben", button, card, settle=False)
        assert reply.accepted
        assert "at once" in reply.text
        assert "written down" in reply.text
        if button == "kill":
            await stage.until(lambda: job(stage).result is not None)
        stage.release(RESTART)
        for _ in range(20):
            await stage.clock.advance(1)
        assert stage.changes() == [("web-1", RESTART)]
    await stage.settle()
    assert (await run_of(stage)).state is RunState.CANCELLED
    assert await decided(stage) == [("ben", button)]


@pytest.mark.parametrize("words", ["stop", "stop plan 1", "stop everything"])
async def test_saying_stop_on_a_full_disk_stops_at_once(stage, words):
    await running(stage)
    with full(stage):
        reply = await stage.say("chris", words, settle=False)
        assert reply.accepted
        assert "at once" in reply.text
        stage.release(RESTART)
        for _ in range(20):
            await stage.clock.advance(1)
    await stage.settle()
    assert stage.changes() == [("web-1", RESTART)]
    assert (await run_of(stage)).state is RunState.CANCELLED
    assert ("chris", "stop") in await decided(stage)


async def test_what_was_stopped_everywhere_on_a_full_disk_stays_stopped_when_it_is_back(stage):
    await running(stage)
    with full(stage):
        task = asyncio.ensure_future(
            stage.app.pipeline.freeze(stage.app.world.people.named("ana"), frozen=True, kill=True)
        )
        await stage.until(lambda: job(stage).result is not None)
    await stage.until(lambda: stage.clock.sleepers or task.done())
    while not task.done():
        await stage.clock.advance(1)
        await stage.stored()
    assert "stopped" in await task
    assert (await stage.ears.status()).frozen


async def frozen_late(stage, task):
    """Time passes until everything is stopped in the store as well."""
    while not task.done():
        await stage.clock.advance(1)
        await stage.stored()
    return await task


async def test_who_resumes_is_not_overtaken_by_an_older_stop_that_was_not_written(stage):
    pipeline, people = stage.app.pipeline, stage.app.world.people
    await running(stage)
    with full(stage) as refused:
        stop = asyncio.ensure_future(pipeline.freeze(people.named("chris"), frozen=True))
        await stage.until(lambda: refused)
        with pytest.raises(StoreBusyError):
            await pipeline.freeze(people.named("ana"), frozen=False)
    assert "again" in await pipeline.freeze(people.named("ana"), frozen=False)
    assert not (await stage.ears.status()).frozen
    assert "start again" in await frozen_late(stage, stop)
    assert not (await stage.ears.status()).frozen
    events = await stage.app.store.read(lambda u: u.events())
    changed = [(e.person, e.data["frozen"]) for e in events if e.kind == "freeze.changed"]
    assert changed == [("chris", True), ("ana", False)]
    stage.release(RESTART)
    await stage.settle()  # what it stopped stays stopped
    assert (await run_of(stage)).state is RunState.CANCELLED


async def test_a_stop_of_everything_after_a_resume_that_failed_is_written(stage):
    pipeline, ana = stage.app.pipeline, stage.app.world.people.named("ana")
    with full(stage) as refused:
        stop = asyncio.ensure_future(pipeline.freeze(ana, frozen=True))
        await stage.until(lambda: refused)
        with pytest.raises(StoreBusyError):
            await pipeline.freeze(ana, frozen=False)
    assert "until somebody says" in await frozen_late(stage, stop)
    assert (await stage.ears.status()).frozen


async def test_what_does_not_move_is_not_said_to_be_stopped_when_it_cannot_be(stage):
    await running(stage)
    await stage.say("ben", "restart nginx on web-3", settle=False)
    await stage.until(lambda: any(i.card and i.card.plan == 2 for i in stage.shown))
    await stage.stored()
    with full(stage):
        reply = await stage.say("ben", "stop plan 2", settle=False)
        assert not reply.accepted
        assert "Nothing was done" in reply.text
        with pytest.raises(StoreBusyError):
            await stage.press("ben", "stop", await stage.card(2), settle=False)
    stage.release(RESTART)
    await stage.settle()
    assert (await run_of(stage)).state is RunState.SUCCEEDED


async def test_someone_who_may_not_stop_it_stops_nothing_whatever_the_database_does(stage):
    card = await running(stage)
    with full(stage):
        reply = await stage.press("vera", "kill", card, settle=False)
        assert not reply.accepted
        assert "may stop" in reply.text
        assert not (await stage.say("vera", "stop", settle=False)).accepted
    stage.release(RESTART)
    await stage.settle()
    assert (await run_of(stage)).state is RunState.SUCCEEDED


async def test_a_stop_that_is_delivered_twice_means_one_thing(stage):
    await running(stage)
    waits = ThreadRef(surface="room", channel="c", thread="t1")
    await stage.say("ben", "restart nginx on web-3", settle=False)
    await stage.until(
        lambda: any(i.card and (i.card.plan, i.card.state) == (2, "WAITING") for i in stage.shown)
    )
    await stage.say("ben", "stop", event="once", settle=False, thread=waits)
    stage.release(RESTART)
    await stage.settle()
    await stage.say("ben", "stop", event="once", thread=waits)
    assert (await run_of(stage)).state is RunState.CANCELLED
    assert (await stage.card(2)).state == "WAITING"


# -- beginning ----------------------------------------------------------------------------------


def busy_once(stage, name="begin"):
    """The database is busy when a run is about to begin."""
    executor = stage.app.pipeline._executor
    real = getattr(executor, name)

    async def busy(*_, **__):
        setattr(executor, name, real)
        raise StoreBusyError("The database is locked. Nothing was done.")

    setattr(executor, name, busy)


async def test_what_was_approved_while_the_database_was_busy_begins_soon(stage):
    await stage.say("ben", "restart nginx on web-3")
    busy_once(stage)
    reply = await stage.press("chris", "approve")
    assert reply.accepted
    assert "as soon as" in reply.text
    assert "Nothing was done" not in reply.text
    await stage.later(seconds=1)
    assert stage.changes() == [("web-3", RESTART)]
    assert (await stage.card(1)).state == "DONE"


async def test_a_read_that_could_not_begin_begins_soon(stage):
    busy_once(stage)
    await stage.say("vera", "is nginx up on web-3?")
    await stage.later(seconds=1)
    assert (await stage.card(1)).state in ("DONE", "ANSWER")


async def test_what_could_never_begin_in_time_is_ended(stage):
    await stage.say("ben", "restart nginx on web-3")
    executor = stage.app.pipeline._executor
    begin = executor.begin

    async def busy(*_, **__):
        raise StoreBusyError("The database is locked. Nothing was done.")

    executor.begin = busy
    await stage.press("chris", "approve")
    await stage.later(minutes=29)
    assert (await stage.card(1)).state == "APPROVED"
    await stage.later(minutes=2)
    executor.begin = begin
    await stage.later(minutes=1)
    assert stage.changes() == []
    assert (await stage.card(1)).state == "CANCELLED"


async def test_an_approval_whose_clicker_went_away_begins(stage):
    await stage.say("ben", "restart nginx on web-3")
    desk = stage.app.pipeline._desk
    voting = desk.vote

    async def vote(*args, **more):
        await voting(*args, **more)
        raise asyncio.CancelledError

    desk.vote = vote
    with pytest.raises(asyncio.CancelledError):
        await stage.press("chris", "approve")
    desk.vote = voting
    await stage.later(seconds=1)
    await stage.settle()
    assert stage.changes() == [("web-3", RESTART)]


async def test_what_cannot_be_queued_now_is_queued_soon(stage, monkeypatch):
    await running(stage, hosts="web-3")
    await stage.say("ben", "restart nginx on web-3", settle=False)
    await stage.until(lambda: any(i.card and i.card.plan == 2 for i in stage.shown))
    await stage.stored()
    await stage.press("ben", "queue", await stage.card(2), settle=False)
    await stage.stored()
    store, writing = stage.app.store, stage.app.store.write

    async def write(work, **how):
        if "_begin" in getattr(work, "__qualname__", "") and "Running" in work.__qualname__:
            store.write = writing
            raise StoreBusyError("The database is locked. Nothing was done.")
        return await writing(work, **how)

    store.write = write
    await stage.press("chris", "approve", await stage.card(2), settle=False)
    assert store.write == writing
    await stage.app.pipeline.tick()
    await stage.stored()
    assert (await stage.card(2)).state == "QUEUED"
    stage.release(RESTART)
    await stage.settle()
    await stage.later(seconds=1)
    assert stage.changes("web-3") == [("web-3", RESTART)] * 2


async def test_what_two_begin_at_once_runs_once_and_nobody_complains(stage):
    await stage.say("ben", "restart nginx on web-3")
    running = stage.app.pipeline._running
    begin = running.begin

    async def late(plan):
        running.begin = begin
        await stage.app.pipeline.tick()  # the ticker comes first
        return await running.begin(plan)

    running.begin = late
    reply = await stage.press("chris", "approve")
    assert reply.accepted
    assert stage.changes() == [("web-3", RESTART)]


async def test_a_drifted_runs_new_revision_begins_after_a_crash_before_it_did(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    people = stage.home.people.read_text()
    stage.home.people.write_text(people.replace("roles: [approver]", "roles: [viewer]"))
    await stage.app.reload(by="ana")
    stage.release(RESTART)
    await stage.settle()
    await stage.press("ben", "again", await stage.card(1))
    fresh = await stage.card(1)
    assert "approve" in keys(fresh)
    stage.app.pipeline._executor.begin = lambda *_, **__: asyncio.Event().wait()
    task = asyncio.ensure_future(stage.press("ana", "approve", fresh, settle=False))
    stored = None
    while stored is None or stored.state is not PlanState.APPROVED:
        await asyncio.sleep(0.005)
        stored = await stage.app.store.read(lambda u: u.plan(1))
    task.cancel()
    await stage.crash()
    await stage.revive()
    await stage.settle()
    assert (await run_of(stage)).state is RunState.SUCCEEDED
