"""The whole of Overseer is away from Slack: what was said meanwhile becomes what it would have."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio

import pytest

from bot.adapters.slack import missed
from tests.rigs.slack_fixtures import ears, emulator, side, stage_of  # noqa: F401
from tests.rigs.slack_missed import ask, caught_up, direct, say
from tests.rigs.slack_side import buttons_of
from tests.rigs.test_slack_jobs import cards, message_with, seen, texts

pytestmark = pytest.mark.slack


async def away(stage, *, crash):
    """Overseer is gone, in order or not."""
    stage._ticking.cancel()
    if crash:
        await stage.platform._heard.write(last=True)
        await stage.crash()
        await stage.platform._api.close()
        await stage.side.cut()
    else:
        await stage.app.stop()
    await seen(lambda: not stage.side.sockets, "its end")


@pytest.mark.parametrize("crash", [False, True], ids=["stopped", "killed"])
async def test_answers_and_requests_of_the_meantime_become_what_they_would_have(
    side, stage_of, monkeypatch, crash
):
    monkeypatch.setattr(missed, "OVERLAP_S", 1.0)  # what the emulator's time lacks
    async with stage_of() as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx", "active")
        asked = ask(side, "ben", "restart nginx on web-9 because new certificate")
        text = "restart nginx on web-9 because new certificate"
        await side.deliver(side.mention("ben", text, ts=asked))
        await seen(message_with(side, asked, "option"), "the question")
        await away(stage, crash=crash)
        answer = say(side, "ben", "web-1", thread_ts=asked)
        new = ask(side, "ben", "restart nginx on web-2 because new certificate")
        alone = direct(side, "vera")
        look = say(side, "vera", "how is web-1?", channel=alone)
        ask(side, "guest", "restart nginx on web-2")
        await stage.revive()
        for thread in (asked, new):
            await seen(message_with(side, thread, "approve"), "a plan")
        await seen(lambda: len(side.emulator.said_in(alone, look)) > 1, "an answer")
        await caught_up(stage.platform)
        told = len(side.sent("chat.postEphemeral"))
        await side.deliver(side.said("ben", "web-1", thread=asked, ts=answer))
        await side.deliver(side.mention("ben", "restart nginx on web-2 because …", ts=new))
        await stage.settle()
        await away(stage, crash=crash)
        await stage.revive()
        await caught_up(stage.platform)
        await stage.settle()
        await asyncio.sleep(0.3)
        plans = [m for t in (asked, new) for m in cards(side, t) if "approve" in buttons_of(m)]
        assert len(plans) == 2
        assert 1 <= len(side.sent("chat.postEphemeral")) == told


async def test_what_was_deleted_meanwhile_stays_deleted_and_edits_change_nothing(
    side, stage_of, monkeypatch
):
    monkeypatch.setattr(missed, "OVERLAP_S", 1.0)  # what the emulator's time lacks
    text = "restart nginx on web-1 because new certificate"
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        gone, kept = ask(side, "ben", text), ask(side, "ben", text)
        for ts in (gone, kept):
            await side.deliver(side.mention("ben", text, ts=ts))
            await seen(message_with(side, ts, "approve"), "the plan")
        await away(stage, crash=False)
        ops, me = side.emulator.channels["ops"], side.emulator.me["user_id"]
        other = ask(side, "ben", "restart nginx on web-2 because new certificate")
        for ts in (gone, other):
            side.emulator.call("chat.delete", token="xoxp-ben", channel=ops, ts=ts)
        side.emulator.call(
            "chat.update", token="xoxp-ben", channel=ops, ts=kept,
            text=f"<@{me}> stop nginx on web-2 because of nothing",
        )  # fmt: skip
        await stage.revive()
        await seen(lambda: any("CANCELLED" in t for t in texts(side, gone)), "its end")
        await caught_up(stage.platform)
        await stage.settle()
        await asyncio.sleep(0.2)
        assert [m for m in cards(side, kept) if m["ts"] != kept and "approve" in buttons_of(m)]
        assert len([m for m in cards(side, kept) if m["ts"] != kept]) == 1
        assert side.emulator.said_in(ops, other) == []
        # Slack brings the deleted one late
        await side.deliver(side.mention("ben", text, ts=gone))
        await stage.settle()
        assert not [m for m in cards(side, gone) if "approve" in buttons_of(m)]
