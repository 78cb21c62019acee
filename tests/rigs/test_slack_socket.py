"""Connections that Slack ends at once, and those over which nothing comes any more."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.adapters.slack import socket
from bot.adapters.slack.api import Api
from bot.testing.manual_clock import ManualClock
from tests.rigs.slack_emulator import APP_TOKEN, BOT_TOKEN
from tests.rigs.slack_fixtures import emulator  # noqa: F401
from tests.rigs.slack_side import SlackSide
from tests.rigs.test_slack_hearing import until

pytestmark = pytest.mark.slack


class Scripted(SlackSide):
    """Says hello, and then goodbye when it is let."""

    def __init__(self, emulator):
        super().__init__(emulator)
        self.goodbye, self.done = asyncio.Event(), asyncio.Event()

    async def _socket(self, request):
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        await ws.send_json({"type": "hello", "num_connections": 1})
        await self.goodbye.wait()
        await ws.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await self.done.wait()  # what comes is not even read
        return ws


@asynccontextmanager
async def connecting(emulator):
    """A socket whose pauses are ticked: the workspace, the clock, the socket."""
    async with Scripted(emulator) as side:
        api, clock = Api(side.url), ManualClock()
        api.open(BOT_TOKEN)
        made = socket.Socket(api, APP_TOKEN, clock, lambda _: None)
        running = asyncio.ensure_future(made.run())
        try:
            await until(lambda: side.opened == 1)
            yield side, clock, made
        finally:
            side.goodbye.set()
            side.done.set()
            running.cancel()
            await made.close()
            await api.close()


async def test_connections_that_are_ended_at_once_are_opened_ever_more_seldom(emulator):
    async with connecting(emulator) as (side, clock, _):
        side.goodbye.set()
        waits = []
        for _ in range(9):
            (due,) = await until(
                lambda: [at for at, _, woken in clock._sleepers if not woken.done()]
            )
            waits.append(round(due - clock.monotonic(), 3))
            assert side.opened == len(waits) + socket.EARLY
            await clock.advance(due - clock.monotonic())
            await until(lambda: side.opened > len(waits) + socket.EARLY)
        assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0]


async def test_after_one_that_held_the_next_is_opened_at_once(emulator):
    async with connecting(emulator) as (side, clock, made):
        await made.connected.wait()
        await clock.advance(socket.STEADY_S + 1)
        side.goodbye.set()
        await until(lambda: side.opened >= 2)


async def test_a_connection_that_answers_no_ping_is_left(emulator, monkeypatch):
    assert socket.BEAT_S <= 30
    monkeypatch.setattr(socket, "BEAT_S", 0.2)
    async with connecting(emulator) as (side, clock, made):
        # It may be over before this line is reached: that it was open is not waited for.
        await until(lambda: clock._sleepers)  # it is gone, and the next one waits for its time
        assert (made.connected.is_set(), made.trouble) == (False, "")
        await clock.advance(1)
        await until(lambda: side.opened >= 2)
