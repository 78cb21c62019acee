"""People must notice: short replies, direct messages and marks, owed as things happen.

Follows the log from where it left off: what an event calls for, and how far the log was read, are
one unit of work, so that a crash tells nobody twice and forgets nobody. Each thing that is said
has a key of its own, and is said once whatever comes again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import structlog

from bot.conversation.holders import steerer
from bot.delivery.bars import why_there
from bot.domain.approvals import Ballot
from bot.domain.events import Event
from bot.domain.messages import ThreadRef
from bot.domain.plans import Plan
from bot.domain.posts import CAME_TO_NOTHING, HAS_ENDED, Notice, PostKind
from bot.domain.runs import RUN_ENDED, RUN_HALTED, PlanState
from bot.errors import StoreBusyError
from bot.gate.voiding import voided_on
from bot.pipeline import (
    arrivals,
    asked_again,
    asked_by,
    handed,
    outdated,
    standstill,
    stop_unheard,
    whose_words,
)  # fmt: skip
from bot.pipeline.deciders import Deciders
from bot.pipeline.judging import Voters
from bot.pipeline.lenders import Lenders
from bot.pipeline.marking import marked
from bot.pipeline.notifier import Notifier
from bot.pipeline.reminding import Reminding
from bot.pipeline.standstill import Retelling
from bot.ports import Store, StoredPlan, Surface, Unit, World
from bot.ports.readable import readable
from bot.reporting import notices
from bot.reporting.reader import Reader

_log = structlog.get_logger(__name__)

CURSOR = "noticed"
"""The stored setting: up to which event people have been told."""
_AHEAD = 500
"""Events that are read at once: a card on its way holds up no more than these, and these once."""
_PAGE = 50
"""Events of one unit of work: what is taken in meanwhile waits for it."""
LAST_S = 1.0
"""How long a stop waits for what is still to be told."""

BEGINS = frozenset({"plan.drafted", "plan.judged", "plan.approved", "run.started"})
UNDONE = frozenset({PlanState.DENIED, PlanState.EXPIRED, PlanState.CANCELLED})
"""What came to nothing before it ran."""

_Able = dict[tuple[int, int], tuple[str, ...]]
"""A plan and its revision → who may vote on it by what they hold where it was asked."""


class Noticing:
    """Sees that people notice, where there are chat platforms."""

    def __init__(
        self,
        store: Store,
        voters: Voters,
        *,
        world: Callable[[], World],
        reader: Callable[[str], Reader],
        drawn: Callable[[int], Awaitable[None]],
        rested: Callable[[int], Awaitable[None]],
    ) -> None:
        """`reader` is for whom a sentence is written.

        `drawn` brings a plan's card up to date, `rested` waits while somebody else does.
        """
        self._store = store
        self._voters = voters
        self._world = world
        self._reader = reader
        self._drawn = drawn
        self._rested = rested
        self._notifier = Notifier(lambda: world().people)
        self._deciders = Deciders(self._notifier, reader)
        self._lenders = Lenders(voters, world=world)
        self._reminding = Reminding()
        self._retelling = Retelling(store)
        self._stop: Callable[[], None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._news = False
        self._closing = False
        self._untold: set[int] = set()
        """Plans that wait for the vote of somebody to whom nothing gets."""
        self._unasked: set[int | None] = set()
        """Plans that begin though nobody was asked, until they have ended."""

    def reach(self, surfaces: Sequence[Surface]) -> None:
        """These are the chat platforms that can be written to; before `start`."""
        self._notifier.surfaces = frozenset(each.name for each in surfaces)
        self._lenders.reach(surfaces)

    async def start(self) -> None:
        """Tell what happened meanwhile, and follow; without chat platforms do nothing."""
        if not self._notifier.surfaces:
            return
        await self._store.write(_begin)
        await self._store.read(self._reminding.begin)
        if left := await self._store.read(arrivals.left):
            await self._store.write(lambda unit: arrivals.forget(unit, left))
        if known := await self._store.read(asked_by.left):
            await self._store.write(lambda unit: asked_by.forget(unit, known))
        for kept in (whose_words, stop_unheard):
            if told := await self._store.read(kept.left):
                await self._store.write(partial(kept.forget, keys=told))
        self._stop = self._store.subscribe(self._hear)
        self._wake()

    async def close(self) -> None:
        """Follow no more; what was not told within a moment is told by the next start."""
        if self._stop is not None:
            self._stop()
            self._stop = None
        if self._task is not None:
            await asyncio.wait((self._task,), timeout=LAST_S)
            self._closing = True  # thousands of events may be left
            await asyncio.gather(self._task, return_exceptions=True)

    async def tick(self) -> None:
        """Remind, once, whoever has let half of the time pass; tell what could not be told."""
        if self._stop is None:
            return
        self._wake()
        now = await self._store.read(lambda unit: unit.now)
        if due := self._reminding.due(now):
            await self._store.write(lambda unit: self._remind(unit, due))
            # Only now: what the store took back is owed by the next tick.
            self._reminding.done(due)

    # -- following ------------------------------------------------------------------------------

    def _hear(self, events: Sequence[Event]) -> None:
        self._unasked |= {e.plan for e in events if _is_unasked(e)}
        changed = self._retelling.hear(events)
        if changed or any(_matters(event) and not self._can_wait(event) for event in events):
            self._wake()

    def _can_wait(self, event: Event) -> bool:
        """Whether it tells that what nobody was asked about begins: mostly it ends as soon.

        If it does not, the next tick tells it.
        """
        if event.plan not in self._unasked:
            return False
        if event.kind not in BEGINS:
            self._unasked.discard(event.plan)
        return event.kind in BEGINS

    def _wake(self) -> None:
        self._news = True
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._catch_up())

    async def _catch_up(self) -> None:
        while self._news and not self._closing:
            self._news = False
            try:
                while not self._closing and (await self._told() or await self._retelling.page()):
                    pass
            except StoreBusyError as error:  # the next tick tries again
                _log.warning("nobody could be told yet", why=str(error))
            except Exception:  # noqa: BLE001 - the next tick tries again
                _log.exception("people could not be told what happened")

    async def _told(self) -> bool:
        """Tell what the next events call for; whether there may be more.

        A card goes before what is said about it, and no copy of one is sent that asks for
        nothing yet.
        """
        told, events, behind = await self._store.read(_next)
        if behind:  # nearly always they are being drawn already
            for plan in behind:
                await self._rested(plan)
            behind = await self._store.read(lambda unit: _behind(unit, behind))
        for plan in behind:
            await self._drawn(plan)
        able = await self._by_role(events)
        pages = []
        for first in range(0, len(events), _PAGE):
            page = events[first : first + _PAGE]
            work = partial(self._page, events=page, after=told, able=able)
            pages.append(self._store.write(work))
            told = page[-1].seq
        await asyncio.gather(*pages)
        for plan in tuple(self._untold):  # their cards say so
            await self._drawn(plan)
            self._untold.discard(plan)
        return len(events) == _AHEAD

    async def _by_role(self, events: Sequence[Event]) -> _Able:
        """Who may vote on what has begun to wait by what they hold there."""

        def begun(unit: Unit) -> list[Plan]:
            found = (readable(unit, plan) for plan in _plans(events))
            waits = [s.plan for s in found if s is not None and s.state is PlanState.WAITING]
            return [p for p in waits if not unit.owes(p.thread, _votes_key(p, voided_on(unit, p)))]

        able: _Able = {}
        for plan in (
            await self._store.read(begun) if self._lenders.lend(self._notifier.surfaces) else ()
        ):
            able[plan.id, plan.revision] = await self._lenders.able(plan)
        return able

    def _page(self, unit: Unit, events: Sequence[Event], after: int, able: _Able) -> None:
        """Tell of the events that come `after` this one; not if those before could not be told."""
        if _cursor(unit) != after:
            return
        for plan in _plans(events):
            stored = readable(unit, plan)
            if stored is None:
                continue
            try:
                self._tell(unit, stored, able.get((plan, stored.plan.revision), ()))
            except Exception:  # noqa: BLE001 - one plan's fault keeps the others' news from nobody
                _log.exception("nobody could be told about a plan", plan=plan)
        for event in filter(handed.is_refused, events):
            try:
                handed.tell_apart(unit, event, self._notifier, self._reader(""))
            except Exception:  # noqa: BLE001 - as above
                _log.exception("nobody could be told of a hand-over", post=event.data.get("post"))
        unit.put(CURSOR, events[-1].seq)

    def _tell(self, unit: Unit, stored: StoredPlan, able: Sequence[str]) -> None:
        """What a plan calls for as it stands now; what was called for before has passed.

        `able` may vote by what they hold there.
        """
        self._reminding.follow(stored)
        plan = stored.plan
        run = unit.run(plan.id)
        reader = self._reader(plan.requester)
        asked_again.tell(unit, plan, self._notifier, reader)
        for event_id in unit.messages_of(plan.id, plan.thread.surface):
            marked(unit, plan.thread, event_id, notices.mark_of(plan, stored.state, run))
        if stored.state is PlanState.WAITING:
            self._ask_for_votes(unit, stored, reader, able)
        elif stored.state in UNDONE:
            notice = notices.came_to_nothing(stored, (plan.requester, steerer(unit, plan)), reader)
            key = f"{CAME_TO_NOTHING}:{plan.id}:{plan.revision}"
            self._notifier.tell(unit, plan.thread, key, notice)
        elif run is not None and run.state in RUN_HALTED:
            self._deciders.call(unit, plan, run)
        elif run is not None and run.state in RUN_ENDED:
            notice = notices.has_ended(plan, run, (plan.requester, steerer(unit, plan)))
            self._notifier.tell(unit, plan.thread, f"{HAS_ENDED}:{plan.id}", notice)
        outdated.settle(unit, stored, run, len(voided_on(unit, plan)))
        arrivals.follow(unit, stored, run)
        asked_by.follow(unit, stored, run)
        whose_words.follow(unit, stored)
        stop_unheard.follow(unit, plan.id, run)

    def _ask_for_votes(
        self, unit: Unit, stored: StoredPlan, reader: Reader, able: Sequence[str]
    ) -> None:
        plan = stored.plan
        void = voided_on(unit, plan)
        stored = replace(self._voters.as_of_now(stored), voided=void)
        left, given = _left(unit, stored)
        asks = partial(standstill.said_so, unit)
        notice = asks(notices.needs_votes(stored, (*left, *able), given, reader))
        key = _votes_key(plan, void)
        if not plan.thread.is_direct:  # who asked there knows, and the others get their copy
            self._notifier.say(unit, plan.thread, key, notice)
        found = unit.card(f"plan-{plan.id}")
        for name in able if found is not None else ():  # a copy of the card could not be pressed
            place = self._notifier.reached(name, plan.thread)
            if place is not None:
                theirs = asks(notices.needs_them(stored, given, self._reader(name)))
                self._notifier.say(unit, place, key, theirs, reader=name, card=f"plan-{plan.id}")
        if found is None:
            return
        there = {post.place: post for post in unit.posts_of(found[1].id) if post.reader}
        for name in left:
            for place in self._notifier.places(name, plan.thread) if name != plan.requester else ():
                if why_there(unit, place):
                    self._untold.add(plan.id)
                new = arrivals.is_new(
                    unit, there.get(place), unit.owe_card(place, found[1], name), key
                )
                if not new and (plan.revision > 1 or void):  # an edit notifies nobody
                    theirs = asks(notices.needs_votes(stored, (name,), given, self._reader(name)))
                    self._notifier.say(unit, place, key, theirs, reader=name)

    def _remind(self, unit: Unit, due: Mapping[int, int]) -> None:
        """Half of the time of these plans, each in a revision, is over."""
        for number, revision in due.items():
            stored = readable(unit, number)
            if stored is None or stored.plan.revision != revision:
                continue
            left, _ = _left(unit, self._voters.as_of_now(stored))
            voted = {vote.person for vote in unit.votes(number, revision)}
            plan = stored.plan
            asked_for = {_votes_key(plan), _votes_key(plan, voided_on(unit, plan))}
            for post in unit.posts_of(f"plan-{number}"):
                lent = post.key in asked_for and post.reader not in voted
                asked = post.reader in left if post.kind is PostKind.CARD else lent
                if asked and not post.gone:
                    said = notices.still_waits(stored, self._reader(post.reader))
                    notice = standstill.said_so(unit, said)
                    key = outdated.reminder_key(number, revision)
                    self._notifier.say(unit, post.place, key, notice, reader=post.reader)

    # -- saying ---------------------------------------------------------------------------------

    def owe(self, unit: Unit, place: ThreadRef, key: str, notice: Notice) -> bool:
        """See `Notifier.say`; whether it is owed there."""
        self._notifier.say(unit, place, key, notice)
        return unit.owes(place, key)


def _left(unit: Unit, now: StoredPlan) -> tuple[tuple[str, ...], int]:
    """Who may vote and has not, of a plan as it is now, and how many have approved."""
    plan = now.plan
    given = [v.person for v in unit.votes(plan.id, plan.revision) if v.ballot is Ballot.APPROVE]
    able = plan.verdict.approvers if plan.verdict else ()
    return tuple(name for name in able if name not in given), len(given)


def _votes_key(plan: Plan, void: Sequence[str] = ()) -> str:
    """Under which votes are asked for: of a revision once, and again as votes are taken off it."""
    return outdated.votes_key(plan.id, plan.revision, len(void))


def _cursor(unit: Unit) -> int:
    return int(unit.get(CURSOR) or 0)


def _next(unit: Unit) -> tuple[int, tuple[Event, ...], tuple[int, ...]]:
    """The cursor, the events after it, and the plans whose card does not yet ask what it must."""
    told = _cursor(unit)
    events = unit.events(told, limit=_AHEAD)
    return told, events, _behind(unit, _plans(events))


def _behind(unit: Unit, plans: Iterable[int]) -> tuple[int, ...]:
    """Those of these plans whose card does not yet ask for votes or a decision, and must."""
    return tuple(number for number in plans if _is_behind(unit, number))


def _is_behind(unit: Unit, number: int) -> bool:
    stored, found, run = readable(unit, number), unit.card(f"plan-{number}"), unit.run(number)
    if stored is None:
        return False
    if stored.state is PlanState.WAITING:
        asks = (stored.plan.revision, "WAITING")
        return found is None or (found[1].revision, found[1].state) != asks
    return run is not None and run.state in RUN_HALTED and (found is None or found[1].busy)


def _plans(events: Sequence[Event]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(e.plan for e in events if e.plan is not None and _matters(e)))


def _begin(unit: Unit) -> None:
    """The first time, begin at the log's end: nobody is told of last year."""
    if unit.get(CURSOR) is None:
        newest = unit.log(limit=1)
        unit.put(CURSOR, newest[0].seq if newest else 0)


def _is_unasked(event: Event) -> bool:
    return event.kind == "plan.approved" and not event.data.get("by")


def _matters(event: Event) -> bool:
    return event.plan is not None and event.kind.startswith(("plan.", "run.", "vote.", "post."))
