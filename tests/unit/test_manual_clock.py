"""The clock that tests move."""

import asyncio

from bot.testing.manual_clock import ManualClock


async def test_of_two_who_move_it_neither_turns_it_back():
    clock = ManualClock()
    woken = asyncio.create_task(clock.sleep(0.1))
    await asyncio.sleep(0)
    little = asyncio.create_task(clock.advance(0.2))
    await asyncio.sleep(0)
    assert clock.monotonic() == 0.1  # it is at the sleeper
    await clock.advance(100)
    far = clock.monotonic()
    await little
    await woken
    assert clock.monotonic() == far > 100
