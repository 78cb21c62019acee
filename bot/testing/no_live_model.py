"""No test asks a live model by accident.

`forbid_live_models()` holds for the whole process: a request of either SDK to anything but
loopback is stopped before a connection is made, whoever built the client and whatever address,
proxy or key it took from the environment. `LiveModelError` is no `Exception` on purpose: the SDKs
would turn one into "connection error", the router would fall to the rules, and the test would pass.
"""

from __future__ import annotations

import ipaddress


class LiveModelError(BaseException):
    """A test was about to ask a model that is not on this machine."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"This test was about to ask a language model at {host}. Tests never do: give the "
            "model's settings a base_url on 127.0.0.1, such as the one of tests/rigs/aimock.py."
        )


def forbid_live_models() -> None:
    """From now on, in this process; there is no way back."""
    import httpx2  # the HTTP layer of both SDKs

    whole, plain = (
        httpx2.AsyncHTTPTransport.handle_async_request,
        httpx2.HTTPTransport.handle_request,
    )

    async def guarded(self: httpx2.AsyncHTTPTransport, request: httpx2.Request) -> httpx2.Response:
        _stay_here(request.url.host)
        return await whole(self, request)

    def guarded_too(self: httpx2.HTTPTransport, request: httpx2.Request) -> httpx2.Response:
        _stay_here(request.url.host)
        return plain(self, request)

    httpx2.AsyncHTTPTransport.handle_async_request = guarded  # type: ignore[method-assign]
    httpx2.HTTPTransport.handle_request = guarded_too  # type: ignore[method-assign]


def _stay_here(host: str) -> None:
    if host in {"", "localhost"}:
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise LiveModelError(host)
