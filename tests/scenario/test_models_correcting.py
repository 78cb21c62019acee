"""A correction that a slow model is still reading: no vote starts the plan meanwhile."""

import asyncio

import pytest

from bot.domain.runs import PlanState
from bot.pipeline import last_words
from bot.testing.scripted_models import ScriptedModels, act, answer
from tests.scenario.rooms import Rooms

pytestmark = pytest.mark.asyncio
REVISED = answer(
    "revise", act("service.restart", "nicht web-2", service="nginx", hosts=["web-1"]), plan=1
)


class Slow(ScriptedModels):
    """Answers once it may."""

    def __init__(self, *says):
        super().__init__(*says)
        self.may = asyncio.Event()
        self.away = True
        self.asked = 0

    def order(self, **how):
        return () if self.away else super().order(**how)

    def instead(self, says):
        self._says = [says]

    async def ask(self, *args, **how):
        self.asked += 1
        await self.may.wait()
        return await super().ask(*args, **how)


@pytest.fixture
async def stage(tmp_path):
    stage = Rooms(tmp_path, models=Slow(REVISED))
    for host in ("web-1", "web-2"):
        stage.service(host, "nginx")
    async with stage:
        await stage.hear("UBEN", "restart nginx on web-1 and web-2, one at a time")
        stage.given["models"].away = False
        yield stage


async def begin_to_say(stage, text, account="UBEN"):
    await stage.ears.on_message(stage._message(account, text, stage.thread))
    while not stage.app.pipeline._dropping.unread.is_reading("ben", stage.thread):
        await asyncio.sleep(0)


async def state(stage):
    found = await stage.app.store.read(lambda u: u.plan(1))
    return found.state, found.plan.revision


async def test_a_vote_over_words_that_are_being_read_starts_nothing(stage):
    await begin_to_say(stage, "nicht web-2")
    sleepers = stage.clock.sleepers
    voting = asyncio.ensure_future(stage.click("UCHRIS", "approve"))
    while stage.clock.sleepers == sleepers:
        await asyncio.sleep(0)
    await stage.clock.advance(last_words.READ_S)
    told = await voting
    assert not told.accepted
    assert "Ben has just said something here that is still being read" in told.text
    assert "again in a few seconds" in told.text
    assert await state(stage) == (PlanState.WAITING, 1)
    assert stage.changes() == []
    stage.given["models"].may.set()
    await stage.settle()
    assert (await stage.click("UCHRIS", "deny", text="no")).accepted


async def test_a_vote_waits_for_words_that_are_soon_read(stage):
    await begin_to_say(stage, "nicht die zweite")
    voting = asyncio.ensure_future(stage.click("UCHRIS", "approve"))
    await asyncio.sleep(0)
    assert not voting.done()
    stage.given["models"].may.set()
    told = await asyncio.wait_for(voting, 10)
    await stage.settle()
    assert not told.accepted
    assert "is asked whether #1 shall be changed" in told.text
    assert stage.changes() == []
    assert (await stage.click("UCHRIS", "approve")).accepted, "who has looked may vote"


async def test_a_vote_for_what_was_changed_while_it_waited_is_none_for_what_it_became(stage):
    await begin_to_say(stage, "nicht web-2")
    voting = asyncio.ensure_future(stage.click("UCHRIS", "approve"))
    await asyncio.sleep(0)
    stage.given["models"].may.set()
    assert not (await asyncio.wait_for(voting, 10)).accepted
    await stage.settle()
    assert await state(stage) == (PlanState.WAITING, 2)
    assert stage.changes() == []


async def test_a_vote_goes_through_where_what_was_said_was_no_change(stage):
    stage.given["models"].instead(answer("talk", text="You are welcome."))
    await begin_to_say(stage, "danke dir sehr, web-2 ist wichtig")
    voting = asyncio.ensure_future(stage.click("UCHRIS", "approve"))
    await asyncio.sleep(0)
    stage.given["models"].may.set()
    assert (await asyncio.wait_for(voting, 10)).accepted
    await stage.settle()
    assert await state(stage) == (PlanState.APPROVED, 1)


async def test_a_denial_waits_for_nothing(stage):
    await begin_to_say(stage, "nicht web-2")
    assert (await stage.click("UCHRIS", "deny", text="no")).accepted
    stage.given["models"].may.set()
    await stage.settle()
