"""A stop that was said and acknowledged is heeded, whatever happens to the process meanwhile."""

import asyncio

import pytest

from bot.domain.runs import RunState
from bot.errors import StoreBusyError
from bot.execution.executor import Executor
from bot.pipeline.asking import Asking
from tests.scenario.stage import RESTART, Stage, words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3", "db-2"):
            made.service(host, "nginx", "active")
        yield made


async def running(stage):
    """A run whose first command hangs."""
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve", await stage.card(), settle=False)
    await stage.until(stage.changes)
    await stage.stored()


async def hangs(owner, name, saying):
    """What is said comes to `owner.name` and no further."""
    reached = asyncio.Event()

    async def hang(*_, **__):
        reached.set()
        await asyncio.Event().wait()

    setattr(owner, name, hang)
    task = asyncio.ensure_future(saying)
    await reached.wait()
    return await task


async def said_and_killed(stage, text, who="chris"):
    """The process dies when it comes to doing what it has acknowledged."""
    stopping = stage.app.pipeline._stopping
    reply = await hangs(stopping, "control", stage.say(who, text, settle=False))
    assert reply.accepted
    await stage.stored()
    await stage.crash()


async def run_of(stage, plan=1):
    return await stage.app.store.read(lambda u: u.run(plan))


async def said(stage):
    return [item.card.title + item.text for item in await stage.items() if item.card]


@pytest.mark.parametrize("text", ["stop", "stop plan 1", "kill", "stop everything"])
async def test_a_stop_in_words_is_stored_before_any_run_goes_on(stage, monkeypatch, text):
    await running(stage)
    await said_and_killed(stage, text)
    recover, seen = Executor.recover, []

    async def watched(self):
        seen.append(await self._store.read(lambda u: (u.run(1).stopping, bool(u.get("frozen")))))
        await recover(self)

    monkeypatch.setattr(Executor, "recover", watched)
    job = next(iter(stage.machines["web-1"].attempts.values()))
    if text != "kill":  # it has ended meanwhile: the next host's turn has come
        stage.release(RESTART)
    await stage.revive()
    assert seen == [(True, text == "stop everything")]
    if text == "kill":
        await stage.until(lambda: job.result is not None)
    await stage.settle()
    assert (await run_of(stage)).state is RunState.CANCELLED
    assert stage.changes() == []  # since the crash
    assert not await stage.app.store.read(lambda u: u.kept_keys("pending"))


async def test_a_stop_of_somebody_who_may_no_longer_stop_stops_nothing(stage):
    await running(stage)
    await said_and_killed(stage, "stop everything")
    people = stage.home.people.read_text()
    stage.home.people.write_text(people.replace("roles: [approver]", "roles: [viewer]"))
    await stage.revive()
    stage.release(RESTART)
    await stage.settle()
    assert not (await stage.ears.status()).frozen
    assert (await run_of(stage)).state is not RunState.CANCELLED


async def test_a_plan_that_waited_is_withdrawn_once_and_that_is_said(stage):
    await stage.say("ben", "restart nginx on web-3")
    await said_and_killed(stage, "stop", who="ben")
    await stage.revive()
    await stage.settle()
    assert (await stage.card(1)).state == "CANCELLED"
    assert not any("not running" in text for text in await said(stage))


async def test_a_stop_waits_for_no_older_message_of_its_thread(stage, monkeypatch):
    await running(stage)
    pipeline = stage.app.pipeline
    older = stage.say("ben", "restart nginx on db-2", settle=False)
    await hangs(pipeline._asking, "plan", older)
    await said_and_killed(stage, "kill", who="ben")
    monkeypatch.setattr(Asking, "plan", lambda *_: asyncio.Event().wait())  # a slow host
    job = next(iter(stage.machines["web-1"].attempts.values()))
    await stage.revive()
    await stage.until(lambda: job.result is not None)
    for _ in range(5):
        await stage.stored()
        await stage.clock.advance(1)
    assert (await run_of(stage)).state is RunState.CANCELLED
    assert stage.changes() == []


async def done_and_killed(stage, who, text, then):
    """The process dies when what was said is done and not answered; `then` happens in between."""
    answers = stage.app.pipeline._hearing._answers
    say = answers.say
    await hangs(answers, "say", stage.say(who, text, settle=False))
    answers.say = say
    await then
    await stage.stored()
    await stage.crash()
    await stage.revive()
    await stage.settle()


async def frozen(stage):
    return (await stage.ears.status()).frozen


async def test_what_was_resumed_since_is_not_stopped_again_by_a_restart(stage):
    ana = stage.app.world.people.named("ana")
    await done_and_killed(stage, "chris", "stop everything", stage.ears.freeze(ana, frozen=False))
    assert not await frozen(stage)
    assert any("may start again since" in words(card) for card in await stage.cards())
    assert not await stage.app.store.read(lambda u: u.kept_keys("pending"))


