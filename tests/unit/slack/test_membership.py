"""For how long what Slack says of an account and of a channel is believed."""

import pytest

from bot.adapters.slack.faults import said_no
from bot.adapters.slack.membership import KEPT_S, LAST_S, Membership, Standing, Team
from bot.domain.messages import Outside
from bot.errors import ChatAwayError
from bot.testing.manual_clock import ManualClock

pytestmark = pytest.mark.asyncio
TEAM = Team(id="T1", url="", user="U0", bot="B0")
MEMBER, GUEST = Standing(None), Standing(Outside.GUEST)


class Workspace:
    """What Slack answers of Ben and of a channel."""

    def __init__(self):
        self.away, self.asked, self.refuses = "", [], {}
        self.user = {"id": "UBEN", "team_id": "T1"}

    async def call(self, method, **given):
        self.asked.append(method)
        if method == self.away:
            raise ChatAwayError("Slack does not serve right now.")
        if method in self.refuses:
            raise said_no(self.refuses[method], 200, {}, {})
        return {"user": self.user, "channel": {}}


@pytest.fixture
def workspace():
    return Workspace()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def standing(workspace, clock):
    membership = Membership(workspace, clock, TEAM)
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
