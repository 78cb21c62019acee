"""One open SSH connection, and the commands that run over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import asyncssh

from bot.adapters.hosts.carrier import CutError, Ended, Feed, Machine, SilentError, Stdin
from bot.adapters.hosts.dial import KEEPALIVES, Client
from bot.adapters.hosts.local import HELD_OPEN_S
from bot.adapters.hosts.quoting import shell_line
from bot.domain.inventory import Connection

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


class _Held:
    """A session's stdin; see `Stdin`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._busy = True
        self.channel: asyncssh.SSHClientChannel[bytes] | None = None

    def say(self, data: bytes) -> None:
        if self.channel is None or self.channel.is_closing():
            return
        if data:
            self.channel.write(data)
        else:
            self.channel.write_eof()

    def rest(self) -> None:
        self._link.resting.add(self)
        self._idle()

    def ended(self) -> None:
        self._link.resting.discard(self)
        self._idle()

    def _idle(self) -> None:
        if self._busy:
            self._busy = False
            self._link.release()


@dataclass(eq=False)
class Link:
    """A carrier: one open connection to one host."""

    connection: asyncssh.SSHClientConnection
    configured: Connection
    machine: Machine
    client: Client
    patience_s: float
    """While something runs a host must say something within this, be it only that it is there."""
    keepalive_s: float
    """How often it is asked while nothing runs."""
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
        held = _Held(self)
        try:
            return await self._admitted(line, feed, stdin, keep, held, urgent=urgent)
        except CutError as cut:
            if not self.client.silent:
                raise
            place = f"{self.machine.address}:{self.machine.port}"
            raise SilentError(place, self.patience_s, sent=cut.sent) from cut
        finally:
            held.ended()

    async def _admitted(
        self, line: str, feed: Feed, stdin: bytes, keep: Callable[[Stdin], None] | None,
        held: _Held, *, urgent: bool,
    ) -> Ended:  # fmt: skip
        if urgent:
            return await self._execute(line, feed, stdin, keep, held)
        if self.sessions.locked():
            for waiting in self.resting:
                waiting.say(b"")
        async with self.sessions:
            return await self._execute(line, feed, stdin, keep, held)

    async def _execute(
        self, line: str, feed: Feed, stdin: bytes, keep: Callable[[Stdin], None] | None,
        held: _Held,
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
                held.channel = channel
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
        if self.busy == 1:
            self._ask_each(self.patience_s / (KEEPALIVES + 1))
        if self.idle is not None:
            self.idle.cancel()
            self.idle = None

    def release(self) -> None:
        """One fewer needs it."""
        self.busy -= 1
        if self.busy:
            return
        self._ask_each(self.keepalive_s)
        if self.spare is not None:
            self.spare(self)

    def _ask_each(self, seconds: float) -> None:
        """Ask whether the host is there when it says nothing for so long, and again."""
        if not self.connection.is_closed():
            self.connection.set_keepalive(seconds)

    def close(self) -> None:
        """Close the connection."""
        if self.idle is not None:
            self.idle.cancel()
        self.connection.close()
