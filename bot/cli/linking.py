"""A link to the server of a home, or to one inside this process when none runs.

What only a server needs is imported when there is to be one: `ask` starts fast.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bot.adapters.terminal.client import Link, connect
from bot.errors import UnavailableError
from bot.settings import Home

START_S = 20.0
"""How long another process may take to start."""


@dataclass
class Held:
    """This process holds the home until `stack` is closed."""

    stack: contextlib.ExitStack


def link_or_hold(home: Home) -> Link | Held:
    """The running server's link; without one, the home made, locked and with its log open.

    A process that is just starting is waited for.

    Raises:
        OverseerError: the server does not know this account, or does not answer.
    """
    link = connect(home)
    if link is not None:
        return link
    if home.server_at is not None:
        raise nobody_there(home)
    from bot import lifecycle
    from bot.adapters.files.first_start import prepare
    from bot.cli.logs import to_file

    prepare(home)
    to_file(home)
    until = time.monotonic() + START_S
    while True:
        with contextlib.ExitStack() as stack:
            try:
                lock = stack.enter_context(lifecycle.held(home))
            except lifecycle.AlreadyRunningError:
                link = connect(home)
                if link is not None:
                    return link
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                lifecycle.sign(lock, lifecycle.Role.COMMAND)
                return Held(stack.pop_all())


def nobody_there(home: Home) -> UnavailableError:
    """What to say where no server answers: one's own is started, another's is asked for."""
    if home.server_at is None:
        return UnavailableError("Overseer does not run here.", cure="Start it with: ./overseer run")
    return UnavailableError(
        f"No server listens on {home.server_at}.",
        cure="Whoever runs Overseer starts it with ./overseer run.",
    )


@contextlib.contextmanager
def running(home: Home) -> Iterator[Link]:
    """A link to the running server.

    Raises:
        UnavailableError: none runs.
        OverseerError: it does not know this account, or does not answer.
    """
    link = connect(home)
    if link is None:
        raise nobody_there(home)
    with contextlib.closing(link):
        yield link


@contextlib.contextmanager
def linked(home: Home) -> Iterator[Link]:
    """A link to the running server, or to one inside this process that ends with it.

    Raises:
        OverseerError: the server does not know this account, or the configuration is wrong.
    """
    got = link_or_hold(home)
    if not isinstance(got, Held):
        with contextlib.closing(got):
            yield got
        return
    from bot.adapters.terminal.inprocess import serve_inprocess
    from bot.cli.serving import inside

    with got.stack, serve_inprocess(lambda: inside(home)) as inner:
        yield inner
