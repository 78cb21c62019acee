"""What was said in Slack while Overseer was away: heard once, in order, from Slack's history."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import time

import pytest
from aiohttp import web

from bot.adapters.slack import missed, platform
from bot.adapters.slack.heard import Heard
from bot.domain.intents import Question
from bot.domain.messages import Reply, ThreadRef
from bot.errors import StoreBusyError
from bot.testing.manual_clock import ManualClock
from tests.rigs.slack_fixtures import ears, emulator, side, stage_of  # noqa: F401
from tests.rigs.slack_missed import (  # noqa: F401
    MARK,
    ask,
    caught_up,
    direct,
    heard,
    life,
    nothing_older,
    say,
    store,
    was_here,
)
from tests.rigs.slack_side import made_for
from tests.rigs.test_slack_jobs import seen

pytestmark = pytest.mark.slack


async def test_what_was_said_while_it_was_away_is_heard_in_order_and_the_rest_is_not(
    side, ears, store, was_here, life
):
    async with life():
        first = side.mention("ben", "how is web-0?", ts=say(side, "ben", "hello"))
        await side.deliver(first)
    await store.write(lambda u: u.put(MARK, was_here))
    group, alone = side.emulator.group("ana", "ben"), direct(side, "vera")
    ask(side, "ben", "how is web-1?")
    root = say(side, "ana", "look at this")
    ask(side, "chris", "how is web-2?", thread_ts=root)
    say(side, "ana", "I look", thread_ts=root)
    ask(side, "ben", "how is web-3?", channel=group)
    say(side, "ben", "not for it", channel=group)
    say(side, "vera", "how is web-4?", channel=alone)
    last = ask(side, "ana", "how is web-5?")
    begun = time.time()
    async with life():
        here = [m for m in ears.heard if m.thread.channel == side.emulator.channels["ops"]]
        asked = [f"how is web-{n}?" for n in (0, 1, 2, 5)]
        assert [m.text for m in here] == asked
        assert sorted(heard(ears)) == [f"how is web-{n}?" for n in range(6)]
        assert here[2].thread.thread == root
        assert [m.at.timestamp() for m in here[1:]] == [float(m.remote) for m in here[1:]]
        assert here[-1].event_id == f"{side.emulator.channels['ops']}/{last}"
        # Slack brings one of them late, as an event of its own
        await side.deliver(side.mention("ana", "how is web-5?", ts=last))
        assert len(ears.heard) == 6
    assert all(float(f["oldest"]) >= begun - 3600 for f in side.sent("conversations.history"))


async def test_the_first_start_of_all_asks_for_nothing(side, ears, store, life):
    ask(side, "ben", "how is web-1?")
    begun = time.time()
    async with life():
        assert side.sent("conversations.history") == []
        assert begun <= await store.read(lambda u: u.get(MARK)) <= time.time()
    assert ears.heard == []
    async with life():
        assert side.sent("conversations.history") != []


@pytest.mark.parametrize("overlap", [0.0, 120.0])
async def test_what_was_heard_moves_the_mark_and_nobody_is_told_twice(
    side, ears, store, was_here, life, monkeypatch, overlap
):
    ops = side.emulator.channels["ops"]
    text = f"how is web-77 {overlap}?"
    ts = ask(side, "guest", text)
    ears.reply = Reply(accepted=False, text="I do not know you.")
    async with life():
        await seen(lambda: side.sent("chat.postEphemeral"), "the refusal")
    assert await store.read(lambda u: u.get(MARK + ops)) == float(ts)
    monkeypatch.setattr(missed, "OVERLAP_S", overlap)
    before = ears.deliveries
    async with life():
        assert float(side.sent("conversations.history")[-1]["oldest"]) < time.time()
    assert (ears.deliveries > before) == bool(overlap)
    assert heard(ears).count(text) == 1
    await asyncio.sleep(0.1)
    assert len(side.sent("chat.postEphemeral")) == 1


async def test_the_mark_never_passes_what_is_still_taken_in(store):
    noted = Heard(store)
    with noted.taking("C1", "5.000000"):
        with noted.taking("C1", "6.000000"):
            pass
        await noted.write()
        assert await store.read(lambda u: u.get(MARK + "C1")) == pytest.approx(4.999999)
    await noted.write()
    assert await store.read(lambda u: u.get(MARK + "C1")) == 6.0


async def test_what_is_heard_meanwhile_is_told_once_and_moves_no_mark(
    side, ears, store, was_here, monkeypatch
):
    monkeypatch.setattr(missed, "FIRST_RETRY_S", 0.05)
    ops = side.emulator.channels["ops"]
    ears.reply = Reply(accepted=False, text="I do not know you.")
    side.faults.append(
        down := lambda m, _: web.Response(status=503) if m == "conversations.history" else None
    )
    made = made_for(side, ears, store=store)
    await made.start(ears)
    await seen(lambda: side.sent("conversations.history"), "a try")
    early = ask(side, "ben", "how is web-1?")
    late = ask(side, "guest", "how is web-2?")
    await side.deliver(side.mention("guest", "how is web-2?", ts=late))
    await made._heard.write()
    assert await store.read(lambda u: u.get(MARK + ops)) is None
    side.faults.remove(down)
    await caught_up(made)
    await made._heard.write()
    assert await store.read(lambda u: u.get(MARK + ops)) == float(late)
    await seen(lambda: len(side.sent("chat.postEphemeral")) == 2, "both refusals")
    await asyncio.sleep(0.1)
    await made.stop()
    assert [(m.text, m.remote) for m in ears.heard] == [
        ("how is web-2?", late), ("how is web-1?", early),
    ]  # fmt: skip
    assert (ears.deliveries, len(side.sent("chat.postEphemeral"))) == (2, 2)


@pytest.mark.parametrize("long", [False, True])
async def test_a_long_pause_of_the_socket_is_made_up_for(side, ears, life, monkeypatch, long):
    mine = f"box-{long}"  # the emulator's time goes by seconds: others' words are in this one too

    def asked():
        return {text for text in heard(ears) if mine in text}

    async with life() as made:
        await side.deliver(side.mention("ben", f"how is {mine}-1?", ts=say(side, "ben", "hello")))
        monkeypatch.setattr(platform, "PAUSE_S", 0.0 if long else 60.0)
        monkeypatch.setattr(missed, "OVERLAP_S", 1.0)
        monkeypatch.setattr(made._missed, "begin", counted := Counted(made._missed.begin))
        await side.cut()
        ask(side, "ben", f"how is {mine}-2?")
        await seen(lambda: side.opened == 2 and side.sockets, "the second connection")
        await side.deliver(side.mention("ben", f"how is {mine}-3?", ts=say(side, "ben", "hello")))
        await caught_up(made)
        await seen(lambda: len(asked()) == 2 + long)
        assert counted.calls == long
        await side.say_goodbye()
        await seen(lambda: side.opened == 3 and len(side.sockets) > 1, "the third connection")
        await asyncio.sleep(0.1)
        assert counted.calls == long  # there was no moment without one
    assert asked() == {f"how is {mine}-{n}?" for n in ((1, 2, 3) if long else (1, 3))}


class Counted:
    def __init__(self, call):
        self.call, self.calls = call, 0

    def __call__(self):
        self.calls += 1
        return self.call()


async def test_by_http_it_is_made_up_for_at_a_start(side, ears, was_here, life):
    ask(side, "ben", "how is web-1?")
    async with life(mode="http"):
        assert heard(ears) == ["how is web-1?"]


async def test_a_limit_of_slacks_is_kept(side, ears, was_here, life):
    ask(side, "ben", "how is web-1?")
    busy = [web.Response(status=429, headers={"Retry-After": "0.2"}) for _ in range(3)]
    at = []

    def limited(method, _):
        if method != "conversations.history":
            return None
        at.append(time.monotonic())
        return busy.pop() if busy else None

    side.faults.append(limited)
    async with life():
        assert heard(ears) == ["how is web-1?"]
    assert at[3] - at[0] >= 0.6


async def test_it_makes_no_more_calls_in_a_minute_than_slack_takes(side, ears, store):
    await store.write(lambda u: u.put(MARK, time.time() - 60))
    talks = [{"id": f"C{n:04}", "is_member": True} for n in range(60)]
    side.answers["users.conversations", "*"] = {"ok": True, "channels": []}
    side.answers["conversations.history", "*"] = {"ok": True, "messages": []}
    side.faults.append(
        lambda method, form: (
            web.json_response({"ok": True, "channels": talks})
            if method == "users.conversations" and form["types"] == "public_channel"
            else None
        )
    )
    clock = ManualClock()
    made = made_for(side, ears)
    made._api.open("xoxb-emulated-1")
    noted = Heard(store)
    reader = missed.Missed(made._api, clock, noted, "U0ME", take=None, gone=None)
    assert reader.begin()
    task = asyncio.ensure_future(reader.catch_up())
    await seen(lambda: len(side.calls) == missed.PER_MINUTE, "the first minute")
    await clock.advance(59)
    await asyncio.sleep(0.1)
    assert len(side.calls) == missed.PER_MINUTE
    await clock.advance(2)
    await asyncio.wait_for(task, 20)
    assert len(side.calls) == 64
    await made._api.close()


async def test_no_more_than_a_day_is_read(side, ears, store, was_here, life):
    ops = side.emulator.channels["ops"]
    await store.write(lambda u: u.put(MARK + ops, time.time() - 3 * 86400))
    async with life():
        asked = {f["channel"]: float(f["oldest"]) for f in side.sent("conversations.history")}
    assert asked[ops] == pytest.approx(time.time() - 86400, abs=600)


async def test_what_was_said_before_it_came_is_none_of_its_business(side, ears, was_here, life):
    ops, me = side.emulator.channels["ops"], side.emulator.me["user_id"]
    now = time.time()
    said = [
        {"ts": f"{now + n:.6f}", "user": side.emulator.users["ben"], "text": f"<@{me}> web-{n}?"}
        for n in range(3)
    ]
    came = {"ts": f"{now + 0.5:.6f}", "user": me, "subtype": "channel_join", "text": "came"}
    side.answers["conversations.history", "*"] = {"ok": True, "messages": []}
    side.faults.append(
        lambda method, form: (
            web.json_response({"ok": True, "messages": [*said, came][::-1]})
            if method == "conversations.history" and form["channel"] == ops
            else None
        )
    )
    async with life():
        assert heard(ears) == ["web-1?", "web-2?"]


@pytest.mark.parametrize("fault", ["store", "slack", "members"])
async def test_what_can_not_be_taken_in_now_is_taken_in_later(
    side, ears, store, was_here, monkeypatch, fault
):
    monkeypatch.setattr(missed, "FIRST_RETRY_S", 0.05)
    ask(side, "ben", "how is web-1?")
    if fault == "store":
        ears.error = StoreBusyError("The database is busy.")
    name = {"slack": "conversations.history", "members": "users.info"}.get(fault)
    side.faults.append(down := lambda m, _: web.Response(status=503) if m == name else None)
    made = made_for(side, ears, store=store)
    await made.start(ears)
    await seen(lambda: ears.deliveries or side.sent(name or ""), "a try")
    await asyncio.sleep(0.2)
    assert ears.heard == []
    ears.error = None
    side.faults.remove(down)
    await caught_up(made)
    await made.stop()
    assert heard(ears) == ["how is web-1?"]
    assert side.sent("chat.postEphemeral") == []


async def test_what_breaks_inside_holds_nothing_else_up(side, ears, was_here, life):
    ask(side, "ben", "how is web-1?")
    ask(side, "ben", "how is web-2?")
    took = ears.on_message

    async def breaking(message):
        if "web-1" in message.text:
            raise RuntimeError("broke")
        return await took(message)

    ears.on_message = breaking
    async with life():
        assert heard(ears) == ["how is web-2?"]


async def test_a_right_that_is_missing_leaves_the_rest(side, ears, was_here, life):
    ask(side, "ben", "how is web-1?")
    side.faults.append(
        lambda method, form: (
            web.json_response({"ok": False, "error": "missing_scope", "needed": "im:read"})
            if method == "users.conversations" and form["types"] == "im"
            else None
        )
    )
    async with life():
        assert heard(ears) == ["how is web-1?"]


async def test_who_was_answered_directly_is_read_as_no_channel(side, ears, store, was_here, life):
    account = f"@{side.emulator.users['ben']}"
    place = ThreadRef(surface="slack", channel=account, thread="")  # `/overseer stop` was said
    await store.write(lambda u: u.say(place, "ben", "stop"))
    await store.write(lambda u: u.ask(place, Question(about="host", text="Which?"), "stop", "ben"))
    async with life():
        read = [f["channel"] for f in side.sent("conversations.history")]
    assert side.emulator.channels["ops"] in read
    assert account not in read
