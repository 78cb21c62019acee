"""For how long what Slack says of an account and of a channel is believed."""

import asyncio

import pytest

from bot.adapters.slack.faults import said_no
from bot.adapters.slack.membership import KEPT_S, LAST_S, Membership, Standing, Team
from bot.adapters.slack.names import AGAIN_S, FAILED_S, Names
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
    workspace.channel["is_ext_shared"] = True  # of theirs that is said wherever they speak
    assert await standing() == Standing(Outside.FOREIGN)
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


class Told:
    """Ears that are told names."""

    def __init__(self):
        self.names, self.outside = {}, {}

    def known_as(self, key, name, link="", outside=None):
        self.names[key] = name, link
        self.outside[key] = outside


LINK = "https://x.slack.com/archives/C1"


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def names(workspace, clock, told):
    return Names(workspace, told, clock, "https://x.slack.com/")


async def test_what_an_account_is_called_comes_with_whose_it_is_by_no_call_of_its_own(
    workspace, clock, names, told
):
    workspace.user |= {"name": "max.m", "profile": {"display_name": " ", "real_name": "Max"}}
    await Membership(workspace, clock, TEAM, names).standing("UBEN", "C1", shared=False)
    assert told.names == {"slack:UBEN": ("Max", "")}
    assert workspace.asked == ["users.info"]


@pytest.mark.parametrize(
    ("said", "outside"),
    [
        ({}, None),
        ({"is_restricted": True}, Outside.GUEST),
        ({"is_ultra_restricted": True}, Outside.GUEST),
        ({"is_stranger": True, "is_restricted": True}, Outside.FOREIGN),
        ({"team_id": "T9"}, Outside.FOREIGN),
    ],
)
async def test_why_an_account_is_none_of_the_teams_is_told_with_its_name(
    workspace, clock, names, told, said, outside
):
    workspace.user |= said
    await Membership(workspace, clock, TEAM, names).standing("UBEN", "C1", shared=False)
    assert told.outside == {"slack:UBEN": outside}


@pytest.mark.parametrize("error", ["user_not_found", "user_not_visible"])
async def test_an_account_that_slack_hides_is_told_to_be_another_organisations(
    workspace, clock, names, told, error
):
    workspace.refuses["users.info"] = error
    await Membership(workspace, clock, TEAM, names).standing("UBEN", "C1", shared=False)
    assert told.outside == {"slack:UBEN": Outside.FOREIGN}
    assert told.names == {"slack:UBEN": ("", "")}


PUBLIC = {"name": "ops", "is_channel": True}


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        (PUBLIC, "ops"),
        (PUBLIC | {"is_private": True}, ""),
        (PUBLIC | {"is_mpim": True}, ""),
        (PUBLIC | {"is_im": True}, ""),
        ({"name": "ops", "is_group": True}, ""),
        ({"name": "ops"}, ""),
    ],
)
async def test_a_channel_is_called_by_its_name_only_if_all_may_see_it(
    workspace, names, told, channel, name
):
    workspace.channel = channel
    await names.look("C1")
    assert told.names == {"slack:C1": (name, LINK)}


async def test_a_channel_is_looked_up_once_an_hour_and_a_direct_message_never(
    workspace, clock, names, told
):
    for channel in ("C1", "C1", "D1", "G1"):
        await names.look(channel)
    assert workspace.asked == ["conversations.info"]
    assert not names.wants("C1")
    await clock.advance(AGAIN_S)
    assert names.wants("C1")


async def test_what_slack_does_not_say_is_asked_again_later_and_not_while_it_wants_a_pause(
    workspace, clock, names, told
):
    workspace.away = "conversations.info"
    for _ in range(3):
        await names.look("C1")
    assert (workspace.asked.count("conversations.info"), told.names) == (1, {})
    await clock.advance(FAILED_S)
    workspace.away, workspace.refuses["conversations.info"] = "", "ratelimited"
    for channel in ("C1", "C2", "C3"):
        await names.look(channel)
    assert workspace.asked.count("conversations.info") == 2
    workspace.refuses.clear()
    await clock.advance(FAILED_S)
    await names.look("C2")
    assert list(told.names) == ["slack:C2"]


async def test_what_is_remembered_of_channels_is_bounded(names, monkeypatch):
    monkeypatch.setattr("bot.adapters.slack.names.KEPT", 3)
    for number in range(9):
        await names.look(f"C{number}")
    assert len(names._again) == 3
