"""A stop in any of six languages ends a run at once: no vote, no model, no wait for the thread."""

import pytest

from bot.testing.scripted_models import ScriptedModels, act, answer, plan
from tests.scenario.being_read import Hanging, heard
from tests.scenario.plainly import Plainly
from tests.scenario.stage import RESTART, Stage

pytestmark = pytest.mark.asyncio


async def runs(stage, models):
    """A change is under way on the first of two hosts; no model was needed for it."""
    models.order = lambda **_: ()
    stage.hosts.hang(RESTART)
    for name in ("web-1", "web-2"):
        stage.service(name, "nginx")
    await stage.say("ben", "restart nginx on web-1 and web-2, one at a time")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)


async def stopped(stage):
    """What is under way ends, and nothing more has begun."""
    stage.release(RESTART)
    await stage.settle()
    assert stage.changes() == [("web-1", RESTART)]
    assert (await stage.card(1)).state == "STOPPED"


@pytest.mark.parametrize(
    "text", ["stopp", "halt das bitte sofort an", "stoppe #1", "arrête ça tout de suite",
             "para eso ya", "fermati!", "stop ermee", "annule ça", "brich das bitte ab"],
)  # fmt: skip
async def test_it_stops_what_runs_and_no_model_is_asked(tmp_path, text):
    models = ScriptedModels(answer("talk", text="Ist angehalten."))
    async with Stage(tmp_path, models=models, prompting=Plainly()) as stage:
        await runs(stage, models)
        del models.order
        await stage.say("ben", text)
        await stopped(stage)
        assert models.prompts == []


async def test_it_is_done_while_the_thread_waits_for_a_model(tmp_path):
    stage = Stage(tmp_path, models=Hanging(), prompting=Plainly())
    async with stage:
        models = stage.given["models"]
        await runs(stage, models)
        models.order = lambda **_: ("one",)
        await heard(stage, text="wie geht es db-1?", who="ben")
        await stage.say("ben", "stopp", settle=False)
        await stage.stored()
        stage.release(RESTART)
        models.let.set()
        await stage.settle()
        assert stage.changes() == [("web-1", RESTART)]
        assert (await stage.card(1)).state == "STOPPED"


async def latest(stage, card):
    return [each for each in await stage.cards() if each.id == card.id][-1]


@pytest.mark.parametrize("text", ["stop", "cancel", "annule", "abbrechen"])
async def test_where_nothing_is_to_be_stopped_it_puts_away_what_was_asked(tmp_path, text):
    async with Stage(tmp_path) as stage:
        await stage.say("ben", "restart nginx")
        asked = await stage.card()
        assert asked.state == "QUESTION"
        await stage.say("ben", text)
        assert (await latest(stage, asked)).state == "CLOSED"
        said = str(await stage.ears.thread(stage.thread))
        assert "Never mind, then." in said
        assert "nothing to stop" not in said


async def test_nobody_else_puts_it_away_with_a_stop(tmp_path):
    async with Stage(tmp_path) as stage:
        await stage.say("ben", "restart nginx")
        asked = await stage.card()
        await stage.say("chris", "stop")
        assert (await latest(stage, asked)).state == "QUESTION"
        assert "There is nothing to stop here." in str(await stage.ears.thread(stage.thread))


async def test_what_a_model_reads_as_a_stop_of_what_runs_waits_for_no_vote(tmp_path):
    text = "arrête le redémarrage"
    models = ScriptedModels(plan(act("plan.cancel", text, plan=1)))
    async with Stage(tmp_path, models=models, prompting=Plainly()) as stage:
        await runs(stage, models)
        del models.order
        await stage.say("ben", text, settle=False)
        await stage.until(lambda: models.prompts)
        await stage.stored()
        await stopped(stage)
        assert await stage.app.store.read(lambda u: u.plan(2)) is None
