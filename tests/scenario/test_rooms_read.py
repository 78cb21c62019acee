"""Words that are addressed to nobody, where a language model reads: for the holder's own alone."""

import pytest

from bot.domain.runs import PlanState
from bot.errors import BudgetSpentError, ModelAwayError
from bot.testing.scripted_models import ScriptedModels, act, answer, plan
from tests.scenario.plainly import Plainly
from tests.scenario.rooms import Rooms, silent
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
LOCAL = (
    "models: {tiers: [{tier: local, provider: openai, model: m, base_url: 'http://127.0.0.1:9'}]}\n"
)
GERMAN = "starte nginx auf web-3 neu"
RESTART = act("service.restart", GERMAN, service="nginx", hosts=["web-3"])


@pytest.fixture
def staged(tmp_path):
    def make(*says):
        stage = Rooms(tmp_path, settings=LOCAL)
        stage.models = ScriptedModels(*says)
        stage.given = {"models": stage.models, "prompting": Plainly()}
        for host in ("web-1", "web-3"):
            stage.service(host, "nginx")
        return stage

    return make


async def test_a_model_reads_what_the_holder_says_and_nothing_that_others_say(staged):
    async with staged(plan(RESTART)) as stage:
        await stage.hear("UBEN", "is nginx up on web-1?")
        asked = len(stage.models.prompts)
        assert silent(await stage.hear("UCHRIS", GERMAN, addressed=False))
        assert len(stage.models.prompts) == asked
        await stage.hear("UBEN", GERMAN, addressed=False)
        assert (await stage.card()).state == "WAITING"


async def test_what_a_model_makes_nothing_of_either_meets_silence(staged):
    async with staged(answer("talk", text="Nothing to do.")) as stage:
        await stage.hear("UBEN", "is nginx up on web-1?")
        before = await stage.cards()
        assert silent(await stage.hear("UBEN", "ich hole mir einen Kaffee", addressed=False))
        assert await stage.cards() == before
        await stage.hear("UBEN", "ich hole mir einen Kaffee")
        assert len(await stage.cards()) == len(before) + 1


async def test_what_a_model_reads_otherwise_than_the_rules_is_asked_about(staged):
    words = "restart nginx on web-1"
    other = plan(act("service.stop", words, service="nginx", hosts=["web-1"]))
    async with staged(other) as stage:
        await stage.hear("UBEN", "is nginx up on web-1?")
        await stage.hear("UBEN", words, addressed=False)
        assert (await stage.card()).state == "QUESTION"


AWAY = ModelAwayError("scripted-1 can't be reached.", model="scripted-1")
SPENT = BudgetSpentError("The budget of today is spent.", model="scripted-1")
NOT_IT = "bitte doch nicht auf web-3"


async def waiting(stage):
    """A plan of Ben's that waits, read by the rules."""
    stage.models.order, order = lambda **_: (), stage.models.order
    await stage.hear("UBEN", "restart nginx on web-1 and web-3")
    stage.models.order = order
    assert (await stage.card()).state == "WAITING"


@pytest.mark.parametrize(("why", "said"), [(AWAY, "can't be reached"), (SPENT, "budget of today")])
async def test_words_beside_ones_waiting_plan_that_no_model_could_read_are_answered(
    staged, why, said
):
    async with staged(why) as stage:
        await waiting(stage)
        await stage.hear("UBEN", NOT_IT, addressed=False)
        told = words(await stage.card())
        assert f"I could not read “{NOT_IT}”, so #1 stays as it is and may still run." in told
        assert said in told
        assert (await stage.app.store.read(lambda u: u.plan(1))).state is PlanState.WAITING


@pytest.mark.parametrize("text", ["danke", "thanks all", "sieht gut aus", "hm let me think"])
async def test_courtesies_meet_silence_then_too(staged, text):
    async with staged(AWAY) as stage:
        await waiting(stage)
        before = await stage.cards()
        assert silent(await stage.hear("UBEN", text, addressed=False))
        assert await stage.cards() == before


async def test_where_nothing_waits_what_no_model_could_read_meets_silence(staged):
    async with staged(AWAY) as stage:
        await stage.hear("UBEN", "is nginx up on web-1?")
        before = await stage.cards()
        assert silent(await stage.hear("UBEN", NOT_IT, addressed=False))
        assert await stage.cards() == before
