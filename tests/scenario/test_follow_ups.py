"""What is said next: to a question in few words, beside a halted run, and "too" behind a plan."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.runs import PlanState
from tests.scenario.rooms import ROOM
from tests.scenario.stage import RESTART, words
from tests.scenario.test_talk_among_people import asks, halts, runs, told, waits
from tests.scenario.test_yes_to_others import stage  # noqa: F401 - a fixture

pytestmark = pytest.mark.asyncio
EITHER = pytest.mark.parametrize("addressed", [True, False])


async def plan_of(stage, number=1):
    stored = await stage.app.store.read(lambda u: u.plan(number))
    return stored and stored.plan


async def asked(stage):
    return await stage.app.store.read(lambda u: u.asked(ROOM))


async def done(stage):
    await waits(stage)
    await stage.press("ana", "approve", await stage.card())


# -- "no, …" ---------------------------------------------------------------------------------------


@EITHER
@pytest.mark.parametrize("first", ["", "should I stop it?"])
async def test_no_retry_retries(stage, first, addressed):
    await halts(stage)
    if first:
        assert "Shall I stop #1?" in await told(stage, first)
    assert "#1 tries what failed again." in await told(stage, "no, retry", addressed)
    assert await asked(stage) is None


async def test_behind_a_colleagues_question_it_is_asked(stage):
    await halts(stage)
    await stage.hear("UCHRIS", "did you fix it?", addressed=False)
    assert "#1 needs a decision. Shall I retry?" in await told(stage, "no, retry")


@EITHER
async def test_what_cannot_be_taken_back_is_asked_first(stage, addressed):
    await halts(stage)
    assert "Shall I roll back?" in await told(stage, "no, roll back", addressed)


@EITHER
@pytest.mark.parametrize("first", ["at noon?", "at 12"])
async def test_another_hour_answers(stage, first, addressed):
    await waits(stage)
    await stage.hear("UBEN", first)
    await stage.hear("UBEN", "no, at 13:00", addressed=addressed)
    assert (await plan_of(stage)).start.hour == 13
    assert await asked(stage) is None


# -- what about web-3? -----------------------------------------------------------------------------


@EITHER
@pytest.mark.parametrize("first", ["web-3", "what about web-3?"])
@pytest.mark.parametrize(
    ("text", "hosts"),
    [("add it", ("web-1", "web-3")), ("yes, that too", ("web-1", "web-3")),
     ("instead", ("web-3",)), ("swap it", ("web-3",))],
)  # fmt: skip
async def test_in_few_words_it_is_added_or_swapped(stage, first, text, hosts, addressed):
    await waits(stage)
    await stage.hear("UBEN", first)
    await stage.hear("UBEN", text, addressed=addressed)
    assert (await plan_of(stage)).hosts == hosts


@EITHER
async def test_a_yes_to_one_of_two_is_told_so(stage, addressed):
    await waits(stage)
    await stage.hear("UBEN", "web-3")
    said = await told(stage, "yes", addressed)
    assert "is it “also on web-3” or “on web-3 instead”?" in said
    assert (await plan_of(stage)).hosts == ("web-1",)


async def test_a_yes_to_a_colleague_is_not(stage):
    await waits(stage)
    await stage.hear("UBEN", "web-3")
    await stage.hear("UCHRIS", "is it raining?", addressed=False)
    assert not await told(stage, "yes")


# -- too -------------------------------------------------------------------------------------------


@EITHER
@pytest.mark.parametrize("text", ["and web-3 too", "web-3 too", "also on web-3"])
async def test_the_same_is_offered_behind_a_plan_that_is_over(stage, text, addressed):
    await done(stage)
    assert "Shall I plan “restart nginx” on web-3, too?" in await told(stage, text, addressed)
    assert await plan_of(stage, 2) is None
    await stage.hear("UBEN", "yes", addressed=addressed)
    assert (await plan_of(stage, 2)).hosts == ("web-3",)


async def test_so_it_is_beside_what_runs(stage):
    await runs(stage)
    said = await told(stage, "web-3 too")
    assert "#1 has begun, so nothing can be added to it. Shall I plan" in said
    stage.release(RESTART)


async def test_what_people_tell_each_other_is_offered_nothing(stage):
    await done(stage)
    await stage.hear("UCHRIS", "web-2 is slow today", addressed=False)
    assert not await told(stage, "web-3 too")


@EITHER
@pytest.mark.parametrize("before", [waits, done, runs])
async def test_another_deed_too_is_offered_where_the_last_one_was(stage, before, addressed):
    await before(stage)
    said = await told(stage, "restart redis too", addressed)
    assert "On web-1, or on which hosts shall I restart redis?" in said
    await stage.hear("UBEN", "yes", addressed=addressed)
    made = await plan_of(stage, 2)
    assert (made.title, made.hosts) == ("restart redis on web-1", ("web-1",))
    stage.release(RESTART)


async def test_or_elsewhere(stage):
    await done(stage)
    await stage.hear("UBEN", "restart redis as well")
    await stage.hear("UBEN", "web-2")
    assert (await plan_of(stage, 2)).hosts == ("web-2",)


# -- which host ------------------------------------------------------------------------------------


@EITHER
@pytest.mark.parametrize("text", ["web-1 of course", "of course web-1", "definitely web-1"])
async def test_a_certain_answer_is_one(stage, text, addressed):
    await asks(stage)
    await stage.hear("UBEN", text, addressed=addressed)
    assert (await plan_of(stage)).hosts == ("web-1",)


@EITHER
@pytest.mark.parametrize("text", ["maybe web-1", "web-1 perhaps", "hm, probably web-1"])
async def test_a_wavering_one_keeps_it_open(stage, text, addressed):
    await asks(stage)
    assert "Say “web-1”, if you mean that." in await told(stage, text, addressed)
    assert "On which hosts" in (await asked(stage))[0].text
    await stage.hear("UBEN", "web-1", addressed=addressed)
    assert (await plan_of(stage)).hosts == ("web-1",)
    assert (await stage.app.store.read(lambda u: u.plan(1))).state is PlanState.WAITING
    assert "restart nginx on web-1" in words(await stage.card_in(ROOM))
