"""The doors: sign in by link or password, set a password, sign out.

Plain pages without scripts of NiceGUI, so that nothing but them is served to somebody who is
not in. A link is confirmed with a button: a chat's preview of it fetches the page and spends
nothing.
"""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.adapters.web.guard import Visit, visit_of
from bot.adapters.web.login import LONGEST, SHORTEST, Logins
from bot.adapters.web.routes import form_of
from bot.adapters.web.text import attributes, prose
from bot.errors import ConflictError, NotAllowedError, RequestError, StoreBusyError

EYE = (Path(__file__).parent / "eye.svg").read_text(encoding="utf-8")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Overseer</title>
<link rel="icon" href="/assets/eye.svg">
<link rel="stylesheet" href="{style}">
<script src="{theme}"></script>
</head>
<body class="o-door">
<main>
<div class="o-brand">{eye}<span>Overseer</span></div>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""

_LINK = """<p>This link lets you in once. It is good for this browser until you sign out.</p>
<form method="post" action="/login">
<input type="hidden" name="token"{token}>
<button class="o-button o-primary" autofocus>Sign in</button>
</form>"""

_NAMED = """<form method="post" action="/login">
<label>Name<input name="name" autocomplete="username" autocapitalize="none" required{name}></label>
<label>Password<input name="password" type="password" autocomplete="current-password"
 required></label>
<button class="o-button o-primary">Sign in</button>
</form>
<p class="o-hint">No password yet? On the machine where Overseer runs,
<code>./overseer people link NAME</code> prints a link that lets NAME in once; then you can set
one.</p>"""

_SET = """<p>Then you can sign in as <strong>{name}</strong> without a link.
Your other sessions and links end.</p>
<form method="post" action="/password">
<input type="hidden" name="username" autocomplete="username"{value}>
{former}<label>New password<input name="password" type="password" autocomplete="new-password"
 minlength="{shortest}" maxlength="{longest}" required></label>
<label>Once more<input name="again" type="password" autocomplete="new-password" required></label>
<button class="o-button o-primary">Set password</button>
<a class="o-button" href="/">Back</a>
</form>"""

_FORMER = """<label>Password until now<input name="former" type="password"
 autocomplete="current-password" maxlength="{longest}" required autofocus></label>
<p class="o-hint">Forgotten? Paste a fresh link from <code>./overseer people link {name}</code>
instead.</p>
"""


def door_html(title: str, body: str, *, style: str, theme: str) -> str:
    """A plain page of one column; `style` and `theme` are addresses."""
    return _PAGE.format(title=title, body=body, eye=EYE, style=style, theme=theme)


class Doors:
    """The pages; `cookie` is the session cookie's name, `style` and `theme` are addresses."""

    def __init__(self, logins: Logins, *, cookie: str, days: int, style: str, theme: str) -> None:
        self._logins = logins
        self._cookie = cookie
        self._seconds = days * 86400
        self._style = style
        self._theme = theme
        self.router = APIRouter()
        self.router.add_api_route("/login", self.ask, methods=["GET"])
        self.router.add_api_route("/login", self.enter, methods=["POST"])
        self.router.add_api_route("/logout", self.leave, methods=["POST"])
        self.router.add_api_route("/password", self.ask_password, methods=["GET"])
        self.router.add_api_route("/password", self.set_password, methods=["POST"])

    async def ask(self, request: Request) -> Response:
        """The confirmation of a link, else name and password."""
        token = request.query_params.get("token", "")
        if token:
            return self._page("Welcome", _LINK.format(token=attributes(value=token)))
        return self._form("")

    async def enter(self, request: Request) -> Response:
        """Spend a link or check a password."""
        form = await form_of(request)
        try:
            if token := form.get("token", ""):
                session = await self._logins.enter_by_link(token)
                if session is None:
                    return self._form(
                        "This link has been used or has run out. Where Overseer runs, "
                        "./overseer people link NAME prints a new one for NAME.",
                        status=HTTPStatus.FORBIDDEN,
                    )
            else:
                name, password = form.get("name", ""), form.get("password", "")
                session = await self._logins.enter_by_password(name, password)
        except NotAllowedError as error:
            many = error.sentence.startswith("Too many")
            status = HTTPStatus.TOO_MANY_REQUESTS if many else HTTPStatus.FORBIDDEN
            return self._form(str(error), name=form.get("name", ""), status=status)
        except StoreBusyError as error:
            return self._form(str(error), status=HTTPStatus.SERVICE_UNAVAILABLE)
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        answer.set_cookie(
            self._cookie,
            session,
            max_age=self._seconds,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    async def leave(self, request: Request) -> Response:
        """End the session, and the pages that are open under it."""
        visit = visit_of(request.scope)
        await self._logins.leave(visit.token)
        visit.surface.close_pages(visit.session)
        answer = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
        answer.delete_cookie(self._cookie, httponly=True, samesite="strict")
        return answer

    async def ask_password(self, request: Request) -> Response:
        """The form that sets a password."""
        return await self._setting(visit_of(request.scope))

    async def set_password(self, request: Request) -> Response:
        """Set it."""
        visit = visit_of(request.scope)
        form = await form_of(request)
        password = form.get("password", "")
        if password != form.get("again"):
            return await self._setting(visit, "The two are not the same; try again.")
        try:
            await self._logins.set_password(
                visit.person, password, keep=visit.token, former=form.get("former", "")
            )
        except (RequestError, NotAllowedError, ConflictError, StoreBusyError) as error:
            return await self._setting(visit, str(error))
        visit.surface.close_other_pages(visit)
        return self._page(
            "Password set",
            f"<p>Sign in as <strong>{prose(visit.person.name)}</strong> from now on.</p>"
            '<a class="o-button o-primary" href="/">To the chat</a>',
        )

    def _form(self, wrong: str, *, name: str = "", status: int = 200) -> HTMLResponse:
        body = _NAMED.format(name=attributes(value=name or None, autofocus=True))
        return self._page("Sign in", _said(wrong) + body, status=status)

    async def _setting(self, visit: Visit, wrong: str = "") -> HTMLResponse:
        name = visit.person.name
        former = await self._logins.has_password(visit.person)
        body = _SET.format(
            name=prose(name), value=attributes(value=name), shortest=SHORTEST, longest=LONGEST,
            former=_FORMER.format(longest=LONGEST, name=prose(name)) if former else "",
        )  # fmt: skip
        status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
        return self._page("Set a password", _said(wrong) + body, status=status)

    def _page(self, title: str, body: str, *, status: int = 200) -> HTMLResponse:
        page = door_html(title, body, style=self._style, theme=self._theme)
        return HTMLResponse(page, status)


def _said(wrong: str) -> str:
    return f'<p class="o-wrong" role="alert">{prose(wrong)}</p>' if wrong else ""
