"""The door for Slack's requests by HTTP: nothing is read before it is known to be Slack's.

Slack signs `v0:<timestamp>:<raw body>` with the app's signing secret (HMAC-SHA256). A request
whose signature is wrong or missing, that is older or newer than five minutes, or that was here
before, is refused as it is: its body is not parsed, and the answer does not say which it was.
Source: Slack's "Verifying requests from Slack".
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from bot.errors import ConfigError
from bot.ports import Clock

if TYPE_CHECKING:
    from aiohttp import web

WINDOW_S = 300
MOST_BODY = 1 << 20
KEPT = 100_000
"""Signatures that are remembered; the window holds fewer at any rate that Slack sends."""

Taken = tuple[int, Mapping[str, str], str]
"""Status, headers and body of an answer."""


class Signatures:
    """Knows Slack's requests, each once."""

    def __init__(self, secret: str, clock: Clock) -> None:
        """`secret` is the app's signing secret; without one nothing is ever Slack's."""
        self._key = secret.encode()
        self._clock = clock
        self._seen: OrderedDict[bytes, float] = OrderedDict()

    def good(self, timestamp: str, signature: str, body: bytes) -> bool:
        """Whether Slack sent exactly this, just now, and for the first time."""
        now = self._clock.now().timestamp()
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
            return False
        if not self._key or abs(now - int(timestamp)) > WINDOW_S:
            return False
        signed = hmac.new(self._key, b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256)
        expected = b"v0=" + signed.hexdigest().encode()
        if not hmac.compare_digest(expected, signature.encode("utf-8", "replace")):
            return False
        return self._first(expected, now)

    def forget(self, signature: str) -> None:
        """What it asked for was not done: the same request may come again."""
        self._seen.pop(signature.encode("utf-8", "replace"), None)

    def _first(self, signature: bytes, now: float) -> bool:
        while self._seen and (
            next(iter(self._seen.values())) < now - 2 * WINDOW_S or len(self._seen) >= KEPT
        ):
            self._seen.popitem(last=False)
        if signature in self._seen:
            return False
        self._seen[signature] = now
        return True


class Door:
    """The server."""

    def __init__(
        self,
        signatures: Signatures,
        take: Callable[[str, Mapping[str, str]], Awaitable[Taken]],
    ) -> None:
        """`take` gets the body and the headers of a request that is Slack's."""
        self._signatures = signatures
        self._take = take
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def open(self, host: str, port: int) -> None:
        """Listen.

        Raises:
            ConfigError: the port can't be had.
        """
        from aiohttp import web

        app = web.Application(client_max_size=MOST_BODY)
        app.router.add_post("/slack/events", self._asked)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            raise ConfigError(
                f"slack: I can't listen on {host}:{port} ({error.strerror}).",
                path="overseer.yaml",
                cure="Give another one: slack: {port: N}.",
            ) from None
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def close(self) -> None:
        """Listen no more; what was taken is answered."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _asked(self, request: web.Request) -> web.Response:
        from aiohttp import web

        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        headers = request.headers
        signature = headers.get("X-Slack-Signature", "")
        if not self._signatures.good(headers.get("X-Slack-Request-Timestamp", ""), signature, body):
            return web.Response(status=401)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return web.Response(status=400)
        status, given, answer = await self._take(text, headers)
        if status >= 500:
            self._signatures.forget(signature)
        kind = given.get("content-type", "text/plain").partition(";")[0]
        return web.Response(status=status, text=answer, content_type=kind)
