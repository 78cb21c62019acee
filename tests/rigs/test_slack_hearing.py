"""What is heard from Slack over the real SDK: cut sockets, signed requests, outsiders."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import json
import time

import pytest

from bot.adapters.slack import socket
from bot.domain.messages import Identity, Outside, People, Person, Reply
from bot.errors import ConfigError, StoreBusyError
from tests.rigs.slack_fixtures import ears, emulator, http, platform, side  # noqa: F401
from tests.rigs.slack_side import Secrets, as_json, made_for

pytestmark = pytest.mark.slack


async def until(seen, what="it"):
    for _ in range(400):
        if found := seen():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"{what} did not happen")


async def test_a_message_is_acknowledged_after_it_was_taken_in(platform, side, ears):
    ears.wait_s = 0.2
    await side.deliver(side.mention("ben", "how is web-1?"), wait_s=5)
    assert [m.text for m in ears.heard] == ["how is web-1?"]


async def test_what_could_not_be_taken_in_is_not_acknowledged_and_said_once(platform, side, ears):
    ears.error = StoreBusyError("The database is busy.", cure="Try again.")
    event = side.mention("ben", "how is web-1?")
    with pytest.raises(AssertionError, match="never acknowledged"):
        await side.deliver(event, tries=3, wait_s=0.2)
    assert ears.deliveries == 3
    (told,) = await until(lambda: side.sent("chat.postEphemeral"))
    assert told["text"] == "The database is busy. Try again."
    assert "thread_ts" not in told  # nobody has answered there yet: Slack would not show it
    ears.error = None
    await side.deliver(event)
    assert len(ears.heard) == 1


async def test_none_is_lost_and_none_doubled_while_the_socket_is_cut(
    platform, side, ears, monkeypatch
):
    monkeypatch.setattr(socket, "LONGEST_S", 0.1)
    ears.wait_s = 0.05
    for batch in range(6):
        events = [
            side.mention("ben", f"how is web-{n}?") for n in range(batch * 50, batch * 50 + 50)
        ]
        delivering = asyncio.gather(*map(side.deliver, events))
        await until(lambda batch=batch: ears.deliveries >= batch * 50 + 25, "the half of a batch")
        await side.cut()  # they are being taken in: none of them is acknowledged
        await delivering
    assert side.opened == 7
    assert ears.deliveries > 300
    assert sorted(m.text for m in ears.heard) == sorted(f"how is web-{n}?" for n in range(300))


async def test_a_connection_that_ends_is_followed_before_it_does(platform, side, ears):
    (old,) = side.sockets
    await side.say_goodbye()
    await until(lambda: len(side.sockets) == 2, "the second connection")
    assert not old.closed
    await side.deliver(side.mention("ben", "how is web-1?"))
    assert len(ears.heard) == 1


@pytest.mark.parametrize(
    "data", ["", "{", "[]", "7", '{"type": "x", "envelope_id": "e", "payload": 7}', '{"type": 1}']
)
async def test_what_is_no_envelope_is_passed_over(platform, side, ears, data):
    await side.sockets[-1].send_str(data)
    await side.deliver(side.mention("ben", "how is web-1?"))
    assert (len(ears.heard), side.opened) == (1, 1)


@pytest.mark.parametrize("event", [{}, {"type": "message"}, {"user": "U1", "ts": "1.1"}])
async def test_an_event_without_what_it_needs_is_acknowledged_and_dropped(
    platform, side, ears, event
):
    payload = {**side.mention("ben", "x"), "event": {"type": "message", **event}}
    await side.deliver(payload)
    assert ears.heard == []


async def test_a_token_that_is_refused_is_asked_about_seldom(side, ears):
    class Wrong(Secrets):
        async def resolve(self, ref):
            good = await super().resolve(ref)
            return "xapp-wrong" if "app" in ref.reference else good

    platform = made_for(side, ears, Wrong())
    await platform.start(ears)
    await until(lambda: side.sent("apps.connections.open"))
    await asyncio.sleep(0.3)
    assert len(side.sent("apps.connections.open")) == 1
    await platform.stop()


@pytest.mark.parametrize("name", ["slack-bot", "slack-app"])
async def test_a_token_of_another_kind_is_a_fault_of_the_settings(side, ears, name):
    class Wrong(Secrets):
        async def resolve(self, ref):
            return "xoxp-1" if name in ref.reference else await super().resolve(ref)

    with pytest.raises(ConfigError, match=f"overseer.yaml: .*{name}.* begins with x"):
        await made_for(side, ears, Wrong()).start(ears)


async def test_refused_words_are_answered_in_private_where_they_are_seen(platform, side, ears):
    ears.reply = Reply(accepted=False, text="Ask an *Approver* <!here>.")
    event = side.mention("ben", "stop it", thread="1700000000.000001")
    await side.deliver(event)
    (told,) = await until(lambda: side.sent("chat.postEphemeral"))
    assert told["user"] == side.emulator.users["ben"]
    assert told["thread_ts"] == "1700000000.000001"
    assert told["text"] == "Ask an *Approver* &lt;!here&gt;."


def user(side, who, **more):
    return {
        "ok": True,
        "user": {"id": side.emulator.users[who], "team_id": side.emulator.me["team_id"], **more},
    }


OUTSIDERS = {
    "guest": ({"is_restricted": True}, {}, None, Outside.GUEST),
    "single channel": ({"is_ultra_restricted": True}, {}, None, Outside.GUEST),
    "stranger": ({"is_stranger": True}, {}, None, Outside.FOREIGN),
    "other team": ({"team_id": "T0OTHER"}, {}, None, Outside.FOREIGN),
    "other account": ({"id": "U0OTHER"}, {}, None, Outside.SHARED),
    "shared channel": ({}, {"is_ext_shared": True}, None, Outside.SHARED),
    "to be shared": ({}, {"is_pending_ext_shared": True}, None, Outside.SHARED),
    "the event says so": ({}, {}, True, Outside.SHARED),
    "member": ({}, {}, None, None),
    "the event says not": ({}, {"is_ext_shared": True}, False, None),
}


@pytest.mark.parametrize("case", OUTSIDERS)
async def test_outsiders_are_told_from_members(platform, side, ears, case):
    account, channel, says, outside = OUTSIDERS[case]
    side.answers["users.info", side.emulator.users["ben"]] = user(side, "ben", **account)
    side.answers["conversations.info", "*"] = {"ok": True, "channel": channel}
    event = side.mention("ben", "how is web-1?")
    del event["is_ext_shared_channel"]
    if says is not None:
        event["is_ext_shared_channel"] = says
    await side.deliver(event)
    assert [m.outside for m in ears.heard] == [outside]


@pytest.mark.parametrize(
    ("display", "reads"), [("Chris", "Chris"), ("CHRIS", "CHRIS"), ("Christine Doe", "chris")]
)
async def test_who_is_mentioned_in_words_is_called_as_others_read_them(
    platform, side, ears, display, reads
):
    account = side.emulator.users["chris"]
    identity = Identity(surface="slack", account=account)
    chris = Person(name="chris", display=display, roles=frozenset(), identities=(identity,))
    ears.known = People(persons=(chris,))
    await side.deliver(side.mention("ben", f"restart it because <@{account}> asked"))
    assert ears.heard[-1].text == f"restart it because {reads} asked"


async def test_an_account_is_looked_up_once_in_a_while(platform, side, ears):
    await asyncio.gather(
        *(side.deliver(side.mention("ben", f"how is web-{n}?")) for n in range(20))
    )
    assert len(side.sent("users.info")) == 1


async def test_forged_flipped_stale_and_replayed_requests_reach_no_ear(http, side, ears):
    parsed = []
    request = http._listening.request
    http._listening.request = lambda *given: parsed.append(given) or request(*given)
    body, headers = as_json(side.mention("ben", "restart nginx on web-1"))
    flipped = bytes([body[0] ^ 1]) + body[1:]
    now = time.time()
    for given in (
        {"secret": "another"},
        {"signature": "v0=" + "0" * 64},
        {"at": now - 301},
        {"at": now + 400},
    ):
        assert (await side.post(http.port, body, headers=headers, **given))[0] == 401
    good = await side.post(http.port, body, headers=headers, at=now)
    replayed = await side.post(http.port, body, headers=headers, at=now)
    assert (good[0], replayed[0]) == (200, 401)
    assert (await side.post(http.port, flipped, headers=headers, signature="v0=1"))[0] == 401
    assert len(parsed) == 1
    assert len(ears.heard) == 1


async def test_the_address_is_confirmed_to_slack(http, side):
    body = json.dumps({"type": "url_verification", "challenge": "c-1", "token": "t"}).encode()
    status, text = await side.post(http.port, body, headers={"content-type": "application/json"})
    assert status == 200
    assert "c-1" in text


@pytest.mark.parametrize("body", [b"{", b"hello", b"[1]", b'"a"', b"[" * 9000])
async def test_a_signed_body_that_is_no_object_is_a_bad_request(http, side, ears, body):
    status, _ = await side.post(http.port, body, headers={"content-type": "application/json"})
    assert status == 400
    assert ears.heard == []


async def test_a_request_that_was_not_taken_in_may_be_sent_again(http, side, ears):
    ears.error = StoreBusyError("The database is busy.")
    body, headers = as_json(side.mention("ben", "how is web-1?"))
    now = time.time()
    assert (await side.post(http.port, body, headers=headers, at=now))[0] == 500
    ears.error = None
    assert (await side.post(http.port, body, headers=headers, at=now))[0] == 200
    assert len(ears.heard) == 1


async def test_a_person_is_known_by_their_account(platform, side, ears):
    identity = Identity(surface="slack", account=side.emulator.users["ben"])
    ben = Person(name="ben", display="Ben", roles=frozenset(), identities=(identity,))
    ears.known = People(persons=(ben,))
    for who in ("ben", "ana"):
        await side.deliver(side.mention(who, "how is web-1?"))
    assert [m.person for m in ears.heard] == ["ben", None]


def own(side):
    return {"who": side.emulator.me["user_id"], "bot_id": "B0OVERSEER", "app_id": "A0OVERSEER"}


async def test_that_a_message_of_overseers_own_was_deleted_is_heard(platform, side, ears):
    """Bolt would keep it to itself: the root of a command is Overseer's, and goes with no stone."""
    for given in (own(side), {"who": side.emulator.me["user_id"]}):
        await side.deliver(side.deletion(ts="1700000000.000009", **given))
    channel = side.emulator.channels["ops"]
    gone = (f"slack/{channel}/1700000000.000009", f"{channel}/1700000000.000009")
    assert ears.deleted == [gone, gone]


