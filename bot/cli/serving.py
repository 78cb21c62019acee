"""`overseer run`, and the server inside a command when none runs."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bot.adapters.files.first_start import own_name, prepare
from bot.cli import USUAL
from bot.cli.recording import event_of
from bot.domain.messages import Identity, Person, Role, told_apart
from bot.errors import ConfigError, NotAllowedError, RequestError, UnavailableError
from bot.ports.accounts import account_of
from bot.settings import Home

if TYPE_CHECKING:
    from bot.adapters.terminal.opening import Shared
    from bot.adapters.terminal.requests import Admin
    from bot.adapters.terminal.server import TerminalSurface
    from bot.adapters.web.surface import WebSurface
    from bot.app import App


NEXT_PORTS = 20
"""Ports that are tried when the usual one is taken."""


def run_server(home: Home, *, host: str, port: int | None, web: bool) -> int:
    """Start, print where everything is, serve until a signal. The exit status."""
    from bot import lifecycle
    from bot.cli.linking import START_S
    from bot.cli.logs import to_file

    made = prepare(home)
    to_file(home)
    until = time.monotonic() + START_S
    while True:
        try:
            with lifecycle.held(home) as lock:
                lifecycle.sign(lock, lifecycle.Role.STARTING)
                asyncio.run(_serve(home, made, lock, host=host, port=port, web=web))
                return 0
        except lifecycle.AlreadyRunningError as error:
            if error.role is lifecycle.Role.SERVER:
                print(error.sentence)
                print("Log in there with: ./overseer login" if error.address
                      else "Talk: ./overseer chat")  # fmt: skip
                return 0
            if error.role is lifecycle.Role.COMMAND:
                raise UnavailableError(
                    f"A command (process {error.pid}) works in this home right now.",
                    cure="Start again when it has ended.",
                ) from None
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


async def _serve(
    home: Home, made: tuple[str, ...], lock: IO[str], *, host: str, port: int | None, web: bool
) -> None:
    from bot import lifecycle
    from bot.app import build
    from bot.cli.platforms import platforms_of

    app = await build(home)
    surfaces: list[Any] = [terminal_of(app, shared=_shared(app))]
    page, moved = None, ""
    if web and app.world.settings.web.enabled:
        page, moved = _page(app, host, port)
        surfaces.append(page)
        app.link_maker = page.make_link
    app.attach(surfaces, platforms_of(app))

    async def ready() -> None:
        app.address = page.address if page else ""
        lifecycle.sign(lock, lifecycle.Role.SERVER, app.address)
        _tell(await _greeting(home, app, made, moved))
        gc.set_threshold(*USUAL)

    try:
        await lifecycle.serve(app, ready=ready, say=_tell)
    except ConfigError as error:
        if port is None or error.path != "overseer.yaml":
            raise
        raise ConfigError(
            error.sentence.removeprefix("overseer.yaml: "),
            cure="Give a free one with --port (0: any).",
        ) from error


def _shared(app: App) -> Shared | None:
    """Where other users of this machine reach the terminal, when the settings say so."""
    from bot.adapters.terminal.opening import Shared

    wanted = app.world.settings.terminal
    return Shared(Path(wanted.socket), wanted.group) if wanted.socket else None


def _page(app: App, host: str, port: int | None) -> tuple[WebSurface, str]:
    """The page's surface, and a line when it is not where it usually is."""
    from bot.adapters.files.keys import page_key
    from bot.adapters.web.surface import WebSurface
    from bot.api.api import create_api

    settings, sock, moved = app.world.settings.web, None, ""
    if host:
        settings = settings.model_copy(update={"host": host})
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    elif "port" not in settings.model_fields_set:
        sock, moved = usual_port(settings.host, settings.port)
    page = WebSurface(
        settings, app.store, app.clock, app.ids, lambda: app.world.people, page_key(app.home),
        books=app.books, app=create_api(app.pipeline.status), sock=sock,
    )  # fmt: skip
    return page, moved


def usual_port(host: str, port: int) -> tuple[socket.socket | None, str]:
    """A listening socket on the default port, or on the next free one with a line about it.

    None when none of them is free, or something else is wrong: the page then says what.
    """
    from bot.adapters.web.listening import listening

    for candidate in range(port, port + NEXT_PORTS):
        try:
            sock = listening(host, candidate)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            return None, ""
        moved = f"port {port} is taken; `web: {{port: N}}` in overseer.yaml keeps one"
        return sock, "" if candidate == port else moved
    return None, ""


