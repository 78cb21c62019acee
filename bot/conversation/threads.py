"""One lock per thread, and what earlier requests of a thread mean for the next.

A thread's history is data, never instructions: only its last targets, its open question and
the person's own requests in it reach the parser.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from typing import Any
from weakref import WeakValueDictionary

from bot.conversation.copied import below
from bot.conversation.earlier import earlier_of
from bot.conversation.holders import steerer
from bot.conversation.open_plans import (
    MOST_OPEN,
    is_beside,
    open_above,
    open_plans,
    plans_elsewhere,
)
from bot.domain.intents import ParseContext, Question
from bot.domain.messages import ThreadRef
from bot.domain.naming import OVERSEER
from bot.domain.plans import Plan
from bot.domain.repeats import repeats
from bot.domain.revisions import intent_of
from bot.domain.runs import RUN_ENDED, RUN_HALTED, STEP_BAD, PlanState, RunState
from bot.domain.thread_runs import HaltedRun, MovingRun
from bot.ports import PlanFilter, StoredPlan, Unit
from bot.ports.readable import readable

GIVES_WAY_S = 0.025
"""How long a request that might begin lets others be acknowledged first, at most."""
AT_ONCE = 32
"""Requests that are worked at side by side; all others wait in the inbox."""
NOT_LONG = timedelta(hours=1)
"""Between two requests of a conversation that are spoken of side by side."""
LONG_S = 1.0
"""Who takes longer waits for somebody else, a host or a model, and counts among them no more."""


class _Turns(asyncio.Lock):
    """A thread's lock; who is on the way to a turn, and how many have ended."""

    def __init__(self) -> None:
        super().__init__()
        self.coming = self.ended = 0


class Seat:
    """Somebody's way to a turn: from before they are taken in until they have had it.

    What a conversation was as they were taken in it still is at their turn where nobody was on the
    way before them, and nobody's turn has ended since.
    """

    def __init__(self, turns: _Turns) -> None:
        """They come after whoever is on the way."""
        self._turns = turns
        self._then = turns.ended
        self.is_first = not turns.coming and not turns.locked()
        self._kept = True
        turns.coming += 1

    def stands(self) -> bool:
        """Whether nobody had a turn since, nor was to have one."""
        return self.is_first and self._turns.ended == self._then

    def leave(self) -> None:
        """They have had their turn, or want none."""
        if self._kept:
            self._turns.coming -= 1
        self._kept = False


class ThreadLocks:
    """Messages of one thread are understood one after the other; those of all begin by turns.

    However many wait, one begins with each round of the event loop, and gives way to what is being
    taken in for a moment: that is acknowledged between two of them, and not behind all. Nor do
    more than `AT_ONCE` go on together, each with a part of every round: what they wrote comes
    back to all in one moment. Nobody who waits for a host holds up the others' turns for long.
    """

    def __init__(self, *, at_once: int = AT_ONCE, long_s: float = LONG_S) -> None:
        """No lock exists until it is needed, and none longer than that."""
        self._threads: WeakValueDictionary[str, _Turns] = WeakValueDictionary()
        self._places = asyncio.Semaphore(at_once)
        self._long_s = long_s
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

    def seat(self, thread: ThreadRef) -> Seat:
        """Somebody comes, and is about to be taken in."""
        return Seat(self.of(thread))

    def is_busy(self, thread: ThreadRef) -> bool:
        """Whether somebody has the turn in a thread."""
        return self.of(thread).locked()

    @asynccontextmanager
    async def turn(
        self, thread: ThreadRef, seat: Seat | None = None, *, queues: bool = True
    ) -> AsyncIterator[bool]:
        """Hold the thread's lock, and begin when it is one's turn.

        It tells whether what was so as the `seat` was taken is so still; nobody waits long then.
        What does not queue goes on beside whoever has the turn.
        """
        if not queues:
            yield False
            return
        turns, waits = self.of(thread), self._places.locked()
        async with turns, self._place():
            async with self._turn:
                await asyncio.sleep(0)
                if self._taking:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(GIVES_WAY_S):
                            await self._quiet.wait()
            try:
                yield seat is not None and seat.stands() and not waits
            finally:
                turns.ended += 1

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """One of the places, given back at the end, or earlier when that is long in coming."""
        await self._places.acquire()
        loop = asyncio.get_running_loop()
        kept = True

        def leave() -> None:
            nonlocal kept
            if kept:
                self._places.release()
            kept = False

        later = loop.call_later(self._long_s, leave)
        try:
            yield
        finally:
            later.cancel()
            leave()

    def of(self, thread: ThreadRef) -> _Turns:
        """The thread's lock."""
        key = str(thread)
        turns = self._threads.get(key)
        if turns is None:
            turns = self._threads[key] = _Turns()
        return turns


def context_of(unit: Unit, thread: ThreadRef, person: str) -> ParseContext:
    """What the parser may know of a thread; a question that somebody else was asked is theirs.

    What a model put into the last plan without its being said, and nobody has agreed to, is no
    target that "there" or "it" can mean: it would be taken for said the next time. Nor is what only
    a model read a deed that "the same" can mean, until somebody has approved it.
    """
    asked = unit.asked(thread)
    newest = unit.plans(PlanFilter(thread=thread, limit=1))
    question = asked[0] if asked and asked[2] in ("", person) else None
    about = _about(question, asked[1]) if question is not None and asked else ""
    others = plans_elsewhere(unit, thread, person)
    elsewhere = tuple(number for number, _ in others)
    beside = tuple(number for number, there in others if is_beside(there, thread))
    chats = tuple((number, there.surface) for number, there in others if there.is_room)
    above = below(unit, thread, person)
    moving = _moving(unit, thread, person, above)
    if not newest:
        return ParseContext(
            question=question, asked=about, elsewhere=elsewhere, beside=beside, chats=chats,
            open=open_above(unit, above, person), moving=moving,
            halted=_halted_above(unit, above, newest=True),
        )  # fmt: skip
    said = said_of(unit, spoken_of(unit, newest[0], person), person)
    return ParseContext(
        question=question,
        asked=about,
        open=open_plans(unit, thread, person, newest[0]) + open_above(unit, above, person),
        elsewhere=elsewhere,
        beside=beside,
        chats=chats,
        earlier=earlier_of(unit, thread, person),
        halted=_halted(unit, thread, newest[0]) + _halted_above(unit, above, newest=False),
        moving=moving,
    ).model_copy(update=said)


