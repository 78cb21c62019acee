"""The plans that somebody is told of in a direct message: their cards stand there, asked elsewhere.

What they say below such a card, or what was said with it, is about its plan; beside it, it may be.
Read from the store alone.
"""

from __future__ import annotations

from bot.domain.messages import ThreadRef
from bot.domain.posts import CALL_TO_A_PLAN, PostKind, plan_of
from bot.domain.runs import PlanState
from bot.ports import StoredPlan, Unit
from bot.ports.readable import readable

MOST = 200
"""So many of a person's own messages of a kind are looked through, the newest."""


def told_in(unit: Unit, thread: ThreadRef, person: str) -> StoredPlan | None:
    """The plan below whose card they speak, else the newest of those told there that waits."""
    there = below(unit, thread, person)
    if there is not None:
        return there
    told = (readable(unit, n) for n in _told(unit, thread, person, PostKind.CARD, PostKind.NOTICE))
    return next((s for s in told if s is not None and s.state is PlanState.WAITING), None)


def below(unit: Unit, thread: ThreadRef, person: str) -> StoredPlan | None:
    """The plan below whose card they speak, or below what called them to it.

    None: nothing that stands there for them begins this thread, or it tells of no plan, or of one
    that can't be read.
    """
    post = unit.post_to(thread.surface, person, thread.thread) if thread.is_direct else None
    number = plan_of(post, CALL_TO_A_PLAN) if post is not None else None
    return readable(unit, number) if number is not None else None


def standing(unit: Unit, thread: ThreadRef, person: str) -> tuple[StoredPlan, ...]:
    """The plans whose cards stand in a direct message to this person, the newest copy first."""
    found = (readable(unit, number) for number in _told(unit, thread, person, PostKind.CARD))
    return tuple(stored for stored in found if stored is not None)


def _told(unit: Unit, thread: ThreadRef, person: str, *kinds: PostKind) -> tuple[int, ...]:
    """The plans of which such messages stand there for them, the newest message first."""
    if not thread.is_direct:
        return ()
    posts = [post for kind in kinds for post in unit.posts_to(thread.surface, person, kind, MOST)]
    posts.sort(key=lambda post: post.id, reverse=True)
    numbers = dict.fromkeys(plan_of(post, CALL_TO_A_PLAN) for post in posts)
    return tuple(number for number in numbers if number is not None)
