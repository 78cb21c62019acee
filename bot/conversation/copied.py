"""The plans that somebody is told of in a direct message: their cards stand there, asked elsewhere.

What they say below such a card, or what was said with it, is about its plan; beside it, it may be.
Read from the store alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.messages import ThreadRef
from bot.domain.posts import Post
from bot.domain.runs import PlanState
from bot.domain.wording import number_in
from bot.ports import PlanFilter, StoredPlan, Unit
from bot.ports.readable import readable

LOOKED_THROUGH = 50
"""The newest plans among which one whose card stands in a direct message is looked for."""
MOST = 500
"""Copies of cards that are looked through, the newest."""
_ABOUT = frozenset({"votes", "remind", "decide"})
"""What calls somebody to a plan; its number follows (`bot.pipeline.outdated`)."""


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
        number = _plan_of(post)
        stored = readable(unit, number) if number is not None else None
        if stored is not None and post.reader == person:
            return stored
    return None


def standing(unit: Unit, thread: ThreadRef, person: str) -> tuple[StoredPlan, ...]:
    """The plans whose cards stand in a direct message to this person, the newest copy first."""
    numbers = dict.fromkeys(_plan_of(post) for post in _copies(unit, thread, person))
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


def _plan_of(post: Post) -> int | None:
    about, _, rest = (post.card.replace("-", ":", 1) or post.key).partition(":")
    known = about == "plan" if post.card else about in _ABOUT
    return number_in(rest.partition(":")[0]) if known else None
