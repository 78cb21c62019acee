"""The terminal's surface: a Unix socket that only its owner can open, and one for a group.

The folder is 0700 and the socket 0600; where the settings name one, a second socket (0660) lies
where a group of other users may reach it. The person is whoever the kernel says is at the
other end (SO_PEERCRED), never what a line claims. See `wire` for what is spoken.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.adapters.terminal import wire
from bot.adapters.terminal.client import CREDENTIALS
from bot.adapters.terminal.opening import Opened, Shared, opened, opened_for, removed
from bot.adapters.terminal.requests import Admin, Requests
from bot.adapters.terminal.session import Session
from bot.domain.cards import ThreadItem
from bot.domain.messages import Identity
from bot.errors import ConflictError
from bot.ports import Clock, Ears

CONNECTIONS = 64
"""At once on the private socket, and as many on the shared one: neither shuts the other."""
PER_USER = 8
"""Of them on the shared one by one user of this machine."""


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
        account: Callable[[int], str],
        shared: Shared | None = None,
    ) -> None:
        """Wire it; `start` opens the socket, and the one that is `shared` with a group.

        `account` names a user of this machine by the number that the kernel gives.
        """
        self._path = path
        self._shared = shared
        self._clock = clock
        self._admin = dict(admin or {})
        self._version = version
        self._account = account
        self._ears: Ears | None = None
        self._servers: list[tuple[asyncio.Server, Opened]] = []
        self._sessions: dict[Session, asyncio.Task[None]] = {}
        self._private: set[asyncio.Task[None]] = set()
        self._guests: Counter[int] = Counter()
        self._refusing: set[asyncio.Task[None]] = set()

    def offer(self, name: str, work: Admin) -> None:
        """Add an operation to `admin`."""
        self._admin[name] = work

    async def start(self, ears: Ears) -> None:
        """Open the socket.

        Raises:
            ConflictError: another server answers there.
            ConfigError: the shared socket can't be where the settings want it.
        """
        self._ears = ears
        for accept, place in zip((self._accept, self._accept_shared), self._opened(), strict=False):
            server = await asyncio.start_unix_server(
                accept, sock=place.sock, limit=wire.LONGEST_REQUEST
            )
            self._servers.append((server, place))

    def _opened(self) -> list[Opened]:
        """All sockets, or none."""
        places = [opened(self._path)]
        if self._shared is None:
            return places
        try:
            return [*places, opened_for(self._shared)]
        except BaseException:
            places[0].sock.close()
            removed(places[0])
            raise

    async def stop(self) -> None:
        """Say goodbye, finish what was asked, and take the socket away."""
        for server, _ in self._servers:
            server.close()
        sessions = dict(self._sessions)
        for session in sessions:
            session.bye("The server stops; what runs on the hosts goes on.")
        await asyncio.gather(*(session.finish() for session in sessions), return_exceptions=True)
        if sessions:
            _, late = await asyncio.wait(sessions.values(), timeout=5.0)
            for task in late:
                task.cancel()
        await asyncio.gather(*self._refusing, return_exceptions=True)
        for server, place in self._servers:
            await server.wait_closed()
            removed(place)
        self._servers.clear()

    async def show(self, item: ThreadItem, *, edited: bool) -> None:
        """Push an item to every client that follows its thread."""
        for session in tuple(self._sessions):
            await session.recheck(item.thread)
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
        """On the private socket."""
        if len(self._private) >= CONNECTIONS:
            await self._refuse(writer, f"{CONNECTIONS} terminals are connected; close one of them.")
            return
        task = self._begin(reader, writer)
        self._private.add(task)
        task.add_done_callback(self._private.discard)
        await asyncio.shield(task)

    async def _accept_shared(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """On the shared socket, where nobody may take all the room."""
        user = _user(writer)
        if sum(self._guests.values()) >= CONNECTIONS:
            await self._refuse(
                writer, f"{CONNECTIONS} terminals are connected here; try again later."
            )
            return
        if self._guests[user] >= PER_USER:
            await self._refuse(
                writer, f"You have {PER_USER} terminals connected; close one of them."
            )
            return
        self._guests[user] += 1
        try:
            await asyncio.shield(self._begin(reader, writer))
        finally:
            self._guests[user] -= 1

    async def _refuse(self, writer: asyncio.StreamWriter, sentence: str) -> None:
        """Say that there is no room, and hang up."""
        task = asyncio.current_task()
        if task is not None:
            self._refusing.add(task)
            task.add_done_callback(self._refusing.discard)
        writer.write(wire.line({"id": 0, "error": wire.error_of(ConflictError(sentence))}))
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    def _begin(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> asyncio.Task[None]:
        if self._ears is None:
            raise RuntimeError("start comes first")
        uid = _user(writer)
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


def _user(writer: asyncio.StreamWriter) -> int:
    """Who is at the other end, as the kernel says: the number of a user of this machine."""
    raw = writer.get_extra_info("socket").getsockopt(
        socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size
    )
    _, uid, _ = CREDENTIALS.unpack(raw)
    return int(uid)