async def _greeting(home: Home, app: App, made: tuple[str, ...], moved: str) -> str:
    """The first lines that a person reads."""
    status = await app.pipeline.status()
    lines = [f"First start: wrote {', '.join(made)} to {home.path}"] if made else []
    lines += ["", f"  Overseer {status.version}"]
    lines += [
        f"  {name:<9} {getattr(status, name)}" for name in ("parser", "hosts", "policy", "database")
    ]
    lines += [f"  {'chats' if not n else '':<9} {line}" for n, line in enumerate(status.chats)]
    if status.frozen:
        lines += ["  FROZEN    by `stop --all`: nothing new starts until ./overseer resume"]
    lines += [f"  DISABLED  the skill {broken.name}: {broken}" for broken in app.catalog.disabled]
    lines.append("")
    if app.address:
        me = who_am_i(app)
        path = await app.link_maker(me.name) if me else ""
        lines.append(f"  open      {app.address}{path}")
        if moved:
            lines.append(f"            {moved}")
        if me and path:
            minutes = app.world.settings.web.link_minutes
            lines.append(f"            one-time login for {me.display}, {minutes:g} minutes;"
                         " ./overseer login makes another")  # fmt: skip
        from bot.adapters.terminal.tunnel import tunnel_line

        if tunnel := tunnel_line(app.address, os.environ):
            lines.append(f"  tunnel    {tunnel}")
    lines += ["  or        ./overseer chat", "",
              "  Ctrl-C ends it; what runs on hosts goes on there.", ""]  # fmt: skip
    return "\n".join(lines)


def _tell(text: str) -> None:
    """Print for whoever watches; the server goes on when nobody does any more."""
    try:
        print(text, flush=True)
    except OSError:  # the terminal or the pipe is gone
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123


def who_am_i(app: App) -> Person | None:
    """Whom the operating system's user is, in people.yaml."""
    return app.world.people.owner(Identity(surface="os", account=own_name()))


def terminal_of(app: App, *, shared: Shared | None = None) -> TerminalSurface:
    """The terminal's surface with what an administrator may do through it."""
    from bot.adapters.terminal.server import TerminalSurface

    def admin_only(person: Person, act: str) -> None:
        if not person.has(Role.ADMIN):
            raise NotAllowedError(f"Only an admin may {act}.")

    async def reload(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        del args
        admin_only(person, "reload the configuration")
        return {"changed": list(await app.reload(by=person.name))}

    async def login_link(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        name = str(args.get("person") or person.name)
        if name != person.name:
            admin_only(person, "make a link for somebody else")
            if app.world.people.named(name) is None:
                raise RequestError(f"Nobody is called {name}.", cure="./overseer people list")
        if not app.address:
            raise ConfigError("The page is off.", cure="Start without --no-web.")
        return {"address": app.address, "link": app.address + await app.link_maker(name)}

    async def record(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        admin_only(person, "have something recorded")
        await app.store.write(lambda unit: unit.append(event_of(args, by=person.name, at=unit.now)))
        return {}

    async def usage(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        from bot.cli.spending import usage_for

        del args
        return await usage_for(app, person)

    return TerminalSurface(
        app.home.socket,
        account=account_of,
        shared=shared,
        clock=app.clock,
        version=app.version,
        admin={
            "reload": reload, "login_link": login_link, "record": record,
            "usage": usage, "link_code": _coder(app), **_stops(app),
        },
    )  # fmt: skip


def _stops(app: App) -> dict[str, Admin]:
    """What ends or holds up more than one plan."""

    async def freeze(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        kill = bool(args.get("kill"))
        text = await app.pipeline.freeze(person, frozen=True, kill=kill)
        return {"accepted": True, "text": text}

    async def drop(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        event = told_apart("terminal", str(args.get("event") or ""))
        text = await app.pipeline.drop(person, event)
        return {"accepted": True, "text": text}

    async def resume(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        del args
        return {"accepted": True, "text": await app.pipeline.freeze(person, frozen=False)}

    return {"freeze": freeze, "resume": resume, "drop": drop}


def _coder(app: App) -> Admin:
    """What gives whoever asks a code by which they link another account of theirs."""

    async def link_code(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        del args
        return {"code": await app.pipeline.linking.code(person)}

    return link_code


@contextlib.asynccontextmanager
async def inside(home: Home) -> AsyncIterator[TerminalSurface]:
    """Everything but the page, for as long as one command lasts."""
    from bot import lifecycle
    from bot.app import build

    app = await build(home)
    terminal = terminal_of(app)
    app.attach([terminal])
    await app.start()
    gc.set_threshold(*USUAL)
    ticker = asyncio.create_task(lifecycle.tick(app), name="ticker")
    try:
        yield terminal
    finally:
        ticker.cancel()
        await asyncio.gather(ticker, return_exceptions=True)
        await app.stop()
