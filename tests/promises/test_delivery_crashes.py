"""What is owed to a chat platform gets there once, though the process dies at any moment."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import random

import pytest

from bot.domain.posts import Mark, MarkState, Notice, PostKind
from bot.reporting.mouth import put
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import card, rig, room, states  # noqa: F401

pytestmark = pytest.mark.asyncio


MOMENTS = [
    (at, kind)
    for at in ("before", "after", "owing", "sending", "sent")
    for kind in ("post", "edit", "mark")
    # an edit is not written down before, and only a new message is as it is owed
    if (at, kind) != ("sending", "edit") and (at != "owing" or kind == "post")
]


def dies(rig, at, kind):
    """An event that is set when the process has come to that moment, and goes no further."""
    reached = asyncio.Event()

    def stop(call):
        if call.kind == kind and not reached.is_set():
            reached.set()
            rig.store.kill()

    if at in ("before", "after"):
        setattr(rig.platform, at, stop)
        return reached
    write, worker = rig.store.write, rig.delivery._worker
    if at == "sending":  # something is in its way as it is owed
        worker._is_next = lambda _: False

    async def written(work, **how):
        # `owing`, `sending`: its nonce is written, in the commit that owes it or in one of its
        # own, and nothing was called. `sent`: called, not written.
        if at == "sent" and not reached.is_set() and settles(work) == kind:
            reached.set()
            rig.store.kill()
            await asyncio.get_running_loop().create_future()
        made = await write(work, **how)
        if at == "owing" and not reached.is_set() and worker._sender.begun:
            reached.set()
            rig.store.kill()
            for lane in worker._tasks.values():
                lane.cancel()
            await asyncio.get_running_loop().create_future()
        if at == "sending" and not reached.is_set() and begins(made) == kind:
            reached.set()
            rig.store.kill()
            await asyncio.get_running_loop().create_future()
        return made

    rig.store.write = written
    return reached


def settles(work):
    """What kind of call a unit of work writes down the outcome of."""
    if "there" not in work.__code__.co_names:
        return ""
    post = dict(zip(work.__code__.co_freevars, work.__closure__, strict=True))["post"].cell_contents
    return "mark" if post.kind is PostKind.MARK else "edit" if post.remote else "post"


def begins(made):
    """What kind of call has just been written down before it is made."""
    if not getattr(made, "begun", ""):
        return ""
    return "mark" if made.post.kind is PostKind.MARK else "post"


@pytest.mark.parametrize(("at", "kind"), MOMENTS)
async def test_a_crash_at_any_moment_loses_nothing_and_doubles_nothing(rig, at, kind):
    marks = rig.platform.marks[room().channel, "17.1"]

    async def state(name, mark, *, notice=True):
        def work(unit):
            put(unit, room(), card(1, state=name))
            unit.owe(room(), "mark", PostKind.MARK, Mark(message="17.1", state=mark))
            if notice:
                unit.owe(room(), "n", PostKind.NOTICE, Notice(text="look"))

        await rig.owe(work)

    if kind != "post":
        await state("WAITING", MarkState.WAITING, notice=False)
        await rig.passes(5)
    reached = dies(rig, at, kind)
    owing = asyncio.ensure_future(state("RUNNING", MarkState.RUNNING))
    await rig.passes(3)
    assert owing.done() or at == "owing"
    assert reached.is_set()
    await rig.crash()
    rig.platform.before = rig.platform.after = lambda _: None
    await rig.start()
    await state("DONE", MarkState.DONE)
    await rig.passes(30)
    assert await rig.owed() == ()
    assert states(rig, room()) == ["DONE"]
    assert [notice.text for notice in rig.platform.notices(room())] == ["look"]
    assert marks == {MarkState.DONE}
    assert rig.platform.too_fast == []


@pytest.mark.parametrize("seed", range(8))
async def test_random_crashes_among_random_faults_lose_and_double_nothing(rig, seed):
    chance = random.Random(seed)
    faults = [Fault.BUSY, Fault.AWAY, Fault.LOST, Fault.TAKEN]
    rig.platform.faults = lambda _: chance.choice(faults) if chance.random() < 0.3 else None
    count = 0
    for life in range(6):
        for step in range(6):
            if step % 2 == 0:
                count += 1
                notice = Notice(text=f"look at {count}")
                await rig.put(room(count, f"C{count % 2}"), card(count))
                place = room(count, f"C{count % 2}")
                await rig.owe(lambda u, p=place, n=notice: u.owe(p, "n", PostKind.NOTICE, n))
            for number in range(1, count + 1):
                place = room(number, f"C{number % 2}")
                await rig.put(place, card(number, state=f"S{life}.{step}"))
            await rig.passes(chance.random() * 3)
        rig.store.kill()  # at whatever moment this is
        await rig.passes(chance.random())
        await rig.crash()
        await rig.start()
    rig.platform.faults = lambda _: None
    await rig.passes(400)
    assert await rig.owed() == ()
    for number in range(1, count + 1):
        place = room(number, f"C{number % 2}")
        first, second = rig.platform.shown(place)
        assert (first.card.plan, first.card.state) == (number, "S5.5")
        assert second.last.said.text == f"look at {number}"
    assert rig.platform.too_fast == []


async def test_what_is_shown_at_a_stop_is_the_last_state(rig):
    await rig.passes(5)
    await rig.put(room(), card(1, state="DONE"))
    await rig.stop()
    assert states(rig, room()) == ["DONE"]
    await rig.start()


async def test_a_platform_that_is_away_holds_up_no_stop(rig):
    rig.platform.down = True
    await rig.put(room(), card())
    await rig.passes(300)
    async with asyncio.timeout(10):
        await rig.stop()
    rig.platform.down = False
    await rig.start()
    await rig.passes(120)
    assert states(rig, room()) == [""]
