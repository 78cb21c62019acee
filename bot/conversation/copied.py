"""The plans that somebody is told of in a direct message: their cards stand there, asked elsewhere.

What they say below such a card, or what was said with it, is about its plan; beside it, it may be.
Read from the store alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.messages import ThreadRef
from bot.domain.posts import CALL_TO_A_PLAN, Post, plan_of
from bot.domain.runs import PlanState
from bot.ports import PlanFilter, StoredPlan, Unit
from bot.ports.readable import readable

LOOKED_THROUGH = 50
"""The newest plans among which one whose card stands in a direct message is looked for."""
MOST = 500
"""Copies of cards that are looked through, the newest."""


def told_in(unit: Unit, thread: ThreadRef, person: str) -> StoredPlan | None:
    """The plan on whose card they answer there, else the newest of those told that waits."""
    if not thread.is_direct:
        return None
    waits = None
    for stored in unit.plans(PlanFilter(limit=LOOKED_THROUGH)):
        for post in unit.posts_of(f"plan-{stored.plan.id}"):
            if post.reader != person or post.place.surface != thread.surface or not post.remote:
                continue
            if post.remote == thread.thread:
                return stored
            if waits is None and stored.state is PlanState.WAITING:
                waits = stored
    return waits


def below(unit: Unit, thread: ThreadRef, person: str) -> StoredPlan | None:
    """The plan below whose card they speak, or below what called them to it; None: no such."""
    for post in _above(unit, thread, person):
        number = plan_of(post, CALL_TO_A_PLAN)
        stored = readable(unit, number) if number is not None else None
        if stored is not None and post.reader == person:
            return stored
    return None


def standing(unit: Unit, thread: ThreadRef, person: str) -> tuple[StoredPlan, ...]:
    """The plans whose cards stand in a direct message to this person, the newest copy first."""
    numbers = dict.fromkeys(plan_of(post, CALL_TO_A_PLAN) for post in _copies(unit, thread, person))
    found = (readable(unit, number) for number in numbers if number is not None)
    return tuple(stored for stored in found if stored is not None)


def _copies(unit: Unit, thread: ThreadRef, person: str) -> Iterator[Post]:
    """The copies of cards that are there for them, on the platform of a direct message."""
    if not thread.is_direct:
        return
    for post in unit.copies(thread.surface, MOST):
        if post.reader == person and post.remote:
            yield post


def _above(unit: Unit, thread: ThreadRef, person: str) -> Iterator[Post]:
    """What begins this thread of a direct message: its place goes by an account or by its id."""
    places = dict.fromkeys(post.place.channel for post in _copies(unit, thread, person))
    for channel in places:
        post = unit.post_at(thread.surface, channel, thread.thread)
        if post is not None:
            yield post
