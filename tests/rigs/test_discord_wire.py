"""The real discord.py and Overseer's own requests against a Discord on loopback."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.cards import Attachment
from bot.domain.posts import MarkState, Notice, direct
from bot.errors import (
    ChatAwayError,
    ChatBarredError,
    ChatDoubtError,
    ChatRefusedError,
    ConfigError,
)
from bot.ports import Speech
from tests.rigs.discord_guild import BEN, CHANNEL, CHRIS, GUILD, ME, VERA
from tests.rigs.discord_guild import direct as direct_channel
from tests.rigs.discord_parts import CARD, PEOPLE, Quick, asked, place, platform_on
from tests.rigs.discord_wire import Wire

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio


class TestConnecting:
    async def test_it_logs_in_registers_its_commands_and_hears(self, wire, ears, platform):
        (identified,) = wire.identified
        assert platform.deaf() == ""
        assert identified["intents"] == 1 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13 | 1 << 15
        assert [command["name"] for command in wire.commands] == ["ask", "approvals", "runs"]
        where = await asked(wire, ears)
        (heard,) = ears.heard
        assert (heard.thread, heard.person, heard.text) == (where, "ben", "restart nginx on web-1")
        assert heard.event_id == f"{CHANNEL}/{where.thread}"
        assert wire.threads[where.thread]["name"] == "restart nginx on web-1"

    async def test_it_beats(self, discord_api, discord_addresses, ears):
        async with Wire(discord_api, heartbeat_ms=50) as wire:
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

    async def test_without_the_intent_it_goes_on_with_mentions(
        self, discord_api, discord_addresses, ears
    ):
        async with Wire(discord_api, content=False) as wire:
            platform = platform_on(wire, clock=Quick())
            await platform.start(ears)
            await wire.until(lambda: wire.identified)
            assert not wire.identified[0]["intents"] & 1 << 15
            assert not platform.client.intents.message_content
            wire.says(BEN, "restart nginx on web-1")
            await wire.until(lambda: ears.heard)
            await platform.stop()

    @pytest.mark.parametrize("flag", ["as it is", "missing"])
    async def test_without_the_intent_people_are_told_so_and_overseer_is_not(
        self, discord_api, discord_addresses, ears, flag, monkeypatch
    ):
        async with Wire(discord_api, content=False) as wire:
            if flag == "missing":
                guild = wire._guild()
                del guild["members"][0]["user"]["bot"]
                monkeypatch.setattr(wire, "_guild", lambda: guild)
            platform = platform_on(wire, clock=Quick())
            await platform.start(ears)
            await wire.until(lambda: wire.identified)
            where = await asked(wire, ears)
            await platform.post(where, Speech(CARD), nonce="n")
            wire.says(VERA, "", channel=where.thread, mention=False)
            await wire.until(lambda: wire.posted(direct_channel(VERA)))
            (hint,) = wire.posted(direct_channel(VERA))
            assert "I can't read messages here that don't mention me" in str(hint)
            opened = [
                b["recipient_id"] for _, path, b in wire.asked if path == "/users/@me/channels"
            ]
            assert opened == [VERA]
            await platform.stop()

    async def test_a_wrong_token_ends_it(self, wire, ears):
        platform = platform_on(wire, token="wrong")
        await platform.start(ears)
        await asyncio.wait_for(platform._connection.task, 10)
        assert wire.identified == []
        assert "./overseer secret set discord" in platform.deaf()
        with pytest.raises(ChatBarredError, match="token"):
            await platform.post(direct("discord", BEN), Speech(Notice(text="x")), nonce="n")
        await platform.stop()

    async def test_no_token_is_told_at_the_start(self, wire, ears):
        with pytest.raises(ConfigError, match="token can't be had"):
            await platform_on(wire, token="").start(ears)

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
        assert platform._connection.task.done()

    async def test_a_discord_that_is_not_there_is_tried_again(
        self, discord_api, discord_addresses, ears
    ):
        async with Wire(discord_api) as gone:
            platform = platform_on(gone, clock=Quick())
        await platform.start(ears)
        with pytest.raises(ChatAwayError):
            await platform.post(place("1"), Speech(Notice(text="x")), nonce="n")
        await asyncio.sleep(0.05)
        assert not platform._connection.task.done()
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

    async def test_where_too_much_was_said_only_the_time_of_sending_is_looked_through(
        self, wire, ears, platform, monkeypatch
    ):
        where = await asked(wire, ears)
        for number in range(12):
            wire.says(BEN, f"word {number}", channel=where.thread, mention=False)
        monkeypatch.setattr("bot.adapters.discord.platform.PAGE", 5)
        monkeypatch.setattr("bot.adapters.discord.platform.PAGES", 2)
        theirs = datetime.fromtimestamp(1_800_000_000, UTC)  # when the wire makes all it makes
        with pytest.raises(ChatBarredError, match="Too much was said"):
            await platform.find(where, "n", since=theirs)
        assert await platform.find(where, "n", since=theirs - timedelta(hours=1)) is None

    async def test_an_edited_message_is_found_still(self, wire, ears, platform):
        where, since = await asked(wire, ears), datetime(2027, 1, 1, tzinfo=UTC)
        made = await platform.post(where, Speech(CARD), nonce="n")
        await platform.edit(where, made, Speech(CARD))
        assert await platform.find(where, "n", since=since) == made

    async def test_clocks_that_differ_a_little_hide_no_post(self, wire, ears, platform):
        where = await asked(wire, ears)
        made = await platform.post(where, Speech(CARD), nonce="n")
        theirs = datetime.fromtimestamp(1_800_000_000, UTC)  # when the wire makes all it makes
        for ahead, found in ((timedelta(minutes=2), made), (timedelta(hours=1), None)):
            assert await platform.find(where, "n", since=theirs + ahead) == found

    async def test_a_thread_that_was_folded_away_is_opened_for_an_edit_and_a_sign(
        self, wire, ears, platform
    ):
        where = await asked(wire, ears)
        made = await platform.post(where, Speech(CARD), nonce="n")
        folded = wire.threads[where.thread]["thread_metadata"]
        done = CARD.model_copy(update={"state": "DONE"})
        folded["archived"] = True
        await platform.edit(where, made, Speech(done))
        assert "DONE" in str(wire.messages[made]["components"])
        folded["archived"] = True
        await platform.mark(where, made, MarkState.DONE, None)
        assert wire.reactions[made] == {"✅"}
        assert wire.flaws == []

    async def test_a_thread_that_is_locked_too_waits_for_a_moderator(self, wire, ears, platform):
        where = await asked(wire, ears)
        made = await platform.post(where, Speech(CARD), nonce="n")
        folded = wire.threads[where.thread]["thread_metadata"]
        folded.update(archived=True, locked=True)
        for _ in range(2):
            with pytest.raises(ChatBarredError, match="A moderator can unlock it"):
                await platform.edit(where, made, Speech(CARD))
        with pytest.raises(ChatBarredError, match="A moderator can unlock it"):
            await platform.post(where, Speech(CARD), nonce="m")
        folded["locked"] = False
        await platform.edit(where, made, Speech(CARD))

    async def test_a_channel_that_it_may_see_again_has_a_thread_and_no_answers(
        self, wire, ears, platform
    ):
        where = await asked(wire, ears)
        await platform._places.spot(where)  # its answer has come, too
        wire.faults = [(403, {"code": 50001, "message": "Missing Access"}, {})] * 2
        wire.threads.pop(where.thread, None)
        platform._places.forget(where)
        with pytest.raises(ChatBarredError, match="View Channel"):
            await platform.post(where, Speech(CARD), nonce="n")
        await platform.post(where, Speech(CARD), nonce="n")
        assert len(wire.posted(where.thread)) == 1

    async def test_after_a_stop_nothing_is_sent(self, wire, ears, platform):
        where = await asked(wire, ears)
        await platform.stop()
        with pytest.raises(ChatAwayError, match="stopped"):
            await platform.post(where, Speech(CARD), nonce="n")
        assert wire.posted(where.thread) == []

    async def test_a_message_has_a_link(self, wire, ears, platform):
        where = await asked(wire, ears)
        shown = await platform.post(where, Speech(CARD), nonce="n")  # its place is known by then
        thread = f"https://discord.com/channels/{GUILD}/{where.thread}"
        assert platform.link(where, shown) == f"{thread}/{shown}"
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


async def test_a_thread_that_was_asleep_is_looked_up(wire, ears, platform):
    wire.threads["6000"] = wire.thread("6000", CHANNEL, "old")  # ours, and in nobody's memory
    wire.says(BEN, "make it web-2", channel="6000", mention=False)
    await wire.until(lambda: ears.heard)
    assert (ears.heard[0].thread, ears.heard[0].addressed) == (place("6000"), False)


async def test_a_thread_without_a_root_is_found_after_a_restart(wire, ears, platform):
    wire.threads["6000"] = wire.thread("6000", CHANNEL, "own")
    await platform.post(place("6000"), Speech(CARD), nonce="n")
    assert len(wire.posted("6000")) == 1
    with pytest.raises(ChatRefusedError, match="no longer there"):
        await platform.post(place("6001"), Speech(CARD), nonce="m")


async def test_a_deletion_is_handed_on(wire, ears, platform):
    where = await asked(wire, ears)
    wire.dispatch("MESSAGE_DELETE", {"id": where.thread, "channel_id": CHANNEL, "guild_id": "2000"})
    await wire.until(lambda: ears.gone)
    assert ears.gone == [f"{CHANNEL}/{where.thread}"]
    bulk = {"ids": ["5", "6"], "channel_id": CHANNEL, "guild_id": "2000"}
    wire.dispatch("MESSAGE_DELETE_BULK", bulk)
    await wire.until(lambda: len(ears.gone) == 3)


async def test_a_reaction_is_handed_on_from_wherever_it_is_put(wire, ears, platform):
    where = await asked(wire, ears)
    wire.threads["6000"] = wire.thread("6000", CHANNEL, "old")  # asleep: in nobody's memory
    wire.reacts(ME, where.thread, "👀")  # its own tells how the request stands
    wire.reacts(CHRIS, where.thread, "👍")
    wire.reacts(CHRIS, "77", "✅", channel=where.thread)
    wire.reacts(CHRIS, "78", "tada", channel="6000")
    wire.reacts(CHRIS, "79", "👎", channel=direct_channel(CHRIS))
    await wire.until(lambda: len(ears.signs) == 4)
    assert {str(sign.identity) for sign in ears.signs} == {f"discord:{CHRIS}"}
    assert {(s.channel, s.event_id, s.emoji) for s in ears.signs} == {
        (CHANNEL, f"{CHANNEL}/{where.thread}", "👍"),
        (CHANNEL, f"{where.thread}/77", "✅"),
        (CHANNEL, "6000/78", "tada"),
        (direct_channel(CHRIS), f"{direct_channel(CHRIS)}/79", "👎"),
    }
