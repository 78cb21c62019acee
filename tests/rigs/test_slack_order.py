"""What Slack's history brings against what comes by itself: in order, once, and never after a stop."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import json

import pytest
from aiohttp import web

from bot.adapters.slack import heard as marks
from bot.adapters.slack import missed
from bot.adapters.slack.held import HELD, SAY_AGAIN
from bot.adapters.slack.whispers import Place
from bot.domain.messages import ThreadRef
from bot.errors import StoreBusyError
from bot.ports import PlanFilter
from tests.rigs.slack_fixtures import ears, emulator, side, stage_of  # noqa: F401
from tests.rigs.slack_missed import (  # noqa: F401
    MARK,
    ask,
    caught_up,
    direct,
    heard,
    life,
    say,
    store,
    was_here,
)
from tests.rigs.slack_side import made_for
from tests.rigs.test_slack_away import away
from tests.rigs.test_slack_jobs import message_with, seen

pytestmark = pytest.mark.slack


@pytest.fixture
def nothing_older(monkeypatch):
    """The workspace outlives a test: what was said in others is left alone."""
    monkeypatch.setattr(missed, "OVERLAP_S", 0.0)


@pytest.fixture
def slow(side):
    """Slack's history does not answer before this is set."""
    gate = asyncio.Event()

    async def hold(method, form):
        if method == "conversations.history":
            await gate.wait()

    side.faults.append(hold)
    yield gate
    gate.set()


async def started(side, ears, store):
    made = made_for(side, ears, store=store)
    await made.start(ears)
    await seen(lambda: made._socket and made._socket.connected.is_set(), "the socket")
    return made


async def back(stage):
    """Overseer is there again, and has caught up."""
    await stage.revive()
    await seen(lambda: stage.platform._socket and stage.platform._socket.connected.is_set())
    await caught_up(stage.platform)
    await stage.settle()


async def requests(stage):
    found = await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=50)))
    return [(s.plan.requester, s.plan.request, s.state.value) for s in found]


# -- what was judged stays judged, with the overlap that is shipped ---------------------------


async def test_what_was_refused_is_no_request_after_linking_and_a_restart(side, stage_of):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        people = stage.home.people.read_text()
        vera = f"'slack:{side.emulator.users['vera']}'"
        stage.home.people.write_text(people.replace(f"{vera}, ", "").replace(vera, ""))
        await stage.app.reload(by="ana")
        alone = direct(side, "vera")
        ts = say(side, "vera", "how is web-1?", channel=alone)
        await side.deliver(side.said("vera", "how is web-1?", channel=alone, ts=ts))
        await seen(lambda: side.sent("chat.postEphemeral"), "the refusal")
        stage.home.people.write_text(people)
        await stage.app.reload(by="ana")
        await away(stage, crash=False)
        await back(stage)
        assert [f for f in side.sent("conversations.history") if f["channel"] == alone]
        assert "vera" not in [who for who, *_ in await requests(stage)]
        assert len(side.sent("chat.postEphemeral")) == 1


async def test_words_to_others_are_no_request_after_a_handover_and_a_restart(side, stage_of):
    async with stage_of() as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx", "active")
        text, words = "restart nginx on web-1 because new certificate", "restart nginx on web-2 now"
        root = ask(side, "ben", text)
        await side.deliver(side.mention("ben", text, ts=root))
        await seen(message_with(side, root, "approve"), "the plan")
        for who, said in (("ana", words), ("ben", "hand over to ana")):
            ts = say(side, who, said, thread_ts=root)
            await side.deliver(side.said(who, said, thread=root, ts=ts))
            await stage.settle()
        await away(stage, crash=False)
        await back(stage)
        assert words not in [text for _, text, _ in await requests(stage)]


# -- in order ---------------------------------------------------------------------------------


async def test_what_comes_meanwhile_waits_for_what_was_missed_and_a_stop_does_not(
    side, ears, store, was_here, slow, nothing_older
):
    ask(side, "ben", "restart nginx on web-1")
    made = await started(side, ears, store)
    late = ask(side, "ben", "only on web-2")
    event = side.mention("ben", "only on web-2", ts=late)
    await side.deliver(event, tries=1, wait_s=3)  # acknowledged at once, and heard in its turn
    twin = {**event, "event": {**event["event"], "type": "message"}}
    await side.deliver(twin, tries=1, wait_s=3)
    await side.deliver(side.mention("ana", "stop", ts=ask(side, "ana", "stop")))
    assert heard(ears) == ["stop"]
    assert await held(store) == [f"slack/{side.emulator.channels['ops']}/{late}"]
    slow.set()
    await caught_up(made)
    await seen_of(store, [])
    assert heard(ears) == ["stop", "restart nginx on web-1", "only on web-2"]
    assert [m.missed for m in ears.heard] == [False, True, True]
    await made.stop()


