"""An approver whose account is a guest's is no reached voter, as long as guests are not heard."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import json

import pytest
from aiohttp import web

from tests.rigs.slack_fixtures import emulator, side, stage_of  # noqa: F401
from tests.rigs.slack_missed import ask
from tests.rigs.test_slack_jobs import message_with, seen

pytestmark = pytest.mark.slack
ASKED = "restart nginx on web-1 because new certificate"


def guests(side, *names):
    """Slack says of these accounts that they are guests."""

    def told(method, form):
        who = form.get("user") if method == "users.info" else None
        if who not in {side.emulator.users[name] for name in names}:
            return None
        user = {"id": who, "is_restricted": True}
        return web.json_response({"ok": True, "user": user})

    side.faults.append(told)
    return told


def direct(side, name):
    """What stands in the direct messages to somebody."""
    account = side.emulator.users[name]
    channel = side.emulator.call("conversations.open", users=account)["channel"]["id"]
    return side.emulator.said_in(channel)


async def until_says(side, asked, words):
    def look():
        found = message_with(side, asked, "approve")()
        return found if found is not None and words in json.dumps(found["blocks"]) else None

    return json.dumps((await seen(look, words))["blocks"])


async def asks(side, stage, host="web-1"):
    stage.service(host, "nginx", "active")
    text = ASKED.replace("web-1", host)
    asked = ask(side, "ben", text)
    before = {name: len(direct(side, name)) for name in ("ana", "chris")}
    await side.deliver(side.mention("ben", text, ts=asked))
    return asked, before


async def test_a_guest_who_may_vote_is_not_written_to_and_the_card_says_so(side, stage_of):
    async with stage_of() as stage:
        guests(side, "chris")
        asked, before = await asks(side, stage)
        card = await until_says(side, asked, "Chris could not be told: I don't act for guests here")
        card = await until_says(side, asked, "(Ana told")
        assert "all told" not in card
        assert len(direct(side, "chris")) == before["chris"]
        assert len(direct(side, "ana")) > before["ana"]
        said = side.emulator.said_in(side.emulator.channels["ops"], asked)
        users = side.emulator.users
        (notice,) = [m["text"] for m in said if "needs 1 vote" in m["text"]]
        assert f"<@{users['ana']}>" in notice
        assert f"<@{users['chris']}>" not in notice
        again, _ = await asks(side, stage, "web-2")
        card = await until_says(side, again, "Chris could not be told")
        assert "Chris not in Slack, being a guest there: on the page" in card
        assert len(direct(side, "chris")) == before["chris"]


async def test_where_nobody_can_be_told_the_card_says_that_and_it_arrives_once_they_are_heard(
    side, stage_of
):
    async with stage_of() as stage:
        guests(side, "ana", "chris")
        asked, before = await asks(side, stage)
        await until_says(side, asked, "nobody who may vote could be told: I don't act for guests")
        again, _ = await asks(side, stage, "web-2")
        await until_says(side, again, "nobody who may vote could be told")
        settings = stage.home.settings.read_text()
        stage.home.settings.write_text(f"{settings}chat: {{guests: true}}\n")
        await stage.app.reload(by="ana")
        await until_says(side, asked, "(all told")
        assert len(direct(side, "chris")) > before["chris"]
