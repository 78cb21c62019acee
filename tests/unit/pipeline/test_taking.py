"""Of two deliveries that are the same the second waits for what comes of the first."""

import asyncio

import pytest

from bot.domain.messages import Reply, ThreadRef
from bot.errors import StoreBusyError
from bot.pipeline.taking import Taking

pytestmark = pytest.mark.asyncio
DONE = Reply(accepted=True, thread=ThreadRef(surface="slack", channel="C1", thread="1"))


class Door:
    def __init__(self):
        self.taking, self.gate, self.asked = Taking(), asyncio.Event(), 0
        self.error = None

    async def _take(self):
        self.asked += 1
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return DONE

    def comes(self, event="e1"):
        return asyncio.ensure_future(self.taking.once("slack", event, self._take))


async def turns():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_second_is_answered_as_the_first_is():
    door = Door()
    both = [door.comes(), door.comes()]
    await turns()
    assert (door.asked, [one.done() for one in both]) == (1, [False, False])
    door.gate.set()
    assert await asyncio.gather(*both) == [DONE, DONE]
    assert await door.comes() == DONE
    assert door.asked == 2  # it has come to an end: the next one is looked up as any other


async def test_the_second_fails_as_the_first_does():
    door = Door()
    door.error = StoreBusyError("locked")
    both = [door.comes(), door.comes()]
    await turns()
    door.gate.set()
    told = await asyncio.gather(*both, return_exceptions=True)
    assert told == [door.error, door.error]


async def test_where_the_first_is_cancelled_the_second_takes_it_in():
    door = Door()
    first, second = door.comes(), door.comes()
    await turns()
    first.cancel()
    await turns()
    assert (door.asked, second.done()) == (2, False)
    door.gate.set()
    assert await second == DONE


async def test_a_second_that_is_cancelled_leaves_the_first_alone():
    door = Door()
    first, second = door.comes(), door.comes()
    await turns()
    second.cancel()
    await turns()
    assert second.cancelled()
    door.gate.set()
    assert await first == DONE


async def test_others_do_not_wait():
    door = Door()
    door.comes("e1"), door.comes("e2")
    await turns()
    assert door.asked == 2
    door.gate.set()
    await turns()
