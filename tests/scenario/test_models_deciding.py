"""A model decides about no run that has halted: its choices offer nothing of the kind, and do none."""

import pytest

from bot.testing.scripted_models import answer
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
DECIDES = [
    "rerun it", "give it another go", "run #1 again", "skip web-1", "go on without web-1",
    "proceed without it", "skip #1", "mark it done",
]  # fmt: skip
HOWS = pytest.mark.parametrize("how", ["pressed", "1"])


async def halted(stage, *hosts):
    """Runs of Ana's, each of which has failed on its host; the model is away meanwhile."""
    away(stage)
    for number, host in enumerate(hosts, 1):
        stage.broken.add((host, "nginx"))
        await stage.say("ana", f"restart nginx on {host}")
        await stage.press("chris", "approve", await stage.card(number))
        assert (await stage.card(number)).state == "NEEDS A DECISION"


def away(stage):
    stage.given["models"].order = lambda **_: ()


async def asked(stage):
    """The model's question after something vague, and what it offers."""
    stage.given["models"].order = lambda **_: ("scripted-1",)
    await stage.say("ana", "wie steht es um das Ding?")
    away(stage)
    question = await stage.card()
    assert question.state == "QUESTION"
    return [button.says for button in question.buttons if button.says]


def choice(*says):
    return answer("ask", text="Meinst du das?", choices=[{"label": "", "says": s} for s in says])


async def shown_all_the_same(stage, says):
    """As if it had been offered while nothing had halted, or by an older Overseer."""
    question, request, whom = await stage.app.store.read(lambda u: u.asked(stage.thread))
    option = question.options[0].model_copy(update={"label": says, "says": says})
    changed = question.model_copy(update={"options": (option,)})
    await stage.app.store.write(lambda u: u.ask(stage.thread, changed, request, whom))


async def pick(stage, how):
    """What was said to it."""
    question = await stage.card()
    if how == "pressed":
        press = await stage.press("ana", "option", question, value=question.buttons[0].value)
        return press.text or words(await stage.card())
    await stage.say("ana", how)
    return words(await stage.card())


async def decided(stage):
    found = await stage.app.store.read(lambda u: u.events(limit=10_000))
    return [(e.person, e.data["button"]) for e in found if e.kind == "run.decided"]


@pytest.mark.parametrize("says", DECIDES)
async def test_no_choice_offers_to_decide_about_a_halted_run(staged, says):
    async with staged(choice(says, "check nginx on web-3")) as stage:
        await halted(stage, "web-1")
        assert await asked(stage) == ["check nginx on web-3"]


@pytest.mark.parametrize("says", ["skip", "rerun", "rerun it"])
async def test_nor_one_that_would_only_be_asked_which_run_it_means(staged, says):
    async with staged(choice(says, "check nginx on web-3")) as stage:
        await halted(stage, "web-1", "web-2")
        assert await asked(stage) == ["check nginx on web-3"]


async def test_what_leaves_a_host_out_of_a_plan_that_waits_is_still_a_choice(staged):
    """Nothing has halted, so it is a request like any other."""
    async with staged(choice("skip web-1")) as stage:
        away(stage)
        await stage.say("ana", "restart nginx on web-1, web-2")
        assert await asked(stage) == ["skip web-1"]


@HOWS
@pytest.mark.parametrize("says", ["retry", "try again", *DECIDES])
async def test_a_choice_that_is_picked_decides_nothing(staged, says, how):
    async with staged(choice("check nginx on web-3")) as stage:
        await halted(stage, "web-1")
        await asked(stage)
        await shown_all_the_same(stage, says)
        before = stage.changes()
        assert "press its button or say it in your own words" in await pick(stage, how)
        assert (await decided(stage), stage.changes()) == ([], before)
        assert (await stage.card(1)).state == "NEEDS A DECISION"


@HOWS
async def test_nor_does_it_ask_which_run_is_meant(staged, how):
    async with staged(choice("check nginx on web-3")) as stage:
        await halted(stage, "web-1", "web-2")
        await asked(stage)
        await shown_all_the_same(stage, "skip")
        assert "press its button or say it in your own words" in await pick(stage, how)
        assert await decided(stage) == []


async def test_a_choice_that_is_no_decision_is_done_as_ever(staged):
    async with staged(choice("check nginx on web-3")) as stage:
        await halted(stage, "web-1")
        await asked(stage)
        await pick(stage, "pressed")
        plan = (await stage.app.store.read(lambda u: u.plan(2))).plan
        assert [(s.action, s.hosts) for s in plan.steps] == [("service.status", ("web-3",))]


async def test_what_is_typed_out_whole_is_their_own_decision(staged):
    async with staged(choice("check nginx on web-3")) as stage:
        await halted(stage, "web-1")
        await asked(stage)
        await shown_all_the_same(stage, "skip web-1")
        await stage.say("ana", "skip web-1")
        assert await decided(stage) == [("ana", "skip")]
