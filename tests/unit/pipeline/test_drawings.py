"""One drawing serves everybody who asks before it begins; who asks later gets another."""

import asyncio

import pytest

from bot.pipeline.drawings import Drawings

pytestmark = pytest.mark.asyncio


class Easel:
    """Draws when it is let."""

    def __init__(self):
        self.begun, self.may, self.error = [], asyncio.Event(), None
        self.drawings = Drawings(self.draw)

    async def draw(self, plan):
        self.begun.append(plan)
        await self.may.wait()
        if self.error is not None:
            raise self.error
        return len(self.begun) > 1

    def ask(self, plan=1):
        return asyncio.create_task(self.drawings.drawn(plan))


async def turns(count=10):
    for _ in range(count):
        await asyncio.sleep(0)


async def test_all_who_ask_together_get_one_drawing():
    easel = Easel()
    asked = [easel.ask() for _ in range(3)]
    easel.may.set()
    assert await asyncio.gather(*asked) == [False, False, False]
    assert easel.begun == [1]


async def test_who_asks_after_it_began_gets_another_that_begins_when_it_is_done():
    easel = Easel()
    first = easel.ask()
    await turns()
    later = [easel.ask(), easel.ask()]
    await turns()
    assert easel.begun == [1], "never two at once"
    easel.may.set()
    assert await asyncio.gather(first, *later) == [False, True, True]
    assert easel.begun == [1, 1]


async def test_cards_of_others_are_drawn_meanwhile():
    easel = Easel()
    asked = [easel.ask(1), easel.ask(2)]
    await turns()
    assert easel.begun == [1, 2]
    easel.may.set()
    await asyncio.gather(*asked)


async def test_what_hinders_it_is_told_to_all_and_the_next_is_drawn_anew():
    easel = Easel()
    easel.error = LookupError("broken")
    asked = [easel.ask(), easel.ask()]
    easel.may.set()
    assert [type(e) for e in await asyncio.gather(*asked, return_exceptions=True)] == [
        LookupError,
        LookupError,
    ]
    easel.error = None
    assert await easel.drawings.drawn(1)


async def test_when_who_asked_first_is_cancelled_the_others_are_still_served():
    easel = Easel()
    first, other = easel.ask(), easel.ask()
    await asyncio.sleep(0)
    first.cancel()
    easel.may.set()
    assert await other is False
    assert easel.begun == [1]
    assert first.cancelled()


async def test_who_is_cancelled_while_another_draws_ends_alone():
    easel = Easel()
    first, other = easel.ask(), easel.ask()
    await asyncio.sleep(0)
    other.cancel()
    with pytest.raises(asyncio.CancelledError):
        await other
    easel.may.set()
    assert await first is False


async def test_it_rests_once_nobody_draws():
    easel = Easel()
    await easel.drawings.rested(1)
    first = easel.ask()
    await turns()
    resting = asyncio.create_task(easel.drawings.rested(1))
    await turns()
    assert not resting.done()
    easel.may.set()
    await asyncio.gather(first, resting)


async def test_who_is_cancelled_together_with_the_drawing_draws_no_more():
    easel = Easel()
    tasks = [easel.ask() for _ in range(3)]
    await turns()
    later = [easel.ask() for _ in range(3)]
    await turns()
    for task in (*tasks, *later):
        task.cancel()
    ended = await asyncio.gather(*tasks, *later, return_exceptions=True)
    assert {type(one) for one in ended} == {asyncio.CancelledError}
    assert easel.begun == [1]
