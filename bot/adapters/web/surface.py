"""The web surface: a server on this machine that shows conversations and takes words and presses.

`start` binds the port and serves in the event loop of the caller; no signal handler is set and
nothing is reloaded. `show` reaches every open page that shows the item's thread or lists it.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import socket
from collections.abc import Callable, Generator
from datetime import datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from bot.adapters.web.doors import Doors, door_html
from bot.adapters.web.guard import Guard, Visit
from bot.adapters.web.listening import listening
from bot.adapters.web.login import Logins
from bot.adapters.web.nice import NICE
from bot.adapters.web.page import Page
from bot.adapters.web.routes import Routes
from bot.adapters.web.text import attributes
from bot.adapters.web.thread_view import item_html
from bot.domain.cards import ThreadItem
from bot.domain.messages import People, Person
from bot.errors import ConfigError, UnavailableError
from bot.ports import Books, Clock, Ears, Ids, Store
from bot.settings import WebSettings

HERE = Path(__file__).parent
ASSETS = {
    "eye.svg": "image/svg+xml",
    "style.css": "text/css; charset=utf-8",
    "card.css": "text/css; charset=utf-8",
    "books.css": "text/css; charset=utf-8",
    "aloud.js": "text/javascript; charset=utf-8",
    "dialogs.js": "text/javascript; charset=utf-8",
    "outputs.js": "text/javascript; charset=utf-8",
    "theme.js": "text/javascript; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
}
KEPT_HTMLS = 256
"""Drawn cards that are kept: a card's serial tells one drawing from the next."""
TRUST_S = 1.0
"""How long an open page goes on being served before its session is looked up again."""


