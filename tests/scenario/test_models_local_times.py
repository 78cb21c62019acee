"""What a question and a mark tell of a time is told on the clock of the card beside it."""

import pytest

from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, words
from tests.scenario.test_starts import BERLIN

pytestmark = pytest.mark.asyncio
SAID = "restart nginx on web-3 at 22:00"
DAY = "2026-03-01"


def later(said, clock, *hosts):
    step = act("service.restart", said, service="nginx", hosts=list(hosts))
    return plan(step, ways=[{"name": "start", "value": clock}])


@pytest.fixture
def berlin(tmp_path):
    """Ben is in Berlin; the stage's clock stands at 09:00 UTC, which is 10:00 there."""

    def make(*says):
        models = ScriptedModels(*says)
        stage = Stage(tmp_path, people=BERLIN, models=models, prompting=Plainly())
        for host in ("web-1", "web-2", "web-3"):
            stage.service(host, "nginx")
        return stage

    return make


async def test_of_two_times_each_button_says_its_own_on_the_readers_clock(berlin):
    async with berlin(later(SAID, f"{DAY}T23:00", "web-3")) as stage:
        await stage.say("ben", SAID)
        question = await stage.card()
        rules, model = (b.label for b in question.buttons[:2])
        assert rules.endswith(f"starting {DAY} 22:00 CET")
        assert model.endswith(f"starting {DAY} 23:00 CET")
        await stage.press("ben", "option", question, value=question.buttons[1].value)
        card = words(await stage.card())
        assert "STARTS 23:00 CET" in " ".join(card.split())
        assert f"The model chose “starting {DAY} 23:00 CET”" in card
        assert "UTC" not in card
        await stage.say("ben", "why?")
        assert f"starting {DAY} 23:00 CET" in words(await stage.card())


async def test_a_revision_is_asked_about_on_the_readers_clock(berlin):
    first, text = "restart nginx on web-1 at 21:00", "lieber um 22 uhr"
    says = (later(first, f"{DAY}T21:00", "web-1"), later(text, f"{DAY}T22:00", "web-1"))
    async with berlin(*says) as stage:
        await stage.say("ben", first)
        assert (await stage.card()).state == "WAITING"
        await stage.say("ben", text)
        question = await stage.card()
        labels = [b.label for b in question.buttons if b.id == "option"]
        assert [b.change for b in question.buttons if b.id == "option"] == [1, None]
        assert all(said.endswith(f"starting {DAY} 22:00 CET") for said in labels)
