"""Words that are no request by themselves, read by a model as a plan beside the one that waits."""

import pytest

from bot.domain.runs import PlanState
from bot.ports import PlanFilter
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, words

pytestmark = pytest.mark.asyncio
FIRST = "starte nginx auf web-3 neu"


def restart(said, *hosts, service="nginx"):
    return plan(act("service.restart", said, service=service, hosts=list(hosts)))


@pytest.fixture
def staged(tmp_path):
    def make(*says):
        stage = Stage(tmp_path, models=ScriptedModels(*says), prompting=Plainly())
        for host in ("web-1", "web-2", "web-3"):
            for service in ("nginx", "redis"):
                stage.service(host, service)
        return stage

    return make


async def plans(stage):
    found = await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=9)))
    return {each.plan.id: (each.state, each.plan.revision, each.plan.hosts) for each in found}


SAYS = [
    "lieber auf web-1",
    "web-1 bitte",
    "nginx lieber auf web-1",
    "auf web-1",
]


@pytest.mark.parametrize("said", SAYS)
async def test_which_is_meant_is_asked_and_the_open_plan_becomes_it(staged, said):
    async with staged(restart(FIRST, "web-3"), restart(said, "web-1")) as stage:
        await stage.say("ben", FIRST)
        await stage.say("ben", said)
        asked = await stage.card()
        assert asked.state == "QUESTION"
        assert "Shall #1 be changed to this (votes on it would be void)" in words(asked)
        assert [b.label for b in asked.buttons if b.id == "option"] == [
            "change #1 to: restart nginx on web-1",
            "restart nginx on web-1",
        ]
        await stage.press("ben", "option", asked, value=asked.buttons[0].value)
        assert await plans(stage) == {1: (PlanState.WAITING, 2, ("web-1",))}
        found = await stage.app.store.read(lambda u: u.plan(1))
        assert found.plan.steps[0].alone


async def test_what_adds_to_the_open_plan_leaves_it_what_it_had(staged):
    said = "und auf web-1 auch"
    async with staged(restart(FIRST, "web-3"), restart(said, "web-1")) as stage:
        await stage.say("ben", FIRST)
        await stage.say("ben", said)
        asked = await stage.card()
        await stage.press("ben", "option", asked, value=asked.buttons[0].value)
        assert await plans(stage) == {1: (PlanState.WAITING, 2, ("web-1", "web-3"))}


async def test_or_it_is_a_plan_of_its_own(staged):
    said = SAYS[0]
    async with staged(restart(FIRST, "web-3"), restart(said, "web-1")) as stage:
        await stage.say("ben", FIRST)
        await stage.say("ben", said)
        asked = await stage.card()
        await stage.press("ben", "option", asked, value=asked.buttons[1].value)
        assert await plans(stage) == {
            1: (PlanState.WAITING, 1, ("web-3",)),
            2: (PlanState.WAITING, 1, ("web-1",)),
        }


@pytest.mark.parametrize(
    ("said", "service"),
    [("starte nginx auf web-1 neu", "nginx"), ("starte auch redis auf web-1 neu", "redis")],
)
async def test_a_request_by_itself_is_asked_nothing(staged, said, service):
    async with staged(restart(FIRST, "web-3"), restart(said, "web-1", service=service)) as stage:
        await stage.say("ben", FIRST)
        await stage.say("ben", said)
        assert len(await plans(stage)) == 2
