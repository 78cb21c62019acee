"""/overseer over a death of Overseer's: what was kept is asked once, or leaves nothing."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from bot.domain.messages import Reply
from tests.rigs.slack_fixtures import ears, emulator, side  # noqa: F401
from tests.rigs.test_slack_commands import (  # noqa: F401
    ASK,
    call,
    command,
    from_here,
    hang,
    shown,
    soon,
    started,
)
from tests.rigs.test_slack_hearing import until

pytestmark = pytest.mark.slack


async def test_who_dies_before_the_root_is_posted_makes_it_after_a_restart(started, side, ears):
    await started()
    called = hang(side, "chat.postMessage")
    delivering = asyncio.ensure_future(command(side, side.command("ben", ASK), tries=1, wait_s=20))
    await asyncio.wait_for(called.wait(), 20)
    await started.stop()
    delivering.cancel()
    (kept,) = ears.calling.values()
    assert (kept.text, ears.heard) == (ASK, [])
    side.faults.clear()
    await started()
    await until(lambda: not ears.calling)
    (root,) = shown(side)
    (heard,) = ears.heard
    assert (heard.thread.thread, heard.event_id) == (root["ts"], kept.event_id)
    assert (heard.person, root["text"]) == ("ben", f"Ben asks: {ASK}")


async def test_who_dies_after_the_root_was_posted_makes_no_second_one(started, side, ears):
    await started()
    ears.gate = asyncio.Event()
    delivering = asyncio.ensure_future(command(side, side.command("ben", ASK), tries=1, wait_s=20))
    await until(lambda: ears.knocking)
    await started.stop()
    delivering.cancel()
    assert (len(ears.calling), ears.heard) == (1, [])
    ears.gate.set()
    await started()
    await until(lambda: not ears.calling)
    (root,) = shown(side)
    assert [m.thread.thread for m in ears.heard] == [root["ts"]]


@pytest.mark.parametrize("redacted", [False, True])
async def test_who_dies_after_it_was_heard_only_settles_it(started, side, ears, redacted):
    await started()
    called = hang(side, "chat.update")
    await command(side, side.command("ben", ASK))
    await asyncio.wait_for(called.wait(), 20)
    await started.stop()
    ((key, kept),) = ears.calling.items()
    ears.calling[key] = kept.model_copy(update={"redacted": redacted})
    side.faults.clear()
    await started()
    await until(lambda: not ears.calling)
    assert [m["text"] for m in shown(side)] == [f"Ben asks: {ASK}"]
    assert ears.deliveries == 1


@pytest.mark.parametrize("why", ["secret", "old", "refused"])
async def test_what_is_seen_to_no_more_leaves_no_root(started, side, ears, why):
    await started()
    ears.gate = asyncio.Event()
    delivering = asyncio.ensure_future(command(side, side.command("ben", ASK), tries=1, wait_s=20))
    await until(lambda: ears.knocking)
    await started.stop()
    delivering.cancel()
    ears.gate.set()
    ((key, kept),) = ears.calling.items()
    if why == "refused":
        ears.away = Reply(accepted=False, text="I don't know whose account that is.")
    changed = {
        "secret": {"redacted": True, "text": "key [redacted]"},
        "old": {"at": kept.at - timedelta(hours=25)},
        "refused": {},
    }
    ears.calling[key] = kept.model_copy(update=changed[why])
    assert len(shown(side)) == 1
    await started()
    await until(lambda: not ears.calling)
    assert (shown(side), ears.heard) == ([], [])
    told = {"secret": "secret", "old": "", "refused": "whose account"}[why]
    if told:
        await until(lambda: any(told in p["text"] for p in side.sent("chat.postMessage")))


async def test_who_can_not_be_looked_up_is_seen_to_later(started, side, ears):
    ears.calling = {"command/T0": call(side)}
    down = []

    def away(name, form):
        if name == "users.info" and len(down) < 1:
            down.append(name)
            return web.Response(status=503)
        return None

    side.faults.append(away)
    await started()
    await until(lambda: not ears.calling)
    assert (len(shown(side)), len(ears.heard)) == (1, 1)