async def test_words_of_slash_me_are_heard_as_any_other(platform, side, ears):
    words = f"<@{side.emulator.me['user_id']}> how is web-1?"
    await side.deliver(side.said("ben", words, subtype="me_message"))
    assert [m.text for m in ears.heard] == ["how is web-1?"]


async def test_overseers_own_words_begin_nothing(platform, side, ears):
    me = side.emulator.me["user_id"]
    mine = [
        side.said(text=f"<@{me}> restart nginx on web-1", **own(side)),
        side.said(me, f"<@{me}> restart nginx on web-1"),
        side.said(text="link K7QF-2M9X-PD4T", **own(side)),
        side.said(text=f"<@{me}> stop everything", subtype="bot_message", **own(side)),
        side.mention(me, "restart nginx on web-1"),
        side.reaction(me, "1700000000.000009"),
        changed(side.said(text=f"<@{me}> restart nginx on web-1", **own(side))),
        changed(side.mention("ben", "restart nginx on web-1")),
    ]
    for payload in mine:
        await side.deliver(payload)
    assert (ears.heard, ears.overheard, ears.reactions, ears.deleted) == ([], [], [], [])


def changed(payload):
    """That this message says something else from now on."""
    event = payload["event"]
    channel = event.pop("channel")
    said = {
        "type": "message", "subtype": "message_changed", "channel": channel, "ts": "1800000000.1",
        "message": {**event, "type": "message"}, "previous_message": {**event, "text": "before"},
    }  # fmt: skip
    return {**payload, "event": said}


async def test_a_channel_made_private_is_called_by_no_name_at_once(platform, side, ears):
    channel = {"name": "merger", "is_channel": True}
    side.answers["conversations.info", "*"] = {"ok": True, "channel": channel}
    said = side.mention("ben", "how is web-1?")
    key = f"slack:{said['event']['channel']}"
    await side.deliver(said)
    async with asyncio.timeout(20):
        while ears.names.get(key, [""])[0] != "merger":
            await asyncio.sleep(0.01)
    made = side.mention("ben", "made this channel *private*.")
    made["event"] |= {"type": "message", "subtype": "channel_convert_to_private"}
    await side.deliver(made)
    assert ears.names[key][0] == ""


@pytest.mark.parametrize(("ago", "late"), [(60, True), (3000, True), (1, False), (10**7, False)])
async def test_what_comes_late_counts_as_it_was_written(platform, side, ears, ago, late):
    written = time.time() - ago
    await side.deliver(side.mention("ben", "skip", ts=f"{written:.6f}"))
    (said,) = ears.heard
    assert not said.missed
    assert (abs(said.at.timestamp() - written) < 1e-3) == late
    assert late or said.at.timestamp() >= written
