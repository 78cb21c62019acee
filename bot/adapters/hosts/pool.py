"""One warm SSH connection per host, opened when needed and closed when idle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import asyncssh

from bot.adapters.hosts.carrier import CutError, Ended, Feed, Machine, Stdin
from bot.adapters.hosts.dial import Dialler
from bot.adapters.hosts.local import HELD_OPEN_S, boot_id
from bot.adapters.hosts.quoting import shell_line
from bot.adapters.hosts.scripts import ODD, PROBE
from bot.adapters.hosts.sentences import lost, odd_shell
from bot.domain.inventory import Connection, Host
from bot.errors import HostUnreachableError
from bot.settings import HostSettings

SESSIONS = 8
"""Commands at once over one connection: sshd's MaxSessions is 10, and ending one needs one."""


class _Session(asyncssh.SSHClientSession[bytes]):
    """Feeds output as it comes, so that nothing piles up, and knows how it ended."""

    def __init__(self, feed: Feed, loop: asyncio.AbstractEventLoop) -> None:
        self._feed = feed
        self._loop = loop
        self._ended: Ended | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.done: asyncio.Future[Ended] = loop.create_future()

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._feed(data, datatype is not None)

    def exit_status_received(self, status: int) -> None:
        self._over(Ended(status))

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        self._over(Ended(None, signal))

    def _over(self, ended: Ended) -> None:
        self._ended = ended
        self._timer = self._loop.call_later(HELD_OPEN_S, self._finish)

    def connection_lost(self, exc: Exception | None) -> None:
        self._finish(exc)

    def _finish(self, exc: Exception | None = None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self.done.done():
            return
        if self._ended is not None:
            self.done.set_result(self._ended)
        else:
            self.done.set_exception(CutError(str(exc or "the session was closed"), sent=True))
            self.done.exception()  # whoever would have waited may have heard already


class _Slot:
    """One command's share of a link: its connection, and one of its sessions."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._session = False
        self._given_back = False
        self.held: _Held | None = None

    async def taken(self) -> None:
        """Wait for a session."""
        await self.link.sessions.acquire()
        self._session = True

    def given_back(self) -> None:
        """Somebody else may have it; once."""
        if self.held is not None:
            self.link.resting.discard(self.held)
        if self._given_back:
            return
        self._given_back = True
        if self._session:
            self.link.sessions.release()
        self.link.release()


class _Held:
    """A session's stdin; see `Stdin`."""

    def __init__(self, channel: asyncssh.SSHClientChannel[bytes], slot: _Slot) -> None:
        self._channel = channel
        self._slot = slot

    def say(self, data: bytes) -> None:
        if self._channel.is_closing():
            return
        if data:
            self._channel.write(data)
        else:
            self._channel.write_eof()

    def rest(self) -> None:
        self._slot.given_back()
        self._slot.held = self
        self._slot.link.resting.add(self)


@dataclass(eq=False)
class Link:
    """A carrier: one open connection to one host."""

    connection: asyncssh.SSHClientConnection
    configured: Connection
    machine: Machine
    busy: int = 0
    sessions: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SESSIONS))
    idle: asyncio.TimerHandle | None = None
    spare: Callable[[Link], None] | None = None
    resting: set[_Held] = field(default_factory=set)
    """Sessions that only wait for a last word; they are ended when a slot is wanted."""

    async def execute(
        self,
        argv: Sequence[str],
        feed: Feed,
        *,
        stdin: bytes = b"",
        mark: str = "",
        urgent: bool = False,
        keep: Callable[[Stdin], None] | None = None,
    ) -> Ended:
        """See `Carrier`."""
        line = shell_line(argv, mark=mark)
        self.take()
        slot = _Slot(self)
        try:
            if not urgent:
                if self.sessions.locked():
                    for held in list(self.resting):
                        held.say(b"")
                await slot.taken()
            return await self._execute(line, feed, stdin, keep, slot)
        finally:
            slot.given_back()

    async def _execute(
        self, line: str, feed: Feed, stdin: bytes, keep: Callable[[Stdin], None] | None,
        slot: _Slot,
    ) -> Ended:  # fmt: skip
        session = _Session(feed, asyncio.get_running_loop())
        try:
            channel, _ = await self.connection.create_session(
                lambda: session, line, encoding=None, request_pty=False
            )
        except asyncssh.ChannelOpenError as error:
            raise CutError(str(error), sent=False) from error
        except (asyncssh.Error, OSError) as error:
            raise CutError(str(error), sent=True) from error
        try:
            if stdin:
                channel.write(stdin)
            if keep:
                held = _Held(channel, slot)
                keep(held)
            else:
                channel.write_eof()
            ended = await session.done
        except BaseException as error:
            channel.abort()
            if isinstance(error, (OSError, asyncssh.Error)):
                raise CutError(str(error), sent=True) from error
            raise
        channel.close()
        return ended

    def take(self) -> None:
        """Somebody needs it: don't close it."""
        self.busy += 1
        if self.idle is not None:
            self.idle.cancel()
            self.idle = None

    def release(self) -> None:
        """One fewer needs it."""
        self.busy -= 1
        if not self.busy and self.spare is not None:
            self.spare(self)

    def close(self) -> None:
        """Close the connection."""
        if self.idle is not None:
            self.idle.cancel()
        self.connection.close()


