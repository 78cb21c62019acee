"""What every request passes before anything else looks at it.

1. *Host*: only names of this machine, so that a foreign name that resolves to us (DNS
   rebinding) is refused. An address written in numbers cannot be rebound and passes.
2. *Origin*: what changes something, and every WebSocket, must come from our own page.
3. *Session*: all but a few open paths need one; a WebSocket without one is refused.
4. *Headers*: a policy that lets the page load and talk to nothing but us. NiceGUI compiles
   Vue templates in the browser, hence `unsafe-eval`; its inline scripts get a nonce that is
   new for each answer, so markup that slipped in could still run nothing.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.adapters.web.login import Logins, fingerprint
from bot.domain.messages import Person
from bot.errors import StoreBusyError

OPEN_PATHS = ("/login", "/healthz", "/assets/")
BODY_LIMIT = 256 * 1024
SAFE = ("GET", "HEAD", "OPTIONS")

_AGAIN = (
    "<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=0><title>Overseer</title>"
)


@dataclass(frozen=True)
class Visit:
    """Who is behind a request; `surface` finds the page's server among several."""

    person: Person
    session: str
    """The session's hash."""
    token: str
    surface: Any


def visit_of(scope: Any) -> Visit:
    """The visit that the guard has written into the scope."""
    visit = scope["overseer.visit"]
    if not isinstance(visit, Visit):
        raise TypeError("a page was reached past the guard")
    return visit


class Guard:
    """The ASGI application in front of all others."""

    def __init__(
        self, app: ASGIApp, logins: Logins, *, cookie: str, host: str, surface: Callable[[], Any]
    ) -> None:
        self._app = app
        self._logins = logins
        self._cookie = cookie
        self._surface = surface
        self._names = {"localhost", host.casefold(), socket.gethostname().casefold()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge, then hand on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None and not _is_open(scope["path"]):
            refusal = await self._admit(scope, headers)
        if scope["type"] == "websocket":
            if refusal is not None:
                await receive()  # the opening; a close before accept answers it with 403
                await send({"type": "websocket.close", "code": 4403})
                return
            await self._app(scope, receive, send)
            return
        dressed = _Dress(scope, headers, send)
        if refusal is not None:
            await refusal(scope, receive, dressed)
            return
        # The prefix would be reflected into the page; no proxy stands before us.
        scope["headers"] = [h for h in scope["headers"] if h[0] != b"x-forwarded-prefix"]
        await self._app(scope, receive, dressed)
        await dressed.finish()

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Why the request may not come in, whoever sent it."""
        if not self.knows_host(headers.get("host", "")):
            return Response("This name is not one of Overseer's.\n", 421)
        if scope["type"] == "websocket" or scope["method"] not in SAFE:
            origin = headers.get("origin")
            if origin is None or not _same_origin(origin, headers["host"]):
                return JSONResponse({"text": "This came from another page."}, 403)
        if scope["type"] == "http" and _length(headers) > BODY_LIMIT:
            return JSONResponse({"text": "That is too long."}, 413)
        return None

    async def _admit(self, scope: Scope, headers: Headers) -> Response | None:
        """Find the session and write the visit into the scope; else the way to the login."""
        token = self.token(headers)
        try:
            person = await self._logins.who(fingerprint(token)) if token else None
        except StoreBusyError as error:
            return JSONResponse({"text": str(error)}, 503)
        if token and person:
            surface = self._surface()
            scope["overseer.visit"] = Visit(person, fingerprint(token), token, surface)
            return None
        if scope["type"] == "http" and "text/html" in headers.get("accept", ""):
            if not token and headers.get("sec-fetch-site") == "cross-site":
                return HTMLResponse(_AGAIN)  # a strict cookie comes along on the second try
            return RedirectResponse("/login", 303)
        return JSONResponse({"text": "Your session has ended: sign in again."}, 401)

    def knows_host(self, host: str) -> bool:
        """Whether a Host header names this machine."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._names or _is_address(name)

    def token(self, headers: Headers) -> str:
        """The session's token from the cookie, or the empty string."""
        try:
            jar = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return ""
        return jar[self._cookie].value if self._cookie in jar else ""


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith("/assets/")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _same_origin(origin: str, host: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc.casefold() == host.casefold()


def _length(headers: Headers) -> int:
    try:
        return int(headers.get("content-length", "0"))
    except ValueError:
        return BODY_LIMIT + 1


def policy(host: str, nonce: str) -> str:
    """The content security policy of one answer."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' ws://{host} wss://{host}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class _Dress:
    """Adds the headers to an answer, and the nonce to the scripts of NiceGUI's pages."""

    def __init__(self, scope: Scope, headers: Headers, send: Send) -> None:
        self._send = send
        self._host = headers.get("host", "")
        self._nonce = secrets.token_urlsafe(16)
        self._cached = scope["path"].startswith(("/assets/", "/_nicegui/"))
        self._start: Message | None = None
        self._body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            self._put(headers)
            if headers.get("x-nicegui-content") == "page" and "content-encoding" not in headers:
                self._start = message
                return
        elif self._start is not None:
            self._body.append(message.get("body", b""))
            if not message.get("more_body"):
                await self.finish()
            return
        await self._send(message)

    def _put(self, headers: MutableHeaders) -> None:
        headers["Content-Security-Policy"] = policy(self._host, self._nonce)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"  # with none, a form has no Origin
        headers["X-Frame-Options"] = "DENY"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if not self._cached:
            headers["Cache-Control"] = "no-store"

    async def finish(self) -> None:
        """Send a page that was held back, its scripts marked as ours.

        NiceGUI escapes `<` in everything that comes from a card, so each `<script` in the
        page stands in its template.
        """
        if self._start is None:
            return
        start, self._start = self._start, None
        marked = f'<script nonce="{self._nonce}"'.encode()
        body = b"".join(self._body).replace(b"<script", marked)
        MutableHeaders(scope=start)["Content-Length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
