"""/overseer: judged first, kept before it is acknowledged, shown as it was stored, made once."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import json

import pytest
from aiohttp import web

from bot.adapters.machine import SystemClock
from bot.adapters.slack import commands, roots
from bot.adapters.slack.speaking import SIGNS, marked_with
from bot.chat import begun
from bot.domain.messages import Called, Identity, People, Person, Reply
from bot.domain.posts import MarkState
from bot.errors import StoreBusyError
from tests.rigs.slack_fixtures import ears, emulator, platform, side, stage_of  # noqa: F401
from tests.rigs.slack_side import made_for
from tests.rigs.test_slack_hearing import until

pytestmark = pytest.mark.slack
ASK = "restart nginx on web-1"
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Nobody waits long for what is tried again."""
    monkeypatch.setattr(begun, "PAUSES_S", (0.01, 0.01, 0.01))


@pytest.fixture
async def started(side, ears):
    """Starts a platform; the one before is stopped."""
    account = Identity(surface="slack", account=side.emulator.users["ben"])
    ben = Person(name="ben", display="Ben", roles=frozenset(), identities=(account,))
    ears.known = People(persons=(ben,))
    running = []

    async def start():
        while running:
            await running.pop().stop()
        side.connected.clear()
        running.append(made_for(side, ears))
        await running[-1].start(ears)
        await asyncio.wait_for(side.connected.wait(), 20)

    async def stop():
        await running.pop().stop()

    start.stop = stop
    yield start
    while running:
        await running.pop().stop()


def call(side, text=ASK, *, event="command/T0", at=None, **more):
    identity = Identity(surface="slack", account=side.emulator.users["ben"])
    return Called(
        event_id=event, channel=side.emulator.channels["ops"], identity=identity, who="Ben", text=text,
        at=at or SystemClock().now(), **more,
    )  # fmt: skip


async def command(side, payload, **more):
    return await side.deliver(payload, "slash_commands", **more)


def hang(side, method):
    """Slack takes this method and never answers it; the event says that it was called."""
    called = asyncio.Event()

    async def fault(name, form):
        if name == method:
            called.set()
            await asyncio.Event().wait()

    side.faults.append(fault)
    return called


def shown(side):
    """The roots that stand in the channel and were made in this test."""
    made = {p["channel"] for p in side.sent("chat.postMessage")}
    found = [m for channel in made for m in side.emulator.said_in(channel)]
    began = getattr(side, "began", "0")
    return [m for m in found if m["ts"] > began and "asks:" in m["text"]]


@pytest.fixture(autouse=True)
def from_here(side):
    """What other tests have said in the channel is none of this one's."""
    said = side.emulator.said_in(side.emulator.channels["ops"])
    side.began = said[-1]["ts"] if said else "0"


async def test_a_secret_in_it_is_never_shown(side, stage_of):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        await command(side, side.command("ben", f"restart nginx on web-1 with token {SECRET}"))
        await until(lambda: side.sent("chat.update") or side.sent("chat.delete"))
        await stage.settle()
        assert side.sent("chat.postMessage")
        assert SECRET not in json.dumps([form for _, form in side.calls])


async def test_its_root_bears_the_sign_of_how_it_stands(side, stage_of):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        await command(side, side.command("ben", f"{ASK} because new certificate"), wait_s=5)
        await until(lambda: shown(side) and signs_of(side, shown(side)[0]["ts"]))
        (root,) = shown(side)
        await until(lambda: signs_of(side, root["ts"])[-1] == SIGNS[MarkState.WAITING])


def signs_of(side, ts):
    return [form["name"] for form in side.sent("reactions.add") if form["timestamp"] == ts]


@pytest.mark.parametrize("error", ["not_in_channel", "ratelimited", "fatal_error"])
async def test_a_stop_waits_for_no_message_to_be_posted(side, stage_of, error):
    async with stage_of() as stage:
        side.answers["chat.postMessage", "*"] = {"ok": False, "error": error}
        told = await command(side, side.command("chris", "stop everything"), tries=1, wait_s=5)
        assert told["text"] == commands.OBEYED
        await until_frozen(stage)
        side.answers.clear()
        await until(lambda: "Everything is stopped" in json.dumps(side.sent("chat.postMessage")))
        said = side.sent("chat.postMessage")[-1]
        assert said["channel"].startswith("D")