async def held(store):
    return await store.read(lambda u: list(u.kept_keys(HELD)))


async def seen_of(store, keys):
    """What is held is this, soon."""
    for _ in range(1000):
        if await held(store) == keys:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await held(store))


async def test_what_can_not_be_written_down_is_not_acknowledged(
    side, ears, store, was_here, slow, monkeypatch, nothing_older
):
    made = await started(side, ears, store)
    event = side.mention("ben", "how is box-77?", ts=ask(side, "ben", "how is box-77?"))

    async def busy(work, **how):
        raise StoreBusyError("The database is busy.")

    with monkeypatch.context() as patch:
        patch.setattr(store, "write", busy)
        with pytest.raises(AssertionError, match="never acknowledged"):
            await side.deliver(event, tries=2)
    await side.deliver(event)
    slow.set()
    await caught_up(made)
    await seen_of(store, [])
    assert heard(ears).count("how is box-77?") == 1
    await made.stop()


async def test_the_mark_stays_below_what_was_not_heard_when_it_stopped(
    side, ears, store, was_here, slow, nothing_older
):
    ops = side.emulator.channels["ops"]
    made = await started(side, ears, store)
    late = ask(side, "ben", "how is box-78?")
    await side.deliver(side.mention("ben", "how is box-78?", ts=late), tries=1, wait_s=3)
    made._heard.release(ops)  # its turn comes in the same moment
    await made.stop()
    assert ears.heard == []
    assert await held(store) == [f"slack/{ops}/{late}"]
    assert float(await store.read(lambda u: u.get(MARK + ops)) or 0.0) < float(late)


async def test_what_was_held_and_can_be_read_nowhere_is_to_be_said_again(
    side, ears, store, was_here, life
):
    ops, said = side.emulator.channels["ops"], "1600000000.000001"
    place = Place(account=side.emulator.users["ben"], channel=ops)
    for ts in (said, "1600000000.000002"):
        key = f"slack/{ops}/{ts}"
        await store.write(lambda u, k=key: u.keep(HELD, k, place.model_dump()))
    await store.write(lambda u: u.receive("slack", f"{ops}/1600000000.000002"))
    async with life():
        await seen_of(store, [])
        (told,) = await seen(lambda: side.sent("chat.postEphemeral"))
    assert (told["text"], told["user"]) == (SAY_AGAIN, place.account)
    async with life():
        await asyncio.sleep(0.1)
    assert len(side.sent("chat.postEphemeral")) == 1


async def test_it_waits_only_for_so_long(side, ears, store, was_here, slow, monkeypatch):
    monkeypatch.setattr(marks, "PATIENCE_S", 0.05)
    made = await started(side, ears, store)
    await side.deliver(side.mention("ben", "how is web-1?", ts=ask(side, "ben", "how is web-1?")))
    await seen(lambda: heard(ears) == ["how is web-1?"])
    assert made._missed._at_it
    await made.stop()


async def test_what_waits_as_it_stops_is_the_next_starts(
    side, ears, store, was_here, slow, life, nothing_older
):
    made = await started(side, ears, store)
    late = ask(side, "ben", "how is web-7?")
    await side.deliver(side.mention("ben", "how is web-7?", ts=late), tries=1, wait_s=3)
    await made.stop()
    assert ears.heard == []
    slow.set()
    async with life():
        assert heard(ears) == ["how is web-7?"]
        await seen_of(store, [])
    assert side.sent("chat.postEphemeral") == []


async def test_what_was_said_before_a_stop_that_was_obeyed_is_dropped(side, stage_of, monkeypatch):
    monkeypatch.setattr(missed, "OVERLAP_S", 1.0)  # what the emulator's time lacks
    text = "restart nginx on web-2 because new certificate"
    async with stage_of() as stage:
        stage.service("web-2", "nginx", "active")
        first = ask(side, "ben", "what is waiting?")
        await side.deliver(side.mention("ben", "what is waiting?", ts=first))
        await stage.settle()
        await away(stage, crash=False)
        root = ask(side, "ben", text)
        gate = asyncio.Event()

        async def hold(method, form):
            if method == "conversations.history":
                await gate.wait()

        side.faults.append(hold)
        await stage.revive()
        stop = ask(side, "ben", "stop", thread_ts=root)
        await side.deliver(side.mention("ben", "stop", thread=root, ts=stop))
        await stage.settle()
        gate.set()
        await caught_up(stage.platform)
        await stage.settle()
        assert text not in [asked for _, asked, _ in await requests(stage)]
        await seen(
            lambda: any("Dropped:" in json.dumps(m) for m in side.emulator.said_in(
                side.emulator.channels["ops"], root)), "its end",
        )  # fmt: skip


