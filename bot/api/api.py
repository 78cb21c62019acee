"""The FastAPI application that programs speak to; the web surface hangs its page into it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from bot.errors import OverseerError
from bot.ports import Status


def create_api(status: Callable[[], Awaitable[Status]]) -> FastAPI:
    """An application with `GET /healthz`; `status` says how Overseer stands.

    `/healthz` needs no login, so it tells only that Overseer works and which version it is:
    200 with `ok: true`, else 503 with the sentence that says why not.
    """
    app = FastAPI(title="Overseer", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        try:
            now = await status()
        except OverseerError as error:
            return JSONResponse(
                {"ok": False, "reason": error.sentence}, HTTPStatus.SERVICE_UNAVAILABLE
            )
        return JSONResponse({"ok": True, "version": now.version, "frozen": now.frozen})

    return app
