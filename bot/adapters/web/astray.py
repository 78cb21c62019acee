"""The pages for who has gone astray: an address that names nothing, a page that broke.

They stand in place of NiceGUI's own, which name the exception and lead nowhere.
"""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from bot.adapters.web.guard import visit_of
from bot.adapters.web.text import prose
from bot.domain.wording import shortened

log = structlog.get_logger(__name__)

MOST_SHOWN = 120
"""Characters of an address that are shown."""
_WAYS = (
    '<p><a class="o-button o-primary" href="/">To the chat</a> '
    '<a class="o-button" href="/runs">All runs</a></p>'
)


def answer_astray(app: FastAPI) -> None:
    """Let an application say it in our words; requests of NiceGUI's own keep their plain answer."""

    async def nothing(request: Request, error: Exception) -> Response:
        if request.url.path.startswith("/_nicegui/") and isinstance(error, HTTPException):
            return await http_exception_handler(request, error)
        path = request.url.path
        shown = shortened(path, MOST_SHOWN)
        said = (
            f"<p>I have no page at <code>{prose(shown)}</code>. Perhaps the link was cut short, or "
            f"it is from another Overseer.</p>"
        )
        return _page(request, "There is nothing here", said, HTTPStatus.NOT_FOUND)

    async def broke(request: Request, error: Exception) -> Response:
        if not request.scope.get("nicegui_page_path"):
            raise error
        log.error("web.page.broke", path=request.url.path, exc_info=error)
        said = (
            "<p>Something inside me broke while I drew this page; the log says what. Whatever runs "
            "goes on, and the terminal shows it too: <code>./overseer status</code>.</p>"
        )
        return _page(request, "This page broke", said, HTTPStatus.INTERNAL_SERVER_ERROR)

    app.add_exception_handler(HTTPStatus.NOT_FOUND, nothing)
    app.add_exception_handler(Exception, broke)


def _page(request: Request, title: str, said: str, status: HTTPStatus) -> HTMLResponse:
    html: str = visit_of(request.scope).surface.door_html(title, said + _WAYS)
    return HTMLResponse(html, status)