# -- one channel that can't be read -----------------------------------------------------------


async def test_a_channel_that_keeps_failing_holds_up_no_other_and_is_read_when_it_can_be(
    side, ears, store, was_here, monkeypatch, nothing_older
):
    monkeypatch.setattr(missed, "FIRST_RETRY_S", 0.02)
    monkeypatch.setattr(missed, "LONGEST_RETRY_S", 0.05)
    monkeypatch.setattr(missed, "PER_MINUTE", 10_000)
    ops, other = side.emulator.channels["ops"], side.emulator.channels["web"]
    ask(side, "ben", "how is web-1?")
    ask(side, "ben", "how is web-2?", channel="web")

    def down(method, form):
        bad = method == "conversations.history" and form["channel"] == ops
        return web.json_response({"ok": False, "error": "internal_error"}) if bad else None

    side.faults.append(down)
    made = await started(side, ears, store)

    def reads(channel):
        return len([f for f in side.sent("conversations.history") if f["channel"] == channel])

    await seen(lambda: reads(ops) >= 4, "some tries")
    assert heard(ears) == ["how is web-2?"]
    assert reads(other) == 1
    live = ask(side, "ben", "how is web-3?", channel="web")
    await side.deliver(side.mention("ben", "how is web-3?", channel=other, ts=live))
    here = ask(side, "ben", "how is web-4?")
    await side.deliver(side.mention("ben", "how is web-4?", ts=here))
    await made._heard.write()
    assert await store.read(lambda u: u.get(MARK + other)) == float(live)
    assert await store.read(lambda u: u.get(MARK + ops)) is None
    # There is a second pause, although the first one is not made up for.
    ask(side, "ben", "how is web-5?", channel="web")
    assert not made._missed.begin()
    await seen(lambda: "how is web-5?" in heard(ears), "the second pause's")
    side.faults.remove(down)
    await caught_up(made)
    await made._heard.write()
    assert heard(ears) == [f"how is web-{n}?" for n in (2, 3, 4, 5, 1)]
    assert await store.read(lambda u: u.get(MARK + ops)) == float(here)
    await made.stop()


async def test_a_second_pause_waits_for_no_try_of_the_first(
    side, ears, store, was_here, monkeypatch, nothing_older
):
    monkeypatch.setattr(missed, "FIRST_RETRY_S", 3600.0)
    ops = side.emulator.channels["ops"]

    def down(method, form):
        bad = method == "conversations.history" and form["channel"] == ops
        return web.json_response({"ok": False, "error": "internal_error"}) if bad else None

    side.faults.append(down)
    paused, pause = asyncio.Event(), missed.Missed._pause

    async def noted(self, seconds):
        paused.set()
        await pause(self, seconds)

    monkeypatch.setattr(missed.Missed, "_pause", noted)
    made = await started(side, ears, store)
    await asyncio.wait_for(paused.wait(), 20)
    side.faults.remove(down)
    ask(side, "ben", "how is web-5?", channel="web")
    made._missed.begin()
    await seen(lambda: "how is web-5?" in heard(ears), "the second pause's")
    await caught_up(made)
    await made.stop()


async def test_what_is_remembered_of_this_life_is_bounded(store, monkeypatch):
    monkeypatch.setattr(marks, "MOST_TAKEN", 3)
    noted = marks.Heard(store)
    for n in range(1, 6):
        noted.took("C1", f"{n}.0")
    assert [noted.knows("C1", f"{n}.0") for n in range(1, 6)] == [False, False, True, True, True]


@pytest.mark.parametrize("ours", [False, True])
async def test_a_stone_takes_back_nothing_where_others_talk(
    side, ears, store, was_here, life, monkeypatch, ours
):
    ops = side.emulator.channels["ops"]
    root = say(side, "ana", "look at this")
    stone = {"ts": root, "subtype": "tombstone", "user": "USLACKBOT", "text": "deleted",
             "thread_ts": root, "reply_count": 1}  # fmt: skip
    side.faults.append(
        lambda method, form: (
            web.json_response({"ok": True, "messages": [stone]})
            if method in ("conversations.history", "conversations.replies")
            and form["channel"] == ops
            else None
        )
    )
    if ours:

        async def talks(self, since):
            return (ThreadRef(surface="slack", channel=ops, thread=root),)

        monkeypatch.setattr(marks.Heard, "talks", talks)
    gone = []

    async def deleted(thread, event):
        gone.append(event)

    ears.on_deleted = deleted
    async with life():
        assert side.sent("conversations.replies")
    assert gone == ([f"{ops}/{root}"] if ours else [])
