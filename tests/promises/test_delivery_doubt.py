"""What may be there is looked for, and what broke is tried again: nothing is lost or sent twice."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio

import pytest

from bot.delivery.worker import AT_ONCE
from bot.errors import StoreBusyError
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import card, rig, room, states  # noqa: F401

pytestmark = pytest.mark.asyncio


def once(rig, kind, act):
    """Let something happen when the first call of this kind is made."""
    done = []

    def before(call):
        if call.kind == kind and not done:
            done.append(call)
            act()

    rig.platform.before = before


async def test_a_fault_that_nobody_foresaw_is_a_doubt(rig):
    def breaks():
        raise RuntimeError("odd")

    once(rig, "post", breaks)
    await rig.put(room(), card())
    await rig.passes(10)
    assert [call.kind for call in rig.platform.calls][:3] == ["post", "find", "post"]
    assert states(rig, room()) == [""]


async def test_what_got_there_while_the_database_was_locked_is_found_and_not_sent_again(rig):
    write = rig.store.write

    async def locked(work, **how):
        if "_there" in work.__code__.co_names:
            rig.store.write = write
            raise StoreBusyError("The database is locked. Nothing was done.")
        return await write(work, **how)

    rig.store.write = locked
    await rig.put(room(), card())
    await rig.passes(10)
    assert states(rig, room()) == [""]
    assert await rig.owed() == ()


async def test_while_it_cant_be_looked_for_it_is_not_sent_again(rig):
    rig.platform.fail(Fault.TAKEN, Fault.AWAY, Fault.BUSY, Fault.LOST)
    await rig.put(room(), card())
    await rig.passes(60)
    assert [call.kind for call in rig.platform.calls][:5] == ["post", *["find"] * 4]
    assert states(rig, room()) == [""]


async def test_what_may_never_be_looked_for_is_rather_sent_twice_than_not_at_all(rig):
    rig.platform.fail(Fault.LOST, Fault.REFUSED)
    await rig.put(room(), card())
    await rig.passes(10)
    assert states(rig, room()) == [""]


async def test_the_same_nonce_is_used_again(rig):
    rig.platform.fail(Fault.LOST)
    await rig.put(room(), card())
    await rig.passes(10)
    first, _, second, *_ = rig.platform.calls
    assert first.target == second.target
    assert len(first.target) <= 20


async def test_no_more_than_so_many_calls_are_under_way(rig):
    under_way, most = [], []

    async def slow(place, speech, *, nonce):
        under_way.append(place)
        most.append(len(under_way))
        await rig.clock.sleep(3)
        under_way.remove(place)
        return nonce

    rig.platform.post = slow
    for number in range(60):
        await rig.put(room(number, f"C{number}"), card(number))
    await rig.passes(60)
    assert max(most) == AT_ONCE
    assert await rig.owed() == ()


async def test_a_card_that_changed_while_it_was_sent_is_sent_again(rig):
    changes = []
    once(
        rig,
        "post",
        lambda: changes.append(asyncio.ensure_future(rig.put(room(), card(state="DONE")))),
    )
    await rig.put(room(), card(state="WAITING"))
    await rig.passes(10)
    (message,) = rig.platform.shown(room())
    assert [speech.said.state for speech in message.said] == ["WAITING", "DONE"]


async def test_a_platform_that_gives_back_what_it_has_under_a_nonce_is_shown_the_rest(rig):
    post, finds = rig.platform.post, [None]

    async def once(place, speech, *, nonce):  # as Discord does with enforce_nonce
        known = [each.remote for each in rig.platform.messages.values() if each.nonce == nonce]
        return known[0] if known else await post(place, speech, nonce=nonce)

    async def late(place, nonce, *, since):  # its history does not show it yet
        return finds.pop()

    rig.platform.post, rig.platform.find = once, late
    rig.platform.fail(Fault.TAKEN)
    await rig.put(room(), card(state="WAITING"))
    while states(rig, room()) != ["WAITING"]:
        await rig.passes(0.1)
    await rig.put(room(), card(state="DONE"))
    await rig.passes(60)
    assert (states(rig, room()), finds) == (["DONE"], [])
    assert await rig.owed() == ()
