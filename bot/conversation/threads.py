"""One lock per thread, and what earlier requests of a thread mean for the next.

A thread's history is data, never instructions: only the names of its last targets and its
open question reach the parser.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from weakref import WeakValueDictionary

from bot.conversation.open_plans import open_elsewhere, open_plans
from bot.domain.intents import ParseContext
from bot.domain.messages import ThreadRef
from bot.domain.revisions import intent_of
from bot.ports import PlanFilter, Unit

GIVES_WAY_S = 0.025
"""How long a request that might begin lets others be acknowledged first, at most."""


class ThreadLocks:
    """Messages of one thread are understood one after the other; those of all begin by turns.

    However many wait, one begins with each round of the event loop, and gives way to what is being
    taken in for a moment: that is acknowledged between two of them, and not behind all. Nobody who
    waits for a host holds up a turn.
    """

    def __init__(self) -> None:
        """No lock exists until it is needed, and none longer than that."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._turn = asyncio.Lock()
        self._taking = 0
        self._quiet = asyncio.Event()

    @contextmanager
    def taking(self) -> Iterator[None]:
        """Something is being taken in."""
        self._taking += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._taking -= 1
            if not self._taking:
                self._quiet.set()

    @asynccontextmanager
    async def turn(self, thread: ThreadRef) -> AsyncIterator[None]:
        """Hold the thread's lock, and begin when it is one's turn."""
        async with self.of(thread):
            async with self._turn:
                await asyncio.sleep(0)
                if self._taking:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(GIVES_WAY_S):
                            await self._quiet.wait()
            yield

    def of(self, thread: ThreadRef) -> asyncio.Lock:
        """The thread's lock."""
        key = str(thread)
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock


def context_of(unit: Unit, thread: ThreadRef, person: str) -> ParseContext:
    """What the parser may know of a thread; a question that somebody else was asked is theirs."""
    asked = unit.asked(thread)
    earlier = unit.plans(PlanFilter(thread=thread, limit=1))
    question = asked[0] if asked and asked[2] in ("", person) else None
    elsewhere = open_elsewhere(unit, thread, person)
    if not earlier:
        return ParseContext(question=question, elsewhere=elsewhere)
    plan = earlier[0].plan
    last = plan.steps[-1] if plan.steps else None
    return ParseContext(
        hosts=last.hosts if last else (),
        service=str(last.params.get("service", "")) if last else "",
        action=last.action if last else "",
        request=plan.request,
        question=question,
        again=intent_of(plan) if plan.changed is not None else None,
        open=open_plans(unit, thread, person, earlier[0]),
        own=plan.requester == person,
        elsewhere=elsewhere,
    )
