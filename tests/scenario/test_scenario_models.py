"""The play for a skill's author with a model in it: it is asked with the real prompt."""

import pytest

from bot.app import fresh
from bot.testing.scenario import Scenario, words
from bot.testing.scripted_models import ScriptedModels, act, plan


@pytest.mark.parametrize("life", ["same", "next"])
async def test_a_model_of_the_scenario_is_asked_with_the_real_prompt_in_every_life(tmp_path, life):
    said = "wie geht es web-3"
    models = ScriptedModels(plan(act("host.status", said, hosts=["web-3"])))
    async with Scenario(tmp_path, start=fresh, models=models) as play:
        if life == "next":
            await play.crash()
            await play.revive()
        await play.say("ana", said)
        (prompt,) = models.prompts
        assert '"host.status"' in prompt.stable
        assert '"web-3"' in prompt.fitted
        assert "read by scripted-1" in words(await play.card())


async def test_without_one_the_rules_alone_read(tmp_path):
    async with Scenario(tmp_path, start=fresh) as play:
        await play.say("ana", "how is web-3?")
        assert "read by rules" in words(await play.card())