async def test_a_stop_of_who_may_not_say_it_is_not_told_as_one_that_stopped(side, stage_of):
    async with stage_of():
        told = await command(side, side.command("ben", "stop everything"), wait_s=5)
        assert "stopped" not in told["text"]
        await until(
            lambda: "Only an approver or an admin" in json.dumps(side.sent("chat.postMessage"))
        )


async def test_a_stop_that_takes_long_is_acknowledged_in_time(started, side, ears, monkeypatch):
    monkeypatch.setattr("bot.adapters.slack.commands.SAY_S", 0.05)
    await started()
    ears.gate = asyncio.Event()
    told = await command(side, side.command("ben", "stop everything"), tries=1, wait_s=3)
    assert "I have it" in told["text"]
    ears.gate.set()
    (whisper,) = await until(lambda: side.sent("chat.postEphemeral"))
    assert whisper["text"] == commands.OBEYED
    assert [m.text for m in ears.heard] == ["stop everything"]


async def until_frozen(stage):
    for _ in range(1000):
        if (await stage.ears.status()).frozen:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nothing was stopped")


@pytest.mark.parametrize("text", ["", ASK])
async def test_in_a_private_channel_without_it_it_asks_to_be_invited(side, stage_of, text):
    missing = {"ok": False, "error": "channel_not_found"}
    side.answers["conversations.info", "*"] = missing
    async with stage_of():
        told = json.dumps(await command(side, side.command("ben", text), wait_s=5))
        assert "I am not in this conversation" in told
        assert "organisation" not in told
        assert "could not look up" not in told
        assert side.sent("chat.postMessage") == []


async def test_alone_in_a_bound_channel_it_offers_what_may_be_asked_there(side, stage_of):
    bound = f"slack:{side.emulator.channels['ops']}"
    async with stage_of() as stage:
        text = stage.home.settings.read_text()
        text += f"chat: {{channels: {{'{bound}': {{name: ops, environments: [staging]}}}}}}\n"
        stage.home.settings.write_text(text)
        await stage.app.reload(by="ana")
        told = json.dumps(await command(side, side.command("ben", ""), wait_s=5))
        assert "#ops is for staging." in told
        assert "web-1" not in told


async def test_its_asker_is_named_and_not_mentioned(side, stage_of):
    async with stage_of() as stage:
        stage.service("web-1", "nginx", "active")
        await command(side, side.command("ben", f"{ASK} because new certificate"))
        await until(lambda: any("new certificate" in m["text"] for m in shown(side)))
        root = side.sent("chat.postMessage")[0]
        assert root["text"] == "Ben asks:"
        (settled,) = shown(side)
        assert settled["text"] == f"Ben asks: {ASK} because new certificate"
        said = json.dumps([root, settled["blocks"]])
        assert '"user"' not in said
        assert side.emulator.users["ben"] not in said


async def test_who_is_refused_has_nothing_kept_or_posted(started, side, ears):
    await started()
    ears.away = Reply(accepted=False, text="I don't act for guests here.")
    told = await command(side, side.command("ben", "everybody look here"))
    assert told["text"] == "I don't act for guests here."
    assert (ears.calling, ears.heard, side.sent("chat.postMessage")) == ({}, [], [])


async def test_it_is_kept_before_it_is_acknowledged(started, side, ears):
    await started()
    ears.keeping = asyncio.Event()
    delivering = asyncio.ensure_future(command(side, side.command("ben", ASK), wait_s=20))
    await until(lambda: side.calls)
    await asyncio.sleep(0.1)
    assert not delivering.done()
    assert side.sent("chat.postMessage") == []
    ears.keeping.set()
    assert "Asked in a thread" in (await delivering)["text"]
    await until(lambda: not ears.calling)
    assert [m.text for m in ears.heard] == [ASK]


async def test_what_can_not_be_kept_is_refused(started, side, ears):
    await started()
    ears.error = StoreBusyError("The database is busy.")
    told = await command(side, side.command("ben", ASK))
    assert "The database is busy." in told["text"]
    assert side.sent("chat.postMessage") == []


@pytest.mark.parametrize("broken", [StoreBusyError("The database is busy."), KeyError("x")])
async def test_a_root_that_nobody_will_answer_goes(started, side, ears, broken):
    await started()

    async def bad(message):
        raise broken

    ears.on_message = bad
    told = await command(side, side.command("ben", ASK), wait_s=20)  # to log it takes a while
    assert "busy" in told["text"] or "broke" in told["text"]
    await until(lambda: not ears.calling)
    assert len(side.sent("chat.postMessage")) == 1
    assert shown(side) == []


