"""A model's turns: so many at once, who waits the longest first, and none is lost."""

import asyncio

import pytest

from bot.intent.model.turns import Turns

pytestmark = pytest.mark.asyncio


async def soon():
    for _ in range(5):
        await asyncio.sleep(0)


def waiting(turns, got, name):
    async def takes():
        async with turns:
            got.append(name)

    return asyncio.ensure_future(takes())


async def test_who_comes_again_at_once_does_not_overtake_who_waits():
    turns, got = Turns(1), []
    await turns.__aenter__()
    others = [waiting(turns, got, name) for name in "bc"]
    await soon()
    await turns.__aexit__(None, None, None)
    async with turns:
        got.append("a")
    await asyncio.gather(*others)
    assert got == ["b", "c", "a"]


async def test_so_many_at_once_and_more_or_fewer_from_then_on():
    turns, got = Turns(2), []
    await turns.__aenter__()
    await turns.__aenter__()
    turns.bound(1)
    first = waiting(turns, got, "x")
    await turns.__aexit__(None, None, None)
    await soon()
    assert got == [], "one is still out, and one is all there is"
    turns.bound(2)
    async with asyncio.timeout(5):
        await first
    assert got == ["x"]


@pytest.mark.parametrize("given", [False, True])
async def test_who_goes_while_waiting_takes_no_turn_along(given):
    turns, got = Turns(1), []
    await turns.__aenter__()
    gone = waiting(turns, got, "gone")
    await soon()
    if given:  # and goes before it could be told
        await turns.__aexit__(None, None, None)
    gone.cancel()
    await asyncio.wait([gone])
    if not given:
        await turns.__aexit__(None, None, None)
    async with asyncio.timeout(5):
        await waiting(turns, got, "next")
    assert got == ["next"]
