"""Group direct messages in Slack: as a channel, with what the manifest asks for and no more."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.messages import Outside
from tests.rigs.slack_fixtures import ears, emulator, platform, side, stage_of  # noqa: F401
from tests.rigs.slack_side import buttons_of
from tests.rigs.test_slack_jobs import seen

pytestmark = pytest.mark.slack


@pytest.fixture
def group(emulator):
    return emulator.group("ana", "ben", "chris")


def unsure(event):
    """An event that does not say whether others are in its conversation, as many don't."""
    del event["is_ext_shared_channel"]
    return event


def with_button(side, group, thread, button):
    said = side.emulator.said_in(group, thread)
    return next((m for m in said if button in buttons_of(m)), None)


async def test_a_request_among_some_is_planned_in_its_thread_approved_and_run(
    side, stage_of, group
):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        event = unsure(
            side.mention("ben", "restart nginx on web-1 because new certificate", channel=group)
        )
        await side.deliver(event)
        thread = event["event"]["ts"]
        card = await seen(lambda: with_button(side, group, thread, "approve"), "the plan")
        assert card["thread_ts"] == thread
        press = side.click("chris", card, buttons_of(card)["approve"], channel=group)
        await side.deliver(press, "interactive")
        await seen(stage.changes, "the change")
        assert stage.changes() == [("web-1", ("systemctl", "restart", "--", "nginx.service"))]


async def test_what_is_said_among_them_is_heard_as_in_a_channel(platform, side, ears, group):
    talk = {"channel": group, "channel_type": "mpim"}
    await side.deliver(side.said("ben", "restart nginx on web-1", **talk))
    assert ears.heard == []
    await side.deliver(side.mention("ben", "how is web-1?", **talk))
    me = side.emulator.me["user_id"]
    await side.deliver(side.said("ana", f"<@{me}> how is web-2?", **talk))
    assert [(m.text, m.addressed, m.is_private) for m in ears.heard] == [
        ("how is web-1?", True, False), ("how is web-2?", True, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("account", "channel", "outside"),
    [
        ({"is_restricted": True}, {}, Outside.GUEST),
        ({}, {"is_ext_shared": True}, Outside.SHARED),
        ({}, {}, None),
    ],
)
async def test_outsiders_among_them_are_told_from_members(
    platform, side, ears, group, account, channel, outside
):
    ben = {"id": side.emulator.users["ben"], "team_id": side.emulator.me["team_id"], **account}
    side.answers["users.info", ben["id"]] = {"ok": True, "user": ben}
    if channel:
        side.answers["conversations.info", group] = {"ok": True, "channel": channel}
    await side.deliver(unsure(side.mention("ben", "how is web-1?", channel=group)))
    assert [m.outside for m in ears.heard] == [outside]


async def test_a_refused_click_among_them_is_answered_in_private(side, stage_of, group):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        event = side.mention("ben", "restart nginx on web-1 because new certificate", channel=group)
        await side.deliver(event)
        thread = event["event"]["ts"]
        card = await seen(lambda: with_button(side, group, thread, "approve"), "the plan")
        press = side.click("ben", card, buttons_of(card)["approve"], channel=group)
        await side.deliver(press, "interactive")
        (told,) = await seen(lambda: side.sent("chat.postEphemeral"), "the refusal")
        assert (told["channel"], told["thread_ts"]) == (group, thread)
        assert stage.changes() == []
