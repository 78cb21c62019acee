"""One open SSH connection, and the commands that run over it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncssh

from bot.adapters.hosts.carrier import CutError, Ended, Feed, Machine, SilentError, Stdin
from bot.adapters.hosts.dial import KEEPALIVES, Client
from bot.adapters.hosts.greeting import Hearing
from bot.adapters.hosts.local import HELD_OPEN_S
from bot.adapters.hosts.quoting import shell_line
from bot.adapters.hosts.session import Session
from bot.domain.inventory import Connection

SESSIONS = 8
"""Commands at once over one connection: sshd's MaxSessions is 10, ending one needs one, and the
shell that greeted may wait in one."""

WAIT_S = 5.0
"""How long the shell that greeted waits for a first line to execute."""

ANSWER_S = 2.0
"""Who has not greeted after this long is told that nothing will come on its stdin."""

LONGEST_FIRST = 4096
"""A shell reads byte by byte: longer lines go to a session of their own."""


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


@dataclass(frozen=True, eq=False)
class _Waiting:
    """The shell that greeted: it executes the first line that it is given."""

    session: Session
    channel: asyncssh.SSHClientChannel[bytes]
    timer: asyncio.TimerHandle


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
    _waiting: _Waiting | None = None

    async def greet(self, argv: Sequence[str], hearing: Hearing) -> None:
        """Execute what greets, and keep it where it then waits for a line.

        Raises:
            CutError: the connection is gone.
        """
        loop = asyncio.get_running_loop()
        heard: asyncio.Future[None] = loop.create_future()

        def feed(data: bytes, is_error: bool) -> None:
            hearing.feed(data, is_error)
            if (hearing.whole or hearing.wrong) and not heard.done():
                heard.set_result(None)

        with self._in_use():
            session = Session(feed, loop)
            channel = await self._opened(shell_line(argv), session)
            try:
                either: set[asyncio.Future[Any]] = {heard, session.done}
                await asyncio.wait(either, timeout=ANSWER_S, return_when=asyncio.FIRST_COMPLETED)
                if hearing.whole and not session.done.done():
                    timer = loop.call_later(WAIT_S, self._dismiss)
                    self._waiting = _Waiting(session, channel, timer)
                    return
                channel.write_eof()
                await session.done
            except BaseException:
                channel.abort()
                raise

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
        with self._in_use() as held:
            return await self._admitted(line, feed, stdin, keep, held, urgent=urgent)

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[_Held]:
        self.take()
        held = _Held(self)
        try:
            yield held
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
        given = None if keep else self._give(line)
        if given is None:
            session = Session(feed, asyncio.get_running_loop())
            channel = await self._opened(line, session)
        else:
            session, channel = given.session, given.channel
            session.feed = feed
            stdin = f"{line}\n".encode() + stdin
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

    async def _opened(self, line: str, session: Session) -> asyncssh.SSHClientChannel[bytes]:
        """A channel on which the line is executed."""
        try:
            try:
                return await self._channel(line, session)
            except asyncssh.ChannelOpenError:
                # Some hosts allow one session only, and it may be the one that waits.
                if (waiting := self._dismiss()) is None:
                    raise
                await asyncio.wait({waiting.session.done}, timeout=HELD_OPEN_S)
                return await self._channel(line, session)
        except asyncssh.ChannelOpenError as error:
            raise CutError(str(error), sent=False) from error
        except (asyncssh.Error, OSError) as error:
            raise CutError(str(error), sent=True) from error

    async def _channel(self, line: str, session: Session) -> asyncssh.SSHClientChannel[bytes]:
        channel, _ = await self.connection.create_session(
            lambda: session, line, encoding=None, request_pty=False
        )
        return channel

    def _give(self, line: str) -> _Waiting | None:
        """The shell that waits, for this line to be said to; None where it can't take it."""
        waiting = self._waiting
        if (
            waiting is None
            or len(line) > LONGEST_FIRST
            or not (line.isascii() and line.isprintable())
        ):
            return None
        self._waiting = None
        waiting.timer.cancel()
        return None if waiting.session.done.done() or waiting.channel.is_closing() else waiting

    def _dismiss(self) -> _Waiting | None:
        """Nothing comes for the shell that waits: it ends."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.timer.cancel()
            if not waiting.channel.is_closing():
                waiting.channel.write_eof()
        return waiting

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
        if self._waiting is not None:
            self._waiting.timer.cancel()
        self.connection.close()
