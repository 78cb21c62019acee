"""Who was written to directly about a plan that waits for votes, and who could not be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.delivery.bars import why_there
from bot.domain.messages import People
from bot.domain.posts import PostKind
from bot.ports import StoredPlan, Unit


def with_told(unit: Unit, stored: StoredPlan) -> StoredPlan:
    """The plan with that, as its card tells it.

    Where a person has several accounts and one of them took the card, they were told.
    """
    copies = [post for post in unit.posts_of(f"plan-{stored.plan.id}") if post.reader]
    there = [post for post in copies if post.remote and post.shown >= 0]
    told = {post.reader: post.at for post in there if post.kind is PostKind.CARD}
    whys = {
        post.reader: post.gone or why_there(unit, post.place)
        for post in copies
        if post.kind is PostKind.CARD and post.reader not in told
    }
    return replace(
        stored,
        told=told,
        told_by_role={post.reader: post.at for post in there if post.kind is PostKind.NOTICE},
        untold={name: why for name, why in whys.items() if why},
    )


def with_nowhere(stored: StoredPlan, people: People, rooms: Collection[str]) -> StoredPlan:
    """The plan with who may vote on it and has no account on a platform that is connected.

    Where none is, nobody is written to. Who asked for it knows of it.
    """
    plan = stored.plan
    able = plan.verdict.approvers if plan.verdict is not None and rooms else ()
    found = (people.named(name) for name in able if name != plan.requester)
    nowhere = (p.name for p in found if p and not any(i.surface in rooms for i in p.identities))
    return replace(stored, nowhere=tuple(nowhere))
