"""Requests that a model is still reading, on a stage where it answers only when it is let."""

import asyncio

import pytest

from bot.ports import PlanFilter
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage

ASKED = "restart nginx on web-3"
PRE_APPROVED = """
autonomy: {level: scheduled, pre_approved: [{action: service.restart}]}
"""


class Hanging(ScriptedModels):
    """Answers when it is let, and knows what became of those who asked."""

    def __init__(self):
        super().__init__(plan(act("service.restart", ASKED, service="nginx", hosts=["web-3"])))
        self.let = asyncio.Event()
        self.asked = self.left = 0

    def order(self, **_):
        return ("one", "two")

    async def ask(self, name, prompt, *, person, deadline):
        self.asked += 1
        try:
            await self.let.wait()
        except asyncio.CancelledError:
            self.left += 1
            raise
        return await super().ask(name, prompt, person=person, deadline=deadline)


@pytest.fixture
def stage(tmp_path):
    stage = Stage(tmp_path, models=Hanging(), prompting=Plainly())
    stage.home.settings.write_text(PRE_APPROVED)
    stage.service("web-3", "nginx")
    return stage


def elsewhere(stage, name="t2"):
    return stage.thread.model_copy(update={"thread": name})


async def heard(stage, *, who="ana", text=ASKED, thread=None, at_work=1):
    models = stage.given["models"]
    await stage.say(who, text, thread=thread, settle=False)
    await stage.until(lambda: models.asked >= at_work)


async def plans(stage):
    return await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=100)))


async def nothing_comes_of_it(stage):
    stage.given["models"].let.set()
    await stage.settle()
    await stage.later(minutes=1)
    assert await plans(stage) == ()
    assert stage.changes() == []


async def is_none_and_says_so(path, stopped):
    """A revision is none that is `stopped` while hosts are read for it; the plan, as it is then."""
    stage = Stage(path)
    for host in ("web-1", "web-2"):
        stage.service(host, "nginx")
    async with stage:
        await stage.say("ana", "restart nginx on web-1 and web-2")
        await stopped(stage, "not web-2")
        (found,) = await plans(stage)
        assert found.plan.revision == 1
        assert "A stop came before I had read that" in str(await stage.ears.thread(stage.thread))
        return found
