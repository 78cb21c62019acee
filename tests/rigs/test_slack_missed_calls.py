"""What was missed in Slack is read by few calls: quiet threads cost none, who waits comes first."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.adapters.slack import missed
from bot.adapters.slack.heard import Heard
from bot.domain.messages import ThreadRef
from bot.testing.manual_clock import ManualClock
from tests.rigs.slack_fixtures import ears, emulator, side  # noqa: F401
from tests.rigs.slack_missed import MARK, nothing_older, store  # noqa: F401
from tests.rigs.slack_side import made_for

pytestmark = pytest.mark.slack


def workspace(side, rooms, *, threads, busy=()):
    """Slack's answers for channels with threads of Overseer's, quiet but for `busy`; since when.

    As Slack, it gives with the first message of a thread when it was last answered.
    """
    now = time.time()
    since = now - 5.0
    roots = {f"{now - 3600 + n:.6f}" for n in range(threads)}
    late = {f"{now - 3600 + n:.6f}" for n in busy}

    def answer(method, form):
        found = {"ok": True, "messages": []}
        if method == "users.conversations":
            found = {"ok": True, "channels": []}
            if form["types"] == "public_channel":
                found["channels"] = [{"id": room, "is_member": True} for room in rooms]
        elif method == "conversations.history":
            found["messages"] = [
                {"ts": ts, "thread_ts": ts, "user": "U1", "text": "x", "reply_count": 2,
                 "latest_reply": f"{now:.6f}" if ts in late else f"{float(ts) + 9:.6f}"}
                for ts in sorted(roots)
                if float(form["oldest"]) < float(ts) < float(form.get("latest", "inf"))
            ]  # fmt: skip
        elif method != "conversations.replies":
            return None
        return web.json_response(found)

    side.faults.append(answer)
    return since, sorted(roots), sorted(late)


@asynccontextmanager
async def reading(side, ears, store, monkeypatch, rooms, roots):
    """Its reader, which is to read those channels, with those threads of Overseer's in each."""

    async def talks(self, since):
        return tuple(ThreadRef(surface="slack", channel=r, thread=t) for r in rooms for t in roots)

    monkeypatch.setattr(Heard, "talks", talks)
    made = made_for(side, ears)
    made._api.open("xoxb-emulated-1")
    noted, clock = Heard(store), ManualClock()
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC))
    yield missed.Missed(made._api, clock, noted, "U0ME", take=None, gone=None), noted
    await made._api.close()


async def test_threads_in_which_nothing_was_said_cost_no_call_of_their_own(
    side, ears, store, monkeypatch
):
    """After a pause of seconds those of a day are quiet: each would take a call, 40 a minute."""
    rooms = ["C1", "C2"]
    since, roots, late = workspace(side, rooms, threads=60, busy=(7,))
    await store.write(lambda u: u.put(MARK, since))
    async with reading(side, ears, store, monkeypatch, rooms, roots) as (reader, noted):
        reader._take = took = AsyncTake()
        assert reader.begin()
        await asyncio.wait_for(reader.catch_up(), 20)
        assert not noted.is_read_of("C1")
    asked = {(f["channel"], f["ts"]) for f in side.sent("conversations.replies")}
    assert asked == {(room, late[0]) for room in rooms}
    assert took.heard == []
    assert len(side.calls) <= missed.PER_MINUTE


async def test_a_thread_of_which_nothing_is_known_is_read(side, ears, store, monkeypatch):
    """Its first message was deleted, or is older than what was looked at."""
    since, roots, _ = workspace(side, ["C1"], threads=4)
    await store.write(lambda u: u.put(MARK, since))
    lost = f"{time.time() - 1800:.6f}"
    async with reading(side, ears, store, monkeypatch, ["C1"], [*roots, lost]) as (reader, _):
        assert reader.begin()
        await asyncio.wait_for(reader.catch_up(), 20)
    assert [f["ts"] for f in side.sent("conversations.replies")] == [lost]


async def test_where_somebody_waits_is_read_first(side, ears, store, monkeypatch):
    rooms = [f"C{n}" for n in range(10)]
    since, _, _ = workspace(side, rooms, threads=0)
    await store.write(lambda u: u.put(MARK, since))
    async with reading(side, ears, store, monkeypatch, rooms, []) as (reader, noted):
        assert reader.begin()
        waits = asyncio.ensure_future(noted.until_read("C7"))
        await asyncio.sleep(0)
        await asyncio.wait_for(reader.catch_up(), 20)
        await waits
    order = [f["channel"] for f in side.sent("conversations.history")]
    assert order == ["C7", *(room for room in rooms if room != "C7")]


class AsyncTake:
    """What would be heard."""

    def __init__(self):
        self.heard = []

    async def __call__(self, body, likely):
        self.heard.append(body["event"]["ts"])
