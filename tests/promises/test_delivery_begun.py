"""A new message is begun with in the commit that owes it: nothing is lost, doubled or in doubt."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import sqlite3

import pytest

from bot.adapters.store.engine import COMMIT
from bot.delivery.worker import AT_ONCE
from bot.domain.posts import Notice, PostKind
from bot.errors import StoreBusyError
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import card, rig, room, states  # noqa: F401

pytestmark = pytest.mark.asyncio


class FullDisk:
    """A way to the database that can't commit."""

    def __init__(self, handle):
        self._handle = handle

    def __getattr__(self, name):
        return getattr(self._handle, name)

    def say(self, word):
        if word == COMMIT:
            raise FULL
        self._handle.say(word)


FULL = sqlite3.OperationalError("database or disk is full")
FULL.sqlite_errorcode = sqlite3.SQLITE_FULL


def calls(rig):
    return [call.kind for call in rig.platform.calls]


async def test_no_commit_of_its_own_stands_between_a_message_and_its_sending(rig):
    await rig.passes(5)
    commits = []
    rig.store.subscribe_posts(lambda posts: commits.append([p.nonce for p in posts]))
    rig.platform.before = lambda call: commits.append(call.target)
    await rig.put(room(), card())
    await rig.passes(1)
    (nonce,), called, (after,) = commits
    assert called == nonce != "" == after


async def test_what_has_changed_before_its_turn_is_sent_as_it_stands_then_and_looked_for_never(rig):
    await rig.passes(5)
    worker = rig.delivery._worker
    for _ in range(AT_ONCE):  # others are under way
        await worker._slots.acquire()
    await rig.put(room(), card(state="OLD"))
    await rig.passes(1)
    assert len(worker._sender.begun) == 1
    await rig.put(room(), card(state="NEW"))
    await rig.passes(1)
    for _ in range(AT_ONCE):
        worker._slots.release()
    await rig.passes(1)
    assert states(rig, room()) == ["NEW"]
    assert calls(rig) == ["post"]
    assert not worker._sender.begun
    assert await rig.owed() == ()


async def test_what_waits_for_its_channel_is_in_no_doubt(rig):
    await rig.passes(5)
    rig.platform.fail(Fault.BUSY)
    await rig.put(room(1), card(1))
    await rig.put(room(2), card(2))  # in the same channel, before that one was refused
    await rig.passes(10)
    assert calls(rig) == ["post"] * 3
    assert await rig.owed() == ()


async def test_one_that_failed_is_not_begun_with_again_before_its_time(rig):
    await rig.passes(5)
    rig.platform.fail(Fault.AWAY)
    await rig.put(room(), card())
    await rig.passes(0.1)
    (post,) = await rig.owed()
    assert (post.nonce, post.tries) == ("", 1)
    await rig.passes(5)
    assert calls(rig) == ["post", "post"]


async def test_one_that_nobody_takes_any_more_leaves_nothing_behind(rig):
    await rig.passes(5)
    rig.platform.fail(Fault.REFUSED)
    await rig.put(room(), card())
    await rig.passes(1)
    assert calls(rig) == ["post"]
    assert not rig.delivery._worker._sender.begun


async def test_a_start_looks_for_no_more_than_would_have_been_under_way(rig):
    await rig.passes(5)
    many = 3 * AT_ONCE

    def work(unit):
        for number in range(many):
            place = room(number, f"C{number}")
            unit.owe(place, "n", PostKind.NOTICE, Notice(text=f"look at {number}"))

    await rig.owe(work)
    await rig.crash()
    await rig.start()
    await rig.passes(30)
    assert calls(rig).count("find") == AT_ONCE
    assert calls(rig).count("post") == many
    assert await rig.owed() == ()


async def test_what_was_never_committed_is_forgotten_and_another_takes_its_number(rig):
    await rig.passes(5)
    begun, writer = rig.delivery._worker._sender.begun, rig.store._writer
    handle = writer._handle
    writer._handle = FullDisk(handle)
    with pytest.raises(StoreBusyError):
        await rig.put(room(1), card(1))
    writer._handle = handle
    assert len(begun) == 1
    await rig.put(room(2), card(2))
    await rig.passes(20)
    assert calls(rig) == ["post"]
    assert states(rig, room(2)) == [""]
    assert not begun
