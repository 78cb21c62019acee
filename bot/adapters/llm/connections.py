"""Connections to an endpoint, which bound what it may send back.

A model answers in a few thousand tokens. More than `MOST` bytes is no answer, and a packed body
of a few hundred kilobytes may unpack to gigabytes: so bodies are asked for unpacked, none is
unpacked here, and reading stops at the bound. That holds for errors and health addresses too.

Imports the HTTP layer of both SDKs, which takes a while: imported where it is used.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator
from typing import Final, cast

import httpx2

from bot.ports.live_models import LOOPBACK, SWITCH, stay_here

MOST: Final = 256 * 1024
"""Bytes of an answer."""
MOST_LISTED: Final = 4 * 1024 * 1024
"""Bytes of what is looked up: the list of models of a large gateway has a megabyte."""


class TooMuchError(Exception):
    """A body is longer than any answer of a model; `most` bytes are read."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} bytes")
        self.most = most


class PackedError(Exception):
    """A body came packed although that was not asked for."""


def client() -> httpx2.AsyncClient:
    """A client whose connections keep to the bounds: no proxy, .netrc or redirect leads elsewhere.

    Reading a body raises `TooMuchError` or `PackedError` through it; an SDK wraps them.
    """
    return httpx2.AsyncClient(
        transport=_Bounded(verify=ssl.create_default_context(), trust_env=False),
        trust_env=False,
        follow_redirects=False,
    )


class _Bounded(httpx2.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if os.environ.get(SWITCH) == LOOPBACK:
            stay_here(request.url.host)
        request.headers["Accept-Encoding"] = "identity"
        answer = await super().handle_async_request(request)
        packing = answer.headers.get("Content-Encoding", "").strip().casefold()
        answer.stream = _Body(
            cast("httpx2.AsyncByteStream", answer.stream),
            most=MOST_LISTED if request.method == "GET" else MOST,
            packed=packing not in {"", "identity"},
        )
        return answer


class _Body(httpx2.AsyncByteStream):
    """A body up to its bound."""

    def __init__(self, stream: httpx2.AsyncByteStream, *, most: int, packed: bool) -> None:
        self._stream = stream
        self._most = most
        self._packed = packed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._packed:
            raise PackedError
        left = self._most
        async for part in self._stream:
            left -= len(part)
            if left < 0:
                raise TooMuchError(self._most)
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
