"""Who objects to their own plan in a conversation that another has is told whose it is, once."""

import pytest

from bot.domain.runs import PlanState
from tests.scenario.rooms import ROOM, Rooms, meets_silence

pytestmark = pytest.mark.asyncio
WORDS = ["no, not that one", "don't run it", "nein", "not like this", "wait, wrong host", "hold on"]
TOLD = (
    "This conversation is Chris's, so what you say in it takes nothing back: #1 still waits, and "
    "`cancel 1` withdraws it."
)


@pytest.fixture
async def room(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        await made.hear("UBEN", "restart nginx on web-1")
        yield made


async def handed(room):
    await room.hear("UBEN", "hand over to chris")


@pytest.mark.parametrize("text", WORDS)
async def test_who_handed_it_over_is_told_once_and_alone(room, text):
    await handed(room)
    before = await room.items()
    reply = await room.hear("UBEN", text, addressed=False)
    assert (reply.accepted, reply.text) == (False, TOLD)
    assert await room.items() == before, "nobody else reads it"
    await meets_silence(room, "UBEN", text)
    assert (await room.app.store.read(lambda u: u.plan(1))).state is PlanState.WAITING


async def test_what_it_tells_works(room):
    await handed(room)
    await room.hear("UBEN", "cancel 1", addressed=False)
    assert (await room.app.store.read(lambda u: u.plan(1))).state is PlanState.CANCELLED


async def test_who_asks_for_something_in_anothers_conversation_is_told_whose_it_is(room):
    await room.hear("UANA", "restart nginx on web-2")
    reply = await room.hear("UANA", "no, not that one", addressed=False)
    assert reply.text == TOLD.replace("Chris", "Ben").replace("1", "2")


@pytest.mark.parametrize("account", ["UVERA", "UANA"])
async def test_whose_plan_it_is_not_meets_silence(room, account):
    await handed(room)
    await meets_silence(room, account, "not like this")


@pytest.mark.parametrize(
    "text",
    ["lunch?", "no, thank you", "@zoe: not like this", "not now, @zoe", "zoe, not like this", "nvm!",
     "not now, " + "the sale is on, " * 20, "good lunch"],
)  # fmt: skip
async def test_what_objects_to_nothing_meets_silence(room, text):
    await handed(room)
    await meets_silence(room, "UBEN", text)


async def test_nor_is_it_told_where_nothing_of_theirs_waits(room):
    await handed(room)
    await room.hear("UBEN", "cancel 1")
    await meets_silence(room, "UBEN", "not like this")


async def test_beside_an_open_question_it_is_rather_said_of_that(room):
    await handed(room)
    await room.hear("UCHRIS", "restart nginx on web-9")
    assert await room.app.store.read(lambda u: u.asked(ROOM)) is not None
    await meets_silence(room, "UBEN", "not that one")


async def test_delivered_twice_it_is_told_once(room):
    await handed(room)
    told = [(await room.hear("UBEN", "not like this", event="C1/5", addressed=False)).text
            for _ in range(2)]  # fmt: skip
    assert told == [TOLD, ""]
