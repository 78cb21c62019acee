"""What was said while nobody listened: after a restart, or when a session can't be resumed."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.adapters.discord.progress import id_at
from bot.domain.messages import Bookmark, Role
from bot.domain.posts import direct
from bot.ports import Speech
from tests.rigs.discord_guild import BEN, CHANNEL, CHRIS, GUILD, ME, VERA
from tests.rigs.discord_guild import direct as direct_channel
from tests.rigs.discord_missed import overseer, remotes  # noqa: F401
from tests.rigs.discord_parts import CARD, asked, place

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio


async def test_what_was_said_over_a_restart_is_heard_in_its_order_once(wire, ears, overseer):
    await overseer.start()
    first = wire.says(BEN, "is nginx up?")
    await wire.until(lambda: ears.heard)
    await overseer.stop()
    missed = [wire.says(BEN, f"restart nginx on web-{n}") for n in range(150)]
    await overseer.start()
    later = wire.says(BEN, "and now?")
    await wire.until(lambda: len(ears.heard) >= 152)
    assert remotes(ears) == [first, *missed, later]
    await overseer.stop()
    await overseer.start()
    await overseer.stop()
    assert len(ears.heard) == 152


async def test_a_session_that_can_not_be_resumed_loses_nothing(wire, ears, overseer):
    await overseer.start()
    first = wire.says(BEN, "one")
    await wire.until(lambda: ears.heard)
    sessions = await overseer.lose()
    missed = [wire.says(BEN, f"missed {n}") for n in range(3)]
    await overseer.back(sessions)
    await wire.until(lambda: len(ears.heard) == 4)
    assert remotes(ears) == [first, *missed]
    assert wire.resumed == 0


async def test_threads_and_direct_messages_are_looked_up_too(wire, ears, overseer):
    await overseer.start()
    where = await asked(wire, ears)
    dm = direct_channel(CHRIS)
    wire.says(CHRIS, "hello", channel=dm, mention=False)
    await wire.until(lambda: len(ears.heard) == 2)
    await overseer.stop()
    in_thread = wire.says(BEN, "make it web-2", channel=where.thread, mention=False)
    in_dm = wire.says(CHRIS, "what waits?", channel=dm, mention=False)
    await overseer.start()
    await wire.until(lambda: len(ears.heard) == 4)
    found = {message.remote: message for message in ears.heard[2:]}
    assert found[in_thread].thread == where
    assert not found[in_thread].addressed
    assert found[in_dm].thread.is_direct
    assert found[in_dm].person == "chris"


async def test_the_first_answer_to_what_overseer_has_written_directly_is_looked_up(
    wire, ears, overseer
):
    await overseer.start()
    wire.says(BEN, "one")
    await wire.until(lambda: ears.heard)
    await overseer.platform.post(direct("discord", CHRIS), Speech(CARD), nonce="n")
    await overseer.stop()
    wire.says(CHRIS, "what waits?", channel=direct_channel(CHRIS), mention=False)
    wire.says(
        VERA, "what waits?", channel=direct_channel(VERA), mention=False
    )  # no bot can find it
    await overseer.start()
    await wire.until(lambda: len(ears.heard) == 2)
    assert ears.heard[1].person == "chris"


async def test_what_was_deleted_meanwhile_stays_deleted(wire, ears, overseer):
    await overseer.heard_one()
    wire.deletes(wire.says(BEN, "restart nginx on web-1"))
    kept = wire.says(BEN, "two")
    await overseer.start()
    await wire.until(lambda: len(ears.heard) == 2)
    assert ears.heard[1].remote == kept


async def test_it_was_said_when_it_was_said(wire, ears, overseer):
    await overseer.heard_one()
    wire.says(BEN, "restart nginx in 20 minutes")
    await overseer.start()
    await wire.until(lambda: len(ears.heard) == 2)
    assert ears.heard[1].at.year == 2027  # when the wire makes all it makes


async def test_a_first_start_looks_nothing_up(wire, ears, overseer):
    wire.says(BEN, "long ago")
    await overseer.start()
    wire.says(BEN, "one")
    await wire.until(lambda: ears.heard)
    assert [message.text for message in ears.heard] == ["one"]
    assert not [path for method, path, _ in wire.asked if path.endswith("/messages")]


async def test_what_was_said_before_anything_was_heard_is_missed_all_the_same(wire, ears, overseer):
    wire.says(BEN, "long ago")
    await overseer.start()
    await overseer.stop()
    missed = wire.says(BEN, "restart nginx on web-1")
    await overseer.start()
    await wire.until(lambda: ears.heard)
    assert remotes(ears) == [missed]


async def test_what_is_said_where_nothing_ever_was_is_missed_too(wire, ears, overseer):
    await overseer.start()
    await overseer.stop()
    missed = wire.says(BEN, "restart nginx on web-1")
    await overseer.start()
    await wire.until(lambda: ears.heard)
    assert remotes(ears) == [missed]


async def test_a_channel_in_which_nothing_was_said_is_not_asked(wire, ears, overseer):
    await overseer.start()
    await asked(wire, ears)
    await overseer.stop()
    wire.asked.clear()
    await overseer.start()
    assert not [path for method, path, _ in wire.asked if path.endswith("/messages")]


async def test_only_so_many_are_looked_up_and_the_log_says_that_there_were_more(
    wire, ears, overseer
):
    await overseer.heard_one()
    missed = [wire.says(BEN, f"restart nginx on web-{n}") for n in range(8)]
    with capture_logs() as logs:
        await overseer.start(missed_messages=5)
    assert remotes(ears)[1:] == missed[:5]
    assert [each for each in logs if "more was said in a channel" in each["event"]]
    await overseer.stop()
    await overseer.start(missed_messages=5)
    assert len(ears.heard) == 6


async def test_only_so_far_back_and_not_at_all_where_the_settings_say_so(wire, ears, overseer):
    wire._last_id = id_at(datetime.now(UTC).timestamp() - 48 * 3600)
    ears.kept = Bookmark(seen=wire.new_id())
    wire.says(BEN, "two days ago")
    wire._last_id = id_at(datetime.now(UTC).timestamp() - 3600)
    missed = wire.says(BEN, "an hour ago")
    await overseer.start()
    await overseer.stop()
    assert remotes(ears) == [missed]
    wire.says(BEN, "half an hour ago")
    await overseer.start(missed_hours=0)
    await overseer.stop()
    await overseer.start()
    assert remotes(ears) == [missed]  # it is passed over for good


async def test_a_message_that_came_a_little_after_a_newer_one_is_looked_up(wire, ears, overseer):
    wire.apart = 1000 << 22
    older = wire.new_id()
    ears.kept = Bookmark(seen=wire.new_id())  # of another channel
    message = wire.says(BEN, "one")
    wire.messages[older] = wire.messages.pop(message) | {"id": older}
    await overseer.start()
    assert remotes(ears) == [older]


@pytest.mark.parametrize("fails", [False, True])
async def test_what_was_missed_is_lent_what_its_sender_holds(wire, ears, overseer, fails):
    wire.roles = {"50": "Ops"}
    wire.members[BEN] = ["50"]
    roles = {"50": Role.OPERATOR}
    await overseer.heard_one(roles=roles)
    for number in range(3):
        wire.says(BEN, f"missed {number}")
    wire.says(CHRIS, "missed too")
    if fails:
        wire.fate = lambda method, path: "gone" if "/members/" in path else ""
    await overseer.start(roles=roles)
    await wire.until(lambda: len(ears.heard) == 5)
    lent = [m.lent for m in ears.heard]
    held = frozenset() if fails else frozenset({Role.OPERATOR})
    assert lent == [frozenset({Role.OPERATOR}), held, held, held, frozenset()]
    asked_for = [path for _, path, _ in wire.asked if "/members/" in path]
    assert fails or len(asked_for) == 2


async def test_no_member_is_asked_for_where_roles_stand_for_nothing(wire, ears, overseer):
    await overseer.heard_one()
    wire.says(BEN, "missed")
    await overseer.start()
    await wire.until(lambda: len(ears.heard) == 2)
    assert not [path for _, path, _ in wire.asked if "/members/" in path]


async def test_a_channel_that_can_not_be_read_is_tried_again_and_holds_up_no_other(
    wire, ears, overseer
):
    await overseer.start()
    where = await asked(wire, ears)
    await overseer.stop()
    missed = [wire.says(BEN, "one"), wire.says(BEN, "two", channel=where.thread, mention=False)]
    wire.unreadable = [CHANNEL] * 3
    await overseer.start()
    assert sorted(remotes(ears)[1:]) == missed


async def test_a_channel_that_may_not_be_read_is_passed_over(wire, ears, overseer):
    await overseer.start()
    where = await asked(wire, ears)
    await overseer.stop()
    wire.says(BEN, "one")
    missed = wire.says(BEN, "two", channel=where.thread, mention=False)
    wire.forbidden = {CHANNEL}
    await overseer.start()
    assert remotes(ears)[1:] == [missed]


async def test_nothing_is_left_under_way_by_a_stop(wire, ears, overseer):
    await overseer.start()
    for number in range(30):
        wire.says(BEN, f"word {number}")
    await overseer.stop()
    names = [task.get_name() for task in asyncio.all_tasks()]
    assert not [name for name in names if name.startswith(("discord.py: ", "discord: "))]


async def test_what_is_being_taken_in_as_it_stops_is_taken_in(wire, ears, overseer):
    await overseer.start()
    wire.says(BEN, "one")
    await wire.until(lambda: ears.heard)
    ears.gate = asyncio.Event()
    late = wire.says(BEN, "two")
    await wire.until(lambda: ears.knocking)
    stopping = asyncio.create_task(overseer.stop())
    await asyncio.sleep(0.05)
    ears.gate.set()
    await stopping
    assert remotes(ears)[1:] == [late]
    assert ears.kept.seen == late


async def test_what_takes_too_long_as_it_stops_is_the_next_starts(
    wire, ears, overseer, monkeypatch
):
    monkeypatch.setattr("bot.adapters.discord.client.LAST_S", 0.05)
    await overseer.start()
    wire.says(BEN, "one")
    await wire.until(lambda: ears.heard)
    ears.gate = asyncio.Event()
    late = wire.says(BEN, "two")
    await wire.until(lambda: ears.knocking)
    await overseer.stop()
    assert int(ears.kept.seen) < int(late)
    ears.gate.set()
    await overseer.start()
    assert remotes(ears)[1:] == [late]


async def test_what_the_library_tells_after_the_end_is_nothing(wire, ears, overseer):
    await overseer.start()
    client = overseer.platform.client
    await overseer.stop()
    client.dispatch("ready")  # it does, two seconds after a server came


async def test_own_posts_and_the_words_of_others_are_no_requests(wire, ears, overseer):
    await overseer.start()
    await asked(wire, ears)
    await overseer.stop()
    wire.says(CHRIS, "lunch?", mention=False)
    wire.says(ME, "a card", mention=False)
    await overseer.start()
    await overseer.stop()
    assert len(ears.heard) == 1
    assert place(ears.heard[0].remote) == ears.heard[0].thread
    assert wire.guilds[0]["id"] == GUILD
