"""The real discord.py and Overseer's own requests against a Discord on loopback."""

import ast
import asyncio
import contextlib
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.discord.platform import DiscordPlatform
from bot.adapters.machine import SystemClock
from bot.domain.cards import Attachment, Button, Card, Choice, Row, ThreadItem, plain
from bot.domain.messages import Identity, People, Person, Reply, Role, ThreadRef
from bot.domain.posts import MarkState, Notice, direct
from bot.errors import (
    ChatAwayError,
    ChatBusyError,
    ChatDoubtError,
    ChatRefusedError,
    ConfigError,
    SecretError,
)
from bot.ports import Speech
from bot.settings.chat import DiscordSettings
from bot.testing.manual_clock import ManualClock
from bot.testing.seeded_ids import SeededIds
from tests.rigs.discord_api import Api
from tests.rigs.discord_wire import BEN, CHANNEL, CHRIS, GUILD, TOKEN, Wire

pytestmark = pytest.mark.asyncio
PEOPLE = People(
    persons=(
        Person(name="ben", display="Ben", roles=frozenset({Role.OPERATOR}),
               identities=(Identity(surface="discord", account=BEN),)),
        Person(name="chris", display="Chris", roles=frozenset({Role.APPROVER}),
               identities=(Identity(surface="discord", account=CHRIS),)),
    )
)  # fmt: skip
CARD = Card(
    id="plan-7", plan=7, revision=2, digest="ab" * 32, title="restart nginx", state="WAITING",
    body=(Row(label="run", spans=plain("x")),),
    buttons=(
        Button(id="approve", label="Approve"),
        Button(id="deny", label="Deny…", asks="Why not?"),
        Button(id="handover", label="Hand over…", asks="To whom?", choices=(Choice(value="chris", label="Chris"),)),
        Button(id="output", label="Output", value="x" * 90),
    ),
)  # fmt: skip


class Ears:
    """Takes everything in once, and knows one card."""

    def __init__(self):
        self.heard, self.pressed, self.gone = [], [], []
        self.told = ""

    async def on_message(self, message):
        new = message.event_id not in [each.event_id for each in self.heard]
        self.heard += [message] if new else []
        return Reply(accepted=message.person is not None, text=self.told)

    async def on_button(self, press):
        self.pressed.append(press)
        return Reply(accepted=True, text=self.told)

    async def on_deleted(self, thread, event_id):
        self.gone.append(event_id)

    async def thread(self, thread, after=0):
        return tuple(
            ThreadItem(seq=n, thread=str(m.thread), at=m.at, kind="said", person="ben", text=m.text)
            for n, m in enumerate(self.heard) if m.thread == thread
        )  # fmt: skip

    async def card(self, plan):
        return ThreadItem(seq=1, thread="x", at=datetime.now(UTC), kind="card", card=CARD)

    async def waiting(self, person):
        return ()


class Secrets:
    def __init__(self, token=TOKEN):
        self.token = token

    async def resolve(self, ref):
        if not self.token:
            raise SecretError(f"The secret {ref.reference} is empty or not set.", cure="Set it.")
        return self.token


class Quick(SystemClock):
    """Real time, in which nobody waits long."""

    async def sleep(self, seconds):
        await asyncio.sleep(min(seconds, 0.01))


@pytest.fixture(scope="session")
def api(shared_dir):
    path = shared_dir / "data" / "discord-openapi.json"
    if not path.is_file():
        pytest.skip("shared/data/discord-openapi.json is not there")
    return Api(path)


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    """The addresses that a platform sets are those of the library."""
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.fixture
async def wire(api):
    async with Wire(api) as made:
        yield made
        assert made.flaws == []


def platform_on(wire, *, token=TOKEN, clock=None, **more):
    settings = DiscordSettings(enabled=True, api_url=wire.base, gateway_url=wire.gateway, **more)
    return DiscordPlatform(
        settings, Secrets(token), clock or SystemClock(), lambda: PEOPLE, ids=SeededIds(1)
    )  # fmt: skip


@pytest.fixture
def ears():
    return Ears()


@pytest.fixture
async def platform(wire, ears):
    made = platform_on(wire)
    await made.start(ears)
    await wire.until(lambda: wire.identified)
    yield made
    await made.stop()


def place(message):
    return ThreadRef(surface="discord", channel=CHANNEL, thread=message)


