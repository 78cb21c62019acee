"""One connection to the terminal's socket: its requests, its answers, what it follows.

A slow reader costs a bounded amount of memory: of a card that changes faster than it is
read only the newest state is kept, and a client that reads nothing at all is dropped (it
comes back and replays).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.adapters.terminal import wire
from bot.adapters.terminal.outcomes import CALLS_YOU
from bot.adapters.terminal.requests import REQUESTS, Requests
from bot.adapters.terminal.seeing import is_own, may_see
from bot.adapters.terminal.wire import checked
from bot.domain.cards import ThreadItem
from bot.errors import OverseerError, RequestError, UnavailableError

FAULTS = 5
PENDING = 32 * 1024 * 1024

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Session:
    """What one client has asked for. `run` ends when it hangs up."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    requests: Requests
    version: str
    greet_within: float = 10.0
    follows: dict[str, dict[int, int]] = field(default_factory=dict)
    notices: bool = False
    _own: set[str] = field(default_factory=set)
    _told: set[int] = field(default_factory=set)
    _out: dict[object, bytes] = field(default_factory=dict)
    _size: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _order: asyncio.Lock = field(default_factory=asyncio.Lock)
    _over: bool = False

    # -- life -----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve until the client hangs up, misbehaves, or stops reading."""
        pump = asyncio.create_task(self._pump())
        try:
            if await self._greeted():
                await self._serve()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            # What was asked is finished even when nobody waits for the answer any more.
            self._over = True
            self._wake.set()
            with contextlib.suppress(TimeoutError, ConnectionError):
                await asyncio.wait_for(pump, 5.0)
            for task in self._tasks:
                if task.get_name() == "idle":
                    task.cancel()
            self.writer.close()
            with contextlib.suppress(TimeoutError, OSError):
                await asyncio.wait_for(self.writer.wait_closed(), 5.0)

    async def finish(self) -> None:
        """Wait for what is being done for this client; used when the server stops."""
        for task in tuple(self._tasks):
            if task.get_name() == "idle":
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def bye(self, sentence: str) -> None:
        """Say that the server stops, and end."""
        self._put(object(), {"bye": sentence})
        self._over = True
        self._wake.set()
        self.reader.feed_eof()

    # -- reading --------------------------------------------------------------------------------

    async def _greeted(self) -> bool:
        try:
            first = await asyncio.wait_for(self._line(), self.greet_within)
            if first is None:
                return False
            hello = checked(wire.Hello, wire.read(first))
            if hello.overseer != wire.PROTOCOL:
                raise UnavailableError(
                    f"This server speaks version {wire.PROTOCOL} of the terminal's protocol, "
                    f"the client {hello.overseer}.",
                    cure="Restart the server: ./overseer run.",
                )
            person = self.requests.person()
        except TimeoutError:
            return False
        except OverseerError as error:
            self._put(object(), {"id": 0, "error": wire.error_of(error)})
            return False
        self._put(
            object(),
            {
                "overseer": wire.PROTOCOL,
                "server": self.version,
                "person": person.model_dump(mode="json"),
            },
        )
        return True

    async def _line(self) -> bytes | None:
        """The next line; None at the end.

        Raises:
            RequestError: it is longer than a request may be.
        """
        try:
            return await self.reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return None
        except asyncio.LimitOverrunError:
            raise RequestError(
                f"A request may have {wire.LONGEST_REQUEST} bytes; that one has more."
            ) from None

    async def _serve(self) -> None:
        faults = 0
        while not self._over and faults < FAULTS:
            try:
                data = await self._line()
            except RequestError as error:
                self._put(object(), {"id": 0, "error": wire.error_of(error)})
                return
            if data is None:
                return
            try:
                request = checked(wire.Request, wire.read(data))
                if len(self._tasks) >= wire.IN_FLIGHT:
                    self._fail(request.id, RequestError("Too many requests at once."))
                    continue
            except RequestError as error:
                faults += 1
                self._put(object(), {"id": 0, "error": wire.error_of(error)})
                continue
            task = asyncio.create_task(self._answer(request), name=request.do)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, request: wire.Request) -> None:
        try:
            self._put(object(), {"id": request.id, "ok": await self._served(request)})
        except OverseerError as error:
            self._fail(request.id, error)
        except Exception:  # a fault of ours: whoever waits is told, the log has the rest
            log.exception("terminal request %s failed", request.do)
            self._fail(
                request.id,
                OverseerError(
                    "Something went wrong inside Overseer; I can't say whether this was done.",
                    cure="The server's log has the details.",
                ),
            )

    async def _served(self, request: wire.Request) -> dict[str, Any]:
        """Look up who asks and what, then do it; what changes something in its order."""
        person = self.requests.person()
        own = _OWN.get(request.do)
        if own is not None:
            return await own[1](self, checked(own[0], request.args))
        work = REQUESTS.get(request.do)
        if work is None:
            raise RequestError(f"{request.do!r} is nothing that I can be asked.")
        args = checked(work[0], request.args)
        if request.do not in _ORDERED:
            return await work[1](self.requests, person, args)
        async with self._order:
            return await work[1](self.requests, person, args)

    def _fail(self, number: int, error: OverseerError) -> None:
        self._put(object(), {"id": number, "error": wire.error_of(error)})

    # -- writing --------------------------------------------------------------------------------

    async def recheck(self, thread: str) -> None:
        """See whether a conversation of somebody else's, which was handed over, still is."""
        ref = wire.ref(thread)
        if thread not in self._own or not ref.owner:
            return
        try:
            person = self.requests.person()
            still = ref.owner == person.name or await is_own(self.requests.ears, person, ref)
        except OverseerError:
            still = False
        if not still:
            self._own.discard(thread)

    def show(self, item: ThreadItem, *, edited: bool) -> None:
        """Push an item that this client follows; an older state of a card never follows a newer."""
        sent = self.follows.get(item.thread)
        if sent is not None:
            if not may_see(item, own=item.thread in self._own):
                return
            serial = item.card.serial if item.card else 0
            if sent.get(item.seq, -1) < serial or item.seq not in sent:
                sent[item.seq] = serial
                self._put(item.seq, {"item": item.model_dump(mode="json"), "edited": edited})
        elif item.seq in self._told and item.card is not None:
            self._put(("notice", item.seq), {"notice": item.model_dump(mode="json")})
        elif self.notices and item.card is not None and item.card.state in CALLS_YOU:
            task = asyncio.create_task(self._notice(item), name="idle")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _notice(self, item: ThreadItem) -> None:
        """Tell of a card elsewhere, if it is this person whom it waits for."""
        with contextlib.suppress(OverseerError):  # no longer anybody: then there is nothing to tell
            waiting = await self.requests.ears.waiting(self.requests.person().name)
            if any(each.seq == item.seq for each in waiting):
                self._told.add(item.seq)
                self._put(("notice", item.seq), {"notice": item.model_dump(mode="json")})

    def _put(self, key: object, content: dict[str, Any]) -> None:
        data = wire.line(content)
        self._size += len(data) - len(self._out.get(key, b""))
        self._out[key] = data
        if self._size > PENDING:
            self._over = True
            transport = self.writer.transport
            transport.abort()
        self._wake.set()

    async def _pump(self) -> None:
        """Write what is pending, in order, as fast as the client reads."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._out:
                    key = next(iter(self._out))
                    data = self._out.pop(key)
                    self._size -= len(data)
                    self.writer.write(data)
                    await self.writer.drain()
                if self._over:
                    return
        except ConnectionError:
            self._over = True

    # -- following -----------------------------------------------------------------------------

    async def follow(self, want: wire.Follow) -> dict[str, Any]:
        """Replay a thread, then push what changes in it."""
        thread = wire.ref(want.thread)
        if await is_own(self.requests.ears, self.requests.person(), thread):
            self._own.add(str(thread))
        self.follows.setdefault(str(thread), {})
        items = await self.requests.ears.thread(thread, want.after)
        for item in items:
            self.show(item, edited=False)
        return {"items": len(items)}

    async def unfollow(self, want: wire.Follow) -> dict[str, Any]:
        """Push no more of a thread."""
        self.follows.pop(want.thread, None)
        self._own.discard(want.thread)
        return {}

    async def tell(self, _: wire.Nothing) -> dict[str, Any]:
        """Push cards of other threads that may wait for this person."""
        self.notices = True
        return {}


_ORDERED = frozenset({"message", "button"})
_OWN: dict[str, tuple[Any, Callable[[Session, Any], Awaitable[dict[str, Any]]]]] = {
    "follow": (wire.Follow, Session.follow),
    "unfollow": (wire.Follow, Session.unfollow),
    "notices": (wire.Nothing, Session.tell),
}
