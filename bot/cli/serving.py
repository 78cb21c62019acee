"""`overseer run`, and the server inside a command when none runs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Iterator
from typing import IO, TYPE_CHECKING, Any

from bot.adapters.files.first_start import own_name, prepare
from bot.adapters.terminal.client import Link, connect
from bot.domain.messages import Identity, Person, Role
from bot.errors import ConfigError, NotAllowedError
from bot.settings import Home

if TYPE_CHECKING:
    from bot.adapters.terminal.server import TerminalSurface
    from bot.app import App


def run_server(home: Home, *, port: int | None, web: bool) -> int:
    """Start, print where everything is, serve until a signal. The exit status."""
    from bot import lifecycle
    from bot.cli.logs import to_file

    made = prepare(home)
    to_file(home)
    try:
        with lifecycle.held(home) as lock:
            asyncio.run(_serve(home, made, lock, port=port, web=web))
    except lifecycle.AlreadyRunningError as error:
        print(error.sentence)
        print("Log in there with: ./overseer login" if error.address else "Talk: ./overseer chat")
    return 0


async def _serve(
    home: Home, made: tuple[str, ...], lock: IO[str], *, port: int | None, web: bool
) -> None:
    from bot import lifecycle
    from bot.app import build

    app = await build(home)
    surfaces: list[Any] = [terminal_of(app)]
    page = None
    if web and app.world.settings.web.enabled:
        from bot.adapters.files.keys import page_key
        from bot.adapters.web.surface import WebSurface
        from bot.api.api import create_api

        settings = app.world.settings.web
        if port is not None:
            settings = settings.model_copy(update={"port": port})
        page = WebSurface(
            settings, app.store, app.clock, app.ids, lambda: app.world.people, page_key(home),
            app=create_api(app.pipeline.status),
        )  # fmt: skip
        surfaces.append(page)
        app.link_maker = page.make_link
    app.attach(surfaces)

    async def ready() -> None:
        app.address = page.address if page else ""
        lifecycle.sign(lock, app.address)
        await _greet(home, app, made)

    await lifecycle.serve(app, ready=ready)


async def _greet(home: Home, app: App, made: tuple[str, ...]) -> None:
    """The first lines that a person reads."""
    status = await app.pipeline.status()
    out = sys.stdout
    if made:
        print(f"First start: wrote {', '.join(made)} to {home.path}", file=out)
    print(f"\n  Overseer {status.version}", file=out)
    for name in ("parser", "hosts", "policy", "database"):
        print(f"  {name:<9} {getattr(status, name)}", file=out)
    if app.address:
        me = who_am_i(app)
        path = await app.link_maker(me.name) if me else ""
        print(f"\n  open      {app.address}{path}", file=out)
        if me and path:
            minutes = app.world.settings.web.link_minutes
            print(f"            one-time login for {me.display}, {minutes:g} minutes;"
                  " ./overseer login makes another", file=out)  # fmt: skip
        from bot.adapters.terminal.tunnel import tunnel_line

        if tunnel := tunnel_line(app.address, os.environ):
            print(f"  tunnel    {tunnel}", file=out)
    print("  or        ./overseer chat\n\n  Ctrl-C ends it; what runs on hosts goes on there.\n",
          file=out, flush=True)  # fmt: skip


def who_am_i(app: App) -> Person | None:
    """Whom the operating system's user is, in people.yaml."""
    return app.world.people.owner(Identity(surface="os", account=own_name()))


def terminal_of(app: App) -> TerminalSurface:
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
        if not app.address:
            raise ConfigError("The page is off.", cure="Start without --no-web.")
        return {"address": app.address, "link": app.address + await app.link_maker(name)}

    async def backup(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        admin_only(person, "make a backup")
        from bot.cli.keeping import make_backup

        path = await asyncio.to_thread(make_backup, app.home, str(args.get("file") or ""))
        return {"file": str(path)}

    async def freeze(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        del args
        return {"accepted": True, "text": await app.pipeline.freeze(person, frozen=True)}

    async def resume(person: Person, args: dict[str, Any]) -> dict[str, Any]:
        del args
        return {"accepted": True, "text": await app.pipeline.freeze(person, frozen=False)}

    return TerminalSurface(
        app.home.socket,
        clock=app.clock,
        version=app.version,
        admin={"reload": reload, "login_link": login_link, "backup": backup, "freeze": freeze,
               "resume": resume},
    )  # fmt: skip


@contextlib.contextmanager
def linked(home: Home) -> Iterator[Link]:
    """A link to the running server, or to one inside this process that ends with it.

    Raises:
        OverseerError: the server does not know this account, or the configuration is wrong.
    """
    link = connect(home)
    if link is not None:
        with contextlib.closing(link):
            yield link
        return
    from bot import lifecycle
    from bot.adapters.terminal.inprocess import serve_inprocess
    from bot.cli.logs import to_file

    prepare(home)
    to_file(home)
    with lifecycle.held(home) as lock:
        lifecycle.sign(lock, "")
        with serve_inprocess(lambda: _inside(home)) as inner:
            yield inner


@contextlib.asynccontextmanager
async def _inside(home: Home) -> AsyncIterator[TerminalSurface]:
    """Everything but the page, for as long as one command lasts."""
    from bot import lifecycle
    from bot.app import build

    app = await build(home)
    terminal = terminal_of(app)
    app.attach([terminal])
    await app.start()
    ticker = asyncio.create_task(lifecycle.tick(app), name="ticker")
    try:
        yield terminal
    finally:
        ticker.cancel()
        await asyncio.gather(ticker, return_exceptions=True)
        await app.stop()