async def test_words_that_are_refused_where_they_are_heard_leave_no_root(started, side, ears):
    await started()
    ears.reply = Reply(accepted=False, text="That code is used up.")
    told = await command(side, side.command("ben", "link something"))
    assert told["text"] == "That code is used up."
    await until(lambda: not ears.calling)
    assert shown(side) == []


async def test_the_same_command_twice_is_asked_once(started, side, ears):
    await started()
    payload = side.command("ben", ASK)
    first, second = await command(side, payload), await command(side, payload)
    await until(lambda: not ears.calling)
    third = await command(side, payload)
    assert "Asked in a thread" in first["text"]
    assert second["text"] == third["text"] == begun.ONCE
    assert (len(shown(side)), len(ears.heard)) == (1, 1)


async def test_it_is_acknowledged_in_time_and_the_rest_whispered(started, side, ears, monkeypatch):
    monkeypatch.setattr("bot.adapters.slack.commands.SAY_S", 0.05)
    await started()
    ears.gate = asyncio.Event()
    told = await command(side, side.command("ben", ASK), tries=1, wait_s=3)
    assert "I have it" in told["text"]
    ears.gate.set()
    (whisper,) = await until(lambda: side.sent("chat.postEphemeral"))
    assert "Asked in a thread" in whisper["text"]


async def test_a_lost_answer_of_slack_makes_no_second_root(started, side, ears):
    await started()
    side.cut_after = "chat.postMessage"
    lost = []

    def once(name, form):
        if lost:
            side.cut_after = ""
        lost.extend([name] if name == "chat.postMessage" else [])

    side.faults.append(once)
    await command(side, side.command("ben", ASK), wait_s=3)
    await until(lambda: not ears.calling and ears.heard)
    await until(lambda: any(ASK in m["text"] for m in shown(side)))
    assert len(shown(side)) == 1


async def test_what_slack_does_not_take_is_said_and_nothing_is_left(started, side, ears):
    await started()

    def away(name, form):
        return web.Response(status=503) if name == "chat.postMessage" else None

    side.faults.append(away)
    told = await command(side, side.command("ben", ASK), wait_s=3)
    assert told["text"] == roots.SLOW
    await until(lambda: not ears.calling)
    assert ears.heard == []


async def test_what_was_to_be_said_again_is_asked_by_no_later_start(started, side, ears):
    await started()
    ears.calling["command/gone"] = gone = call(side, event="command/gone", given_up=True)
    rooted = side.emulator.call("chat.postMessage", **root_of(gone))["ts"]
    down = ("chat.postMessage", "conversations.history")

    def away(name, form):
        return web.Response(status=503) if name in down else None

    side.faults.append(away)
    told = await command(side, side.command("ben", ASK), wait_s=3)
    assert told["text"] == roots.SLOW
    await until(lambda: len(side.sent("conversations.history")) >= 4, "it is looked for in vain")
    assert all(kept.given_up for kept in ears.calling.values())
    side.faults.clear()
    await started()
    await until(lambda: not ears.calling)
    assert ears.heard == []
    assert rooted not in [m["ts"] for m in side.emulator.said_in(gone.channel)]


def root_of(called):
    """A root that Slack has taken, as it stands there."""
    mark = json.dumps(marked_with(called.event_id))
    return {"channel": called.channel, "text": "Ben asks:", "metadata": mark}


async def test_what_may_still_be_asked_is_not_to_be_said_again(started, side, ears):
    await started()

    def away(name, form):
        if name != "chat.postMessage":
            return None
        ears.error = StoreBusyError("The database is busy.")
        return web.Response(status=503)

    side.faults.append(away)
    told = await command(side, side.command("ben", ASK), wait_s=3)
    assert told["text"] == commands.UNSURE


async def test_where_it_is_not_it_says_how_to_invite_it(started, side, ears):
    await started()
    side.answers["chat.postMessage", "*"] = {"ok": False, "error": "not_in_channel"}
    told = await command(side, side.command("ben", ASK))
    assert "/invite" in told["text"]
    await until(lambda: not ears.calling)
