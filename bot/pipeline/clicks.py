"""Clicks that were taken in and not yet done: a durable inbox, like that of messages.

A click's entry is written with its receipt, and goes when the click has been done or refused.
What a crash leaves behind is done by the next start where doing it late or twice is harmless
(`REPLAYED`), and never to a later revision than the one it was for. Of any other click nobody
knows how far it came: if its plan still stands where the click found it, nothing of it was
stored, and its receipt goes, so that the same click sent again is taken in again; else it counts
as done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container, Coroutine
from typing import Any

import structlog
from pydantic import ValidationError

from bot.domain.messages import ButtonPress, Person, Reply
from bot.domain.redaction import redact
from bot.errors import OverseerError, StoreBusyError
from bot.pipeline.stopping import Halted
from bot.pipeline.taking import Taking
from bot.pipeline.thread_work import ThreadWork, either
from bot.ports import Store, Unit, World
from bot.ports.readable import readable

_log = structlog.get_logger(__name__)

CLICKS = "clicks"
"""The box of what is kept: surface/event id → the click, and where its plan stood."""
AT_ONCE = frozenset({"stop", "kill"})
"""Done before anything is written: neither a locked nor a full database holds them up."""
REPLAYED = AT_ONCE | {"approve", "deny", "cancel"}
PRESSED = "press-"
"""What the id of words begins with that a button has said."""
KEPT = (
    "The database can't be written just now; your click is kept, and counts as soon as it can be."
)
UNWRITTEN = (
    "Done at once: nothing more of it starts. The database can't be written just now; who said so "
    "is written down as soon as it can be."
)

Act = Callable[[ButtonPress, Person, Halted], Coroutine[Any, Any, Reply]]


class Clicks:
    """Takes clicks in, once each, and sees that they are done."""

    def __init__(
        self,
        store: Store,
        work: ThreadWork,
        act: Act,
        *,
        world: Callable[[], World],
        moves: Callable[[int], bool],
        safe: Callable[[str], Awaitable[str]],
    ) -> None:
        """`act` does what a button says; `moves` is whether a plan's run moves in this process.

        `safe` takes the secrets out of what somebody typed.
        """
        self._store = store
        self._work = work
        self._act = act
        self._world = world
        self._moves = moves
        self._safe = safe
        self._taking = Taking()
        self._busy: set[str] = set()
        """The clicks that this process is at."""

    async def take(
        self, press: ButtonPress, person: Person, taken: Callable[[], None] = lambda: None
    ) -> Reply:
        """Do a click, unless it has been taken in before; `taken` is called once it is.

        Raises:
            StoreBusyError: it could not be taken in; nothing was done.
        """
        return await self._taking.once(
            press.thread.surface, press.event_id, lambda: self._take(press, person, taken)
        )

    async def _take(self, press: ButtonPress, person: Person, taken: Callable[[], None]) -> Reply:
        known = Reply(accepted=True, thread=press.thread, plan=press.plan)
        key = _key(press)
        if key in self._busy:
            return known
        self._busy.add(key)
        try:
            # Nobody types anything for a stop, and nothing is read before it is done.
            text = "" if press.button in AT_ONCE else await self._safe(press.text)
            press = press.model_copy(update={"text": text})
            if press.button in AT_ONCE and self._moves(press.plan or 0):
                return await self._at_once(press, person, known, taken)
            if not await self._store.write(_taking(press), first=True):
                return known
            taken()
            return await self._done(press, self._acted(press, person))
        finally:
            self._busy.discard(key)

    async def _at_once(
        self, press: ButtonPress, person: Person, known: Reply, taken: Callable[[], None]
    ) -> Reply:
        """Act, and write the click down beside it."""
        if await self._store.read(lambda u: u.received(press.thread.surface, press.event_id)):
            return known
        halted = asyncio.Event()
        acting = self._work.spawn(press.thread, self._acted(press, person, halted.set))
        try:
            await self._store.write(_taking(press), first=True)
        except StoreBusyError as error:
            await either(acting, halted)
            if not acting.done():  # what runs is stopped; its own writer tries until it can
                return _told(press, UNWRITTEN, accepted=True)
            return acting.result() or _told(press, str(error))
        taken()

        async def acted() -> Reply:
            return await acting or _told(press, "That could not be done; the log says why.")

        return await self._done(press, acted())

    async def _acted(
        self, press: ButtonPress, person: Person, halted: Halted = lambda: None
    ) -> Reply:
        """Do it; what it is refused for is the reply."""
        try:
            return await self._act(press, person, halted)
        except StoreBusyError:
            raise
        except OverseerError as error:
            return _told(press, str(error))

    async def _done(self, press: ButtonPress, acting: Awaitable[Reply]) -> Reply:
        """The reply of a click that was taken in; then nothing of it waits any more."""
        try:
            reply = await acting
        except StoreBusyError as error:
            if press.button in REPLAYED:
                return _told(press, KEPT, accepted=True)
            await self._leave(press)
            return _told(press, str(error))
        except Exception:  # goes on to whoever asked; only the kept click is seen to here
            await self._leave(press)
            raise
        try:
            await self._store.write(lambda u: u.drop(CLICKS, _key(press)))
        except StoreBusyError as error:
            _log.warning("a click is done and still kept", click=press.event_id, why=str(error))
        return reply

    async def _leave(self, press: ButtonPress) -> None:
        """It came to nothing, or nobody knows to what: see the module's rule."""
        try:
            await self._store.write(lambda u: _let_go(u, _key(press)))
        except StoreBusyError as error:
            _log.warning("a click is kept", click=press.event_id, why=str(error))

    # -- what was left behind --------------------------------------------------------------------

    async def stop_first(self) -> None:
        """Store the stops of a former life, before any of its runs goes on."""
        for press, stale in await self._store.read(_kept):
            person = self._world().again(press)
            if press.button in AT_ONCE and person is not None and not stale:
                halt = press.model_copy(update={"button": "stop"})
                try:
                    await self._act(halt, person, lambda: None)
                except OverseerError as error:
                    _log.info("a stop came to nothing", click=press.event_id, why=str(error))

    async def take_up(self) -> None:
        """Do the clicks that nobody is at, oldest first."""
        busy = frozenset(self._busy)
        for press, _ in await self._store.read(lambda u: _kept(u, busy)):
            if _key(press) not in self._busy:
                self._busy.add(_key(press))
                self._work.spawn(press.thread, self._again(press))

    async def _again(self, press: ButtonPress) -> None:
        try:
            person = self._world().again(press)
            if person is None or press.button not in REPLAYED:
                await self._leave(press)
                return
            reply = await self._done(press, self._late(press, person))
            _log.info("a click was done late", click=press.event_id, said=reply.text)
        finally:
            self._busy.discard(_key(press))

    async def _late(self, press: ButtonPress, person: Person) -> Reply:
        """Do it, unless its plan has been asked anew since."""
        kept = await self._store.read(lambda u: _kept_as(u, _key(press)))
        if kept is not None and kept[1]:
            return _told(press, f"#{press.plan} has been asked anew since.")
        return await self._acted(press, person)


