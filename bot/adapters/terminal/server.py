"""The terminal's surface: a Unix socket that only its owner can open.

The folder is 0700 and the socket 0600; the person is whoever the kernel says is at the
other end (SO_PEERCRED), never what a line claims. See `wire` for what is spoken.
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.adapters.terminal import wire
from bot.adapters.terminal.client import at_path
from bot.adapters.terminal.requests import Admin, Requests
from bot.adapters.terminal.session import Session
from bot.domain.cards import ThreadItem
from bot.domain.messages import Identity
from bot.errors import ConflictError
from bot.ports import Clock, Ears
from bot.ports.accounts import account_of

CONNECTIONS = 64
_CREDENTIALS = struct.Struct("3i")


class TerminalSurface:
    """Implements `ports.Surface` for the commands of this machine's users.

    `admin` holds what the composition root offers beside the ears (`reload`, `login_link`,
    `freeze`, `resume`, `backup` …): an async function of the person and the arguments, which
    raises `NotAllowedError` for a person who may not.
    """

    name = "terminal"

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        admin: Mapping[str, Admin] | None = None,
        version: str = "",
        account: Callable[[int], str] = account_of,
    ) -> None:
        """Wire it; `start` opens the socket."""
        self._path = path
        self._clock = clock
        self._admin = dict(admin or {})
        self._version = version
        self._account = account
        self._ears: Ears | None = None
        self._server: asyncio.Server | None = None
        self._inode: tuple[int, int] | None = None
        self._sessions: dict[Session, asyncio.Task[None]] = {}

    def offer(self, name: str, work: Admin) -> None:
        """Add an operation to `admin`."""
        self._admin[name] = work

    async def start(self, ears: Ears) -> None:
        """Open the socket.

        Raises:
            ConflictError: another server answers there.
        """
        self._ears = ears
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sock = _bound(self._path)
        info = self._path.stat()
        self._inode = (info.st_dev, info.st_ino)
        self._server = await asyncio.start_unix_server(
            self._accept, sock=sock, limit=wire.LONGEST_REQUEST
        )

    async def stop(self) -> None:
        """Say goodbye, finish what was asked, and take the socket away."""
        if self._server is not None:
            self._server.close()
        sessions = dict(self._sessions)
        for session in sessions:
            session.bye("The server stops; what runs on the hosts goes on.")
        await asyncio.gather(*(session.finish() for session in sessions), return_exceptions=True)
        if sessions:
            _, late = await asyncio.wait(sessions.values(), timeout=5.0)
            for task in late:
                task.cancel()
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None
        if self._inode is not None:
            _removed(self._path, self._inode)
            self._inode = None

    async def show(self, item: ThreadItem, *, edited: bool) -> None:
        """Push an item to every client that follows its thread."""
        for session in tuple(self._sessions):
            session.show(item, edited=edited)

    async def attach(self) -> socket.socket:
        """A connection of this very process: the client's end, for `client.Link`.

        The same protocol and the same check of who speaks, over a socket pair.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        reader, writer = await asyncio.open_unix_connection(sock=ours, limit=wire.LONGEST_REQUEST)
        self._begin(reader, writer)
        return theirs

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._sessions) >= CONNECTIONS:
            error = ConflictError(f"{CONNECTIONS} terminals are connected; close one of them.")
            writer.write(wire.line({"id": 0, "error": wire.error_of(error)}))
            writer.close()
            return
        await asyncio.shield(self._begin(reader, writer))

    def _begin(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> asyncio.Task[None]:
        if self._ears is None:
            raise RuntimeError("start comes first")
        raw = writer.get_extra_info("socket").getsockopt(
            socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size
        )
        _, uid, _ = _CREDENTIALS.unpack(raw)
        session = Session(
            reader=reader,
            writer=writer,
            requests=Requests(
                identity=Identity(surface="os", account=self._account(uid)),
                ears=self._ears,
                clock=self._clock,
                admin=self._admin,
            ),
            version=self._version,
        )
        task = asyncio.create_task(session.run(), name="terminal session")
        self._sessions[session] = task
        task.add_done_callback(lambda _: self._sessions.pop(session, None))
        return task


def _bound(path: Path) -> socket.socket:
    """A listening socket that was never open to others, not even for a moment."""
    with at_path(path) as name:
        if _stale(path, name):
            path.unlink(missing_ok=True)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        old = os.umask(0o177)
        try:
            sock.bind(name)
        except OSError:
            sock.close()
            raise
        finally:
            os.umask(old)
    sock.listen(CONNECTIONS)
    return sock


def _stale(path: Path, name: str) -> bool:
    """Whether a socket lies there that nobody listens on.

    Raises:
        ConflictError: somebody does.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISSOCK(mode):
        raise ConflictError(f"{path} is in the way: it is no socket.", cure="Move it elsewhere.")
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        probe.settimeout(2.0)
        probe.connect(name)
    except (ConnectionRefusedError, FileNotFoundError):
        return True
    except OSError:
        pass
    finally:
        probe.close()
    raise ConflictError(f"Another server listens on {path}.", cure="Stop that one first.")


def _removed(path: Path, inode: tuple[int, int]) -> None:
    """Take our socket away, and nobody else's."""
    try:
        info = os.lstat(path)
    except FileNotFoundError:
        return
    if (info.st_dev, info.st_ino) == inode:
        path.unlink(missing_ok=True)
