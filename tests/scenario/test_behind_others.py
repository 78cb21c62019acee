"""What is said to nobody by name right behind a colleague's words decides and changes nothing."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.pipeline.behind_others import NOT_HANDED, TOLD
from tests.scenario.rooms import ROOM
from tests.scenario.stage import words
from tests.scenario.test_stops_among_words import plans, stage, state  # noqa: F401 - a fixture
from tests.scenario.test_talk_among_people import halts, waits

pytestmark = pytest.mark.asyncio


async def told(stage):
    return TOLD in words((await stage.cards())[-1])


async def run(stage):
    return (await stage.app.store.read(lambda u: u.run(1))).state


@pytest.mark.parametrize(("others", "text"), [("do we need the retro?", "skip it"), ("my build is red", "retry"), ("I baked cookies", "again")])  # fmt: skip
async def test_a_halted_run_waits_for_its_decision(stage, others, text):
    await halts(stage)
    before = await run(stage)
    await stage.hear("UCHRIS", others, addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert await run(stage) is before
    assert await told(stage)


async def test_said_once_more_it_counts(stage):
    await halts(stage)
    before = await run(stage)
    await stage.hear("UCHRIS", "do we need the retro?", addressed=False)
    for _ in range(2):
        await stage.hear("UBEN", "skip it", addressed=False)
    assert await run(stage) is not before


@pytest.mark.parametrize(("others", "text"), [("web-1 looks fine to me", "web-2 too"), ("too many people in the lift", "one at a time"), ("why are you late?", "because the train was late")])  # fmt: skip
async def test_a_plan_stays_as_it_was(stage, others, text):
    await waits(stage)
    await stage.hear("UCHRIS", others, addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert (await stage.card_in(ROOM, 1)).revision == 1
    assert await told(stage)


@pytest.mark.parametrize("text", ["1", "the first one", "web-2", "all of them"])
async def test_a_question_is_open_still(stage, text):
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UCHRIS", "which mug is yours?", addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert await plans(stage) == set()
    assert await stage.app.store.read(lambda u: u.asked(ROOM)) is not None
    await stage.hear("UBEN", text, addressed=False)
    assert await plans(stage) == {1}


@pytest.mark.parametrize("addressed", [True, False])
async def test_what_says_itself_what_it_wants_is_planned(stage, addressed):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await stage.hear("UCHRIS", "it looks bad to me", addressed=False)
    await stage.hear("UBEN", "restart nginx on web-1", addressed=addressed)
    assert (await stage.cards())[-1].state == "WAITING"


async def test_by_number_or_name_it_is_heard_at_once(stage):
    await halts(stage)
    before = await run(stage)
    await stage.hear("UCHRIS", "my build is red", addressed=False)
    await stage.hear("UBEN", "skip #1", addressed=False)
    assert await run(stage) is not before


@pytest.mark.parametrize(("others", "text"), [("who has the keys?", "ana has it"), ("I found a wallet", "give it to ana"), ("who does the retro?", "over to you ana")])  # fmt: skip
async def test_nothing_is_handed_over_before_it_is_said_once_more(stage, others, text):
    await waits(stage)
    await stage.hear("UCHRIS", others, addressed=False)
    reply = await stage.hear("UBEN", text, addressed=False)
    assert reply.text == NOT_HANDED
    assert not any("is Ana's now" in words(card) for card in await stage.cards())
    await stage.hear("UBEN", text, addressed=False)
    assert any("is Ana's now" in words(card) for card in await stage.cards())


@pytest.mark.parametrize("text", ["at noon", "one at a time"])
async def test_behind_ones_own_words_to_a_colleague_it_is_asked_as_well(stage, text):
    await waits(stage)
    await stage.hear("UBEN", "chris, lunch?", addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert (await stage.card_in(ROOM, 1)).revision == 1


async def test_how_a_host_is_answers_no_question(stage):
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UBEN", "I think web-1 is fine", addressed=False)
    assert await plans(stage) == set()
    await stage.hear("UBEN", "it's web-1", addressed=False)
    assert await plans(stage) == {1}
