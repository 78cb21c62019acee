"""What was said for a local model alone, or for the rules, is told to no cloud afterwards."""

import json

import pytest

from bot.conversation.threads import context_of
from bot.domain.usage import Tier
from bot.testing.scripted_models import act, answer, plan
from tests.scenario.test_models_standing import OWN, QUICK, staged, tiers

pytestmark = pytest.mark.asyncio
SECRET = "Geheimnis"
THERE = "starte nginx der Geheimnis AG auf web-3 neu"


@pytest.fixture
async def stage(tmp_path):
    stage = staged(tmp_path, tiers(OWN, QUICK))
    for host in ("web-1", "web-2", "web-3"):
        stage.service(host, "nginx")
    async with stage:
        for model in stage.models.values():
            model.always(answer("talk", text="Hm."))
        yield stage


def told(stage, name="quick"):
    """All that a model was ever told, but for what is the same for everybody."""
    prompts = [call.prompt for call in stage.models[name].calls]
    return " ".join(p.fitted + " ".join(turn.text for turn in p.turns) for p in prompts)


async def say(stage, text):
    await stage.say("ana", text)
    await stage.settle()


def revised(*hosts):
    step = act("service.restart", "not web-2", service="nginx", hosts=list(hosts))
    return answer("revise", step, plan=1)


def restart(said, *hosts):
    return plan(act("service.restart", said, service="nginx", hosts=list(hosts)))


async def test_a_later_request_tells_no_cloud_of_one_that_was_for_the_local_model(stage):
    look = act("service.status", "nginx auf web-3", service="nginx", hosts=["web-3"])
    stage.models["own"].always(plan(look))
    await say(stage, "use local: wie geht es nginx auf web-3, Kunde Geheimnis AG?")
    assert SECRET in told(stage, "own")
    await say(stage, "use cloud-fast: und jetzt nginx auf web-2 bitte neu starten")
    assert "web-2" in told(stage)
    assert SECRET not in told(stage)


@pytest.mark.parametrize("chooses", ["use local: ", "use rules: "])
async def test_what_is_said_of_an_open_plan_is_read_by_whom_it_was_for(stage, chooses):
    stage.models["own"].always(restart("restart nginx on web-3", "web-3"))
    await say(stage, f"{chooses}restart nginx on web-3 because of Geheimnis AG")
    await say(stage, "und auf web-2 bitte auch")
    assert not stage.models["quick"].calls
    assert len(stage.models["own"].calls) == (2 if "local" in chooses else 0)


async def test_who_names_a_cloud_for_the_next_request_tells_it_that_request_alone(stage):
    stage.models["own"].always(restart("restart nginx on web-3", "web-3"))
    await say(stage, "use local: restart nginx on web-3 because of Geheimnis AG")
    await say(stage, "use cloud-fast: und auf web-2 bitte auch")
    assert "web-2 bitte" in told(stage)
    assert SECRET not in told(stage)


async def test_a_change_of_a_plan_leaves_it_with_whom_it_was_for(stage):
    stage.models["own"].always(restart("restart nginx", "web-3", "web-2"))
    await say(stage, "use local: restart nginx on web-3 and web-2 because of Geheimnis AG")
    stage.models["quick"].always(revised("web-3"))
    await say(stage, "use cloud-fast: not web-2")
    assert (await stage.app.store.read(lambda u: u.plan(1))).plan.revision == 2
    stage.models["quick"].calls.clear()
    await say(stage, "use cloud-fast: und wie geht es db-1 so?")
    assert "db-1" in told(stage)
    assert SECRET not in told(stage)


@pytest.mark.parametrize("answered", ["", "use cloud-fast: 1"])
async def test_a_choice_of_the_local_model_is_read_by_it_alone(stage, answered):
    own = stage.models["own"]
    own.always(answer("ask", text="Wo?", choices=[{"label": "a", "says": THERE}]))
    await say(stage, "use local: nginx der Geheimnis AG spinnt")
    own.always(restart(THERE, "web-3"))
    card = await stage.card()
    if answered:
        await say(stage, answered)
    else:
        await stage.press("ana", "option", card, value=card.buttons[0].value)
        await stage.settle()
    assert len(own.calls) == 2
    assert not stage.models["quick"].calls


async def test_without_a_wish_the_next_request_tells_of_the_one_before(stage):
    await say(stage, "restart nginx on web-3 because of Geheimnis AG")
    await say(stage, "use cloud-fast: und auf web-2 bitte auch")
    assert SECRET in told(stage)


async def test_a_request_of_its_own_beside_the_question_is_for_any_model(stage):
    await say(stage, "use local: nginx der Geheimnis AG spinnt")
    await say(stage, "use local: restart nginx because of Geheimnis AG")  # where?
    await say(stage, "restart nginx on web-1")
    assert "web-1" in told(stage)
    assert SECRET not in told(stage)


@pytest.mark.parametrize("stands", ["waits", "withdrawn"])
async def test_a_plan_that_was_stored_before_that_was_written_down_says_it_in_its_words(
    stage, stands
):
    stage.models["own"].always(restart("restart nginx on web-3", "web-3"))
    await say(stage, "use local: restart nginx on web-3 because of Geheimnis AG")
    await stage.app.store.write(_as_it_was_stored)
    if stands == "withdrawn":
        await stage.press("ana", "cancel", await stage.card(1))
    before = len(stage.models["own"].calls)
    await say(stage, "und auf web-2 bitte auch")
    assert SECRET not in told(stage)
    if stands == "waits":
        assert not stage.models["quick"].calls
        assert len(stage.models["own"].calls) == before + 1


def _as_it_was_stored(unit):
    """The plan's row as it was written when nothing was kept of who was to read it."""
    (body,) = unit._db.connection.execute("SELECT body FROM plans WHERE plan = 1").fetchone()
    kept = json.loads(body)
    kept["reading"].pop("wanted")
    unit._db.connection.execute("UPDATE plans SET body = ? WHERE plan = 1", (json.dumps(kept),))


@pytest.mark.parametrize(("wish", "wanted"), [("use local: ", Tier.LOCAL), ("", None)])
async def test_a_thread_knows_for_whom_its_last_plan_was(stage, wish, wanted):
    for model in stage.models.values():
        model.always(restart("restart nginx on web-3", "web-3"))
    await say(stage, f"{wish}restart nginx on web-3")
    known = await stage.app.store.read(lambda unit: context_of(unit, stage.thread, "ana"))
    assert known.wanted == wanted
