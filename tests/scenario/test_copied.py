"""What is said in a direct message below, or beside, the card of a plan that was asked elsewhere."""

import pytest

from bot.domain.messages import ThreadRef
from bot.domain.posts import direct
from tests.scenario.rooms import Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
COPIES = {1: "55.1", 2: "55.2"}
BELOW = {n: ThreadRef(surface="slack", channel="D7", thread=remote) for n, remote in COPIES.items()}
BESIDE = ThreadRef(surface="slack", channel="D7", thread="99.9")


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for number, host in ((1, "web-1"), (2, "web-2")):
            made.service(host, "nginx", "active")
            room = ThreadRef(surface="slack", channel="C1", thread=f"17.{number}")
            await made.hear("UBEN", f"restart nginx on {host}", thread=room)
            await made.app.store.write(lambda u, n=number: copied(u, n))
        yield made


def copied(unit, number):
    """The plan's card stands in Chris's direct messages."""
    copy = unit.owe_card(direct("slack", "UCHRIS"), unit.card(f"plan-{number}")[1], "chris")
    unit.sent(copy.id, COPIES[number], copy.version)


@pytest.mark.parametrize("text", ["lgtm", "👍", "approve", "approved"])
@pytest.mark.parametrize(("thread", "number"), [(BELOW[1], 1), (BELOW[2], 2), (BESIDE, 2)])
async def test_applause_there_is_no_vote_and_says_so(stage, thread, number, text):
    told = await stage.hear("UCHRIS", text, thread=thread)
    assert told.text == (f"That is no vote on #{number}: press *Approve* or *Deny…* on its card.")
    assert not await stage.events("vote.cast")
    assert await stage.ears.thread(thread) == ()


async def test_where_its_card_tells_that_it_is_decided_nothing_is_hinted(stage):
    await stage.press("ana", "deny", await stage.card(1))
    told = await stage.hear("UCHRIS", "lgtm", thread=BELOW[1])
    assert told.text == ""


@pytest.mark.parametrize(("thread", "host"), [(BELOW[1], "web-1"), (BESIDE, "web-2")])
async def test_why_there_is_about_the_plan_of_that_card(stage, thread, host):
    await stage.hear("UCHRIS", "why?", thread=thread)
    said = words(await stage.card_in(thread))
    assert "nothing to explain" not in said
    assert f"This changes production ({host})" in said


async def test_another_persons_cards_are_none_of_it(stage):
    theirs = ThreadRef(surface="slack", channel="D8", thread="1.1")
    await stage.hear("UANA", "why?", thread=theirs)
    assert "nothing to explain" in words(await stage.card_in(theirs))
    assert not (await stage.hear("UANA", "lgtm", thread=theirs)).text
