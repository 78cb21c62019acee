"""One lock per thread, and what earlier requests of a thread mean for the next.

A thread's history is data, never instructions: only its last targets, its open question and
the person's own requests in it reach the parser.
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from bot.conversation.earlier import earlier_of
from bot.conversation.holders import held_by, speaks_for
from bot.conversation.open_plans import open_elsewhere, open_plans
from bot.domain.intents import ParseContext
from bot.domain.messages import ThreadRef
from bot.domain.revisions import intent_of
from bot.domain.runs import PlanState
from bot.ports import PlanFilter, Unit


class ThreadLocks:
    """Messages of one thread are understood one after the other."""

    def __init__(self) -> None:
        """No lock exists until it is needed, and none longer than that."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, thread: ThreadRef) -> asyncio.Lock:
        """The thread's lock."""
        key = str(thread)
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock


def context_of(unit: Unit, thread: ThreadRef, person: str) -> ParseContext:
    """What the parser may know of a thread; a question that somebody else was asked is theirs.

    What a model put into the last plan without its being said, and nobody has agreed to, is no
    target that "there" or "it" can mean: it would be taken for said the next time.
    """
    asked = unit.asked(thread)
    newest = unit.plans(PlanFilter(thread=thread, limit=1))
    question = asked[0] if asked and asked[2] in ("", person) else None
    elsewhere = open_elsewhere(unit, thread, person)
    if not newest:
        return ParseContext(question=question, elsewhere=elsewhere)
    plan = newest[0].plan
    last = plan.steps[-1] if plan.steps else None
    guessed = last.unsaid if last and newest[0].state is not PlanState.APPROVED else ()
    service = str(last.params.get("service", "")) if last else ""
    return ParseContext(
        hosts=tuple(host for host in last.hosts if host not in guessed) if last else (),
        service=service if service not in guessed else "",
        action=last.action if last else "",
        request=plan.request,
        question=question,
        again=intent_of(plan) if plan.changed is not None else None,
        open=open_plans(unit, thread, person, newest[0]),
        own=speaks_for(held_by(unit, thread), person, plan.requester),
        elsewhere=elsewhere,
        earlier=earlier_of(unit, thread, person),
    )