async def asked(wire, ears):
    """A request, and its place."""
    message = wire.says(BEN, "restart nginx on web-1")
    await wire.until(lambda: message in wire.threads)
    return place(message)


def custom_id(wire, label):
    found = re.findall(r"\{[^{}]*\}", str(wire.posted()[-1]["components"]))
    return next(
        ast.literal_eval(part)["custom_id"] for part in found if f"'label': '{label}" in part
    )


class TestConnecting:
    async def test_it_logs_in_registers_its_commands_and_hears(self, wire, ears, platform):
        (identified,) = wire.identified
        assert identified["intents"] == 1 | 1 << 9 | 1 << 12 | 1 << 15
        assert [command["name"] for command in wire.commands] == ["ask", "approvals", "runs"]
        where = await asked(wire, ears)
        (heard,) = ears.heard
        assert (heard.thread, heard.person, heard.text) == (where, "ben", "restart nginx on web-1")
        assert heard.event_id == f"{CHANNEL}/{where.thread}"
        assert wire.threads[where.thread]["name"] == "restart nginx on web-1"

    async def test_it_beats(self, api, ears):
        async with Wire(api, heartbeat_ms=50) as wire:
            platform = platform_on(wire)
            await platform.start(ears)
            await wire.until(lambda: wire.beats >= 3)
            await platform.stop()

    async def test_a_cut_loses_and_doubles_nothing(self, wire, ears, platform):
        said = []
        for number in range(300):
            said.append(wire.says(BEN, f"is web-{number} up?"))
            if number % 50 == 25:
                await wire.until(lambda: len(ears.heard) > 3)
                wire.cut()
                said += [wire.says(BEN, f"missed {number}-{n}") for n in range(5)]
                await wire.until(lambda n=number: wire.resumed > n // 50)
        await wire.until(lambda: len(ears.heard) >= len(said))
        assert [each.remote for each in ears.heard] == said
        assert wire.resumed == 6
        assert len(wire.identified) == 1

    async def test_what_resume_gives_twice_is_one(self, wire, ears, platform):
        message = wire.says(BEN, "restart nginx on web-1")
        await wire.until(lambda: ears.heard)
        again = next(p["d"] for p in wire._sent if p["d"].get("id") == message)
        wire.dispatch("MESSAGE_CREATE", again)
        wire.says(BEN, "another")
        await wire.until(lambda: len(ears.heard) == 2)
        assert ears.heard[0].event_id.endswith(message)

    async def test_without_the_intent_it_goes_on_with_mentions(self, api, ears):
        async with Wire(api, content=False) as wire:
            platform = platform_on(wire, clock=Quick())
            await platform.start(ears)
            await wire.until(lambda: wire.identified)
            assert not wire.identified[0]["intents"] & 1 << 15
            assert not platform.client.intents.message_content
            wire.says(BEN, "restart nginx on web-1")
            await wire.until(lambda: ears.heard)
            await platform.stop()

    async def test_a_wrong_token_ends_it(self, wire, ears):
        platform = platform_on(wire, token="wrong")
        await platform.start(ears)
        await asyncio.wait_for(platform._running, 10)
        assert wire.identified == []
        with pytest.raises(ChatRefusedError, match="token"):
            await platform.post(direct("discord", BEN), Speech(Notice(text="x")), nonce="n")
        await platform.stop()

    async def test_no_token_is_told_at_the_start(self, wire, ears):
        with pytest.raises(ConfigError, match="token can't be had"):
            await platform_on(wire, token="").start(ears)

    async def test_roles_of_the_server_are_refused_and_not_ignored(self, wire, ears):
        with pytest.raises(ConfigError, match="gives no roles"):
            await platform_on(wire, roles={"5": Role.ADMIN}).start(ears)

    async def test_a_cancellation_that_the_library_swallows_does_not_hold_up_a_stop(
        self, wire, ears, monkeypatch
    ):
        begun = asyncio.Event()

        async def stubborn(client, *, reconnect):
            begun.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            await asyncio.Event().wait()

        monkeypatch.setattr("bot.adapters.discord.client.GatewayClient.connect", stubborn)
        platform = platform_on(wire)
        await platform.start(ears)
        await begun.wait()
        async with asyncio.timeout(10):
            await platform.stop()
        assert platform._running.done()

    async def test_a_discord_that_is_not_there_is_tried_again(self, api, ears):
        async with Wire(api) as gone:
            platform = platform_on(gone, clock=Quick())
        await platform.start(ears)
        with pytest.raises(ChatAwayError):
            await platform.post(place("1"), Speech(Notice(text="x")), nonce="n")
        await asyncio.sleep(0.05)
        assert not platform._running.done()
        await platform.stop()


class TestPosting:
    async def test_posts_go_to_the_thread_over_one_connection(self, wire, ears, platform):
        where = await asked(wire, ears)
        wire.connections.clear()
        first = await platform.post(where, Speech(CARD), nonce="n" * 40)
        for number in range(40):
            await platform.edit(
                where, first, Speech(CARD.model_copy(update={"state": f"S{number}"}))
            )
        assert [m["id"] for m in wire.posted(where.thread)] == [first]
        assert "S39" in str(wire.messages[first]["components"])
        assert len(wire.connections) == 1

    async def test_every_kind_of_post_is_as_discord_describes_it(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n1")
        await platform.edit(where, card, Speech(CARD))
        await platform.post(where, Speech(Notice(text="needs a vote"), pings=(CHRIS,)), nonce="n2")
        await platform.post(where, Speech(Attachment(name="plan 7.txt", text="x")), nonce="n3")
        await platform.post(direct("discord", CHRIS), Speech(CARD, reader=PEOPLE.named("chris")), nonce="n4")  # fmt: skip
        await platform.mark(where, where.thread, MarkState.HEARD, None)
        await platform.mark(where, where.thread, MarkState.DONE, MarkState.HEARD)
        assert wire.reactions[where.thread] == {"✅"}
        assert wire.flaws == []

    async def test_a_nonce_posts_once_and_finds_what_was_posted(self, wire, ears, platform):
        where = await asked(wire, ears)
        since = datetime(2027, 1, 1, tzinfo=UTC)
        for number, said in enumerate((CARD, Notice(text="x"), Attachment(name="f.txt", text="x"))):
            nonce = f"{number}" * 40
            wire.faults = [(500, {"message": "no"}, {"Done": "1"})]  # it got there all the same
            with pytest.raises(ChatDoubtError):
                await platform.post(where, Speech(said), nonce=nonce)
            there = wire.posted(where.thread)[-1]["id"]
            assert await platform.find(where, nonce, since=since) == there
            assert await platform.post(where, Speech(said), nonce=nonce) == there
            assert await platform.find(where, "another", since=since) is None
        assert len(wire.posted(where.thread)) == 3

    async def test_a_post_is_found_behind_hundreds_of_others(self, wire, ears, platform):
        where = await asked(wire, ears)
        for number in range(150):
            wire.says(BEN, f"word {number}", channel=where.thread, mention=False)
        made = await platform.post(where, Speech(CARD), nonce="n")
        found = await platform.find(where, "n", since=datetime(2027, 1, 1, tzinfo=UTC))
        assert found == made

    async def test_a_message_has_a_link(self, wire, ears, platform):
        where = await asked(wire, ears)
        assert (
            platform.link(where, "77") == f"https://discord.com/channels/{GUILD}/{where.thread}/77"
        )
        ben = direct("discord", BEN)
        assert platform.link(ben, "77") == ""
        await platform.post(ben, Speech(CARD), nonce="n")
        assert platform.link(ben, "77") == f"https://discord.com/channels/@me/9{BEN}/77"

    async def test_after_a_restart_the_thread_is_found_again(self, wire, ears, platform):
        where = await asked(wire, ears)
        other = platform_on(wire)
        await other.start(ears)
        await other.post(where, Speech(CARD), nonce="n")
        assert len(wire.posted(where.thread)) == 1
        assert len(wire.threads) == 1
        await other.stop()

    async def test_an_answer_that_does_not_come_is_a_doubt(self, wire, ears, platform, monkeypatch):
        where = await asked(wire, ears)
        monkeypatch.setattr("bot.adapters.discord.rest.TIMEOUT_S", 0.05)
        wire.held = asyncio.Event()
        with pytest.raises(ChatDoubtError, match="no answer in time"):
            await platform.post(where, Speech(CARD), nonce="n")
        wire.held.set()


class TestLimits:
    @pytest.fixture
    async def ticked(self, wire, ears):
        """A platform whose clock stands still, and a place whose thread is known."""
        clock = ManualClock()
        platform = platform_on(wire, clock=clock)
        await platform.start(ears)
        await wire.until(lambda: wire.identified)
        where = await asked(wire, ears)
        wire.asked.clear()
        yield platform, clock, where
        await platform.stop()

    async def test_a_429_is_told_at_once_and_kept_to_without_asking_again(self, wire, ticked):
        platform, clock, where = ticked
        wire.faults = [(429, {"message": "slow", "retry_after": 4.5, "global": False}, {})]
        for _ in range(5):
            with pytest.raises(ChatBusyError) as told:
                await platform.post(where, Speech(CARD), nonce="n")
            assert 0 < told.value.retry_after <= 4.5
        assert len(wire.asked) == 1
        await platform.post(direct("discord", BEN), Speech(CARD), nonce="m")  # another limit
        await clock.advance(4.6)
        await platform.post(where, Speech(CARD), nonce="n")
        assert len(wire.posted(where.thread)) == 1

    async def test_the_global_limit_holds_everything(self, wire, ticked):
        platform, clock, where = ticked
        wire.faults = [(429, {"message": "slow", "retry_after": 2.0, "global": True}, {})]
        for there in (where, direct("discord", BEN)):
            with pytest.raises(ChatBusyError) as told:
                await platform.post(there, Speech(CARD), nonce="n")
            assert told.value.everywhere
        assert len(wire.asked) == 1
        await clock.advance(2.1)
        await platform.post(direct("discord", BEN), Speech(CARD), nonce="m")

    async def test_an_announced_limit_is_kept_before_it_is_hit(self, wire, ticked):
        platform, clock, where = ticked
        wire.faults = [
            (200, {"id": "1"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "3"})
        ]
        await platform.post(where, Speech(CARD), nonce="n")
        with pytest.raises(ChatBusyError) as told:
            await platform.post(where, Speech(CARD), nonce="m")
        assert told.value.retry_after == pytest.approx(3)
        assert len(wire.asked) == 1
        await clock.advance(3.1)
        await platform.post(where, Speech(CARD), nonce="m")

    async def test_a_storm_ends_with_each_last_state_there_once(self, wire, ticked):
        platform, clock, where = ticked
        cards = {f"plan-{n}": CARD.model_copy(update={"id": f"plan-{n}", "title": f"t{n}"}) for n in range(20)}  # fmt: skip
        remotes = {}
        wire.faults = [
            (429, {"message": "slow", "retry_after": 0.7}, {}) if n % 3 == 0
            else (500, {"message": "no"}, {"Done": "1"} if n % 2 else {}) if n % 3 == 1 else None
            for n in range(200)
        ]  # fmt: skip
        for step in range(3):
            for name, card in cards.items():
                now = Speech(card.model_copy(update={"state": f"STEP {step}"}))
                for _ in range(30):
                    try:
                        if name in remotes:
                            await platform.edit(where, remotes[name], now)
                        else:
                            remotes[name] = await platform.post(where, now, nonce=name)
                        break
                    except ChatBusyError as error:
                        await clock.advance(error.retry_after)
                    except ChatDoubtError:
                        since = datetime(2027, 1, 1, tzinfo=UTC) - timedelta(days=1)
                        found = None if name in remotes else await platform.find(where, name, since=since)  # fmt: skip
                        if found:
                            remotes[name] = found
                            break
                else:
                    pytest.fail("it never got there")
        shown = wire.posted(where.thread)
        assert len(shown) == len(cards)
        assert all("STEP 2" in str(message["components"]) for message in shown)


class TestPressing:
    async def test_a_press_is_written_down_and_then_answered(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        event = wire.presses(CHRIS, card, custom_id(wire, "Approve"))
        assert (await wire.answered(event))["type"] == 6
        (press,) = ears.pressed
        assert (press.event_id, press.thread, press.person) == (event, where, "chris")
        assert (press.button, press.plan, press.revision, press.digest) == (
            "approve", 7, 2, "ab" * 32,
        )  # fmt: skip

    async def test_a_sentence_is_for_the_one_who_pressed(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        ears.told = "You may not: @everyone"
        event = wire.presses(CHRIS, card, custom_id(wire, "Approve"))
        body = await wire.answered(event)
        assert body["type"] == 4
        assert body["data"]["flags"] & 64
        assert "@everyone" not in str(body)

    async def test_a_form_is_asked_for_and_taken_in(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        deny = custom_id(wire, "Deny")
        form = (await wire.answered(wire.presses(CHRIS, card, deny)))["data"]
        assert form["components"][0]["label"] == "Why not?"
        typed = [{"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "text", "value": "no"}}]  # fmt: skip
        event = wire.presses(CHRIS, card, form["custom_id"], kind=5, components=typed)
        assert (await wire.answered(event))["type"] == 6
        assert (ears.pressed[0].button, ears.pressed[0].text) == ("deny", "no")

    async def test_a_choice_of_a_form_is_its_value(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        form = (await wire.answered(wire.presses(BEN, card, custom_id(wire, "Hand"))))["data"]
        option = form["components"][0]["component"]["options"][0]
        typed = [{"type": 18, "id": 1, "component": {"type": 3, "id": 2, "custom_id": "text", "values": [option["value"]]}}]  # fmt: skip
        await wire.answered(wire.presses(BEN, card, form["custom_id"], kind=5, components=typed))
        assert ears.pressed[0].text == "chris"

    async def test_a_value_that_is_too_long_is_looked_up_and_a_long_reply_is_a_file(
        self, wire, ears, platform
    ):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        ears.told = "line\n" * 2000
        event = wire.presses(BEN, card, custom_id(wire, "Output"))
        body = await wire.answered(event)
        assert ears.pressed[0].value == "x" * 90
        assert body["data"]["attachments"][0]["filename"] == "output.txt"

    async def test_an_answer_survives_a_429(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        wire.faults = [(429, {"message": "slow", "retry_after": 0.5}, {})]
        event = wire.presses(CHRIS, card, custom_id(wire, "Approve"))
        assert (await wire.answered(event))["type"] == 6
        assert len(ears.pressed) == 1

    async def test_a_broken_ear_is_told_and_the_connection_goes_on(self, wire, ears, platform):
        where = await asked(wire, ears)
        card = await platform.post(where, Speech(CARD), nonce="n")
        good = ears.on_button

        async def bad(press):
            raise RuntimeError("no")

        ears.on_button = bad
        body = await wire.answered(wire.presses(CHRIS, card, custom_id(wire, "Approve")))
        assert "Something went wrong" in str(body)
        ears.on_button = good
        assert await wire.answered(wire.presses(CHRIS, card, custom_id(wire, "Approve")))

    async def test_ask_posts_a_root_and_begins_its_thread(self, wire, ears, platform):
        event = wire.calls(BEN, "ask", request="restart nginx on web-1", plan_only=True)
        body = await wire.answered(event)
        assert body["data"]["flags"] & 64
        (heard,) = ears.heard
        assert (heard.event_id, heard.plan_only) == (event, True)
        (root,) = wire.posted(CHANNEL)
        assert heard.remote == heard.thread.thread == root["id"]
        assert root["id"] in wire.threads
        assert "restart nginx on web-1" in str(root["components"])

    async def test_lists_are_private(self, wire, ears, platform):
        for name in ("approvals", "runs"):
            body = await wire.answered(wire.calls(CHRIS, name))
            assert body["data"]["flags"] & 64
            assert "Nothing waits for you" in str(body)


async def test_in_somebodys_own_thread_only_what_it_was_called_to_is_heard(wire, ears, platform):
    own = {**wire.thread("5000", CHANNEL, "lunch"), "owner_id": BEN}
    wire.dispatch("THREAD_CREATE", own)
    wire.says(BEN, "who is hungry?", channel="5000", mention=False)
    called = wire.says(BEN, "restart nginx on web-1", channel="5000")
    await wire.until(lambda: ears.heard)
    wire.says(BEN, "make it web-2", channel="5000", mention=False)
    await wire.until(lambda: len(ears.heard) == 2)
    first, second = ears.heard
    assert (first.remote, first.addressed) == (called, True)
    assert (second.text, second.addressed) == ("make it web-2", False)
    assert first.thread == second.thread == place("5000")
    await platform.post(first.thread, Speech(CARD), nonce="n")
    assert len(wire.posted("5000")) == 1


async def test_a_deletion_is_handed_on(wire, ears, platform):
    where = await asked(wire, ears)
    wire.dispatch("MESSAGE_DELETE", {"id": where.thread, "channel_id": CHANNEL, "guild_id": "2000"})
    await wire.until(lambda: ears.gone)
    assert ears.gone == [f"{CHANNEL}/{where.thread}"]
    bulk = {"ids": ["5", "6"], "channel_id": CHANNEL, "guild_id": "2000"}
    wire.dispatch("MESSAGE_DELETE_BULK", bulk)
    await wire.until(lambda: len(ears.gone) == 3)
