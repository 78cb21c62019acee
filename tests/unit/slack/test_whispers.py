"""What one person alone is told: a few at once, no endless queue, and nothing too late."""

import asyncio

import pytest

from bot.adapters.slack.whispers import AT_ONCE, LONGEST_S, MOST_WAITING, Place, Whispers
from bot.errors import ChatBusyError, ChatDoubtError
from bot.testing.manual_clock import ManualClock

pytestmark = pytest.mark.asyncio


class Slow:
    """Slack, which answers when it is let."""

    def __init__(self):
        self.told, self.under_way, self.most, self.error = [], 0, 0, None
        self.answers = asyncio.Event()

    async def call(self, method, **given):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self.answers.wait()
        finally:
            self.under_way -= 1
        if self.error is not None:
            raise self.error
        self.told.append(given["user"])


@pytest.fixture
def slack():
    return Slow()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def whispers(slack, clock):
    made = Whispers(slack, clock)
    yield made
    await made.close()


def to(number):
    return Place(account=f"U{number}", channel="C1")


async def settled():
    for _ in range(4 * MOST_WAITING):
        await asyncio.sleep(0)


async def test_a_storm_of_refusals_takes_few_connections_and_little_memory(slack, whispers):
    for number in range(3 * MOST_WAITING):
        whispers.tell(to(number), "No.")
    await settled()
    assert slack.most == AT_ONCE
    assert len(whispers._tasks) == MOST_WAITING
    slack.answers.set()
    await settled()
    assert slack.told == [f"U{number}" for number in range(MOST_WAITING)]
    whispers.tell(to("LATE"), "No.")  # the storm is over
    await settled()
    assert slack.told[-1] == "ULATE"


async def test_what_nobody_waits_for_any_more_is_not_said(slack, clock, whispers):
    for number in range(AT_ONCE + 2):
        whispers.tell(to(number), "No.")
    await settled()
    await clock.advance(LONGEST_S + 1)
    slack.answers.set()
    await settled()
    assert slack.told == [f"U{number}" for number in range(AT_ONCE)]


@pytest.mark.parametrize(
    "error", [ChatDoubtError("cut."), ChatBusyError("busy.", retry_after=LONGEST_S + 1)]
)
async def test_one_that_fails_gives_its_place_back(slack, whispers, error):
    slack.error = error
    slack.answers.set()
    for number in range(MOST_WAITING):
        whispers.tell(to(number), "No.")
    await settled()
    slack.error = None
    whispers.tell(to("OK"), "No.")
    await settled()
    assert slack.told == ["UOK"]


async def test_the_pause_of_one_holds_no_other_up(slack, clock, whispers):
    slack.error = ChatBusyError("busy.", retry_after=30)
    slack.answers.set()
    for number in range(AT_ONCE):
        whispers.tell(to(number), "No.")
    await settled()
    slack.error = None
    whispers.tell(to("OK"), "No.")
    await settled()
    assert slack.told == ["UOK"]
    await clock.advance(30)
    await settled()
    assert slack.told == ["UOK", *(f"U{number}" for number in range(AT_ONCE))]
