"""Requests begin by turns: what is said meanwhile is taken in between two of them."""

import asyncio

import pytest

from bot.conversation.threads import ThreadLocks
from bot.domain.messages import ThreadRef

pytestmark = pytest.mark.asyncio


def thread(number):
    return ThreadRef(surface="slack", channel="C1", thread=f"{number}")


async def test_one_begins_with_each_round_of_the_loop_however_many_wait():
    locks, begun = ThreadLocks(), []

    async def request(number):
        async with locks.turn(thread(number)):
            begun.append(number)

    tasks = [asyncio.create_task(request(number)) for number in range(50)]
    before, rounds = 0, 0
    while len(begun) < 50:
        await asyncio.sleep(0)
        rounds += 1
        assert len(begun) - before <= 1
        before = len(begun)
        assert rounds < 1000
    assert begun == list(range(50))
    await asyncio.gather(*tasks)


async def test_who_waits_for_a_host_holds_up_nobody_of_another_thread():
    locks, host, begun = ThreadLocks(), asyncio.Event(), []

    async def request(number, *, waits=False):
        async with locks.turn(thread(number)):
            begun.append(number)
            if waits:
                await host.wait()

    slow = asyncio.create_task(request(1, waits=True))
    again = asyncio.create_task(request(1))
    other = asyncio.create_task(request(2))
    await other
    assert begun == [1, 2]
    host.set()
    await asyncio.gather(slow, again)
    assert begun == [1, 2, 1]


async def test_who_is_cancelled_while_waiting_keeps_no_turn():
    locks = ThreadLocks()

    async def request(number):
        async with locks.turn(thread(number)):
            return number

    first, second = (asyncio.create_task(request(n)) for n in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 1
    assert await request(3) == 3


async def test_what_is_being_taken_in_goes_first_but_not_for_ever():
    locks, begun = ThreadLocks(), []

    async def request(number):
        async with locks.turn(thread(number)):
            begun.append(number)

    with locks.taking():
        first = asyncio.create_task(request(1))
        for _ in range(50):
            await asyncio.sleep(0)
        assert begun == []
        await asyncio.wait_for(first, 5)  # somebody is always speaking
    second = asyncio.create_task(request(2))
    for _ in range(10):
        await asyncio.sleep(0)
    assert begun == [1, 2]
    await second


async def test_no_more_than_so_many_go_on_side_by_side():
    locks, going, begun = ThreadLocks(at_once=3), asyncio.Event(), []

    async def request(number):
        async with locks.turn(thread(number)):
            begun.append(number)
            await going.wait()

    tasks = [asyncio.create_task(request(number)) for number in range(9)]
    for _ in range(100):
        await asyncio.sleep(0)
    assert begun == [0, 1, 2]
    tasks[1].cancel()
    for _ in range(100):
        await asyncio.sleep(0)
    assert begun == [0, 1, 2, 3]
    going.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert begun == list(range(9))


async def test_who_takes_long_waits_for_somebody_else_and_keeps_no_place():
    locks, host, begun = ThreadLocks(at_once=2, long_s=0.001), asyncio.Event(), []

    async def request(number):
        async with locks.turn(thread(number)):
            begun.append(number)
            if len(begun) == 5:
                host.set()
            await host.wait()

    async with asyncio.timeout(30):
        await asyncio.gather(*(request(number) for number in range(5)))
    assert locks._places._value == 2  # each was given back, and once


async def test_what_was_so_as_the_seat_was_taken_holds_where_nobody_came_before():
    locks = ThreadLocks()
    seat = locks.seat(thread(1))
    async with locks.turn(thread(1), seat) as still:
        assert still
    seat.leave()
    other = locks.seat(thread(1))  # whoever was before them has been answered
    async with locks.turn(thread(1), other) as still:
        assert still


async def test_it_does_not_where_somebody_was_on_the_way_to_their_turn():
    locks = ThreadLocks()
    first, second = locks.seat(thread(1)), locks.seat(thread(1))
    apart = locks.seat(thread(2))
    assert (first.is_first, second.is_first, apart.is_first) == (True, False, True)
    async with locks.turn(thread(1), first):
        pass
    first.leave()
    async with locks.turn(thread(1), second) as still:
        assert not still


async def test_nor_where_a_turn_has_ended_since():
    locks = ThreadLocks()
    seat = locks.seat(thread(1))
    async with locks.turn(thread(1)):  # what a former process has left
        pass
    async with locks.turn(thread(1), seat) as still:
        assert not still


async def test_nor_where_its_turn_was_long_in_coming():
    locks = ThreadLocks(at_once=1)
    seat, rest = locks.seat(thread(1)), asyncio.Event()

    async def other():
        async with locks.turn(thread(2)):
            await rest.wait()

    async def mine():
        async with locks.turn(thread(1), seat) as still:
            return still

    tasks = [asyncio.create_task(other())]
    await asyncio.sleep(0.01)
    tasks.append(asyncio.create_task(mine()))
    await asyncio.sleep(0.01)
    rest.set()
    assert not (await asyncio.gather(*tasks))[1]


async def test_who_leaves_twice_leaves_once():
    locks = ThreadLocks()
    seat, other = locks.seat(thread(1)), locks.seat(thread(1))
    seat.leave()
    seat.leave()
    assert not locks.seat(thread(1)).is_first
    other.leave()
