"""What somebody deletes of Overseer's own in Slack: a card under way goes up again, once."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio

import pytest

from bot.domain.posts import PostKind
from bot.domain.runs import PlanState
from tests.rigs.slack_fixtures import emulator, side, stage_of  # noqa: F401
from tests.rigs.slack_side import buttons_of
from tests.rigs.test_slack_jobs import message_with, seen, texts

pytestmark = pytest.mark.slack


async def deleted(side, message, thread=""):
    """An administrator deletes a message of Overseer's, and Slack says so."""
    channel = side.emulator.channels["ops"]
    assert side.emulator.call("chat.delete", channel=channel, ts=message["ts"])["ok"]
    me = {"who": side.emulator.me["user_id"], "bot_id": "B0OVERSEER"}
    await side.deliver(side.deletion(ts=message["ts"], thread=thread, **me))


async def asked(side, stage):
    stage.service("web-1", "nginx", "active")
    event = side.mention("ben", "restart nginx on web-1")
    await side.deliver(event)
    return event["event"]["ts"]


async def state(stage):
    return (await stage.app.store.read(lambda u: u.plan(1))).state


async def given_up(stage):
    """Wait until a card is."""
    for _ in range(400):
        gone = await stage.app.store.read(lambda u: u.given_up("slack"))
        if any(post.kind is PostKind.CARD for post in gone):
            return
        await asyncio.sleep(0.025)
    raise AssertionError("no card was given up")


async def test_a_card_that_is_deleted_while_its_plan_waits_goes_up_again_once(side, stage_of):
    async with stage_of() as stage:
        thread = await asked(side, stage)
        first = await seen(message_with(side, thread, "approve"))
        await deleted(side, first, thread)
        second = await seen(message_with(side, thread, "approve"))
        assert second["ts"] != first["ts"]
        press = side.click("chris", second, buttons_of(second)["approve"])
        await side.deliver(press, "interactive")
        await seen(lambda: any("DONE" in t or "SUCCEEDED" in t for t in texts(side, thread)))
        assert len(texts(side, thread)) == 1


async def test_what_is_deleted_again_stays_away(side, stage_of):
    async with stage_of() as stage:
        thread = await asked(side, stage)
        for _ in range(2):
            card = await seen(message_with(side, thread, "approve"))
            await deleted(side, card, thread)
        await given_up(stage)
        assert message_with(side, thread, "approve")() is None
        assert await state(stage) is PlanState.WAITING  # it may be approved elsewhere


async def test_what_a_command_asked_for_goes_with_its_root(side, stage_of):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        await side.deliver(side.command("ben", "restart nginx on web-1"), "slash_commands")
        channel = side.emulator.channels["ops"]
        root = await seen(
            lambda: next(
                (m for m in side.emulator.said_in(channel) if "Ben asks: re" in m["text"]), 0
            )
        )
        await stage.settle()
        assert await state(stage) is PlanState.WAITING
        await deleted(side, root)
        assert await state(stage) is PlanState.CANCELLED
