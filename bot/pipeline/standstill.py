"""While everything is stopped, whoever is asked to vote is told so, and once it is not any more.

A vote counts then as it always does, and what it approves starts once somebody says resume. So
those who may vote are asked all the same: a request that nobody hears of expires unseen, and they
are the ones who may resume. But a card and a message that ask for a vote say that nothing starts
meanwhile, those that were there before the stop too. They are edited, which notifies nobody: it is
asked once, whatever is stopped and resumed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog

from bot.domain.events import Event
from bot.domain.messages import ThreadRef
from bot.domain.posts import Notice, PostKind
from bot.execution.executor import FROZEN
from bot.pipeline.outdated import asking_for_votes
from bot.ports import Store, Unit
from bot.reporting import notices

_log = structlog.get_logger(__name__)


def has_changed(events: Iterable[Event]) -> bool:
    """Whether everything was stopped, or resumed."""
    return any(event.kind == "freeze.changed" for event in events)


def said_so(unit: Unit, notice: Notice | None) -> Notice | None:
    """What asks for a vote, as it is to be said now."""
    return notice and notices.while_stopped(notice, stopped=bool(unit.get(FROZEN)))


def follow(unit: Unit) -> None:
    """Let what was said, and asks for votes still, tell whether everything is stopped."""
    for place, key in asking_for_votes(unit):
        try:
            _follow(unit, place, key)
        except Exception:  # noqa: BLE001 - one that can't be read keeps nobody's news from them
            _log.exception("what asks for votes does not follow", key=key)


def _follow(unit: Unit, place: ThreadRef, key: str) -> None:
    post = unit.posted(place, key)
    if post is not None and not post.gone and isinstance(post.body, Notice):
        unit.owe(place, key, PostKind.NOTICE, said_so(unit, post.body))


class Standstill:
    """Has the cards that wait for votes drawn again as everything is stopped, or resumed."""

    def __init__(self, store: Store, redraw: Callable[[], Awaitable[None]]) -> None:
        """`redraw` draws them; a start does so anyway."""
        self._store = store
        self._redraw = redraw
        self._stop: Callable[[], None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Follow from now on."""
        self._stop = self._store.subscribe(self._hear)

    async def close(self) -> None:
        """Follow no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hear(self, events: Sequence[Event]) -> None:
        if has_changed(events):
            task = asyncio.ensure_future(self._redrawn())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _redrawn(self) -> None:
        try:
            await self._redraw()
        except Exception:  # noqa: BLE001 - the stop holds whatever a card says of it
            _log.exception("the cards that wait for votes are not drawn again")
