"""What is typed to a model's question is read with the request that it was asked about."""

import pytest

from bot.conversation.threads import context_of
from bot.domain.usage import Usage
from bot.testing.scripted_models import ScriptedModels, act, answer, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, words
from tests.scenario.test_models_confided import told
from tests.scenario.test_models_standing import QUICK, staged, tiers

pytestmark = pytest.mark.asyncio
REQUEST, ANSWER = "redémarre le service sur web-1", "nginx, merci"
ASKS = answer("ask", text="Quel service ?")


def restart(said=REQUEST, host="web-1", **more):
    return plan(act("service.restart", said, service="nginx", hosts=[host]), **more)


@pytest.fixture
def stage_of(tmp_path):
    def make(*says):
        stage = Stage(tmp_path, models=ScriptedModels(*says), prompting=Plainly())
        for host in ("web-1", "web-2"):
            for service in ("nginx", "redis"):
                stage.service(host, service)
        return stage

    return make


async def stored(stage):
    return (await stage.app.store.read(lambda u: u.plan(1))).plan


async def test_the_model_is_told_the_request_that_its_question_was_about(tmp_path):
    async with staged(tmp_path, tiers(QUICK)) as stage:
        stage.models["quick"].always(ASKS, usage=Usage(calls=1))
        await stage.say("ana", REQUEST)
        stage.models["quick"].calls.clear()
        await stage.say("ana", "nginx, merci")
        assert f'"asked about": "{REQUEST}"' in told(stage)
        stage.models["quick"].calls.clear()
        await stage.say("ana", "le plus ancien")  # and of a second question, all that was said
        assert f'"asked about": "{REQUEST}; {ANSWER}"' in told(stage)


@pytest.mark.parametrize("said", [REQUEST, "sur web-1", ANSWER])
async def test_what_was_said_in_the_request_is_no_word_of_the_models(stage_of, said):
    async with stage_of(ASKS, restart(said)) as stage:
        await stage.say("ana", REQUEST)
        await stage.say("ana", ANSWER)
        (step,) = (await stored(stage)).steps
        assert (step.hosts, step.unsaid, step.alone) == (("web-1",), (), True)
        assert "The model added" not in words(await stage.card())


async def test_what_neither_of_the_two_says_is_marked(stage_of):
    async with stage_of(ASKS, restart(host="web-2")) as stage:
        await stage.say("ana", REQUEST)
        await stage.say("ana", ANSWER)
        assert (await stored(stage)).steps[0].unsaid == ("web-2",)


async def test_a_time_of_the_request_is_not_lost_with_the_answer(stage_of):
    async with stage_of(ASKS, restart()) as stage:
        await stage.say("ana", f"{REQUEST} à 22h")
        await stage.say("ana", ANSWER)
        assert "names a time, and this plan leaves it out" in words(await stage.card())


async def test_who_has_the_question_from_somebody_else_has_not_said_what_led_to_it(stage_of):
    async with stage_of(ASKS) as stage:
        await stage.say("ana", REQUEST)

        def handed(unit):
            before = context_of(unit, stage.thread, "ana").asked
            question, request, _ = unit.asked(stage.thread)
            theirs = question.model_copy(update={"formerly": ("ana",)})
            unit.ask(stage.thread, theirs, request, "ben")
            return before, context_of(unit, stage.thread, "ben").asked

        assert await stage.app.store.write(handed) == (REQUEST, "")
