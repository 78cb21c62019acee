"""A stop that is only asked for is asked back: it is about what goes on, not about a service."""

import pytest

from bot.domain.runs import PlanState
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        made.service("web-1", "nginx", "active")
        await made.hear("UBEN", "restart nginx on web-1")
        yield made


async def state(stage, plan=1):
    return (await stage.app.store.read(lambda u: u.plan(plan))).state


@pytest.mark.parametrize("text", ["stop it?", "kill it?", "abort?", "cancel?", "stop #1?"])
async def test_of_a_plan_that_waits_it_is_withdrawn_by_a_yes(stage, text):
    await stage.hear("UBEN", text)
    assert "Shall I withdraw #1?" in words(await stage.card_in(ROOM))
    assert await state(stage) is PlanState.WAITING
    await stage.hear("UBEN", "yes")
    assert await state(stage) is PlanState.CANCELLED


@pytest.mark.parametrize(("text", "asked"), [("stop it?", "stop"), ("kill it?", "kill"), ("stop?", "stop")])  # fmt: skip
async def test_of_what_runs_it_is_stopped_by_a_yes(stage, text, asked):
    stage.hosts.hang(RESTART)
    await stage.press("ana", "approve", await stage.card_in(ROOM, 1), settle=False)
    await stage.until(stage.changes)
    await stage.hear("UBEN", text)
    assert f"Shall I {asked} #1?" in words(await stage.card_in(ROOM))
    await stage.hear("UBEN", "yes")
    assert (await stage.app.store.read(lambda u: u.run(1))).stopping
    stage.release(RESTART)
    await stage.settle()


async def test_of_everything_it_is_asked_too(stage):
    await stage.hear("UBEN", "stop everything?")
    assert "Shall I stop all that runs?" in words(await stage.card_in(ROOM))
    assert await state(stage) is PlanState.WAITING


@pytest.mark.parametrize("text", ["take it back", "I take that back"])
async def test_what_waits_is_taken_back_by_its_owner(stage, text):
    await stage.hear("UBEN", text)
    assert await state(stage) is PlanState.CANCELLED
