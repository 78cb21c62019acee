"""Who spoke last, by words that met silence, came late, or came in one moment with others."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
from datetime import timedelta

import pytest

from bot.pipeline.behind_others import NOT_HANDED, TOLD
from bot.testing.scripted_models import ScriptedModels, act, answer, plan
from tests.scenario.plainly import Plainly
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.stage import words
from tests.scenario.test_rooms_read import LOCAL
from tests.scenario.test_stops_among_words import plans, stage  # noqa: F401 - a fixture
from tests.scenario.test_talk_among_people import asks, halts, waits

pytestmark = pytest.mark.asyncio
RETRO = "do we need the retro?"


async def run(stage):
    return (await stage.app.store.read(lambda u: u.run(1))).state


async def told(stage):
    return TOLD in words((await stage.cards())[-1])


@pytest.mark.parametrize("own", [["hmm"], ["haha", "ok"], ["good question"], ["I don't think so"]])
async def test_behind_own_words_to_people_it_is_said_once_more(stage, own):
    await halts(stage)
    before = await run(stage)
    await stage.hear("UCHRIS", RETRO, addressed=False)
    for text in [*own, "skip it"]:
        await stage.hear("UBEN", text, addressed=False)
    assert await run(stage) is before
    assert await told(stage)
    await stage.hear("UBEN", "skip it", addressed=False)
    assert await run(stage) is not before


async def test_so_it_is_of_an_answer_and_of_who_has_something(stage):
    await asks(stage)
    await stage.hear("UCHRIS", "which mug is yours?", addressed=False)
    await stage.hear("UBEN", "haha", addressed=False)
    await stage.hear("UBEN", "the first one", addressed=False)
    assert await plans(stage) == set()
    await stage.hear("UCHRIS", "who has the keys?", addressed=False)
    await stage.hear("UBEN", "hmm", addressed=False)
    assert (await stage.hear("UBEN", "ana has it", addressed=False)).text == NOT_HANDED


async def test_where_nobody_else_has_spoken_own_words_change_nothing(stage):
    await halts(stage)
    before = await run(stage)
    for text in ("hmm", "haha", "skip it"):
        await stage.hear("UBEN", text, addressed=False)
    assert await run(stage) is not before


async def test_what_is_planned_of_own_words_is_an_answer(stage):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await stage.hear("UCHRIS", RETRO, addressed=False)
    await stage.hear("UBEN", "restart nginx on web-1", addressed=False)
    await stage.hear("UBEN", "one at a time", addressed=False)
    assert (await stage.card_in(ROOM)).revision == 2


@pytest.fixture
async def read(tmp_path):
    """A model makes nothing of what the rules don't know."""
    stage = Rooms(tmp_path, settings=LOCAL)
    restart = act("service.restart", "restart nginx on web-1", service="nginx", hosts=["web-1"])
    models = ScriptedModels(plan(restart), answer("talk", text="Nothing to do."))
    stage.given = {"models": models, "prompting": Plainly()}
    stage.service("web-1", "nginx", "active")
    async with stage:
        yield stage


@pytest.mark.parametrize("waits", [True, False])
async def test_so_it_is_where_a_model_reads_them(read, waits):
    await halts(read)
    before = await run(read)
    await read.hear("UCHRIS", RETRO, addressed=False)
    await read.ears.on_message(read._message("UBEN", "ich hole Kaffee", ROOM, addressed=False))
    if waits:  # else they are still being read as the next ones are taken in
        await read.settle()
    await read.hear("UBEN", "skip it", addressed=False)
    assert await run(read) is before
    assert await told(read)
    await read.hear("UBEN", "skip it", addressed=False)
    assert await run(read) is not before


async def test_who_speaks_while_it_is_read_is_the_last(stage):
    await waits(stage)
    await stage.hear("UCHRIS", RETRO, addressed=False)
    async with stage.app.pipeline._hearing.locks.turn(ROOM):
        said = stage._message("UBEN", "one at a time", ROOM, addressed=False)
        await stage.ears.on_message(said)
        others = stage._message("UCHRIS", "who cooks?", ROOM, addressed=False)
        await stage.ears.on_message(others)
    await stage.settle()
    await stage.hear("UBEN", "one at a time", addressed=False)
    assert (await stage.card_in(ROOM, 1)).revision == 1


@pytest.mark.parametrize("missed", [True, False])
async def test_a_colleagues_words_that_were_missed_count(stage, missed):
    await halts(stage)
    before = await run(stage)
    await stage.later(minutes=1)
    await stage.hear("UCHRIS", RETRO, addressed=False, missed=True)
    await stage.hear("UBEN", "skip it", addressed=False, missed=missed)
    assert await run(stage) is before
    assert await told(stage)


async def test_not_where_they_were_said_before_what_was_heard_since(stage):
    at = stage.clock.now() - timedelta(minutes=1)
    await halts(stage)
    before = await run(stage)
    await stage.hear("UCHRIS", RETRO, addressed=False, missed=True, at=at)
    await stage.hear("UBEN", "skip it", addressed=False)
    assert await run(stage) is not before


async def test_nor_where_they_are_only_read_again(stage):
    await halts(stage)
    before = await run(stage)
    await stage.hear("UCHRIS", RETRO, addressed=False, event="C1/70")
    for _ in range(2):
        await stage.hear("UBEN", "skip it", addressed=False)
        await stage.hear("UCHRIS", RETRO, addressed=False, event="C1/70", missed=True)
    assert await run(stage) is not before


@pytest.mark.parametrize("others", [RETRO, "lgtm", "my build is red", "shall we skip lunch?"] * 3)
async def test_what_comes_in_one_moment_is_judged_in_its_order(stage, others):
    await halts(stage)
    before = await run(stage)
    said = [("UCHRIS", others), ("UBEN", "skip it")]
    both = [stage._message(who, text, ROOM, addressed=False) for who, text in said]
    await asyncio.gather(*map(stage.ears.on_message, both))
    await stage.settle()
    assert await run(stage) is before
    assert await told(stage)
