"""What begins by itself, at its time or out of the queue, begins over no words that are still read."""

import asyncio

import pytest

from bot.domain.runs import PlanState
from bot.ports.store import ANSWERED_WITHIN
from bot.testing.scripted_models import answer
from tests.scenario.rooms import Rooms
from tests.scenario.test_models_correcting import REVISED, Slow

pytestmark = pytest.mark.asyncio
BOTH = "restart nginx on web-1 and web-2, one at a time"


@pytest.fixture
async def stage(tmp_path):
    stage = Rooms(tmp_path, models=Slow(REVISED))
    for host in ("web-1", "web-2"):
        stage.service(host, "nginx")
    async with stage:
        yield stage


async def begin_to_say(stage, text):
    stage.given["models"].away = False
    await stage.ears.on_message(stage._message("UBEN", text, stage.thread))
    models = stage.given["models"]
    while not models.asked:
        await asyncio.sleep(0)


async def goes_by(stage, seconds):
    """Time, and the ticks that it brings; nobody waits for what is being read."""
    await stage.clock.advance(seconds)
    for _ in range(3):
        await stage.app.pipeline.tick()
        await asyncio.sleep(0.01)


async def scheduled(stage):
    await stage.hear("UBEN", f"{BOTH}, in an hour")
    assert (await stage.click("UCHRIS", "approve")).accepted
    await stage.settle()
    assert stage.changes() == []


async def is_read(stage):
    stage.given["models"].may.set()
    await stage.settle()


async def test_a_plan_whose_time_comes_waits_for_the_words_of_whose_it_is(stage):
    await scheduled(stage)
    await goes_by(stage, 3595)
    await begin_to_say(stage, "nimm web-2 raus")
    await goes_by(stage, 10)
    assert stage.changes() == []
    await is_read(stage)
    await goes_by(stage, 1)
    assert stage.changes() == [], "they are asked whether it shall be changed"
    await goes_by(stage, ANSWERED_WITHIN.total_seconds())
    await stage.settle()
    assert {host for host, _ in stage.changes()} == {"web-1", "web-2"}, "not for ever"


async def test_their_answer_within_that_moment_counts(stage):
    await scheduled(stage)
    await goes_by(stage, 3595)
    await begin_to_say(stage, "nimm web-2 raus")
    await is_read(stage)
    await goes_by(stage, 10)
    await stage.hear("UBEN", "1")
    await goes_by(stage, 600)
    found = await stage.app.store.read(lambda unit: unit.plan(1))
    assert found.plan.revision == 2
    assert found.state is PlanState.WAITING
    assert stage.changes() == []


async def test_words_that_change_nothing_hold_it_up_no_longer_than_they_are_read(stage):
    stage.given["models"].instead(answer("talk", text="You are welcome."))
    await scheduled(stage)
    await goes_by(stage, 3595)
    await begin_to_say(stage, "danke dir sehr, web-2 ist wichtig")
    await goes_by(stage, 10)
    assert stage.changes() == []
    await is_read(stage)
    await goes_by(stage, 1)
    await stage.settle()
    assert {host for host, _ in stage.changes()} == {"web-1", "web-2"}


async def test_nor_does_one_leave_the_queue_meanwhile(stage):
    await stage.hear("UANA", "stop everything")
    await stage.hear("UBEN", BOTH)
    assert (await stage.click("UCHRIS", "approve")).accepted
    await stage.settle()
    assert await stage.app.pipeline._running.queued() == (1,)
    await begin_to_say(stage, "hm, web-2 ist doch gerade wichtig")
    elsewhere = stage.thread.model_copy(update={"thread": "19.1"})
    await stage.ears.on_message(stage._message("UANA", "resume", elsewhere))
    await goes_by(stage, 10)
    assert stage.changes() == []
    stage.given["models"].instead(answer("talk", text="Understood."))
    await is_read(stage)
    await goes_by(stage, 1)
    await stage.settle()
    assert stage.changes()


async def test_nor_does_one_begin_over_words_that_a_former_process_has_left(stage):
    await scheduled(stage)
    await goes_by(stage, 3595)
    await begin_to_say(stage, "nimm web-2 raus")
    await stage.crash()
    await stage.clock.advance(10)
    stage.given["models"].may.set()
    await stage.revive()
    await stage.settle()
    await goes_by(stage, 10)
    assert stage.changes() == [], "they are asked whether it shall be changed"
    await stage.hear("UBEN", "1")
    found = await stage.app.store.read(lambda unit: unit.plan(1))
    assert (found.plan.revision, found.state) == (2, PlanState.WAITING)
