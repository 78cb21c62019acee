"""A tier that a sentence chooses: its flag is honoured, and a name that is none is told so."""

import pytest

from bot.domain.usage import Tier
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, words

pytestmark = pytest.mark.asyncio
SAID = "starte nginx auf web-3 neu"


@pytest.fixture
def models():
    return ScriptedModels(plan(act("service.restart", SAID, service="nginx", hosts=["web-3"])))


@pytest.fixture
def stage(tmp_path, models):
    stage = Stage(tmp_path, models=models, prompting=Plainly())
    stage.service("web-3", "nginx")
    return stage


@pytest.mark.parametrize("flag", ["--tier cloud-fast", "--tier=cloud-fast"])
async def test_the_flag_in_a_sentence_chooses_the_tier_and_is_no_part_of_the_request(
    stage, models, flag
):
    async with stage:
        await stage.say("ana", f"{SAID} {flag}")
        assert [tier for _, tier in models.orders] == [Tier.CLOUD_FAST]
        assert models.prompts[0].turns[-1].text == SAID
        assert "read by scripted-1" in words(await stage.card())


@pytest.mark.parametrize("said", [f"{SAID} --tier gold", f"use gold: {SAID}"])
async def test_a_tier_that_there_is_not_is_told_and_nothing_is_planned(stage, models, said):
    async with stage:
        await stage.say("ana", said)
        card = words(await stage.card()).replace("\n", " ")
        assert "There is no tier “gold”. Tiers are" in card
        assert not models.prompts
        assert await stage.app.store.read(lambda u: u.plan(1)) is None


async def test_a_stop_is_never_held_up_by_it(stage):
    async with stage:
        await stage.say("ana", "use gold: stop everything")
        assert (await stage.app.pipeline.status()).frozen
