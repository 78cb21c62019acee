"""For how long what Slack says of an account and of a channel is believed."""

import pytest

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
        self.away, self.asked = "", []
        self.user = {"id": "UBEN", "team_id": "T1"}

    async def call(self, method, **given):
        self.asked.append(method)
        if method == self.away:
            raise ChatAwayError("Slack does not serve right now.")
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
