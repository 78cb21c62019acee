"""What the worker knows of the outbox is what stands there: at once, and never an older state."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio

import pytest

from bot.delivery.worker import POLL_S
from bot.domain.posts import Notice, PostKind
from bot.reporting.mouth import put
from tests.rigs.deliveries import card, rig, room  # noqa: F401

pytestmark = pytest.mark.asyncio


def looks_late(rig):
    """An event until which looks at the whole outbox come back with what they saw before."""
    read, looked = rig.store.read, asyncio.Event()

    async def late(work):
        found = await read(work)
        if getattr(work, "__name__", "") == "_all":
            await looked.wait()
        return found

    rig.store.read = late
    return looked


async def test_what_an_idle_channel_is_owed_is_sent_in_the_same_moment(rig):
    await rig.passes(1)
    works = (
        lambda u: put(u, room(1, "C1"), card(1)),
        lambda u: put(u, room(2, "C2"), card(2)),
        lambda u: u.owe(room(3, "C3"), "n", PostKind.NOTICE, Notice(text="look")),
    )
    for number, work in enumerate(works, 1):
        await rig.store.write(work)  # whoever owes it wakes nobody
        await rig.spin()
        assert len(rig.platform.calls) == number
    assert rig.clock.monotonic() == 1


async def test_an_edit_that_is_due_is_sent_in_the_same_moment(rig):
    await rig.passes(1)
    await rig.put(room(), card(1, state="WAITING"))
    await rig.passes(1)
    await rig.store.write(lambda u: put(u, room(), card(1, state="DONE")))
    await rig.spin()
    (message,) = rig.platform.shown(room())
    assert [speech.said.state for speech in message.said] == ["WAITING", "DONE"]


async def test_an_old_look_makes_no_edit_of_a_new_message_and_none_too_early(rig):
    await rig.passes(1)
    looked, posted, post = looks_late(rig), asyncio.Event(), rig.platform.post

    async def slow(place, speech, *, nonce):
        await posted.wait()
        return await post(place, speech, nonce=nonce)

    rig.platform.post = slow
    await rig.put(room(), card(1, state="WAITING"))
    await rig.passes(POLL_S)  # meanwhile somebody looks: it is not there yet
    posted.set()
    await rig.spin()
    await rig.put(room(), card(1, state="RUNNING"))
    await rig.spin()
    (message,) = rig.platform.shown(room())
    assert message.card.state == "RUNNING"
    await rig.put(room(), card(1, state="DONE"))
    looked.set()
    await rig.spin()
    (message,) = rig.platform.shown(room())
    assert message.card.state == "RUNNING"
    await rig.passes(1)
    assert message.card.state == "DONE"
    assert rig.platform.too_fast == []


async def test_an_old_look_takes_nothing_away(rig):
    await rig.passes(1)
    looked = looks_late(rig)
    await rig.passes(POLL_S)  # somebody looks: nothing is owed
    rig.platform.down = True
    await rig.put(room(1), card(1))
    await rig.spin()
    looked.set()
    await rig.spin()
    rig.platform.down = False
    await rig.passes(2)
    assert [shown.plan for shown in rig.platform.cards(room(1))] == [1]


async def test_what_another_process_owes_is_found_by_the_next_look(rig):
    await rig.passes(1)
    rig.store._posters.clear()
    await rig.store.write(lambda u: put(u, room(), card(1)))
    await rig.spin()
    await rig.passes(POLL_S)
    assert len(rig.platform.cards(room())) == 1


async def test_nothing_goes_before_what_a_former_life_has_left(rig):
    await rig.passes(3)
    rig.platform.down = True
    await rig.put(room(1), card(1))
    await rig.spin()
    await rig.crash()
    rig.platform.down = False
    await rig.start()
    looked = looks_late(rig)
    await rig.put(room(2), card(2))
    await rig.passes(30)
    assert rig.platform.messages == {}
    looked.set()
    await rig.passes(30)
    assert [message.card.plan for message in rig.platform.messages.values()] == [1, 2]
