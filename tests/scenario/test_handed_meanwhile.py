"""Whose a decision is, is judged as it is done: it may be handed over while a press is on its way."""

import pytest

from bot.domain.runs import RunState
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
THEIRS = "#1 was handed to Ana: Ana or an admin decides about it now."


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        made.broken.add(("web-1", "nginx"))
        await made.hear("UBEN", "restart nginx on web-1 and web-2")
        await made.click("UANA", "approve")
        assert (await made.card(1)).state == "NEEDS A DECISION"
        yield made


async def run(stage):
    return await stage.app.store.read(lambda u: u.run(1))


async def pressed(stage):
    return [(e.person, e.data["button"]) for e in await stage.events("run.decided")]


def handed_as(stage, name, *, to="ana"):
    """Ben hands the decision over as the next press has been judged, and is not done yet."""
    pressing = stage.app.pipeline._pressing
    method = getattr(pressing._decisions, name)

    async def late(*args, **more):
        setattr(pressing._decisions, name, method)
        card = await stage.card_in(ROOM, 1)
        reply = await stage.press("ben", "handover", card, text=to, settle=False)
        assert reply.accepted
        return await method(*args, **more)

    setattr(pressing._decisions, name, late)


@pytest.mark.parametrize("button", ["retry", "skip", "end"])
async def test_who_it_was_taken_from_meanwhile_decides_nothing(stage, button):
    stage.broken.clear()
    before = len(stage.changes())
    handed_as(stage, button)
    reply = await stage.press("chris", button, await stage.card_in(ROOM, 1))
    assert (reply.accepted, reply.text) == (False, THEIRS)
    assert await pressed(stage) == [("ben", "handover")]
    assert ((await run(stage)).state, (await run(stage)).decider) == (
        RunState.NEEDS_DECISION, "ana",
    )  # fmt: skip
    assert len(stage.changes()) == before


async def test_nor_does_who_says_stop_here(stage):
    handed_as(stage, "end")
    await stage.hear("UCHRIS", "stop here")
    assert THEIRS in [words(card).strip() for card in await stage.cards()]
    assert (await run(stage)).state is RunState.NEEDS_DECISION


async def test_who_may_decide_all_the_same_does(stage):
    stage.broken.clear()
    handed_as(stage, "retry", to="chris")
    assert (await stage.press("chris", "retry", await stage.card_in(ROOM, 1))).accepted
    assert (await run(stage)).state is RunState.SUCCEEDED


def before_it_is_given(stage, *args, **more):
    """Somebody presses while a hand-over is on its way: it was judged, and is written next."""
    write = stage.app.store.write

    async def late(work, **kinds):
        if work.__qualname__.endswith("_hand_over.<locals>.give"):
            stage.app.store.write = write
            assert (await stage.press(*args, await stage.card_in(ROOM, 1), **more)).accepted
        return await write(work, **kinds)

    stage.app.store.write = late


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("retry", "#1 waits for no decision: it is done."),
        ("end", "#1 waits for no decision: it has failed."),
    ],
)
async def test_a_run_that_has_gone_on_is_not_handed_over(stage, button, said):
    stage.broken.clear()
    before_it_is_given(stage, "chris", button)
    reply = await stage.press("ben", "handover", await stage.card_in(ROOM, 1), text="ana")
    assert (reply.accepted, reply.text) == (False, said)
    assert not (await run(stage)).decider
    assert ("ben", "handover") not in await pressed(stage)


async def test_nor_is_what_has_become_somebody_elses_to_give(stage):
    before_it_is_given(stage, "ben", "handover", text="ana")
    reply = await stage.press("chris", "handover", await stage.card_in(ROOM, 1), text="chris")
    assert (reply.accepted, reply.text) == (False, THEIRS)
    assert (await run(stage)).decider == "ana"
