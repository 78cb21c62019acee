"""Whom words are said to, where their sayer doesn't mention Overseer as the platform does."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.pipeline.behind_others import NOT_HANDED, TOLD
from tests.scenario.rooms import ROOM
from tests.scenario.stage import words
from tests.scenario.test_behind_others import run, told
from tests.scenario.test_stops_among_words import plans, stage  # noqa: F401 - a fixture
from tests.scenario.test_talk_among_people import halts, waits

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    "text", ["overseer, skip it", "hey overseer, skip it", "@overseer skip it"]
)
async def test_by_its_name_it_is_said_to_overseer(stage, text):
    await halts(stage)
    before = await run(stage)
    await stage.hear("UCHRIS", "do we need the retro?", addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert await run(stage) is not before


@pytest.mark.parametrize(
    "text", ["overseer is slow today", "the overseer, skip it", "ask overseer"]
)
async def test_what_speaks_of_it_is_not(stage, text):
    await halts(stage)
    before, cards = await run(stage), len(await stage.cards())
    await stage.hear("UCHRIS", text, addressed=False)
    assert (await run(stage), len(await stage.cards())) == (before, cards)


async def test_of_others_a_typed_name_is_no_mention(stage):
    await waits(stage)
    cards = len(await stage.cards())
    await stage.hear("UCHRIS", "overseer, is nginx up on web-3?", addressed=False)
    assert len(await stage.cards()) == cards


async def test_a_number_that_answers_a_colleague_picks_nothing(stage):
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UCHRIS", "which room?", addressed=False)
    await stage.hear("UBEN", "#1", addressed=False)
    assert await plans(stage) == set()
    assert await told(stage)


async def test_a_whole_request_is_planned_beside_an_open_question_too(stage):
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UCHRIS", "I'd do web-2", addressed=False)
    await stage.hear("UBEN", "restart nginx on web-2", addressed=False)
    assert await plans(stage) == {1}


@pytest.mark.parametrize("text", ["give it back", "hand it back"])
async def test_nor_is_it_given_back_behind_a_colleagues_words(stage, text):
    await waits(stage)
    await stage.hear("UBEN", "hand over to chris")
    await stage.hear("UANA", "that's my pen", addressed=False)
    reply = await stage.hear("UCHRIS", text, addressed=False)
    assert (reply.accepted, reply.text) == (False, NOT_HANDED)
    reply = await stage.hear("UCHRIS", text)
    assert reply.accepted


@pytest.mark.parametrize("text", ["no", "nah", "not yet", "wait"])
@pytest.mark.parametrize("behind", [True, False])
async def test_a_no_to_a_colleague_is_not_told_that_the_plan_waits(stage, text, behind):
    await waits(stage)
    cards = len(await stage.cards())
    if behind:
        await stage.hear("UCHRIS", "lunch?", addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert len(await stage.cards()) == cards + (not behind)
    if not behind:
        assert "#1 still waits" in words((await stage.cards())[-1])
    assert TOLD not in words((await stage.cards())[-1])
    assert (await stage.card_in(ROOM, 1)).state == "WAITING"


TO_PEOPLE = ["what do you think, chris?", "hey @chris", "thanks chris", "good luck ana!", "who was that, anyone?"]  # fmt: skip


@pytest.mark.parametrize("said", TO_PEOPLE)
async def test_behind_ones_own_words_to_people_nothing_is_decided_either(stage, said):
    await halts(stage)
    before = await run(stage)
    await stage.hear("UBEN", said, addressed=False)
    await stage.hear("UBEN", "skip it", addressed=False)
    assert await run(stage) is before
    assert await told(stage)
    await stage.hear("UBEN", "skip it", addressed=False)
    assert await run(stage) is not before


async def test_behind_ones_own_request_that_names_somebody_it_is_heard(stage):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await stage.hear("UBEN", "restart nginx on web-1 because chris asked for it", addressed=False)
    assert (await stage.cards())[-1].state == "WAITING"
    await stage.hear("UBEN", "web-2 too", addressed=False)
    assert (await stage.cards())[-1].revision == 2
