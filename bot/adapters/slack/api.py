"""Slack's Web API through its SDK: one HTTP session for every call, and one place for its faults.

The SDK alone would open a connection per call, and send a second time what it got no answer to.
Here the session is shared and nothing is repeated: who owes a post decides that.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.adapters.slack.faults import broken, said_no
from bot.errors import ChatError

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

CALL_S = 20.0
CONNECT_S = 8.0
IDLE_S = 45.0
AS_JSON = ("chat.", "views.")
WRITERS = 2
"""Posts and edits that are on their way at once; they bring more than a workspace takes."""

QUIET = logging.getLogger("overseer.slack.sdk")
"""The SDK's own log: bodies and tokens stand in it, so that it says nothing."""
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False
QUIET.setLevel(logging.CRITICAL)


class Api:
    """Calls of one bot. `open` first; `close` ends what is under way."""

    def __init__(self, api_url: str = "") -> None:
        """`api_url` is empty for Slack's own."""
        self._url = api_url
        self._writing = asyncio.Semaphore(WRITERS)
        self._session: ClientSession | None = None
        self._client: AsyncWebClient | None = None

    def open(self, token: str) -> None:
        """Make the session; connects to nothing yet. Needs a running event loop."""
        from aiohttp import ClientSession, ClientTimeout, TCPConnector
        from slack_sdk.web.async_client import AsyncWebClient

        self._session = ClientSession(
            connector=TCPConnector(limit=0, keepalive_timeout=IDLE_S),
            timeout=ClientTimeout(total=CALL_S, sock_connect=CONNECT_S),
        )
        self._client = AsyncWebClient(
            token, self._url or AsyncWebClient.BASE_URL, session=self._session,
            retry_handlers=[], logger=QUIET,
        )  # fmt: skip
        if self._url:  # a proxy of the environment leads to Slack, not to what stands in for it
            self._client.proxy = None

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> ClientSession:
        """The session that every call goes through."""
        if self._session is None:
            raise RuntimeError("the session is not open")
        return self._session

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client."""
        if self._client is None:
            raise RuntimeError("the session is not open")
        return self._client

    async def write(self, method: str, **given: Any) -> Mapping[str, Any]:
        """Say or change something, not more than a few at once.

        Raises:
            ChatError: one of the five; see `bot.ports.platforms.Platform`.
        """
        async with self._writing:
            return await self.call(method, **given)

    async def call(self, method: str, *, token: str = "", **given: Any) -> Mapping[str, Any]:
        """What Slack answers to a method with these arguments; those that are None are left out.

        What is shown goes as JSON, which is half the size; the rest as a form, the one way that
        every method takes.

        Raises:
            ChatError: as `write`.
        """
        told = {name: value for name, value in given.items() if value is not None}
        if method.startswith(AS_JSON):
            body: dict[str, Any] = {"json": told}
        else:
            body = {"data": {name: _written(value) for name, value in told.items()}}
        headers = {"Authorization": f"Bearer {token}"} if token else None
        data = (await self._asked(method, headers=headers, **body)).data
        return data if isinstance(data, Mapping) else {}

    async def _asked(self, method: str, **given: Any) -> AsyncSlackResponse:
        """Slack's answer; whatever went wrong is told as one of the five errors."""
        from slack_sdk.errors import SlackApiError, SlackClientError

        try:
            return await self.client.api_call(method, **given)
        except SlackApiError as error:
            raise _no(error) from None
        except (SlackClientError, OSError, TimeoutError, RuntimeError, ValueError) as error:
            raise broken(error) from None
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "aiohttp":
                raise
            raise broken(error) from None

    async def scopes(self) -> frozenset[str]:
        """The rights of the bot's token, as Slack states them with every answer.

        Raises:
            ChatError: as `write`.
        """
        answer = await self._asked("auth.test", data={})
        told = str(answer.headers.get("x-oauth-scopes", ""))
        return frozenset(part.strip() for part in told.split(",") if part.strip())

    async def upload(self, url: str, content: bytes) -> None:
        """Bring a file's bytes to the address that Slack gave for it; nothing is shown yet.

        Raises:
            ChatError: as `write`.
        """
        import aiohttp

        try:
            async with self.session.post(url, data=content, proxy=self.client.proxy) as answer:
                if answer.status != 200:
                    raise said_no("", answer.status, answer.headers, {})
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise broken(error) from None


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def _no(error: Any) -> ChatError:
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    headers = getattr(response, "headers", {}) or {}
    data = getattr(response, "data", {})
    word = data.get("error", "") if isinstance(data, Mapping) else ""
    return said_no(str(word or ""), status, headers, data)
