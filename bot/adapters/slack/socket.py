"""Socket Mode: Slack's events through a connection that Overseer opens.

Each envelope is acknowledged on the connection that it came by, once what it carries is durable;
what is not acknowledged Slack delivers again. Before Slack ends a connection it says so
(`disconnect`), and the next one is opened while the old one is still being read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog

from bot.adapters.slack.api import Api
from bot.adapters.slack.faults import AUTH, SlackRefusedError, said_of
from bot.errors import ChatBusyError, ChatError
from bot.ports import Clock

if TYPE_CHECKING:
    from aiohttp import ClientWebSocketResponse
    from slack_sdk.socket_mode.request import SocketModeRequest

_log = structlog.get_logger(__name__)

FIRST_S = 0.1
LONGEST_S = 30.0
AUTH_S = 60.0
STEADY_S = 1.0
"""A connection that held this long was one: the next is opened without a pause that grows."""
EARLY = 1
"""So many in a row may be ended sooner by Slack itself, and the next one follows at once."""
BEAT_S = 10.0
"""Seconds between pings; one that is not answered in half of that ends the connection."""
CLOSE_S = 1.0
"""How long a connection that is left may take to say goodbye."""

MEND = (
    "On the app's page: switch Socket Mode on, and make an app-level token with connections:write; "
    "then: ./overseer secret set slack-app, and start me again."
)

Take = Callable[["SocketModeRequest"], Awaitable[tuple[bool, Any]]]
"""What becomes of an envelope: whether to acknowledge it, and the payload to answer with."""


class Socket:
    """Keeps one connection open until it is told to stop."""

    def __init__(
        self,
        api: Api,
        app_token: str,
        clock: Clock,
        take: Take,
        back: Callable[[], None] = lambda: None,
    ) -> None:
        """`app_token` (xapp-) opens it; `take` is handed each envelope.

        `back` is told when there is a connection after there was none, before anything comes by it.
        """
        self._api = api
        self._token = app_token
        self._clock = clock
        self._take = take
        self._back = back
        self._lapsed = True
        self._tasks: set[asyncio.Task[None]] = set()
        self.connected = asyncio.Event()
        self.trouble = ""
        """Why the last try made no connection; empty once there is one."""

    async def run(self) -> None:
        """Connect, and connect again, for ever."""
        pause, early = FIRST_S, 0
        while True:
            begun = self._clock.monotonic()
            wait = await self._once()
            self.connected.clear()
            steady = self._clock.monotonic() - begun > STEADY_S
            early = early + 1 if wait == 0 and not steady else 0
            if wait == 0 and early <= EARLY:
                continue
            pause = FIRST_S if steady else min(pause * 2, LONGEST_S)
            self._lapsed = True
            await self._clock.sleep(max(pause, wait or 0.0))

    async def close(self) -> None:
        """End what reads and answers."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _once(self) -> float | None:
        """One connection, from opening to its end.

        Seconds to wait before the next one; 0: at once, None: a little.
        """
        import aiohttp

        try:
            opened = await self._api.call("apps.connections.open", token=self._token)
            ws = await self._api.session.ws_connect(
                str(opened.get("url", "")), heartbeat=BEAT_S, proxy=self._api.client.proxy,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_S),
            )  # fmt: skip
        except ChatBusyError as error:
            return error.retry_after
        except ChatError as error:
            _log.warning("slack.away", why=str(error))
            self.trouble = _told(error)
            bad = isinstance(error, SlackRefusedError) and error.error in AUTH
            return AUTH_S if bad else None
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            _log.warning("slack.away", why=type(error).__name__)
            self.trouble = "Slack's socket can't be reached."
            return None
        leaving = asyncio.Event()
        reading = self._spawn(self._read(ws, leaving))
        leave = asyncio.ensure_future(leaving.wait())
        try:
            await asyncio.wait({reading, leave}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leave.cancel()
        return 0 if leaving.is_set() else None

    async def _read(self, ws: ClientWebSocketResponse, leaving: asyncio.Event) -> None:
        from aiohttp import WSMsgType

        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    self._heard(ws, message.data, leaving)
        finally:
            await ws.close()

    def _heard(self, ws: ClientWebSocketResponse, data: str, leaving: asyncio.Event) -> None:
        from slack_sdk.socket_mode.request import SocketModeRequest

        try:
            said = json.loads(data)
            envelope = SocketModeRequest.from_dict(said) if isinstance(said, dict) else None
        except ValueError:  # nothing that Slack sends: what comes after it still counts
            return
        if not isinstance(said, dict):
            return
        if said.get("type") == "hello":
            if self._lapsed:
                self._lapsed = False
                self._back()
            self.connected.set()
            self.trouble = ""
        elif said.get("type") == "disconnect":
            leaving.set()
        elif envelope is not None:
            self._spawn(self._answer(ws, envelope))

    async def _answer(self, ws: ClientWebSocketResponse, envelope: SocketModeRequest) -> None:
        from slack_sdk.socket_mode.response import SocketModeResponse

        try:
            taken, payload = await self._take(envelope)
        except Exception:  # noqa: BLE001 -- not acknowledged: it comes again
            _log.exception("slack.envelope")
            return
        if not taken:
            return
        answer = SocketModeResponse(envelope.envelope_id, payload).to_dict()
        try:
            await ws.send_str(json.dumps(answer))
        except (OSError, RuntimeError):  # cut meanwhile: Slack delivers it again, once
            _log.info("slack.unacknowledged", envelope=envelope.envelope_id)

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("slack.socket", exc_info=error)


def _told(error: ChatError) -> str:
    """Why there is no socket; nothing was to be shown here, so nothing is said of that."""
    if isinstance(error, SlackRefusedError):
        return f"Slack opens no socket: {error.error.replace('_', ' ')}. {MEND}"
    return said_of(error)
