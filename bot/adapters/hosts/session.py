"""One command on an SSH connection: its output as it comes, and how it ended."""

from __future__ import annotations

import asyncio

import asyncssh

from bot.adapters.hosts.carrier import CutError, Ended, Feed
from bot.adapters.hosts.local import HELD_OPEN_S


class Session(asyncssh.SSHClientSession[bytes]):
    """Feeds output as it comes, so that nothing piles up, and knows how it ended."""

    def __init__(self, feed: Feed, loop: asyncio.AbstractEventLoop) -> None:
        """Tell `feed`, which may be another one later; `done` is how it ended, or a `CutError`."""
        self.feed = feed
        self._loop = loop
        self._ended: Ended | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.done: asyncio.Future[Ended] = loop.create_future()

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """See `asyncssh`."""
        self.feed(data, datatype is not None)

    def exit_status_received(self, status: int) -> None:
        """See `asyncssh`."""
        self._over(Ended(status))

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        """See `asyncssh`."""
        self._over(Ended(None, signal))

    def _over(self, ended: Ended) -> None:
        self._ended = ended
        self._timer = self._loop.call_later(HELD_OPEN_S, self._finish)

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncssh`."""
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
