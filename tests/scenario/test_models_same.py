""" "The same on web-3": what only a model read is no deed that these words can mean."""

import pytest

from bot.errors import ModelAwayError
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage
from tests.scenario.test_models_choices import pre_approved

pytestmark = pytest.mark.asyncio
SAID, SAME = "wie geht es nginx auf db-2?", "the same on web-3"
RESTARTED = [("web-3", ("systemctl", "restart", "--", "nginx.service"))]


@pytest.fixture
def staged(tmp_path):
    def make(*says):
        stage = Stage(tmp_path, models=ScriptedModels(*says), prompting=Plainly())
        for host in ("web-3", "db-2"):
            stage.service(host, "nginx")
        return stage

    return make


def restart(said, host):
    return plan(act("service.restart", said, service="nginx", hosts=[host]))


@pytest.mark.parametrize("second", ["agrees", "away"])
@pytest.mark.parametrize("end", ["withdrawn", "expired", "by somebody else"])
async def test_a_deed_of_a_models_that_nobody_approved_is_not_done_elsewhere_unasked(
    staged, end, second
):
    away = ModelAwayError("away.", model="x")
    async with staged(
        restart("nginx auf db-2", "db-2"), restart(SAME, "web-3") if second == "agrees" else away
    ) as stage:
        await pre_approved(stage)
        await stage.say("ana", SAID)
        if end == "withdrawn":
            await stage.press("ana", "cancel", await stage.card(1))
        elif end == "expired":
            await stage.later(minutes=60 * 24 * 3)
        await stage.say("ben" if end == "by somebody else" else "ana", SAME)
        assert stage.changes() == []
        found = await stage.app.store.read(lambda u: u.plan(2))
        assert found is None or found.plan.steps[0].alone


async def test_a_deed_of_a_models_that_was_approved_is_done_elsewhere_like_any(staged):
    away = ModelAwayError("away.", model="x")
    async with staged(restart("nginx auf db-2", "db-2"), away) as stage:
        await pre_approved(stage)
        await stage.say("ana", SAID)
        await stage.press("chris", "approve", await stage.card(1))
        await stage.say("ana", SAME)
        assert stage.changes("web-3") == RESTARTED


async def test_a_deed_of_the_rules_that_was_withdrawn_is_done_elsewhere_like_any(staged):
    async with staged() as stage:
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "restart nginx on db-2")
        await stage.press("ana", "cancel", await stage.card(1))
        await pre_approved(stage)
        await stage.say("ana", SAME)
        assert stage.changes() == RESTARTED


async def test_a_look_that_nobody_asked_for_is_not_the_same_either(staged):
    look = plan(act("host.processes", "", hosts=["db-2"]))
    async with staged(look, ModelAwayError("away.", model="x")) as stage:
        await stage.say("ana", "hm, das Ding spinnt")
        assert (await stage.card()).state == "QUESTION"
        await stage.say("ana", SAME)
        assert await stage.app.store.read(lambda u: u.plan(1)) is None