class _Server(uvicorn.Server):
    """uvicorn without signal handlers: who starts and stops is decided elsewhere."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


class WebSurface:
    """The page's server.

    `books` are what can be looked up; without them there is only the conversation. `app` may
    bring routes of its own (`/healthz`); `sock` an already bound socket.
    """

    name = "web"

    def __init__(
        self,
        settings: WebSettings,
        store: Store,
        clock: Clock,
        ids: Ids,
        people: Callable[[], People],
        secret: str,
        *,
        books: Books | None = None,
        app: FastAPI | None = None,
        sock: socket.socket | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._ids = ids
        self.books = books
        self._api = app
        self._sock = sock
        self.logins = Logins(settings, store, clock, people)
        self.pages: set[Page] = set()
        # Cookies are shared by all ports of a host: two Overseers must not sign each other out.
        self._cookie = f"overseer_{hashlib.sha256(secret.encode()).hexdigest()[:10]}"
        self._ears: Ears | None = None
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._trusted: dict[str, tuple[float, str]] = {}
        self._htmls: dict[tuple[str, str, int, str], str] = {}
        self._assets = {name: (HERE / name).read_bytes() for name in ASSETS}

    # -- life ------------------------------------------------------------------------------

    async def start(self, ears: Ears) -> None:
        """Bind and serve.

        Raises:
            ConfigError: the port is taken, or the host is not one of this machine's.
        """
        self._ears = ears
        if self._sock is None:
            self._sock = self._bind()
        await NICE.start()
        config = uvicorn.Config(
            GZipMiddleware(self._wired(ears), minimum_size=1000, compresslevel=5),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        self._server = _Server(config)
        serve = self._server.serve(sockets=[self._sock])
        self._serving = asyncio.create_task(serve, name="web")
        while not self._server.started:
            if self._serving.done():
                await self._serving
                raise UnavailableError("The page's server ended before it began.")
            await asyncio.sleep(0.01)

    def _wired(self, ears: Ears) -> Guard:
        style, theme = self._asset("style.css"), self._asset("theme.js")
        days = self._settings.session_days
        doors = Doors(self.logins, cookie=self._cookie, days=days, style=style, theme=theme)
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        if self._api is not None:
            app.include_router(self._api.router)
        app.include_router(doors.router)
        app.include_router(Routes(ears, self._clock).router)
        app.add_api_route("/assets/{name}", self._serve_asset, methods=["GET"])
        app.mount("/", NICE.app())
        return Guard(
            app,
            self.logins,
            cookie=self._cookie,
            host=self._settings.host,
            surface=lambda: self,
        )

    def _bind(self) -> socket.socket:
        host, port = self._settings.host, self._settings.port
        try:
            return listening(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                said, cure = f"Port {port} is taken by another program.", "a free port (0: any)"
            elif error.errno == errno.EACCES:
                said, cure = f"Port {port} may only be used by root.", "a port above 1023"
            else:
                said, cure = f"Can't listen on {host}: {error.strerror}.", "another web.host"
            raise ConfigError(
                said, path="overseer.yaml", cure=f"Set web.port there: {cure}."
            ) from error

    async def stop(self) -> None:
        """Stop serving; open pages reconnect by themselves when somebody serves again."""
        server, serving = self._server, self._serving
        self._server = self._serving = None
        if server is None or serving is None:
            return
        server.should_exit = True
        await serving
        for page in tuple(self.pages):
            page.dispose()
            if not page.client.is_deleted:
                page.client.delete()
        await NICE.stop()
        if self._sock is not None:
            self._sock.close()
            self._sock = None

    @property
    def address(self) -> str:
        """Where the page is, e.g. `http://127.0.0.1:8420`."""
        if self._sock is None:
            raise UnavailableError("The page is not being served.")
        host, port = self._sock.getsockname()[:2]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    # -- what pages need -------------------------------------------------------------------

    @property
    def ears(self) -> Ears:
        """Whom the pages ask."""
        if self._ears is None:
            raise UnavailableError("The page is not being served.")
        return self._ears

    def now(self) -> datetime:
        """The time."""
        return self._clock.now()

    def fresh_id(self) -> str:
        """An id for a new conversation."""
        return self._ids.new()

    async def admits(self, visit: Visit) -> bool:
        """Whether the session behind an open page is still good; asked at most once a second."""
        now = self._clock.monotonic()
        until, name = self._trusted.get(visit.session, (0.0, ""))
        if now >= until:
            self._trusted = {key: kept for key, kept in self._trusted.items() if kept[0] > now}
            person = await self.logins.who(visit.session)
            name = person.name if person else ""
            self._trusted[visit.session] = (now + TRUST_S, name)
        return name == visit.person.name

    def close_pages(self, session: str) -> None:
        """Send every page of an ended session to the login."""
        self._trusted.pop(session, None)
        for page in tuple(self.pages):
            if page.visit.session == session:
                page.close()

    def close_other_pages(self, visit: Visit) -> None:
        """Send the person's pages of all other sessions, which have ended, to the login."""
        for page in tuple(self.pages):
            other = page.visit
            if other.person.name == visit.person.name and other.session != visit.session:
                self.close_pages(other.session)

    def item_html(self, item: ThreadItem, people: People, reader: str) -> str:
        """An item as one person reads it; a card that many pages show is drawn once for them."""
        card = item.card
        if card is None or card.plan is None:
            return item_html(item, people, reader, books=self.books is not None)
        key = (item.thread, card.id, card.serial, reader)
        html = self._htmls.get(key)
        if html is None:
            if len(self._htmls) >= KEPT_HTMLS:
                del self._htmls[next(iter(self._htmls))]
            html = item_html(item, people, reader, books=self.books is not None)
            self._htmls[key] = html
        return html

    async def show(self, item: ThreadItem, *, edited: bool) -> None:
        """Hand an item to the open pages."""
        for page in tuple(self.pages):
            page.show(item)

    async def make_link(self, person: str) -> str:
        """A one-time link for a person: the path under `address`."""
        return await self.logins.link(person)

    # -- files -----------------------------------------------------------------------------

    def head_html(self, person: Person) -> str:
        """What the pages load besides NiceGUI's own."""
        zone = attributes(name="overseer-zone", content=person.timezone)
        return (
            f"<meta{zone}>"
            f'<script src="{self._asset("theme.js")}"></script>'
            f'<link rel="stylesheet" href="{self._asset("style.css")}">'
            f'<link rel="stylesheet" href="{self._asset("card.css")}">'
            f'<link rel="stylesheet" href="{self._asset("books.css")}">'
            f'<script defer src="{self._asset("dialogs.js")}"></script>'
            f'<script defer src="{self._asset("outputs.js")}"></script>'
            f'<script defer src="{self._asset("page.js")}"></script>'
            f'<script defer src="{self._asset("aloud.js")}"></script>'
        )

    def door_html(self, title: str, body: str) -> str:
        """A plain page that leads on from where there is none."""
        style, theme = self._asset("style.css"), self._asset("theme.js")
        return door_html(title, body, style=style, theme=theme)

    def _asset(self, name: str) -> str:
        return f"/assets/{name}?{hashlib.sha256(self._assets[name]).hexdigest()[:12]}"

    async def _serve_asset(self, name: str) -> Response:
        if name not in self._assets:
            return Response(status_code=404)
        return Response(
            self._assets[name],
            media_type=ASSETS[name],
            headers={"Cache-Control": "public, max-age=31536000"},
        )
