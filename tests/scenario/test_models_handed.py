"""What a model is told in a conversation that was handed over: what is its holder's now, no more."""

import pytest

from bot.testing.scripted_models import ScriptedModels, answer
from tests.scenario.test_handed_over import PLACES, Places

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    stage = Places(tmp_path, PLACES["slack"], models=ScriptedModels(answer("talk", text="Hm.")))
    for host in ("web-1", "web-2", "web-3"):
        stage.service(host, "nginx", "active")
    async with stage:
        yield stage


async def by_rules(stage, who, *texts):
    models = stage.given["models"]
    models.order = lambda **_: ()
    for text in texts:
        await stage.says(who, text)
    del models.order


async def told(stage):
    await stage.says("chris", "starte nginx auf web-2 neu")
    return stage.given["models"].prompts[-1].fitted


async def test_the_open_plan_that_was_handed_over_is_told_as_the_receivers(stage):
    await by_rules(
        stage, "ben", "restart nginx on web-1 because the CERT was renewed", "hand over to Chris"
    )
    assert "CERT" in await told(stage)


async def test_what_began_or_was_withdrawn_before_is_not(stage):
    await by_rules(
        stage, "ben", "restart nginx on web-1 because the CERT was renewed", "cancel #1",
        "restart nginx on web-3", "hand over to Chris",
    )  # fmt: skip
    found = await told(stage)
    assert "web-3" in found
    assert "CERT" not in found


async def test_nor_is_what_was_not_handed_over(stage):
    await by_rules(stage, "ben", "restart nginx on web-1 because the CERT was renewed")
    assert "CERT" not in await told(stage)
