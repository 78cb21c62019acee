"""A platform that sends again what was not acknowledged in time is told what came of the first."""

import asyncio

import pytest

from bot.domain.messages import ButtonPress, Identity, Message, Outside
from bot.errors import StoreBusyError
from tests.scenario.rooms import ROOM, Rooms

pytestmark = pytest.mark.asyncio
WORDS = "restart nginx on web-1"


def held(store, gate):
    """Let the first write of a delivery wait; nothing is durable until it is through."""
    write = store.write

    async def slow(work, **how):
        if how.get("first"):
            await gate.wait()
        return await write(work, **how)

    store.write = slow


def message(stage, text=WORDS):
    return Message(
        event_id="C1/17.1", thread=ROOM, identity=Identity(surface="slack", account="UBEN"),
        person="ben", text=text, at=stage.clock.now(), remote="17.1",
    )  # fmt: skip


async def press(stage, button):
    card = (await stage.ears.thread(ROOM))[-1].card
    return ButtonPress(
        event_id="k1", thread=ROOM, identity=Identity(surface="slack", account="UCHRIS"),
        person="chris", button=button, plan=card.plan, revision=card.revision,
        digest=card.digest, at=stage.clock.now(),
    )  # fmt: skip


async def turns(stage):
    """As many looks at the database as a delivery could need before it is answered."""
    for _ in range(20):
        await stage.app.store.read(lambda u: u.received("slack", "none"))


@pytest.mark.parametrize("text", [WORDS, "lgtm"])
@pytest.mark.parametrize("account", ["UBEN", "UNEW"])
async def test_what_is_said_to_one_alone_is_said_once(tmp_path, text, account):
    async with Rooms(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.hear("UBEN", WORDS)
        outside = Outside.GUEST if account == "UBEN" and text == WORDS else None
        twice = [
            stage.hear(account, text, event="C1/17.2", remote="17.2", outside=outside)
            for _ in range(2)
        ]
        first, second = await asyncio.gather(*twice)
        third = await stage.hear(account, text, event="C1/17.2", remote="17.2", outside=outside)
        assert [bool(each.text) for each in (first, second, third)].count(True) == 1
        assert third.text == ""
        other = await stage.hear(account, text, event="C1/17.3", remote="17.3", outside=outside)
        assert other.text


@pytest.mark.parametrize("text", [WORDS, "stop"])
async def test_a_message_is_not_acknowledged_before_it_is_durable(tmp_path, text):
    async with Rooms(tmp_path) as stage:
        stage.service("web-1", "nginx")
        gate = asyncio.Event()
        held(stage.app.store, gate)
        said = message(stage, text)
        both = [asyncio.ensure_future(stage.ears.on_message(said)) for _ in range(2)]
        await turns(stage)
        assert [one.done() for one in both] == [False, False]
        gate.set()
        first, second = await asyncio.gather(*both)
        assert (first.accepted, second) == (True, first)
        assert await stage.app.store.read(lambda u: u.received("slack", "C1/17.1"))
        await stage.settle()


async def test_a_message_that_can_not_be_taken_in_is_refused_both_times(tmp_path):
    async with Rooms(tmp_path) as stage:
        gate = asyncio.Event()
        write = stage.app.store.write

        async def full(work, **how):
            if how.get("first"):
                await gate.wait()
                raise StoreBusyError("The database is full.")
            return await write(work, **how)

        stage.app.store.write = full
        both = [asyncio.ensure_future(stage.ears.on_message(message(stage))) for _ in range(2)]
        await turns(stage)
        gate.set()
        told = await asyncio.gather(*both, return_exceptions=True)
        assert [isinstance(each, StoreBusyError) for each in told] == [True, True]
        stage.app.store.write = write


async def test_a_click_is_not_acknowledged_before_it_is_durable(tmp_path):
    async with Rooms(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.ears.on_message(message(stage))
        await stage.settle()
        gate = asyncio.Event()
        held(stage.app.store, gate)
        pressed = await press(stage, "deny")
        both = [asyncio.ensure_future(stage.ears.on_button(pressed)) for _ in range(2)]
        await turns(stage)
        assert [one.done() for one in both] == [False, False]
        gate.set()
        first, second = await asyncio.gather(*both)
        assert second == first
        await stage.settle()
