"""A bare "cancel" is said of Overseer's question, or of what a colleague spoke of: it is found out."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio

import pytest

from bot.domain.runs import PlanState
from bot.testing.scripted_models import ScriptedModels, act, answer, plan
from tests.scenario.being_read import heard, nothing_comes_of_it
from tests.scenario.being_read import stage as reads  # noqa: F401 - a fixture
from tests.scenario.plainly import Plainly
from tests.scenario.rooms import DIRECT, ROOM, Rooms
from tests.scenario.stage import RESTART, words
from tests.scenario.test_rooms_read import LOCAL
from tests.scenario.test_talk_among_people import halts, runs, told, waits
from tests.scenario.test_yes_to_others import is_stopped, stage  # noqa: F401 - a fixture

pytestmark = pytest.mark.asyncio
CANCELS = ["cancel", "cancel that", "cancel it", "sorry, cancel that", "cancel it, wrong one"]
STANDS = {waits: "#1 still waits", runs: "#1 runs: `stop 1`", halts: "`stop 1` ends it there"}


async def asked(stage, thread=ROOM):
    return await stage.app.store.read(lambda u: u.asked(thread))


# -- of the question -------------------------------------------------------------------------------


@pytest.mark.parametrize("addressed", [True, False])
@pytest.mark.parametrize("before", [waits, runs, halts])
async def test_behind_a_question_it_puts_that_away(stage, before, addressed):
    await before(stage)
    for text in CANCELS if before is waits else CANCELS[:1]:
        assert "On which hosts" in await told(stage, "restart redis"), text
        assert STANDS[before] in await told(stage, text, addressed), text
        assert await asked(stage) is None, text
        assert not await is_stopped(stage), text
    stage.release(RESTART)


async def test_so_it_does_in_a_direct_message(stage):
    await stage.hear("UBEN", "restart nginx on web-1", thread=DIRECT)
    await stage.hear("UBEN", "at 12", thread=DIRECT)
    await stage.hear("UBEN", "cancel", thread=DIRECT)
    assert await asked(stage, DIRECT) is None
    said = words(await stage.card_in(DIRECT))
    assert "All right, the plan stays as it is. #1 still waits as it is" in said
    assert not await is_stopped(stage)


@pytest.mark.parametrize("text", ["stop", "stop it", "cancel #1", "stop, the sale is on"])
async def test_what_is_plainly_a_stop_is_done_behind_any_question(stage, text):
    await runs(stage)
    await stage.hear("UBEN", "restart redis")
    await stage.hear("UBEN", text, addressed=False)
    assert await is_stopped(stage)
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["cancel", "cancel it"])
async def test_behind_a_question_about_stopping_it_stops(stage, text):
    await runs(stage)
    assert "Shall I stop #1?" in await told(stage, "should I stop it?")
    await stage.hear("UBEN", text, addressed=False)
    assert await is_stopped(stage)
    stage.release(RESTART)


async def test_another_persons_question_is_not_put_away(stage):
    await waits(stage)
    await stage.hear("UCHRIS", "restart redis")
    await stage.hear("UBEN", "cancel")
    assert (await asked(stage))[2] == "chris"
    assert await is_stopped(stage)


# -- of what a colleague spoke of ------------------------------------------------------------------


@pytest.mark.parametrize("text", ["cancel it", "kill it", "sorry, cancel that"])
@pytest.mark.parametrize("before", [waits, runs, halts])
async def test_behind_a_colleagues_words_it_is_asked(stage, before, text):
    await before(stage)
    await stage.hear("UCHRIS", "shall we order pizza?", addressed=False)
    assert " #1?" in await told(stage, text)
    assert not await is_stopped(stage)
    await stage.hear("UBEN", "yes", addressed=False)
    assert await is_stopped(stage)
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["never mind", "forget it", "drop it", "don't run it"])
async def test_so_it_is_of_what_drops_a_plan(stage, text):
    await waits(stage)
    await stage.hear("UCHRIS", "shall we order pizza?", addressed=False)
    assert "#1 still waits. Shall I withdraw it?" in await told(stage, text)
    assert not await is_stopped(stage)
    await stage.hear("UBEN", "yes", addressed=False)
    assert await is_stopped(stage)


@pytest.mark.parametrize("text", ["stop", "stop it", "cancel #1"])
async def test_a_plain_stop_waits_for_no_answer(stage, text):
    await runs(stage)
    await stage.hear("UCHRIS", "shall we order pizza?", addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert await is_stopped(stage)
    stage.release(RESTART)


async def test_said_to_overseer_or_behind_its_own_answer_it_is_done(stage):
    for last, addressed in (("", True), ("one at a time", False)):
        await stage.hear("UBEN", "restart nginx on web-1")
        plan = (await stage.card_in(ROOM)).plan
        await stage.hear("UCHRIS", "shall we order pizza?", addressed=False)
        if last:
            await stage.hear("UBEN", last, addressed=False)
        await stage.hear("UBEN", "cancel it", addressed=addressed)
        stored = await stage.app.store.read(lambda u, plan=plan: u.plan(plan))
        assert stored.state is PlanState.CANCELLED


async def test_behind_ones_own_words_that_met_silence_it_is_asked_too(stage):
    await waits(stage)
    await stage.hear("UCHRIS", "shall we order pizza?", addressed=False)
    await stage.hear("UBEN", "never mind the pizza", addressed=False)
    assert "Shall I withdraw" in await told(stage, "cancel it")
    assert not await is_stopped(stage)


async def test_no_model_makes_a_stop_of_it(tmp_path):
    stage = Rooms(tmp_path, settings=LOCAL)
    ends = plan(act("plan.cancel", plan=1))
    stage.given = {"models": ScriptedModels(ends), "prompting": Plainly()}
    stage.service("web-1", "nginx")
    async with stage:
        stage.given["models"].order, order = lambda **_: (), stage.given["models"].order
        await waits(stage)
        stage.given["models"].order = order
        await stage.hear("UCHRIS", "shall we order pizza?", addressed=False)
        assert "Shall I withdraw #1?" in await told(stage, "cancel it")
        assert stage.given["models"].prompts == []
        assert not await is_stopped(stage)


async def test_an_hour_behind_a_colleagues_words_is_asked(stage):
    await waits(stage)
    await stage.hear("UCHRIS", "when do we meet for lunch?", addressed=False)
    assert "Shall #1 begin then, “at 12:30”?" in await told(stage, "at 12:30")
    plan = (await stage.app.store.read(lambda u: u.plan(1))).plan
    assert (plan.revision, plan.start) == (1, None)
    await stage.hear("UBEN", "yes", addressed=False)
    assert (await stage.app.store.read(lambda u: u.plan(1))).plan.start is not None


@pytest.mark.parametrize("text", ["do it at 12:30", "#1: at 12:30", "only web-1, at 12:30"])
async def test_what_says_what_the_hour_is_for_is_heard(stage, text):
    await waits(stage)
    await stage.hear("UCHRIS", "when do we meet for lunch?", addressed=False)
    for _ in range(1 if "#1" in text else 2):  # without a number it is said once more
        assert (await stage.app.store.read(lambda u: u.plan(1))).plan.start is None
        await stage.hear("UBEN", text, addressed=False)
    assert (await stage.app.store.read(lambda u: u.plan(1))).plan.start is not None


# -- what is being read ----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["cancel", "cancel it, wrong one"])
async def test_what_is_being_read_is_dropped_behind_any_question(reads, text):
    async with reads as stage:
        models = stage.given["models"]
        models.order, order = lambda **_: (), models.order
        await stage.say("ana", "restart nginx")
        models.order = order
        await heard(stage, text="could you freshen up the web server there")
        await stage.say("ana", text, settle=False)
        async with asyncio.timeout(20):
            while "Dropped 1 request of yours" not in str(await stage.ears.thread(stage.thread)):
                await asyncio.sleep(0.01)
        await nothing_comes_of_it(stage)


async def test_what_a_model_makes_nothing_of_stands_between_too(tmp_path):
    stage = Rooms(tmp_path, settings=LOCAL)
    talks = answer("talk", text="That is for you to know.")
    stage.given = {"models": ScriptedModels(talks), "prompting": Plainly()}
    stage.service("web-1", "nginx")
    async with stage:
        stage.given["models"].order, order = lambda **_: (), stage.given["models"].order
        await waits(stage)
        await stage.hear("UBEN", "should I stop it?", addressed=False)
        stage.given["models"].order = order
        assert not await told(stage, "is chris around?")
        assert stage.given["models"].prompts
        assert "Say “withdraw #1”, if you want that." in await told(stage, "ok")
        assert not await is_stopped(stage)


@pytest.mark.parametrize(("text", "asked"), [("kill it", "kill"), ("cancel it", "stop")])
async def test_whether_ones_own_is_meant_is_asked_while_a_colleagues_request_is_read(
    stage, text, asked
):
    await runs(stage)
    await stage.hear("UCHRIS", "web-1 is on fire", addressed=False)
    async with stage.app.pipeline._hearing.locks.turn(ROOM):
        await stage.hear("UBEN", text, addressed=False)
        assert f"Shall I {asked} #1?" in words(await stage.card_in(ROOM))
        assert not await is_stopped(stage)
    await stage.hear("UBEN", "yes")
    assert await is_stopped(stage)
    stage.release(RESTART)


async def test_what_puts_a_question_away_waits_for_its_turn_still(stage):
    await runs(stage)
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UCHRIS", "web-1 is on fire", addressed=False)
    async with stage.app.pipeline._hearing.locks.turn(ROOM):
        before = len(await stage.cards())
        await stage.hear("UBEN", "cancel it", addressed=False)
        assert len(await stage.cards()) == before
        assert not await is_stopped(stage)
    await stage.settle()
    assert not await is_stopped(stage)
    stage.release(RESTART)
