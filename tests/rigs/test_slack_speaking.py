"""What is shown in Slack over the real SDK: one session, faults, files, nonces, signs."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.domain.cards import Attachment, Button, Card, Exact, Output
from bot.domain.messages import ThreadRef
from bot.domain.posts import MarkState, Notice, direct
from bot.errors import (
    ChatAwayError,
    ChatBarredError,
    ChatBusyError,
    ChatDoubtError,
    ChatRefusedError,
)
from bot.ports import Speech
from tests.rigs.slack_fixtures import ears, emulator, platform, side  # noqa: F401
from tests.rigs.slack_side import buttons_of

pytestmark = pytest.mark.slack

CARD = Card(id="plan-1", plan=1, title="restart nginx", state="WAITING")


@pytest.fixture
def ops(emulator):
    """A thread of its own in #ops."""
    channel = emulator.channels["ops"]
    root = emulator.call("chat.postMessage", channel=channel, text="root")["ts"]
    return ThreadRef(surface="slack", channel=channel, thread=root)


async def test_a_post_is_found_again_by_its_nonce(platform, side, ops):
    remote = await platform.post(ops, Speech(CARD), nonce="n-1")
    since = datetime.now(UTC)
    assert await platform.find(ops, "n-1", since=since) == remote
    assert await platform.find(ops, "n-2", since=since) is None


async def test_an_edit_changes_the_message_and_keeps_its_nonce(platform, side, ops):
    remote = await platform.post(ops, Speech(CARD), nonce="n-3")
    await platform.edit(ops, remote, Speech(CARD.model_copy(update={"state": "RUNNING"})))
    (message,) = [m for m in side.emulator.said_in(ops.channel, ops.thread) if m["ts"] == remote]
    assert "RUNNING" in json.dumps(message["blocks"])


async def test_a_file_is_attached_and_found_again(platform, side, ops):
    file = Attachment(name="plan-1.txt", text="echo \u202e\n")
    remote = await platform.post(ops, Speech(file), nonce="n4n4")
    assert (
        await platform.find(ops, "n4n4", since=datetime.now(UTC) - timedelta(minutes=1)) == remote
    )
    info = side.emulator.call("files.info", file=remote)["file"]
    assert info["title"] == "plan-1.txt"
    (call,) = side.sent("files.completeUploadExternal")
    assert (call["channel_id"], call["thread_ts"]) == (ops.channel, ops.thread)


async def test_what_is_shown_can_be_opened(platform, side, ops):
    at = side.emulator.me["url"].rstrip("/")
    me = side.emulator.me["user_id"]
    place = ops.model_copy(update={"channel": "C1"})
    assert platform.link(place, "F123") == f"{at}/files/{me}/F123"
    assert platform.link(place, "17.000100") == f"{at}/archives/C1/p17000100"
    assert platform.link(direct("slack", "U1"), "17.000100") == ""


async def test_nothing_but_https_is_linked_to(platform, side, ops):
    place, team = ops.model_copy(update={"channel": "C1"}), platform.team
    for url in ("http://example.slack.com/", "javascript:alert(1)//", "", "slack.com"):
        platform.team = replace(team, url=url)
        assert platform.link(place, "17.000100") == ""
        assert platform.link(place, "F123") == ""
    platform.team = replace(team, url="https://example.slack.com/")
    assert platform.link(place, "F123").startswith("https://example.slack.com/files/")


async def test_a_notice_mentions_those_it_concerns_and_nobody_else(platform, side, ops):
    ben = side.emulator.users["ben"]
    notice = Notice(text="<!channel> look at <@U024BE7LH> `x`", concerns=("ben",))
    await platform.post(ops, Speech(notice, pings=(ben, "!channel", "S1")), nonce="n-5")
    (sent,) = side.sent("chat.postMessage")
    assert sent["text"].startswith(f"<@{ben}> &lt;!channel&gt; look at &lt;@U024BE7LH&gt;")
    assert sent["text"].count("<") == 1
    assert sent["blocks"][0]["text"]["verbatim"] is True


async def test_the_sign_on_a_request_follows_its_state(platform, side, ops):
    await platform.mark(ops, ops.thread, MarkState.WAITING, None)
    await platform.mark(ops, ops.thread, MarkState.WAITING, None)  # again: it is there already
    await platform.mark(ops, ops.thread, MarkState.DONE, MarkState.WAITING)
    await platform.mark(ops, ops.thread, MarkState.DONE, MarkState.WAITING)
    (root, *_) = side.emulator.said_in(ops.channel, ops.thread)
    assert [r["name"] for r in root["reactions"]] == ["white_check_mark"]


async def test_direct_messages_are_opened_once(platform, side):
    place = direct("slack", side.emulator.users["ana"])
    first = await platform.post(place, Speech(CARD), nonce="n-6")
    await platform.edit(place, first, Speech(CARD))
    assert await platform.find(place, "n-6", since=datetime.now(UTC)) == first
    assert len(side.sent("conversations.open")) == 1