def _key(press: ButtonPress) -> str:
    return f"{press.thread.surface}/{press.event_id}"


def _told(press: ButtonPress, text: str, *, accepted: bool = False) -> Reply:
    return Reply(accepted=accepted, text=text, thread=press.thread, plan=press.plan)


def _taking(press: ButtonPress) -> Callable[[Unit], bool]:
    """Receipt and entry in one; False when it was taken in before."""
    safe = press.model_copy(update={"value": redact(press.value)})

    def work(unit: Unit) -> bool:
        if not unit.receive(press.thread.surface, press.event_id):
            return False
        entry = {"press": safe.model_dump(mode="json"), "stood": _standing(unit, press.plan)}
        unit.keep(CLICKS, _key(press), entry)
        return True

    return work


def _let_go(unit: Unit, key: str) -> None:
    entry = unit.kept(CLICKS, key)
    if entry is not None:
        unit.drop(CLICKS, key)
        press = ButtonPress.model_validate(entry["press"])
        if entry["stood"] == _standing(unit, press.plan):
            unit.let_go(press.thread.surface, press.event_id)


def _standing(unit: Unit, plan_id: int | None) -> list[Any]:
    """Where a plan stands: whatever any button stores changes something of this."""
    stored = readable(unit, plan_id) if plan_id is not None else None
    if stored is None or plan_id is None:
        return []
    votes = len(unit.votes(plan_id, stored.plan.revision))
    run = unit.run(plan_id)
    if run is None:
        return [stored.plan.revision, stored.state.value, votes]
    halted = run.decide_by.isoformat() if run.decide_by else ""
    stands = [run.revision, run.state.value, halted, run.decider, run.stopping, run.why]
    return [stored.plan.revision, stored.state.value, votes, *stands]


def _kept(unit: Unit, besides: Container[str] = ()) -> tuple[tuple[ButtonPress, bool], ...]:
    """The clicks that wait, oldest first, `besides` those that somebody is at.

    Each with whether its plan's revision is another now.
    """
    keys = [key for key in unit.kept_keys(CLICKS) if key not in besides]
    found = [each for key in keys if (each := _kept_as(unit, key)) is not None]
    return tuple(sorted(found, key=lambda each: each[0].at))


def _kept_as(unit: Unit, key: str) -> tuple[ButtonPress, bool] | None:
    entry = unit.kept(CLICKS, key)
    try:
        press = ButtonPress.model_validate(entry["press"]) if entry is not None else None
    except ValidationError:  # another version wrote it, in another shape
        _log.warning("a click that waits can't be read", click=key)
        return None
    if press is None:
        return None
    return press, entry["stood"][:1] != _standing(unit, press.plan)[:1]
