"""What people say in Slack while Overseer is away, and its lives before and after."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.adapters.slack import missed
from tests.rigs.slack_side import made_for
from tests.rigs.stores import opened
from tests.rigs.test_slack_jobs import seen

MARK = "heard/slack/"


@pytest.fixture
async def store(tmp_path):
    store = opened(tmp_path / "overseer.db")
    yield store
    await store.close()


@pytest.fixture(autouse=True)
def nothing_older(monkeypatch):
    """The workspace outlives a test: what was said in others is left alone."""
    monkeypatch.setattr(missed, "OVERLAP_S", 0.0)


@pytest.fixture
async def was_here(side, store):
    """Slack reached Overseer until now. The emulator's time goes by whole seconds, and a count."""
    now = float(say(side, "ana", "now"))
    await store.write(lambda u: u.put(MARK, now))
    return now


@pytest.fixture
def life(side, ears, store):
    """One life of the platform over the store; it has caught up when the block begins."""

    @asynccontextmanager
    async def lived(**settings):
        made = made_for(side, ears, store=store, **settings)
        await made.start(ears)
        await asyncio.wait_for(made.ready.wait(), 20)
        if not settings:
            await seen(lambda: made._socket and made._socket.connected.is_set(), "the socket")
        await caught_up(made)
        yield made
        await made.stop()

    return lived


async def caught_up(made):
    await seen(lambda: made._missed is not None and not made._missed._at_it, "the end of it")


def say(side, who, text, *, channel="ops", **where):
    """What somebody writes in Slack, which does not reach Overseer; its time."""
    channel = side.emulator.channels.get(channel, channel)
    told = side.emulator.call(
        "chat.postMessage", token=f"xoxp-{who}", channel=channel, text=text, **where
    )
    return told["ts"]


def ask(side, who, text, **where):
    return say(side, who, f"<@{side.emulator.me['user_id']}> {text}", **where)


def direct(side, who):
    return side.emulator.call("conversations.open", users=side.emulator.users[who])["channel"]["id"]


def heard(ears):
    return [message.text for message in ears.heard]
