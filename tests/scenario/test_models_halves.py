"""Half of a request is never a look by itself: what a model leaves out is asked about, or told."""

import pytest

from bot.domain.runs import PlanState
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, words

pytestmark = pytest.mark.asyncio


@pytest.fixture
def staged(tmp_path):
    def make(*says):
        stage = Stage(tmp_path, models=ScriptedModels(*says), prompting=Plainly())
        for host in ("web-1", "web-2", "web-3", "db-1"):
            for service in ("nginx", "redis"):
                stage.service(host, service)
        return stage

    return make


def look(said, *hosts, service="nginx"):
    return plan(act("service.status", said, service=service, hosts=list(hosts)))


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("zeig nginx auf web-3 und starte db-1 neu", "starte"),
        ("zeig mir nginx auf web-3, dann bitte reboot db-1", "reboot"),
        ("montre nginx sur web-3 puis redémarre db-1", "redémarre"),
        ("muestra nginx en web-3 y luego reinicia db-1", "reinicia"),
    ],
)
async def test_an_order_that_a_look_leaves_out_is_asked_about(staged, said, verb):
    async with staged(look(said, "web-3")) as stage:
        await stage.say("ana", said)
        asked = await stage.card()
        assert asked.state == "QUESTION"
        assert f"I read “{verb}” in that, too, and found no step for it" in words(asked)
        assert await stage.app.store.read(lambda u: u.plan(1)) is None
        await stage.press("ana", "option", asked, value=asked.buttons[0].value)
        assert (await stage.card()).state in {"ANSWER", "DONE"}


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("läuft nginx auf web-2 und web-3?", "“web-2”"),
        ("läuft nginx und redis auf web-3?", "“redis”"),
    ],
)
async def test_what_else_was_to_be_looked_at_is_told(staged, said, names):
    async with staged(look(said, "web-3")) as stage:
        await stage.say("ana", said)
        assert f"The request names {names}, too; that was not looked at." in words(
            await stage.card()
        )
        assert (await stage.app.store.read(lambda u: u.plan(1))).state is PlanState.APPROVED


@pytest.mark.parametrize(
    "said",
    [
        "läuft nginx auf web-3?",
        "wann wurde nginx auf web-3 neu gestartet?",
        "braucht nginx auf web-3 einen restart?",
        "zeig nginx auf web-3, starte aber nichts neu, auf keinen fall",
        "warum startet nginx auf web-3 nicht?",
    ],
)
async def test_a_look_that_is_all_of_it_is_had_at_once(staged, said):
    async with staged(look(said, "web-3")) as stage:
        await stage.say("ana", said)
        card = await stage.card()
        assert card.state == "ANSWER", words(card)
        assert "not looked at" not in words(card)