async def test_what_was_stopped_since_is_not_resumed_again_by_a_restart(stage):
    ana = stage.app.world.people.named("ana")
    await stage.ears.freeze(ana, frozen=True)
    await done_and_killed(stage, "chris", "resume", stage.ears.freeze(ana, frozen=True))
    assert await frozen(stage)


async def test_a_restart_stops_again_what_nobody_has_resumed(stage):
    await done_and_killed(stage, "chris", "stop everything", asyncio.sleep(0))
    assert await frozen(stage)
    assert any("until somebody says" in words(card) for card in await stage.cards())


async def test_what_was_asked_anew_since_is_not_withdrawn_by_a_restart(stage):
    await stage.say("ben", "restart nginx on web-3")
    before = await stage.card(1)

    async def anew():
        await stage.press("ben", "again", before, settle=False)
        for _ in range(200):
            await stage.stored()
            if (await stage.card(1)).state == "WAITING":
                break

    await done_and_killed(stage, "ben", "stop", anew())
    card = await stage.card(1)
    assert (card.state, card.revision) == ("WAITING", 2)
    assert any("asked anew since" in words(card) for card in await stage.cards())


async def test_a_stop_that_waits_for_the_database_means_what_it_meant_when_it_was_said(stage):
    await stage.say("ben", "restart nginx on web-3")
    desk = stage.app.pipeline._desk
    cancel = desk.cancel

    async def busy(*_, **__):
        raise StoreBusyError("The database is busy.")

    desk.cancel = busy
    await stage.say("ben", "stop")
    desk.cancel = cancel
    await stage.say("ben", "restart nginx on db-2")
    await stage.later(seconds=1)
    assert (await stage.card(1)).state == "CANCELLED"
    assert (await stage.card(2)).state == "WAITING"


async def left_running(stage):
    """A halted run whose first command goes on, at a host that could not be asked for long."""
    await running(stage)
    await stage.crash()
    stage.machines["web-1"].down = True
    await stage.revive()
    for _ in range(20):
        await stage.stored()
        await stage.clock.advance(10)
    stage.machines["web-1"].down = False
    assert (await run_of(stage)).state is RunState.INTERRUPTED
    return next(iter(stage.machines["web-1"].attempts.values()))


async def test_a_kill_ends_what_a_halted_run_left_running(stage):
    job = await left_running(stage)
    await stage.say("ben", "kill")
    assert job.result is not None
    assert any("; ended `sudo systemctl restart" in words(card) for card in await stage.cards())


async def test_who_may_not_stop_a_run_ends_nothing_that_it_left(stage):
    job = await left_running(stage)
    reply = await stage.press("vera", "kill", await stage.card(1))
    assert not reply.accepted
    assert job.result is None


async def test_a_kill_of_what_a_halted_run_left_running_is_heeded_after_a_crash(stage):
    job = await left_running(stage)
    await said_and_killed(stage, "kill")
    await stage.revive()
    await stage.settle()
    assert job.result is not None
    assert (await run_of(stage)).state is RunState.FAILED


@pytest.mark.parametrize("way", ["button", "words"])
@pytest.mark.parametrize("over", [False, True])
async def test_stopping_everything_and_ending_what_runs_ends_what_earlier_runs_left(
    stage, way, over
):
    job = await left_running(stage)
    if over:
        await stage.press("ben", "end", await stage.card(1))
    if way == "button":
        said = await stage.ears.freeze(stage.app.world.people.named("ana"), frozen=True, kill=True)
    else:
        await stage.say("ana", "kill every run")
        said = words((await stage.cards())[-1])
    assert job.result is not None
    assert "Everything is stopped" in said
    assert "#1: ended `sudo systemctl restart" in said
    assert await stage.app.store.read(lambda u: u.left()) == ()


async def test_stopping_everything_without_ending_it_leaves_what_earlier_runs_left(stage):
    job = await left_running(stage)
    ana = stage.app.world.people.named("ana")
    assert "ended" not in await stage.ears.freeze(ana, frozen=True)
    assert job.result is None


async def test_ending_what_earlier_runs_left_is_heeded_after_a_crash(stage):
    job = await left_running(stage)
    await said_and_killed(stage, "kill every run", who="ana")
    await stage.revive()
    await stage.settle()
    assert job.result is not None


async def test_what_was_left_and_can_not_be_ended_keeps_nothing_from_being_stopped(
    stage, monkeypatch
):
    async def busy(*, by):
        raise StoreBusyError("The database is locked.")

    await left_running(stage)
    monkeypatch.setattr(stage.app.pipeline._decisions, "end_left", busy)
    said = await stage.ears.freeze(stage.app.world.people.named("ana"), frozen=True, kill=True)
    assert "Everything is stopped" in said
    assert "is not ended: The database is locked." in said
