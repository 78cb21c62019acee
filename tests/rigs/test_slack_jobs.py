"""From a sentence in Slack to a changed host, through the real SDKs, by both of Slack's ways."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import json
import random
import time

import pytest
from aiohttp import web

from bot.domain.messages import Identity, Message, ThreadRef
from tests.rigs.slack_fixtures import emulator, side, stage_of  # noqa: F401
from tests.rigs.slack_side import as_form, as_json, buttons_of

pytestmark = pytest.mark.slack


async def seen(look, what="it"):
    """What `look` finds, as soon as it finds something."""
    for _ in range(1200):
        if found := look():
            return found
        await asyncio.sleep(0.025)
    raise AssertionError(f"{what} was not to be seen")


def message_with(side, thread, button):
    def look():
        said = side.emulator.said_in(side.emulator.channels["ops"], thread)
        return next((m for m in said if button in buttons_of(m)), None)

    return look


def cards(side, thread):
    """The messages of a thread but for notices, which begin by mentioning somebody."""
    said = side.emulator.said_in(side.emulator.channels["ops"], thread)
    return [m for m in said if not m["text"].startswith("<@")]


def texts(side, thread):
    return [m["text"] for m in cards(side, thread)]


class Socket:
    """Events by the socket."""

    def __init__(self, side, stage):
        self.side = side

    async def event(self, payload):
        await self.side.deliver(payload)

    async def act(self, payload):
        return await self.side.deliver(payload, "interactive")

    async def command(self, payload):
        return await self.side.deliver(payload, "slash_commands")


class Http:
    """Events by signed requests."""

    def __init__(self, side, stage):
        self.side, self.stage, self.sent = side, stage, 0

    async def event(self, payload):
        await self._post(*as_json(payload))

    async def act(self, payload):
        return await self._post(*as_form(payload))

    async def command(self, payload):
        return json.loads(await self._post(*as_form(payload)))

    async def _post(self, body, headers):
        self.sent += 1  # Slack sends nothing twice in the same second
        status, text = await self.side.post(
            self.stage.platform.port, body, headers=headers, at=time.time() - self.sent
        )
        assert status == 200
        return text


WAYS = {"socket": Socket, "http": Http}


@pytest.fixture(params=WAYS)
async def room(request, side, stage_of):
    async with stage_of(mode=request.param) as stage:
        stage.service("web-1", "nginx", "active")
        way = WAYS[request.param](side, stage)
        yield side, stage, way


async def asked(side, way, text="restart nginx on web-1 because new certificate", who="ben"):
    event = side.mention(who, text)
    await way.event(event)
    return event["event"]["ts"]


async def test_asked_planned_approved_and_run(room):
    side, stage, way = room
    thread = await asked(side, way)
    card = await seen(message_with(side, thread, "approve"), "the plan")
    assert card["metadata"]["event_payload"]["nonce"]
    await way.act(side.click("chris", card, buttons_of(card)["approve"]))
    await seen(lambda: any("DONE" in t or "SUCCEEDED" in t for t in texts(side, thread)), "the end")
    assert stage.changes() == [("web-1", ("systemctl", "restart", "--", "nginx.service"))]
    (card,) = cards(side, thread)  # edited in place
    assert "approve" not in buttons_of(card)
    posts = side.sent("chat.postMessage")
    assert all(p["unfurl_links"] == p["unfurl_media"] == "false" for p in posts)


async def test_a_storm_loses_no_card_and_doubles_none(room):
    side, _stage, way = room
    dice = random.Random(7)

    async def stormy(method, form):
        """A third of what is sent is refused, or taken and its answer lost."""
        if method not in ("chat.postMessage", "chat.update") or dice.random() > 0.35:
            return None
        if dice.random() < 0.5:
            return web.Response(status=429, headers={"Retry-After": "0"})
        if dice.random() < 0.5:
            packed = {k: v if isinstance(v, str) else json.dumps(v) for k, v in form.items()}
            side.emulator.call(method, **packed)
        return web.Response(status=500)

    side.faults.append(stormy)
    threads = [await asked(side, way, f"how is web-{n}?") for n in (1, 2, 3) * 3]
    threads.append(await asked(side, way))
    card = await seen(message_with(side, threads[-1], "approve"), "the plan")
    await way.act(side.click("chris", card, buttons_of(card)["approve"]))
    await seen(lambda: any("SUCCEEDED" in t or "DONE" in t for t in texts(side, threads[-1])))
    await seen(lambda: all(len(texts(side, t)) == 1 for t in threads), "every card, once")
    await asyncio.sleep(0.3)
    assert all(len(texts(side, t)) == 1 for t in threads)
    assert not any("looking" in t.lower() for t in texts(side, threads[0]))


async def test_denying_asks_for_a_reason_in_a_window(room):
    side, stage, way = room
    thread = await asked(side, way)
    card = await seen(message_with(side, thread, "deny"), "the plan")
    await way.act(side.click("chris", card, buttons_of(card)["deny"]))
    (opened,) = await seen(lambda: side.sent("views.open"), "the window")
    await way.act(side.submission("chris", opened["view"], text="not during the sale"))
    await seen(lambda: any("DENIED" in t for t in texts(side, thread)), "the denial")
    said = json.dumps(side.sent("chat.update")[-1])
    assert "not during the sale" in said
    assert stage.changes() == []


async def test_changing_asks_for_the_words_in_a_window(room):
    side, stage, way = room
    stage.service("web-2", "nginx", "active")
    thread = await asked(side, way, "restart nginx on web-1 and web-2")
    card = await seen(message_with(side, thread, "change"), "the plan")
    await way.act(side.click("chris", card, buttons_of(card)["change"]))
    (told,) = await seen(lambda: side.sent("chat.postEphemeral"), "the refusal")
    assert "#1 is Ben's to change." in told["text"]
    assert side.sent("views.open") == []
    await way.act(side.click("ben", card, buttons_of(card)["change"]))
    (opened,) = await seen(lambda: side.sent("views.open"), "the window")
    assert "What should be different?" in json.dumps(opened["view"])
    await way.act(side.submission("ben", opened["view"], text="not web-2"))
    await seen(lambda: "revision 2" in json.dumps(cards(side, thread)), "the change")
    assert stage.changes() == []


async def test_a_refused_click_is_answered_in_private(room):
    side, stage, way = room
    thread = await asked(side, way)
    card = await seen(message_with(side, thread, "approve"), "the plan")
    await way.act(side.click("vera", card, buttons_of(card)["approve"]))
    (told,) = await seen(lambda: side.sent("chat.postEphemeral"), "the refusal")
    assert told["user"] == side.emulator.users["vera"]
    assert told["thread_ts"] == thread
    assert "approve" in told["text"].lower()
    assert stage.changes() == []


async def test_a_late_click_gets_a_sentence(room):
    side, stage, way = room
    thread = await asked(side, way)
    card = await seen(message_with(side, thread, "approve"), "the plan")
    await way.act(side.click("ben", card, buttons_of(card)["cancel"]))
    await seen(lambda: any("CANCELLED" in t for t in texts(side, thread)), "the end")
    await way.act(side.click("chris", card, buttons_of(card)["approve"]))
    chris = side.emulator.users["chris"]
    await seen(
        lambda: [t for t in side.sent("chat.postEphemeral") if t["user"] == chris], "the sentence"
    )
    assert stage.changes() == []


async def test_a_reaction_is_no_vote_and_gets_one_private_hint(room):
    side, stage, way = room
    thread = await asked(side, way)
    card = await seen(message_with(side, thread, "approve"), "the plan")
    chris = side.emulator.users["chris"]
    alone = side.emulator.call("conversations.open", users=chris)["channel"]["id"]
    before = {m["ts"] for m in side.emulator.said_in(alone)}

    def hints():
        said = [m for m in side.emulator.said_in(alone) if m["ts"] not in before]
        return [m["text"] for m in said if "no vote" in m["text"]]

    await way.event(side.reaction("chris", thread, "eyes"))
    await way.event(side.reaction("chris", "1600000000.000100"))
    await way.event(side.reaction("overseer", card["ts"]))
    await way.event(side.reaction("guest", card["ts"]))
    await way.event(side.reaction("chris", card["ts"], "thumbsup::skin-tone-2"))
    (hint,) = await seen(hints, "the hint")
    assert "A reaction is no vote" in hint
    assert "Approve" in hint
    await way.event(side.reaction("chris", card["ts"], "tada"))
    await way.event(side.reaction("chris", thread))
    await stage.settle()
    await asyncio.sleep(0.2)
    assert len(hints()) == 1
    assert stage.changes() == []


async def test_a_question_is_answered_by_a_button(room):
    side, _stage, way = room
    thread = await asked(side, way, "restart nginx on web-9 because new certificate")
    card = await seen(message_with(side, thread, "option"), "the question")
    await way.act(side.click("ben", card, buttons_of(card)["option"]))
    await seen(message_with(side, thread, "approve"), "the plan")


@pytest.mark.parametrize("stone", [False, True], ids=["deleted", "tombstone"])
async def test_a_deleted_request_takes_its_plan_back(room, stone):
    side, _stage, way = room
    thread = await asked(side, way)
    await seen(message_with(side, thread, "approve"), "the plan")
    channel = side.emulator.channels["ops"]
    former = {"ts": thread, "user": side.emulator.users["ben"]}
    event = {"subtype": "message_deleted", "deleted_ts": thread, "previous_message": former}
    if stone:
        event = {
            "subtype": "message_changed", "previous_message": {**former, "thread_ts": thread},
            "message": {"subtype": "tombstone", "ts": thread, "thread_ts": thread, "user": "USLACKBOT"},
        }  # fmt: skip
    gone = {
        **side.said("ben", ""),
        "event": {"type": "message", "channel": channel, "ts": "9.9", **event},
    }
    await way.event(gone)
    await seen(lambda: any("CANCELLED" in t for t in texts(side, thread)), "the end")


async def test_what_a_command_asked_for_goes_with_what_stands_above_it(room):
    side, _stage, way = room
    await way.command(side.command("ben", "restart nginx on web-1 because new certificate"))
    ops = side.emulator.channels["ops"]
    root = [m["ts"] for m in side.emulator.said_in(ops) if "asks" in json.dumps(m)][-1]
    await seen(message_with(side, root, "approve"), "the plan")
    stone = {"subtype": "tombstone", "ts": root, "thread_ts": root, "user": "USLACKBOT"}
    former = {"ts": root, "thread_ts": root, "user": side.emulator.me["user_id"]}
    event = {"subtype": "message_changed", "message": stone, "previous_message": former}
    await way.event({
        **side.said("ben", ""),
        "event": {"type": "message", "channel": ops, "ts": "9.9", **event},
    })  # fmt: skip
    await seen(lambda: any("CANCELLED" in t for t in texts(side, root)), "the end")


async def test_an_edited_message_changes_nothing(room):
    side, stage, way = room
    thread = await asked(side, way)
    await seen(message_with(side, thread, "approve"), "the plan")
    channel = side.emulator.channels["ops"]
    edited = {"ts": thread, "user": side.emulator.users["ben"], "text": "stop nginx on web-2"}
    await way.event({
        **side.said("ben", ""),
        "event": {"type": "message", "channel": channel, "ts": "9.9", "subtype": "message_changed",
                  "message": edited, "previous_message": edited},
    })  # fmt: skip
    await stage.settle()
    assert len(texts(side, thread)) == 1


async def test_the_same_message_by_two_events_is_one_request(room):
    side, stage, way = room
    event = side.mention("ben", "restart nginx on web-1 because new certificate")
    again = {**event, "event_id": "Ev-other", "event": {**event["event"], "type": "message"}}
    for each in (event, again, event):
        await way.event(each)
    thread = event["event"]["ts"]
    await seen(message_with(side, thread, "approve"), "the plan")
    await stage.settle()
    await asyncio.sleep(0.2)
    assert len(cards(side, thread)) == 1


async def test_words_of_others_in_its_threads_are_not_addressed(room):
    side, stage, way = room
    heard = []
    ears = stage.ears.on_message

    async def noted(message):
        heard.append((message.text, message.addressed, message.person))
        return await ears(message)

    stage.app.pipeline.on_message = noted
    thread = await asked(side, way)
    await seen(message_with(side, thread, "approve"), "the plan")
    await way.event(side.said("vera", "looks risky to me", thread=thread))
    await way.event(side.said("vera", "elsewhere", thread="1600000000.000100"))
    await way.event(side.said("vera", "in the channel"))
    await way.event(side.said("overseer", "my own words", thread=thread))
    await way.event(side.said("ben", "a bot's words", thread=thread, bot_id="B1"))
    assert [each[1:] for each in heard] == [(True, "ben"), (False, "vera")]
    assert heard[1][0] == "looks risky to me"


async def test_a_direct_message_begins_a_thread(room):
    side, _stage, way = room
    user = side.emulator.users["ben"]
    channel = side.emulator.call("conversations.open", users=user)["channel"]["id"]
    event = side.said("ben", "how is web-1?", channel=channel, channel_type="im")
    await way.event(event)
    posted = await seen(lambda: side.sent("chat.postMessage"), "the answer")
    assert (posted[0]["channel"], posted[0]["thread_ts"]) == (channel, event["event"]["ts"])


async def test_the_command_asks_in_a_new_thread_and_says_where(room):
    side, _stage, way = room
    told = await way.command(side.command("ben", "restart nginx on web-1 because new certificate"))
    said = side.emulator.said_in(side.emulator.channels["ops"])
    root = next(m for m in reversed(said) if "asks" in json.dumps(m))
    assert "open" in told["text"] or root["ts"].replace(".", "") in told["text"]
    await seen(message_with(side, root["ts"], "approve"), "the plan")


async def test_a_command_that_is_refused_leaves_nothing_behind(room):
    side, _stage, way = room
    told = await way.command(side.command("guest", "restart nginx on web-1"))
    assert told["text"]
    assert side.sent("chat.postMessage") == []


async def test_the_home_tells_where_what_was_asked_elsewhere_can_be_decided(room):
    side, stage, way = room
    asks = Message(
        event_id="w1", thread=ThreadRef(surface="web", channel="ben", thread="t1"), person="ben",
        identity=Identity(surface="web", account="ben"), text="restart nginx on web-1",
        at=stage.clock.now(),
    )  # fmt: skip
    await stage.ears.on_message(asks)
    for _ in range(400):  # its copy is on its way
        await way.event(side.said("chris", "", kind="app_home_opened", tab="home"))
        views = [json.dumps(each["view"]) for each in side.sent("views.publish")]
        if any("on the page, and its card under Messages" in view for view in views):
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError(f"no way to it in {views[-1]}")


@pytest.mark.parametrize("text", ["", "help"])
async def test_the_command_alone_helps_in_private(room, text):
    side, _stage, way = room
    told = await way.command(side.command("ben", text))
    assert told["response_type"] == "ephemeral"
    assert "/overseer " in json.dumps(told["blocks"])
    assert side.sent("chat.postMessage") == []


async def test_the_home_shows_what_waits_what_was_asked_and_the_hosts(room):
    side, stage, way = room
    thread = await asked(side, way)
    await seen(message_with(side, thread, "approve"), "the plan")
    channel = f"slack:{side.emulator.channels['ops']}"
    await stage.app.store.write(lambda u: u.keep("called", channel, {"name": "ops"}))
    for who in ("chris", "ben", "guest"):
        event = side.said(who, "", kind="app_home_opened", tab="home")
        await way.event(event)
    shown = await seen(lambda: len(side.sent("views.publish")) == 3 and side.sent("views.publish"))
    by = {each["user_id"]: json.dumps(each["view"]) for each in shown}
    waits = by[side.emulator.users["chris"]]
    assert "restart nginx" in waits
    assert f"p{thread.replace('.', '')}" in waits
    assert "web-1" in waits
    assert "asked by" in waits
    assert "#1 restart nginx" in by[side.emulator.users["ben"]]
    assert "link slack" in by[side.emulator.users["guest"]]
