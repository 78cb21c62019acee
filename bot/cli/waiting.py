"""A link to the server of a home, or the home itself when none runs."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass

from bot.adapters.terminal.client import Link, connect
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