async def test_430_posts_take_two_connections(platform, side, ops):
    before = set(side.peers)
    await asyncio.gather(*(platform.post(ops, Speech(CARD), nonce=f"p{n}") for n in range(430)))
    assert len(side.sent("chat.postMessage")) == 430
    assert len(side.peers - before) <= 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: web.Response(status=429, headers={"Retry-After": "7"}), ChatBusyError),
        (lambda: web.json_response({"ok": False, "error": "ratelimited"}), ChatBusyError),
        (lambda: web.Response(status=500), ChatDoubtError),
        (lambda: web.Response(status=502, text="<html>"), ChatDoubtError),
        (lambda: web.Response(status=503), ChatAwayError),
        (lambda: web.Response(text="[", content_type="application/json"), ChatDoubtError),
        (lambda: web.json_response({"ok": False, "error": "is_archived"}), ChatBarredError),
        (lambda: web.json_response({"ok": False, "error": "no_text"}), ChatRefusedError),
    ],
)
async def test_a_fault_is_one_error_and_nothing_is_sent_twice(platform, side, ops, answer, error):
    side.faults.append(lambda method, _: answer() if method == "chat.postMessage" else None)
    with pytest.raises(error) as raised:
        await platform.post(ops, Speech(CARD), nonce="n-7")
    if isinstance(raised.value, ChatBusyError) and answer().status == 429:
        assert raised.value.retry_after == 7
    assert len(side.sent("chat.postMessage")) == 1


async def test_a_connection_that_is_cut_in_the_middle_is_a_doubt_and_sent_once(platform, side, ops):
    side.cut_after = "chat.postMessage"
    with pytest.raises(ChatDoubtError):
        await platform.post(ops, Speech(CARD), nonce="n-12")
    side.cut_after = ""
    assert len(side.sent("chat.postMessage")) == 1


@pytest.mark.parametrize("way", ["chat.postMessage", "chat.update"])
async def test_a_card_that_slack_finds_too_long_is_shown_briefly_and_not_approved(
    platform, side, ops, way
):
    def long(method, form):
        if method == way and "echo" in json.dumps(form["blocks"]):
            return web.json_response({"ok": False, "error": "msg_blocks_too_long"})
        return None

    side.faults.append(long)
    card = CARD.model_copy(
        update={
            "body": (Exact(label="run", text="echo"),),
            "buttons": (Button(id="approve", label="Approve"), Button(id="deny", label="Deny")),
        }
    )
    remote = await platform.post(ops, Speech(card), nonce="n-13")
    if way == "chat.update":
        await platform.edit(ops, remote, Speech(card))
    (message,) = [m for m in side.emulator.said_in(ops.channel, ops.thread) if m["ts"] == remote]
    said = json.dumps(message["blocks"])
    assert "restart nginx" in said
    assert "does not take all of this card" in said
    assert list(buttons_of(message)) == ["deny"]


async def test_a_lost_answer_is_a_doubt_that_the_nonce_resolves(platform, side, ops):
    def lost(method, form):
        if method == "chat.postMessage":
            metadata = json.dumps(form["metadata"])
            side.emulator.call(
                method, **{**form, "blocks": json.dumps(form["blocks"]), "metadata": metadata}
            )
            return web.Response(status=504)
        return None

    side.faults.append(lost)
    with pytest.raises(ChatDoubtError):
        await platform.post(ops, Speech(CARD), nonce="n-8")
    assert await platform.find(ops, "n-8", since=datetime.now(UTC)) is not None


async def test_a_file_that_did_not_get_there_is_away_not_in_doubt(platform, side, ops):
    side.faults.append(
        lambda method, _: (
            web.Response(status=500) if method == "files.getUploadURLExternal" else None
        )
    )
    with pytest.raises(ChatAwayError):
        await platform.post(ops, Speech(Attachment(name="a.txt", text="x")), nonce="n-9")


async def test_nobody_there_is_away(platform, ops):
    platform._api.client.base_url = "http://127.0.0.1:9/api/"
    with pytest.raises(ChatAwayError):
        await platform.post(ops, Speech(CARD), nonce="n-10")


async def test_a_channel_that_is_not_there_is_barred_with_a_cure(platform):
    nowhere = ThreadRef(surface="slack", channel="C0NOWHERE", thread="1.1")
    with pytest.raises(ChatBarredError, match=r"/invite"):
        await platform.post(nowhere, Speech(CARD), nonce="n-11")


async def test_what_does_not_fit_is_known_before_it_is_sent(platform):
    assert platform.fits(CARD)
    assert not platform.fits(CARD.model_copy(update={"body": (Output(text="x\n" * 500),)}))


@pytest.mark.parametrize("ever", [False, True])
async def test_where_too_much_was_said_only_the_time_of_sending_is_looked_through(
    platform, side, ops, ever
):
    def endless(method, form):
        if not method.startswith("conversations.re"):
            return None
        more = {"next_cursor": "more" if ever or not form.get("latest") else ""}
        return web.json_response({"ok": True, "messages": [], "response_metadata": more})

    side.faults.append(endless)
    since = datetime.now(UTC)
    if ever:
        with pytest.raises(ChatBarredError, match="Too much was said"):
            await platform.find(ops, "n", since=since)
    else:
        assert await platform.find(ops, "n", since=since) is None
    asked = side.sent("conversations.replies")
    assert len(asked) == (20 if ever else 11)
    assert float(asked[-1]["latest"]) >= (since + timedelta(minutes=10)).timestamp()
