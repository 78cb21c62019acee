"""For how long what Slack says of an account and of a channel is believed."""

import asyncio

import pytest

from bot.adapters.slack.faults import said_no
from bot.adapters.slack.membership import KEPT_S, LAST_S, Membership, Standing, Team
from bot.domain.messages import Outside
from bot.errors import ChatAwayError
from bot.testing.manual_clock import ManualClock

pytestmark = pytest.mark.asyncio
TEAM = Team(id="T1", url="", user="U0", bot="B0")
MEMBER, GUEST, OUTSIDE = map(Standing, (None, Outside.GUEST, Outside.SHARED))


class Workspace:
    """What Slack answers of Ben and of a channel."""

    def __init__(self):
        self.away, self.asked, self.refuses = "", [], {}
        self.user = {"id": "UBEN", "team_id": "T1"}
        self.channel, self.wait = {}, None

    async def call(self, method, **given):
        self.asked.append(method)
        if method == self.away:
            raise ChatAwayError("Slack does not serve right now.")
        if method in self.refuses:
            raise said_no(self.refuses[method], 200, {}, {})
        channel = dict(self.channel)
        if self.wait is not None and method == "conversations.info":
            await self.wait.wait()
        return {"user": self.user, "channel": channel}


@pytest.fixture
def workspace():
    return Workspace()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def membership(workspace, clock):
    return Membership(workspace, clock, TEAM)


@pytest.fixture
def standing(membership):
    return lambda: membership.standing("UBEN", "C1")


async def test_who_becomes_a_guest_is_one_within_minutes(workspace, clock, standing):
    assert KEPT_S <= 600
    assert await standing() == MEMBER
    workspace.user["is_restricted"] = True
    await clock.advance(KEPT_S - 1)
    assert await standing() == MEMBER
    await clock.advance(2)
    assert await standing() == GUEST
    assert workspace.asked.count("users.info") == 2


@pytest.mark.parametrize("method", ["users.info", "conversations.info"])
async def test_while_slack_says_nothing_what_it_last_said_counts(
    workspace, clock, standing, method
):
    workspace.user["is_restricted"] = True
    await standing()
    workspace.away = method
    await clock.advance(KEPT_S + LAST_S - 1)
    assert await standing() == GUEST
    await clock.advance(2)
    assert await standing() == Standing(Outside.SHARED, unknown=True)


@pytest.mark.parametrize("error", ["user_not_found", "user_not_visible"])
async def test_an_account_that_slack_shows_to_no_bot_is_an_outsiders(workspace, standing, error):
    workspace.refuses["users.info"] = error
    assert await standing() == Standing(Outside.SHARED)
    await standing()
    assert workspace.asked.count("users.info") == 1  # that is an answer, and kept as one


@pytest.mark.parametrize("error", ["missing_scope", "invalid_auth"])
async def test_whoever_it_may_not_look_up_is_not_known(workspace, standing, error):
    workspace.refuses["users.info"] = error
    assert await standing() == Standing(Outside.SHARED, unknown=True)


async def test_a_conversation_that_slack_does_not_show_it_is_not_in(workspace, standing):
    workspace.refuses["conversations.info"] = "channel_not_found"
    assert await standing() == Standing(Outside.SHARED, unknown=True, not_there=True)


async def test_a_channel_that_an_event_says_is_shared_is_so_at_once(
    workspace, membership, standing
):
    assert await standing() == MEMBER
    workspace.channel["is_ext_shared"] = True
    assert await standing() == MEMBER  # kept
    membership.told("C1", shared=None)
    membership.told("C2", shared=True)
    assert await standing() == MEMBER
    membership.told("C1", shared=True)
    assert await standing() == OUTSIDE
    workspace.channel.clear()
    membership.told("C1", shared=False)
    assert await standing() == MEMBER


async def test_an_event_is_newer_than_a_look_up_that_was_under_way(workspace, membership, standing):
    workspace.wait = asyncio.Event()
    looking = asyncio.ensure_future(standing())
    while "conversations.info" not in workspace.asked:
        await asyncio.sleep(0)
    membership.told("C1", shared=True)
    workspace.wait.set()
    assert await looking == OUTSIDE
    assert await standing() == OUTSIDE
