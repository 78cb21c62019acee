""" "go on", and "pause" where it has halted: they are said to what was asked for, not to all runs."""

import pytest

from bot.domain.runs import RunState
from bot.pipeline.behind_others import TOLD
from tests.scenario.rooms import DIRECT, ROOM, Rooms
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio
HALTED = "waits for a decision: say `retry`, `skip` or `stop here`, or press a button on its card."
GO_ON = pytest.mark.parametrize("text", ["go on", "continue", "carry on", "go on please"])
WHERE = pytest.mark.parametrize("thread", [ROOM, DIRECT])


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def asks(stage, thread=ROOM, hosts="web-1"):
    await stage.hear("UBEN", f"restart nginx on {hosts}", thread=thread)


async def approved(stage, thread=ROOM):
    await stage.press("ana", "approve", await stage.card_in(thread, 1))
    await stage.settle()


async def halts(stage, thread=ROOM):
    stage.broken.add(("web-1", "nginx"))
    await asks(stage, thread)
    await approved(stage, thread)


async def state(stage):
    return (await stage.app.store.read(lambda u: u.run(1))).state


async def told(stage, text, account="UBEN", thread=ROOM, **more):
    """What is said to it; nothing is planned."""
    before = {item.card.id for item in await stage.ears.thread(thread) if item.card}
    reply = await stage.hear(account, text, thread=thread, **more)
    cards = [item.card for item in await stage.ears.thread(thread) if item.card]
    new = [card for card in cards if card.id not in before]
    assert all(card.plan is None for card in new), text
    return " ".join(filter(None, (reply.text, *map(words, new))))


@GO_ON
@WHERE
async def test_beside_a_question_of_its_own_it_says_that_it_waits_for_the_answer(
    stage, text, thread
):
    await stage.hear("UBEN", "restart nginx", thread=thread)
    said = await told(stage, text, thread=thread)
    assert "that is no answer to what I asked. What I asked is still open" in said
    await stage.hear("UBEN", "web-1", thread=thread)
    assert (await stage.card_in(thread)).state == "WAITING"


async def test_said_to_nobody_it_is_answered_where_who_says_it_is_asked(stage):
    await stage.hear("UBEN", "restart nginx")
    assert "no answer to what I asked" in await told(stage, "go on", addressed=False)
    assert await told(stage, "go on", account="UCHRIS", addressed=False) == ""


@GO_ON
@WHERE
async def test_of_what_waits_it_is_told_how_that_stands(stage, text, thread):
    await asks(stage, thread)
    said = await told(stage, text, thread=thread)
    assert "It waits for 1 vote, of Ana or Chris" in said
    assert "resumes everything" not in said
    if thread is ROOM:
        assert await told(stage, text, addressed=False) == ""


@GO_ON
async def test_of_what_runs_it_is_told_that_it_does(stage, text):
    stage.hosts.hang(RESTART)
    await asks(stage, hosts="web-1, with a timeout of 2 hours")
    await approved(stage)
    assert "#1, restart nginx on web-1: RUNNING" in await told(stage, text, account="UANA")
    assert await told(stage, text, addressed=False) == ""


async def test_where_nothing_goes_on_and_nothing_is_stopped_that_is_said_to_everybody(stage):
    assert "Nothing was frozen" in await told(stage, "go on")
    await asks(stage)
    await stage.hear("UANA", "stop everything")
    assert "Only an approver or an admin" in await told(stage, "go on")
    assert "Runs may start again." in await told(stage, "go on", account="UANA")


@GO_ON
async def test_a_halted_run_has_several_ways_on_which_are_told(stage, text):
    await halts(stage)
    assert HALTED in await told(stage, text)
    assert await state(stage) is RunState.NEEDS_DECISION


async def test_where_there_is_one_way_on_that_asks_anew_it_is_taken(stage):
    await one_way_on(stage)
    ways = [b.label for b in (await stage.card_in(ROOM, 1)).buttons if b.id in ("retry", "skip")]
    assert ways == ["Ask anew for what is left"]
    await stage.hear("UBEN", "go on")
    assert (await stage.card_in(ROOM, 2)).state == "WAITING"


@pytest.mark.parametrize("text", ["pause", "hold it", "Pause!", "pause #1", "freeze it", "whoa"])
async def test_a_halted_run_that_is_to_pause_is_not_ended(stage, text):
    await halts(stage)
    assert f"#1 has halted already and {HALTED}" in await told(stage, text)
    assert f"#1 has halted already and {HALTED}" in await told(stage, text, addressed=False)
    assert await state(stage) is RunState.NEEDS_DECISION
    await stage.hear("UBEN", "stop")
    assert await state(stage) is RunState.FAILED


@pytest.mark.parametrize("text", ["how does it stand?", "is it done?", "did it work?"])
async def test_of_a_halted_run_nobody_says_that_it_goes_on(stage, text):
    await halts(stage)
    said = await told(stage, text)
    assert "goes on" not in said
    assert "It began 09:00, and has halted. #1 waits for a decision of Ben, Ana or Chris" in said


async def one_way_on(stage):
    """#1 has halted and its votes have expired: it can only be asked for anew."""
    stage.broken.add(("web-1", "nginx"))
    await asks(stage, hosts="web-1 and web-2")
    await stage.later(minutes=25)
    await approved(stage)
    await stage.later(minutes=10)


async def test_behind_a_colleagues_words_it_is_taken_once_said_once_more(stage):
    await one_way_on(stage)
    await stage.hear("UCHRIS", "I want to show you my slides, shall I?", addressed=False)
    assert TOLD in await told(stage, "go on", addressed=False)
    assert await state(stage) is RunState.NEEDS_DECISION
    await stage.hear("UBEN", "go on", addressed=False)
    assert (await stage.card_in(ROOM, 2)).state == "WAITING"


async def test_done_and_not_told_it_is_told_and_not_done_again(stage):
    await one_way_on(stage)
    stage.says_nothing_once()
    await stage.hear("UBEN", "go on")
    assert (await stage.card_in(ROOM, 2)).state == "WAITING"
    await stage.later(minutes=2)
    assert "I have heard that; #1 is as its card shows." in words((await stage.cards())[-1])
    assert await stage.app.store.read(lambda u: u.plan(3)) is None
