"""A server and its only client in one process, for commands when no server runs.

The server lives on an event loop of its own in a thread; the command talks to it over a
socket pair, with the same protocol and the same check of who speaks.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from bot.adapters.terminal.client import Link
from bot.errors import UnavailableError

if TYPE_CHECKING:
    import socket

    from bot.adapters.terminal.server import TerminalSurface

Serve = Callable[[], AbstractAsyncContextManager["TerminalSurface"]]
"""Enters with everything started (the surface has its ears), leaves with everything stopped."""


@contextlib.contextmanager
def serve_inprocess(serve: Serve, *, start_within: float = 60.0) -> Iterator[Link]:
    """Start it, lend a link to it, and stop it again.

    Raises:
        Exception: whatever starting raised, as it was raised.
    """
    there: Future[socket.socket] = Future()
    leave: Future[Callable[[], None]] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(_served(serve, there, leave)), name="overseer", daemon=True
    )
    thread.start()
    try:
        sock = there.result(start_within)
    except TimeoutError:
        raise UnavailableError(f"Overseer did not start within {start_within:.0f} s.") from None
    link: Link | None = None
    try:
        link = Link(sock, alone=True)
        yield link
    finally:
        if link is not None:
            link.close()
        leave.result(start_within)()
        thread.join(start_within)


async def _served(
    serve: Serve, there: Future[socket.socket], leave: Future[Callable[[], None]]
) -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    def end() -> None:
        loop.call_soon_threadsafe(over.set)

    leave.set_result(end)
    try:
        async with serve() as surface:
            there.set_result(await surface.attach())
            await over.wait()
    except BaseException as error:
        if there.done():
            raise
        there.set_exception(error)
