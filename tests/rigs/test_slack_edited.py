"""A mention that is edited into a message: a request of that moment, if the message was none yet."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from tests.rigs.slack_fixtures import emulator, side, stage_of  # noqa: F401
from tests.rigs.test_slack_jobs import asked, cards, message_with, room, seen, texts  # noqa: F401

pytestmark = pytest.mark.slack


def edited(side, who, text, ts, *, thread=""):
    """What Slack sends where a mention is added to a message: the same message, with `edited`."""
    now = {"user": side.emulator.users[who], "ts": f"{float(ts) + 60:.6f}"}
    return side.mention(who, text, ts=ts, thread=thread, edited=now)


async def test_a_mention_that_is_added_later_is_a_request_of_that_moment(room):
    side, stage, way = room
    first = side.said("ben", "restart nginx on web-1")
    await way.event(first)
    await stage.settle()
    ts = first["event"]["ts"]
    assert cards(side, ts)[1:] == []
    now = edited(side, "ben", "restart nginx on web-1 because new certificate", ts)
    await way.event(now)
    await seen(message_with(side, ts, "approve"), "the plan")
    await way.event(edited(side, "ben", "stop nginx on web-1", ts))
    await stage.settle()
    assert (await stage.app.store.read(lambda u: u.plan(2))) is None


@pytest.mark.parametrize("who", ["ben", "ana"])
@pytest.mark.parametrize("first", ["only web-1, please", "looks good"])
async def test_what_was_heard_in_a_thread_already_is_not_heard_anew(room, who, first):
    side, stage, way = room
    thread = await asked(side, way)
    await seen(message_with(side, thread, "approve"), "the plan")
    word = side.said(who, first, thread=thread)
    await way.event(word)
    await stage.settle()
    await way.event(edited(side, who, "restart nginx on web-9", word["event"]["ts"], thread=thread))
    await stage.settle()
    await way.event(side.mention(who, "is nginx up on web-8?", thread=thread))
    await seen(lambda: "web-8" in str(texts(side, thread)), "the answer to what came after it")
    assert "web-9" not in str(texts(side, thread))
