"""No test asks a live model by accident.

`forbid_live_models()` holds for the whole process: a request of either SDK to anything but
loopback is stopped before a connection is made, whoever built the client and whatever address,
proxy or key it took from the environment. It holds for the processes that this one starts, too,
where they get its environment: there the adapters heed a switch (`bot.ports.live_models`).
"""

from __future__ import annotations

import os

from bot.ports.live_models import LOOPBACK, SWITCH, LiveModelError, stay_here

__all__ = ["LiveModelError", "forbid_live_models"]


def forbid_live_models() -> None:
    """From now on, in this process and in its children; there is no way back."""
    import httpx2  # the HTTP layer of both SDKs

    os.environ[SWITCH] = LOOPBACK

    whole, plain = (
        httpx2.AsyncHTTPTransport.handle_async_request,
        httpx2.HTTPTransport.handle_request,
    )

    async def guarded(self: httpx2.AsyncHTTPTransport, request: httpx2.Request) -> httpx2.Response:
        stay_here(request.url.host)
        return await whole(self, request)

    def guarded_too(self: httpx2.HTTPTransport, request: httpx2.Request) -> httpx2.Response:
        stay_here(request.url.host)
        return plain(self, request)

    httpx2.AsyncHTTPTransport.handle_async_request = guarded  # type: ignore[method-assign]
    httpx2.HTTPTransport.handle_request = guarded_too  # type: ignore[method-assign]
