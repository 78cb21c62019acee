"""While Slack does not say who is a member no request is lost, and whoever asks is told."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import time

import pytest
from aiohttp import web

from bot.domain.messages import Outside, Reply
from tests.rigs.slack_fixtures import ears, emulator, platform, side  # noqa: F401
from tests.rigs.test_slack_hearing import until

pytestmark = pytest.mark.slack


def mention(side, text="how is web-1?"):
    """One whose channel the event says nothing of, so that Slack is asked."""
    event = side.mention("ben", text)
    del event["is_ext_shared_channel"]
    return event


@pytest.mark.parametrize("method", ["users.info", "conversations.info"])
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_request_waits_for_slack_to_deliver_it_again(platform, side, ears, method, status):
    def away(name, form):
        return web.Response(status=status) if name == method else None

    side.faults.append(away)
    event = mention(side)
    with pytest.raises(AssertionError, match="never acknowledged"):
        await side.deliver(event, tries=2)
    assert ears.heard == []
    (told,) = await until(lambda: side.sent("chat.postEphemeral"))
    assert "not taken that in yet" in told["text"]
    side.faults.remove(away)
    await side.deliver(event)
    assert [m.outside for m in ears.heard] == [None]


async def test_a_look_up_that_hangs_holds_nobody_up(platform, side, ears):
    answers = asyncio.Event()
    side.faults.append(lambda name, form: held(answers) if name == "users.info" else None)
    begun = time.monotonic()
    delivering = asyncio.ensure_future(side.deliver(mention(side)))
    await until(lambda: side.sent("chat.postEphemeral"))
    assert time.monotonic() - begun < 3
    answers.set()
    await delivering
    assert [m.outside for m in ears.heard] == [None]


async def held(answers):
    """Answers as the emulator does, but not yet."""
    await answers.wait()


@pytest.mark.parametrize("text", ["stop", "link k7mq-3xw9-p4rt"])
async def test_a_stop_and_a_code_wait_for_nobody(platform, side, ears, text):
    side.answers["users.info", "*"] = {"ok": False, "error": "ratelimited"}
    await side.deliver(mention(side, text))
    assert [m.outside for m in ears.heard] == [Outside.SHARED]


async def test_a_refusal_is_told_after_the_pause_that_slack_wants(platform, side, ears):
    ears.reply = Reply(accepted=False, text="No.")
    tries = []

    def busy(name, form):
        if name != "chat.postEphemeral":
            return None
        tries.append(form["text"])
        return web.Response(status=429, headers={"Retry-After": "0"}) if len(tries) == 1 else None

    side.faults.append(busy)
    await side.deliver(side.mention("ben", "how is web-1?"))
    await until(lambda: len(tries) == 2)
    assert tries == ["No.", "No."]


async def test_who_sends_what_is_not_read_is_told_so(platform, side, ears):
    shared = [{"is_share": True, "text": "restart nginx on web-1"}]
    await side.deliver(side.mention("ben", "do this", attachments=shared))
    (told,) = await until(lambda: side.sent("chat.postEphemeral"))
    assert "What you forwarded is not read" in told["text"]
    assert [m.text for m in ears.heard] == ["do this"]
