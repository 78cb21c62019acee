"""While everything is stopped, whoever is asked to vote is told so, and once it is not any more.

A vote counts then as it always does, and what it approves starts once somebody says resume. So
those who may vote are asked all the same: a request that nobody hears of expires unseen, and they
are the ones who may resume. But a card and a message that ask for a vote say that nothing starts
meanwhile, those that were there before the stop too. They are edited, which notifies nobody: it is
asked once, whatever is stopped and resumed.

However many wait, all of them follow, a few at a time, so that a stop keeps no click waiting; how
far that came is stored, and the next process goes on there.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.events import Event
from bot.domain.messages import ThreadRef
from bot.domain.posts import Notice, PostKind
from bot.domain.runs import RUN_HALTED, PlanState
from bot.errors import StoreBusyError
from bot.execution.executor import FROZEN
from bot.execution.ledger import FREEZES
from bot.pipeline.outdated import asking_for_votes, spoken_of
from bot.ports import Store, Unit
from bot.reporting import notices

_log = structlog.get_logger(__name__)

TOLD, SHOWN = "standstill told", "standstill shown"
"""The stored settings: how far notices, and cards, follow the last stop or resume."""
PAGE = 20
"""Plans that follow in one unit of work: what is taken in meanwhile waits for it."""


def has_changed(events: Iterable[Event]) -> bool:
    """Whether everything was stopped, or resumed."""
    return any(event.kind == "freeze.changed" for event in events)


def said_so(unit: Unit, notice: Notice | None) -> Notice | None:
    """What asks for a vote, as it is to be said now."""
    return notice and notices.while_stopped(notice, stopped=bool(unit.get(FROZEN)))


@dataclass(frozen=True)
class _Left:
    """The plans that do not follow yet, the newest first, as of so many stops and resumes."""

    of: list[int]
    plans: tuple[int, ...]


class _Walk:
    """Goes through plans, the newest first, as everything is stopped or resumed."""

    def __init__(self, store: Store, key: str, find: Callable[[Unit], Iterable[int]]) -> None:
        """Under `key` is stored how far it came; `find` gives the plans."""
        self._store = store
        self._key = key
        self._find = find
        self._left: _Left | None = None
        self.anew = True
        """Whether it is to be looked what is left: after a stop, a resume, and at first."""

    @property
    def is_over(self) -> bool:
        """Whether all of them follow, as far as is known."""
        return self._left is None and not self.anew

    async def page(self) -> tuple[int, ...] | None:
        """The next of those that do not follow yet; None: all do.

        Raises:
            StoreBusyError: that can't be read now.
        """
        while self.anew:
            self.anew = False
            try:
                self._left = await self._store.read(self._look)
            except BaseException:
                self.anew = True
                raise
        return self._left.plans[:PAGE] if self._left is not None else None

    async def follows(
        self, page: Sequence[int], work: Callable[[Unit], None] = lambda _: None
    ) -> None:
        """Write down that these follow, in one unit with the `work` that this takes.

        Raises:
            StoreBusyError: that can't be written, and none of the work was done.
        """
        left = self._left
        if left is None:
            return
        rest = left.plans[len(page) :]

        def done(unit: Unit) -> bool:
            if _changes(unit) != left.of:
                return False
            work(unit)
            unit.put(self._key, [left.of, page[-1] if rest else 0])
            return True

        if await self._store.write(done):
            self._left = replace(left, plans=rest) if rest else None
        else:
            self.anew = True

    def _look(self, unit: Unit) -> _Left | None:
        changes = _changes(unit)
        of, before = unit.get(self._key) or ([0, 0], 0)
        if of != changes:
            before = sys.maxsize
        if not before:
            return None
        found = sorted((plan for plan in set(self._find(unit)) if plan < before), reverse=True)
        return _Left(changes, tuple(found))


def _changes(unit: Unit) -> list[int]:
    """How often everything was stopped, and resumed."""
    return list(unit.get(FREEZES) or (0, 0))


class Retelling:
    """Lets what was said, and asks for votes still, tell whether everything is stopped."""

    def __init__(self, store: Store) -> None:
        """At first it looks whether a former process has left some."""
        self._walk = _Walk(store, TOLD, spoken_of)

    def hear(self, events: Sequence[Event]) -> bool:
        """Whether these call for it."""
        changed = has_changed(events)
        self._walk.anew |= changed
        return changed

    async def page(self) -> bool:
        """Let a few more follow; whether there may be others.

        Raises:
            StoreBusyError: none of them does yet; the next time they do.
        """
        page = await self._walk.page()
        if page is None:
            return False
        await self._walk.follows(page, lambda unit: _retold(unit, page))
        return True


def _retold(unit: Unit, plans: Sequence[int]) -> None:
    for plan in plans:
        try:
            for place, key in asking_for_votes(unit, plan):
                _follow(unit, place, key)
        except (ValueError, TypeError, LookupError):  # it keeps nobody's news from them
            _log.exception("what asks for votes can't be read and does not follow", plan=plan)


def _follow(unit: Unit, place: ThreadRef, key: str) -> None:
    post = unit.posted(place, key)
    if post is not None and not post.gone and isinstance(post.body, Notice):
        unit.owe(place, key, PostKind.NOTICE, said_so(unit, post.body))


class Standstill:
    """Has the cards that wait for people drawn again as everything is stopped, or resumed."""

    def __init__(self, store: Store, drawn: Callable[[int], Awaitable[None]]) -> None:
        """`drawn` brings a plan's card up to date."""
        self._store = store
        self._drawn = drawn
        self._walk = _Walk(store, SHOWN, _for_people)
        self._stop: Callable[[], None] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Follow from now on; what a former process left is drawn from the first tick on."""
        self._stop = self._store.subscribe(self._hear)

    async def close(self) -> None:
        """Follow no more: the next process goes on."""
        if self._stop is not None:
            self._stop()
            self._stop = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def tick(self) -> None:
        """Go on with what could not be drawn."""
        at_it = self._task is not None and not self._task.done()
        if self._stop is not None and not at_it and not self._walk.is_over:
            self._task = asyncio.ensure_future(self._redrawn())

    def _hear(self, events: Sequence[Event]) -> None:
        if has_changed(events):
            self._walk.anew = True
            self.tick()

    async def _redrawn(self) -> None:
        try:
            while (page := await self._walk.page()) is not None:
                for plan in page:
                    await self._drawn(plan)
                await self._walk.follows(page)
        except StoreBusyError as error:
            _log.warning("cards that wait for people are drawn again later", why=str(error))
        except Exception:  # noqa: BLE001 - the stop holds whatever a card says of it
            _log.exception("the cards that wait for people are not drawn again")


def _for_people(unit: Unit) -> Iterable[int]:
    """What waits for votes, or for a decision: no plan is read for it."""
    yield from (number for number, _ in unit.plans_in(PlanState.WAITING))
    yield from (run.plan for run in unit.runs(RUN_HALTED))
