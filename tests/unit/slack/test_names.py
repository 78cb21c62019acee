"""When the names of channels are looked up: after what somebody waits for."""

import asyncio

import pytest

from bot.adapters.slack.names import LATER_S, Names
from bot.testing.manual_clock import ManualClock

pytestmark = pytest.mark.asyncio


class Slack:
    """Says what a channel is called, and hears what is told of it."""

    def __init__(self):
        self.asked, self.told = [], []
        self.answers = asyncio.Event()
        self.answers.set()

    async def call(self, method, channel):
        self.asked.append((method, channel))
        await self.answers.wait()
        return {"channel": {"name": "ops", "is_channel": True}}

    def known_as(self, key, name, link="", outside=None):
        self.told.append((key, name))


@pytest.fixture
def slack():
    return Slack()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def names(slack, clock):
    return Names(slack, slack, clock, "")


async def test_a_channel_is_looked_up_after_the_answer_to_what_was_said_there(slack, clock, names):
    looking = asyncio.ensure_future(names.soon("C1"))
    await asyncio.sleep(0)
    await clock.advance(LATER_S * 0.9)
    assert not slack.asked
    await clock.advance(LATER_S * 0.2)
    await looking
    assert slack.told == [("slack:C1", "ops")]


async def test_it_is_looked_up_once_however_much_is_said_there_meanwhile(slack, clock, names):
    looking = [asyncio.ensure_future(names.soon("C1")) for _ in range(3)]
    await asyncio.sleep(0)
    await clock.advance(LATER_S)
    await asyncio.gather(*looking)
    assert slack.asked == [("conversations.info", "C1")]
    assert not names.wants("C1")


@pytest.mark.parametrize(
    "event", [{"subtype": "channel_convert_to_private"}, {"channel_type": "group"}]
)
async def test_a_channel_that_was_made_private_has_no_name_from_then_on(slack, names, event):
    names.channel("C1", {"name": "merger", "is_channel": True})
    names.heard("C1", {"channel_type": "channel", "text": "hello"})
    assert slack.told == [("slack:C1", "merger")]
    names.heard("C1", event)
    assert slack.told[-1] == ("slack:C1", "")
    assert not names.wants("C1")


@pytest.mark.parametrize("subtype", ["channel_convert_to_public", "channel_name", "group_name"])
async def test_one_that_is_called_otherwise_now_is_looked_up_again(names, subtype):
    names.channel("C1", {"name": "ops", "is_channel": True})
    assert not names.wants("C1")
    names.heard("C1", {"subtype": subtype, "channel_type": "channel"})
    assert names.wants("C1")


async def test_what_slack_said_of_a_channel_before_it_was_made_private_is_not_told(slack, names):
    slack.answers.clear()
    looking = asyncio.ensure_future(names.look("C1"))
    await asyncio.sleep(0)
    names.heard("C1", {"subtype": "channel_convert_to_private"})
    slack.answers.set()
    await looking
    assert slack.told == [("slack:C1", "")]


async def test_a_private_channel_that_is_called_otherwise_is_looked_up(slack, names):
    names.channel("C1", {"name": "merger", "is_private": True})
    names.heard("C1", {"subtype": "group_name", "channel_type": "group"})
    assert names.wants("C1")
