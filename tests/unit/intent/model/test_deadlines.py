"""Waiting no longer than until a moment of the clock."""

import asyncio
import gc

import pytest

from bot.intent.model.deadlines import TooLateError, enough, within
from bot.testing.manual_clock import ManualClock

pytestmark = pytest.mark.asyncio


@pytest.fixture
def clock():
    return ManualClock()


async def gives(value):
    await asyncio.sleep(0)
    return value


async def begun(clock, seconds, work):
    task = asyncio.ensure_future(within(clock, seconds, work))
    for _ in range(3):
        await asyncio.sleep(0)
    return task


async def test_what_comes_in_time_is_given_and_nothing_goes_on_sleeping(clock):
    assert await within(clock, 5, gives(7)) == 7
    await asyncio.sleep(0)
    assert clock.sleepers == 0


async def test_an_error_in_time_is_given_too(clock):
    async def fails():
        raise KeyError("k")

    with pytest.raises(KeyError):
        await within(clock, 5, fails())


async def test_what_does_not_come_is_cancelled(clock):
    ended = []

    async def waits():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(clock.monotonic())

    task = await begun(clock, 5, waits())
    await clock.advance(4.9)
    assert not task.done()
    await clock.advance(0.1)
    with pytest.raises(TooLateError):
        await task
    assert ended == [5]


async def test_whoever_is_cancelled_cancels_what_they_wait_for(clock):
    ended = []

    async def waits():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    task = await begun(clock, 5, waits())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]
    assert clock.sleepers == 0


async def test_what_does_not_heed_being_cancelled_is_left_to_itself(clock):
    end, said = asyncio.Event(), []

    async def stubborn():
        while not end.is_set():
            try:
                await end.wait()
            except asyncio.CancelledError:
                continue
        raise KeyError("nobody asks")

    asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
    task = await begun(clock, 5, stubborn())
    await clock.advance(5)
    async with asyncio.timeout(5):
        with pytest.raises(TooLateError):
            await task
    end.set()
    await asyncio.sleep(0.01)
    gc.collect()
    assert said == []


async def test_what_fails_just_when_its_asker_is_cancelled_is_noted(clock):
    """The work is over and nobody has come to see how: its asker is cancelled in that moment."""
    said = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
    fail = asyncio.Event()

    async def fails():
        await fail.wait()
        raise KeyError("nobody asks")

    task = await begun(clock, 5, fails())
    fail.set()
    await asyncio.sleep(0)  # it has failed, and whoever waits has not woken yet
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.01)
    del task
    gc.collect()
    assert said == []


@pytest.mark.parametrize(
    ("left", "patience", "is_enough"),
    [
        (1.9, 20, False),
        (2, 20, True),
        (0.9, 5, False),
        (1, 5, True),
        (0.4, 1, False),
        (0.5, 1, True),
    ],
)
async def test_a_call_needs_a_second_or_a_tenth_of_the_patience(left, patience, is_enough):
    assert enough(left, patience) is is_enough
