"""Who asks what a change to an open plan would do changes nothing: it is shown beside the plan."""

import pytest

from bot.domain.runs import PlanState
from bot.testing.scripted_models import act, answer, plan
from tests.scenario.stage import keys, words

pytestmark = pytest.mark.asyncio
ASKS = "was würde passieren, wenn wir web-2 weglassen?"


def without_web_2(said=ASKS, **more):
    wish = act("service.restart", said, service="nginx", hosts=["web-1"])
    return answer("revise", wish, plan=1, **more)


async def found(stage, number):
    return await stage.app.store.read(lambda u: u.plan(number))


async def plainly(stage, text, **more):
    """Said while no model is there."""
    models = stage.given["models"]
    models.order, order = lambda **_: (), models.order
    await stage.say("ben", text, **more)
    models.order = order


@pytest.mark.parametrize(("when", "state"), [("", "WAITING"), (" at 22:00", "APPROVED")])
async def test_a_model_that_reads_what_a_change_would_do_changes_nothing(staged, when, state):
    async with staged(without_web_2(only_show=True)) as stage:
        await plainly(stage, f"restart nginx on web-1 and web-2{when}")
        if when:
            await stage.press("chris", "approve")
        await stage.say("ben", ASKS)
        card = await stage.card()
        assert (card.state, card.plan, card.revision) == ("PLAN ONLY", 2, 1)
        assert "#1 stays as it is, and so do its votes" in words(card)
        assert "approve" not in keys(card)
        assert (await found(stage, 2)).plan.hosts == ("web-1",)
        stays = await found(stage, 1)
        assert (stays.state, stays.plan.revision) == (PlanState[state], 1)


async def test_nor_does_what_the_rules_read_and_only_the_plan_of_was_asked_for(staged):
    async with staged() as stage:
        await plainly(stage, "restart nginx on web-1 and web-2")
        await plainly(stage, "not web-2", plan_only=True)
        card = await stage.card()
        assert (card.state, card.plan) == ("PLAN ONLY", 2)
        assert "#1 stays as it is, and so do its votes" in words(card)
        stays = await found(stage, 1)
        assert (stays.state, stays.plan.revision) == (PlanState.WAITING, 1)


async def test_nor_does_a_pressed_reading_of_what_was_only_to_be_shown(staged):
    said = "bitte ohne die zweite"
    async with staged(without_web_2(said)) as stage:
        await plainly(stage, "restart nginx on web-1 and web-2")
        await stage.say("ben", said, plan_only=True)
        asked = await stage.card()
        await stage.press("ben", "option", asked, value=asked.buttons[0].value)
        assert (await stage.card()).state == "PLAN ONLY"
        stays = await found(stage, 1)
        assert (stays.state, stays.plan.revision) == (PlanState.WAITING, 1)


async def test_a_change_that_a_model_reads_is_asked_about_as_before(staged):
    async with staged(without_web_2("bitte ohne die zweite")) as stage:
        await plainly(stage, "restart nginx on web-1 and web-2")
        await stage.say("ben", "bitte ohne die zweite")
        asked = await stage.card()
        assert "Shall #1 be changed to this?" in words(asked)
        await stage.press("ben", "option", asked, value=asked.buttons[0].value)
        assert (await found(stage, 1)).plan.revision == 2


@pytest.mark.parametrize(
    ("said", "state"), [("starte redis auf web-3 neu", "WAITING"), ("auf dem dritten", "PLAN ONLY")]
)
async def test_beside_a_question_of_what_would_happen_an_order_by_itself_is_one(
    staged, said, state
):
    service = "redis" if state == "WAITING" else "nginx"
    wish = act("service.restart", said, service=service, hosts=["web-3"])
    async with staged(plan(wish)) as stage:
        stage.service("web-3", "redis")
        await plainly(stage, "what would happen if I restarted nginx?")
        await stage.say("ben", said)
        assert (await stage.card()).state == state
