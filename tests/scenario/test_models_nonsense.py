"""Models that answer nothing of use are left out, so that looks do not go on paying for them."""

import pytest

from bot.intent.model.breaker import COOL_S, FAILURES
from bot.testing.scripted_models import act, plan
from tests.scenario.stage import words
from tests.scenario.test_models_standing import OWN, QUICK, staged, tiers
from tests.unit.intent.model.fleet import USED

pytestmark = pytest.mark.asyncio
STRONG = "{tier: cloud-heavy, provider: anthropic, model: strong}"
LOOK = "is nginx running on web-1?"
READ = plan(act("service.status", LOOK, service="nginx", hosts=["web-1"]))


def calls(stage):
    return {name: len(model.calls) for name, model in stage.models.items()}


async def look(stage):
    await stage.say("ben", LOOK)
    await stage.settle()
    return words(await stage.card()).replace("\n", " ")


async def test_when_all_of_them_answer_nonsense_a_look_soon_costs_no_call(tmp_path):
    async with staged(tmp_path, tiers(QUICK, OWN, STRONG)) as stage:
        stage.service("web-1", "nginx")
        for n in range(1, FAILURES + 1):
            await look(stage)
            assert calls(stage) == dict.fromkeys(("quick", "own", "strong"), 2 * n)
        for _ in range(5):
            told = await look(stage)
        assert calls(stage) == dict.fromkeys(("quick", "own", "strong"), 2 * FAILURES)
        said = (
            f"gave no answer that could be used, {FAILURES} requests in a row (since 09:00, tried "
            "again at 09:00:"
        )
        assert f"quick {said}" in told
        assert "read by rules" in told
        assert any(f"own {said}" in line for line in (await stage.app.pipeline.status()).models)


async def test_one_that_comes_to_its_senses_reads_again(tmp_path):
    async with staged(tmp_path, tiers(QUICK)) as stage:
        stage.service("web-1", "nginx")
        quick = stage.models["quick"]
        for _ in range(FAILURES + 1):
            await look(stage)
        await stage.later(seconds=COOL_S)
        await look(stage)
        assert len(quick.calls) == 2 * FAILURES + 2, "one more try, and it is left out for longer"
        await stage.later(seconds=COOL_S)
        await look(stage)
        assert len(quick.calls) == 2 * FAILURES + 2
        quick.always(READ, usage=USED)
        await stage.later(seconds=COOL_S)
        assert "read by rules and quick" in await look(stage)
        quick.always("{}", usage=USED)
        for _ in range(FAILURES - 1):
            await look(stage)
        assert stage.app.models.order() == ("quick",), "what it got right counts"


async def test_an_answer_that_was_mended_is_of_use(tmp_path):
    async with staged(tmp_path, tiers(QUICK)) as stage:
        stage.service("web-1", "nginx")
        quick = stage.models["quick"]
        for _ in range(2 * FAILURES):
            quick.says("{}", usage=USED)
            quick.says(READ, usage=USED)
            assert "read by rules and quick" in await look(stage)
