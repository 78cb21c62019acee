"""NiceGUI in this process: configured once, running while at least one surface is.

NiceGUI is one application per process, with module-level state. A surface that is stopped
and started again (a test, a reload), or two of them side by side, share it; which surface
serves a page stands in the request's scope. Its background tasks belong to an event loop, so
they start with the first surface and end with the last.
"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from pathlib import Path

from fastapi import FastAPI
from nicegui import core, ui

from bot.adapters.web.astray import answer_astray
from bot.adapters.web.guard import visit_of
from bot.adapters.web.page import register

RECONNECT_S = 20.0
"""How long a page that lost its connection is kept; the ping interval follows from it."""


class Nice:
    """The one NiceGUI application, counted."""

    def __init__(self) -> None:
        self._app: FastAPI | None = None
        self._users = 0
        self._running = AsyncExitStack()

    def app(self) -> FastAPI:
        """The ASGI application with the pages; made on the first call."""
        if self._app is None:
            os.environ.setdefault("NICEGUI_STORAGE_PATH", "/nonexistent")  # we store nothing in it
            self._app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
            register(visit_of)
            ui.run_with(
                self._app,
                title="Overseer",
                favicon=Path(__file__).parent / "eye.svg",
                viewport="width=device-width, initial-scale=1, interactive-widget=resizes-content",
                dark=None,
                tailwind=False,
                language="en-US",
                reconnect_timeout=RECONNECT_S,
                binding_refresh_interval=None,
                gzip_middleware_factory=None,  # the surface compresses, outside the guard
                show_welcome_message=False,
            )
            answer_astray(core.app)
        return self._app

    async def start(self) -> None:
        """Begin, if nobody has yet."""
        app = self.app()
        self._users += 1
        if self._users == 1:
            # engine.io begins to look after its sockets once per object; this loop is new.
            core.sio.eio.start_service_task = True
            await self._running.enter_async_context(app.router.lifespan_context(app))

    async def stop(self) -> None:
        """End, if nobody else is served."""
        self._users -= 1
        if self._users == 0:
            if core.sio.eio.service_task_handle is not None:
                core.sio.eio.service_task_handle.cancel()
                core.sio.eio.service_task_handle = None
                core.sio.eio.service_task_event = None
            await self._running.aclose()


NICE = Nice()
