"""What comes from Discord while what was missed is still looked up."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio

import pytest

from bot.adapters.store import open_store
from bot.domain.messages import Reply
from bot.domain.posts import Mark, MarkState, PostKind, mark_key
from tests.rigs.discord_guild import BEN, CHANNEL, CHRIS, VERA
from tests.rigs.discord_missed import overseer, remotes  # noqa: F401
from tests.rigs.discord_parts import Quick, place

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio


async def test_what_comes_meanwhile_waits_for_what_was_missed(wire, ears, overseer):
    first = await overseer.heard_one()
    missed = [wire.says(BEN, f"missed {n}") for n in range(3)]
    wire.slow_reads = asyncio.Event()
    await overseer.begin()
    live = wire.says(BEN, "and now?")
    stop = wire.says(CHRIS, "stop")
    await wire.until(lambda: len(ears.heard) == 2)
    assert remotes(ears) == [first, stop]
    wire.slow_reads.set()
    await wire.until(lambda: len(ears.heard) == 6)
    assert remotes(ears) == [first, stop, *missed, live]
    assert [m.missed for m in ears.heard] == [False, False, True, True, True, False]


@pytest.fixture
async def store(tmp_path):
    made = open_store(tmp_path / "overseer.db", clock=Quick())
    yield made
    await made.close()


def owe(store, message, *, stands=""):
    """The outbox knows of the sign on a request."""
    key = mark_key(f"{CHANNEL}/{message}")

    def work(unit):
        body = Mark(message=message, state=MarkState.DONE)
        post = unit.owe(place(message), key, PostKind.MARK, body, card=key)
        if stands:
            unit.sent(post.id, stands, post.version)
        return post.id

    return store.write(work)


async def test_who_waits_for_their_turn_sees_at_once_that_they_were_seen(
    wire, ears, overseer, store
):
    await overseer.heard_one()
    wire.says(BEN, "missed")
    wire.slow_reads = asyncio.Event()
    await overseer.begin(store=store)
    live = wire.says(BEN, "and now?")
    code = wire.says(BEN, "link ABCD-EFGH-23")
    others = wire.says(CHRIS, "how are you, Ben?", mention=False)
    await wire.until(lambda: wire.reactions.get(live) == {"👀"})
    ears.away = Reply(accepted=False, text="I don't act for guests here.")
    guest = wire.says(VERA, "and me?")
    post = await owe(store, live)
    assert [m.text for m in ears.heard] == ["one"]
    wire.slow_reads.set()
    await wire.until(lambda: len(ears.heard) >= 4)
    await wire.until(lambda: not overseer.platform.client._events)
    stood = await store.read(lambda u: u.post(post))
    assert (stood.remote, stood.is_owed) == ("heard", True)
    assert wire.reactions == {live: {"👀"}}
    assert not {code, others, guest} & set(wire.reactions)


@pytest.mark.parametrize("stands", ["", "done"])
async def test_a_sign_that_nothing_follows_is_taken_away(wire, ears, overseer, store, stands):
    await overseer.heard_one()
    wire.says(BEN, "missed")
    wire.slow_reads = asyncio.Event()
    await overseer.begin(store=store)
    live = wire.says(BEN, "and now?")
    await wire.until(lambda: wire.reactions.get(live) == {"👀"})
    if stands:
        await owe(store, live, stands=stands)
    wire.slow_reads.set()
    await wire.until(lambda: len(ears.heard) == 3)
    await wire.until(lambda: wire.reactions == {live: set()})


async def test_a_stop_meanwhile_leaves_what_was_missed_to_the_next_start(wire, ears, overseer):
    first = await overseer.heard_one()
    missed = [wire.says(BEN, f"missed {n}") for n in range(3)]
    wire.slow_reads = asyncio.Event()
    await overseer.begin()
    missed.append(wire.says(BEN, "and this came by itself"))
    await asyncio.sleep(0.05)
    await overseer.stop()
    assert remotes(ears) == [first]
    wire.slow_reads.set()
    await overseer.start()
    assert remotes(ears) == [first, *missed]
