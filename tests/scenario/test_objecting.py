"""An objection that changes nothing is never answered as if it had been obeyed."""

import pytest

from bot.domain.runs import PlanState
from tests.scenario.rooms import DIRECT, ROOM, Rooms
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio
APART = ROOM.model_copy(update={"thread": "18.1"})
WORDS = ["don't run it", "no", "nein", "don't restart nginx on web-1", "deny it, the sale is on", "I reject #1", "hold on"]  # fmt: skip


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def told(stage, account, text, thread=ROOM):
    await stage.hear(account, text, thread=thread)
    return words(await stage.card_in(thread))


async def state(stage, plan=1):
    return (await stage.app.store.read(lambda u: u.plan(plan))).state


@pytest.mark.parametrize("text", WORDS)
async def test_an_approver_in_its_thread_is_told_how_to_refuse_it(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    said = await told(stage, "UCHRIS", text)
    assert "I took nothing back by that. #1 still waits: " in said
    assert "*Deny…* on its card refuses it or `stop 1` withdraws it." in said
    assert await state(stage) is PlanState.WAITING


@pytest.mark.parametrize("text", WORDS)
async def test_who_decides_nothing_is_told_who_does(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    said = await told(stage, "UVERA", text)
    assert "#1 still waits: Ben or an approver can withdraw it." in said


@pytest.mark.parametrize("text", WORDS)
async def test_in_a_direct_message_an_approver_is_told_what_waits_for_them(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    said = await told(stage, "UCHRIS", text, DIRECT)
    assert "Nothing of this conversation waits or runs, so I took nothing back. #1 still" in said


@pytest.mark.parametrize("text", WORDS)
async def test_who_asked_is_told_of_it_in_another_thread_too(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    said = await told(stage, "UBEN", text, APART)
    assert "#1 still waits: `stop 1` withdraws it." in said
    assert await state(stage) is PlanState.WAITING


@pytest.mark.parametrize("text", WORDS)
async def test_beside_what_runs_others_are_told_that_it_runs(stage, text):
    stage.hosts.hang(RESTART)
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.press("ana", "approve", await stage.card_in(ROOM, 1), settle=False)
    await stage.until(stage.changes)
    assert "#1 runs: `stop 1` stops it." in await told(stage, "UCHRIS", text)
    assert "#1 runs: Ben or an approver can stop it." in await told(stage, "UVERA", text)
    stage.release(RESTART)


async def test_what_has_halted_is_decided_on_its_card(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.press("ana", "approve", await stage.card_in(ROOM, 1))
    assert "#1 needs a decision: the buttons are on its card." in await told(
        stage, "UVERA", "don't run it"
    )


async def test_of_many_the_newest_are_named(stage):
    for _ in range(6):
        await stage.hear("UBEN", "restart nginx on web-1", thread=APART)
    said = await told(stage, "UCHRIS", "don't run it")
    assert said.index("#6 still") < said.index("#3 still")
    assert "#2 still" not in said
    assert "There is more: ask `what waits for me?`." in said


@pytest.mark.parametrize("text", ["don't run it", "no"])
async def test_where_nothing_waits_or_runs_it_is_answered_as_ever(stage, text):
    await stage.hear("UBEN", "is nginx up on web-1?")
    assert "took nothing back" not in await told(stage, "UBEN", text)


async def test_thanks_are_no_objection(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    assert "took nothing back" not in await told(stage, "UCHRIS", "no, thank you")
