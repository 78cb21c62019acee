"""Discord's REST interface: one request, one try, and whoever asks decides when to try again.

discord.py's own client sleeps inside a call when a limit is reached and repeats what failed: then
nobody outside knows what is under way, and a stop waits for it. So what Overseer sends goes this
way, over one session. A limit that Discord has announced (`X-RateLimit-Remaining: 0`, a 429, the
global one) is kept: until it is over, nothing more of it is sent.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from bot.adapters.discord.faults import RestBusyError, RestError
from bot.adapters.discord.proxy import said_of
from bot.ports import Clock

BASE = "https://discord.com/api/v10"
TIMEOUT_S = 10.0
GLOBAL = "*"
PLAIN = "text/plain; charset=utf-8"
MOST_LIMITS = 1024
"""Limits that are kept at once; the oldest are over long before there are more."""


@dataclass(frozen=True)
class Upload:
    """A file that goes with a message."""

    name: str
    content: bytes
    about: str = ""


class Asks(Protocol):
    """Asks Discord something: the answer's JSON, or a `RestError`."""

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        files: Sequence[Upload] = (),
        query: Mapping[str, str] | None = None,
        limit: str = "",
    ) -> Any:
        """Send it once. `limit` names what its limit is counted by; empty: the path."""
        ...


class Rest:
    """One session with Discord, as the bot whose token it is."""

    def __init__(
        self, base: str, token: str, clock: Clock, *, version: str, proxy: str | None = None
    ) -> None:
        """`base` is the address of the interface with its version, without a slash at its end.

        `proxy` is the one that all goes through.
        """
        self._base = base
        self._proxy = proxy
        self._headers = {
            "Authorization": f"Bot {token}",
            "User-Agent": f"DiscordBot (overseer, {version})",
        }
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._until: dict[str, float] = {}

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        files: Sequence[Upload] = (),
        query: Mapping[str, str] | None = None,
        limit: str = "",
    ) -> Any:
        """The answer's JSON; None where there is none.

        Raises:
            RestError: it was not done, or nobody knows; see its kinds.
        """
        if self._closed:
            raise RestError.away("it has been stopped")
        limit = f"{method} {limit or path}"
        self._keep_to(limit)
        data: Any = None
        headers = dict(self._headers)
        if files:
            data = _form(body, files)
        elif body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                self._opened().request(
                    method,
                    self._base + path,
                    data=data,
                    headers=headers,
                    params=query,
                    proxy=self._proxy,
                ) as answer,
            ):
                text = await answer.text()
                self._note(limit, answer.headers)
                return self._read(answer.status, text, answer.headers, limit)
        except aiohttp.ClientConnectorError as error:
            raise RestError.away(f"{error.strerror or error}") from error
        except aiohttp.ClientHttpProxyError as error:
            raise RestError.away(said_of(error)) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise RestError.doubt(str(error) or "no answer in time") from error

    async def close(self) -> None:
        """Close the session; nothing more is sent."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    def _read(self, status: int, text: str, headers: Mapping[str, str], limit: str) -> Any:
        if 200 <= status < 300:
            return json.loads(text) if text else None
        fault = RestError.of(status, text, headers)
        if isinstance(fault, RestBusyError):
            self._stay_away(GLOBAL if fault.everywhere else limit, fault.retry_after)
        raise fault

    # -- limits ------------------------------------------------------------------------------

    def _keep_to(self, limit: str) -> None:
        now = self._clock.monotonic()
        for name in (GLOBAL, limit):
            if (until := self._until.get(name, 0.0)) > now:
                raise RestBusyError(until - now, everywhere=name == GLOBAL)

    def _note(self, limit: str, headers: Mapping[str, str]) -> None:
        if headers.get("X-RateLimit-Remaining") == "0":
            self._stay_away(limit, _seconds(headers.get("X-RateLimit-Reset-After")))

    def _stay_away(self, limit: str, seconds: float) -> None:
        now = self._clock.monotonic()
        if len(self._until) >= MOST_LIMITS:
            self._until = {name: at for name, at in self._until.items() if at > now}
        self._until[limit] = max(self._until.get(limit, 0.0), now + seconds)


def _seconds(text: str | None) -> float:
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0


def _form(body: Any, files: Sequence[Upload]) -> aiohttp.FormData:
    """As Discord wants files: the message beside them, each with its number."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(body), content_type="application/json")
    for at, each in enumerate(files):
        form.add_field(f"files[{at}]", each.content, filename=each.name, content_type=PLAIN)
    return form