class Pool:
    """The open connections. One attempt to connect per host at a time."""

    def __init__(self, dialler: Dialler, settings: HostSettings) -> None:
        """Nothing is opened yet."""
        self._dialler = dialler
        self._settings = settings
        self._links: dict[str, Link] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._own_boot = boot_id()

    async def get(self, host: Host, *, fresh: bool = False) -> Link:
        """The host's connection, opened now where there is none that serves."""
        link = self._warm(host)
        if link is not None and not fresh:
            return link
        async with self._locks.setdefault(host.name, asyncio.Lock()):
            link = self._warm(host)
            if link is not None and fresh:
                self._drop(host.name)
                link = None
            if link is None:
                self._make_room()
                link = await self._open(host)
                self._links[host.name] = link
                self._rest(link)
            return link

    def _warm(self, host: Host) -> Link | None:
        """The open connection, unless it is gone or the inventory says otherwise by now."""
        link = self._links.get(host.name)
        if link is None:
            return None
        if link.connection.is_closed() or link.configured != host.connection:
            self._drop(host.name)
            return None
        return link

    def _drop(self, name: str) -> None:
        link = self._links.pop(name, None)
        if link is not None:
            link.close()

    def _make_room(self) -> None:
        """Close the connection that has been idle for longest when there are too many."""
        if len(self._links) < self._settings.max_connections:
            return
        idle = [(link.idle.when(), name) for name, link in self._links.items() if link.idle]
        if idle:
            self._drop(min(idle)[1])
        else:
            raise HostUnreachableError(
                f"All {self._settings.max_connections} connections are in use.",
                host="",
                cure="Ask for fewer hosts at once, or raise hosts.max_connections.",
            )

    def _rest(self, link: Link) -> None:
        """Nobody needs it: close it when that lasts."""

        def close() -> None:
            for name, other in list(self._links.items()):
                if other is link:
                    self._drop(name)

        if link.idle is not None:
            link.idle.cancel()
        loop = asyncio.get_running_loop()
        link.idle = loop.call_later(self._settings.idle_close, close)

    async def _open(self, host: Host) -> Link:
        connection = await self._dialler.dial(host)
        try:
            async with asyncio.timeout(self._settings.connect_timeout):
                link = Link(connection, host.connection, Machine())
                link.machine = await self._probe(host, link)
        except TimeoutError as error:
            connection.abort()
            raise HostUnreachableError(
                f"{host.name} accepts the login and then runs nothing.",
                host=host.name,
                cure="Look at its load and its disks.",
            ) from error
        except CutError as cut:
            connection.abort()
            raise lost(host.name, str(cut)) from cut
        except BaseException:
            connection.abort()
            raise
        link.spare = self._rest
        return link

    async def _probe(self, host: Host, link: Link) -> Machine:
        """Ask who answers, and see that arguments arrive as they were sent."""
        way = self._dialler.way(host)
        out = bytearray()
        argv = ("sh", "-c", PROBE, "overseer", ODD)

        def feed(data: bytes, is_error: bool) -> None:
            if not is_error and len(out) < 65536:
                out.extend(data)

        await link.execute(argv, feed)
        said = out.decode("utf-8", "replace")
        before, odd, rest = said.partition(f"{ODD}\n")
        if not odd or before:
            raise odd_shell(host.name, way.user, before.strip() if odd else "")
        uid, boot, *_ = [*rest.split("\n"), "", ""]
        key = link.connection.get_server_host_key()
        peer = link.connection.get_extra_info("peername") or ("",)
        ours = link.connection.get_extra_info("sockname") or ("", 0)
        return Machine(
            address=way.address,
            port=way.port,
            user=way.user,
            fingerprint=key.get_fingerprint() if key else "",
            boot_id=boot,
            is_root=uid == "0",
            is_self=bool(boot) and boot == self._own_boot and peer[0] == ours[0],
        )

    async def close(self) -> None:
        """Close every connection and wait until they are."""
        links = list(self._links.values())
        self._links.clear()
        for link in links:
            link.close()
        for link in links:
            await link.connection.wait_closed()