def said_of(unit: Unit, meant: StoredPlan, person: str) -> dict[str, Any]:
    """What words like "it", "there" and "again" mean where a plan is what is spoken of.

    By the names that a context has for it. As `context_of` says, what was guessed is none of it.
    """
    plan = meant.plan
    last = plan.steps[-1] if plan.steps else None
    open_to_doubt = meant.state is not PlanState.APPROVED
    guessed = last.unsaid if last and open_to_doubt else ()
    read = last is not None and not (open_to_doubt and last.alone) and last.title not in guessed
    service = str(last.params.get("service", "")) if last else ""
    return {
        "hosts": tuple(h for h in last.hosts if h not in {OVERSEER, *guessed}) if last else (),
        "service": service if service not in guessed else "",
        "action": last.action if last and read else "",
        "request": plan.request,
        "again": intent_of(plan) if plan.changed is not None or repeats(plan.request) else None,
        "own": person == steerer(unit, plan),
        "wanted": plan.reading.wanted,
    }


def spoken_of(unit: Unit, newest: StoredPlan, person: str) -> StoredPlan:
    """What "it" and "again" mean: the thread's last plan, or their own where that is another's.

    Their own is meant while it is open or goes on, and where it was asked not long before that.
    """
    thread = newest.plan.thread
    if person == steerer(unit, newest.plan):
        return newest
    for own in unit.plans(PlanFilter(thread=thread, person=person, limit=1)):
        run = unit.run(own.plan.id)
        goes_on = run is not None and run.state not in RUN_ENDED
        waits = run is None and own.state in (PlanState.WAITING, PlanState.APPROVED)
        if goes_on or waits or newest.plan.created_at - own.plan.created_at < NOT_LONG:
            return own
    return newest


def _moving(
    unit: Unit, thread: ThreadRef, person: str, above: StoredPlan | None
) -> tuple[MovingRun, ...]:
    """The plans of a thread that change hosts, or wait their turn to, the newest first.

    `above` is the plan whose card's copy begins it.
    """
    found: dict[int, tuple[StoredPlan, bool]] = {}
    moves = frozenset(RunState) - RUN_ENDED - RUN_HALTED
    for run in unit.runs(moves, thread):
        if (stored := readable(unit, run.plan)) is not None:
            found[run.plan] = stored, False
    runs = unit.run(above.plan.id) if above is not None else None
    if above is not None and runs is not None and runs.state in moves:
        found[above.plan.id] = above, False
    approved = frozenset({PlanState.APPROVED})
    waiting = PlanFilter(thread=thread, states=approved, without_run=True, limit=MOST_OPEN)
    for stored in unit.plans(waiting):
        if stored.plan.start is None:
            found[stored.plan.id] = stored, True
    return tuple(
        MovingRun(
            number=number, title=stored.plan.title, mine=person == steerer(unit, stored.plan),
            queued=queued,
        )
        for number, (stored, queued) in sorted(found.items(), reverse=True)
        if stored.plan.effect.changes
    )  # fmt: skip


def _halted(unit: Unit, thread: ThreadRef, newest: StoredPlan) -> tuple[HaltedRun, ...]:
    """The runs of a thread that wait for a decision; `newest` is its last plan."""
    found = (readable(unit, run.plan) for run in unit.runs(RUN_HALTED, thread))
    plans = [stored.plan for stored in found if stored is not None]
    rests = bool(plans) and _rests(unit, newest)
    return tuple(
        HaltedRun(
            number=plan.id,
            hosts=plan.hosts,
            failed=_failed(unit, plan),
            newest=plan.id == newest.plan.id or rests,
        )
        for plan in plans
    )


def _halted_above(unit: Unit, above: StoredPlan | None, *, newest: bool) -> tuple[HaltedRun, ...]:
    """The run that waits for a decision of whose card a copy begins this thread, if one does."""
    run = unit.run(above.plan.id) if above is not None else None
    if above is None or run is None or run.state not in RUN_HALTED:
        return ()
    plan = above.plan
    failed = _failed(unit, plan)
    return (HaltedRun(number=plan.id, hosts=plan.hosts, failed=failed, newest=newest),)


def _rests(unit: Unit, stored: StoredPlan) -> bool:
    """Whether a plan does nothing yet, nor has done: what was done last was before it."""
    run = unit.run(stored.plan.id)
    if run is not None:
        return run.state in RUN_HALTED
    if stored.state is PlanState.APPROVED:  # for its hour; in a queue it may begin any moment
        return stored.plan.start is not None
    busy = stored.state is PlanState.DENIED and stored.plan.only_busy  # and so it would be again
    return busy or stored.state is PlanState.WAITING


def _failed(unit: Unit, plan: Plan) -> tuple[str, ...]:
    bad = {each.host for each in unit.attempts(plan.id) if each.state in STEP_BAD}
    return tuple(host for host in plan.hosts if host in bad)


def _about(question: Question, request: str) -> str:
    """What the person had said before a question was asked; nothing of who handed it over."""
    if question.formerly:
        return ""
    return request if question.own is None else question.own
