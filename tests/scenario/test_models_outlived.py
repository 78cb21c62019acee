"""A question whether a plan shall be changed goes with the plan; any other one stays."""

import pytest

from bot.domain.runs import PlanState
from bot.testing.scripted_models import ScriptedModels, act, answer, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, words

pytestmark = pytest.mark.asyncio
FIRST, CHANGE = "restart nginx on web-3", "nimm web-1"


def restart(said, host):
    return act("service.restart", said, service="nginx", hosts=[host])


@pytest.fixture
def staged(tmp_path):
    def make(*says):
        stage = Stage(tmp_path, models=ScriptedModels(*says), prompting=Plainly())
        for host in ("web-1", "web-3"):
            stage.service(host, "nginx")
        return stage

    return make


async def asked_of(stage, said):
    await stage.say("ben", FIRST)
    await stage.say("ben", said)
    question = await stage.card()
    assert question.state == "QUESTION"
    return question


async def as_it_stands(stage, question):
    return next(c for c in await stage.cards() if c.id == question.id)


async def test_a_stop_that_withdraws_the_plan_closes_the_question_about_it(staged):
    revised = answer("revise", restart(CHANGE, "web-1"), plan=1)
    async with staged(plan(restart(FIRST, "web-3")), revised) as stage:
        question = await asked_of(stage, CHANGE)
        assert [b.change for b in question.buttons if b.id == "option"] == [1]
        await stage.say("ben", "stop")
        stored = await stage.app.store.read(lambda u: u.plan(1))
        assert stored.state is PlanState.CANCELLED
        closed = await as_it_stands(stage, question)
        assert closed.state == "CLOSED"
        assert not closed.buttons
        assert "can't be changed any more" in words(closed)


async def test_a_question_that_offers_something_else_as_well_stays_open(staged):
    other = plan(restart("lieber auf web-1", "web-1"))
    async with staged(plan(restart(FIRST, "web-3")), other) as stage:
        question = await asked_of(stage, "lieber auf web-1")
        await stage.say("ben", "stop")
        assert (await as_it_stands(stage, question)).state == "QUESTION"


async def test_a_sentence_beside_it_leaves_the_question_of_a_plan_that_waits(staged):
    revised = answer("revise", restart(CHANGE, "web-1"), plan=1)
    async with staged(plan(restart(FIRST, "web-3")), revised) as stage:
        question = await asked_of(stage, CHANGE)
        await stage.say("ben", "stop #99")
        assert (await as_it_stands(stage, question)).state == "QUESTION"
