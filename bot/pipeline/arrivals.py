"""What a card's copy in a direct message told of as it came, so that it is not told once more.

A copy that arrives asks for the votes, or the decision, of its moment by itself; what is asked for
later is an edit of it, which notifies nobody, and is told beside it. Once nothing more can be asked
for under that key, it is forgotten.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import islice

from bot.domain.posts import Post
from bot.domain.runs import RUN_HALTED, PlanState, Run
from bot.ports import StoredPlan, Unit
from bot.ports.readable import readable

ARRIVED_WITH = "arrived with"
"""The box of what is kept: surface/post of a copy → under which key its first message told."""

AT_ONCE = 1000
"""Of what is left of closed plans, so much goes at one start."""


def arrived(unit: Unit, copy: Post, key: str) -> None:
    """A copy is new, and tells of what is said under this key."""
    unit.keep(ARRIVED_WITH, _of(copy), key)


def told(unit: Unit, copy: Post, key: str) -> bool:
    """Whether a copy told of what is said under this key as it came."""
    return bool(unit.kept(ARRIVED_WITH, _of(copy)) == key)


def is_new(unit: Unit, former: Post | None, copy: Post, key: str) -> bool:
    """Whether a copy itself, a new message, tells of what is said under this key.

    `former` is what was there before. Whatever else becomes of the plan, it is not told again.
    """
    if former is None or was_passed_over(former):
        arrived(unit, copy, key)
        return True
    return told(unit, copy, key)


def was_passed_over(copy: Post) -> bool:
    """Whether it was not sent, as it came too late: asked for anew, it is a new message."""
    return copy.shown >= 0 and not (copy.remote or copy.nonce or copy.gone)


def follow(unit: Unit, stored: StoredPlan, run: Run | None) -> None:
    """Forget it of the copies of a plan for which no votes are asked any more as it is."""
    if _is_settled(stored, run):
        for post in unit.posts_of(f"plan-{stored.plan.id}"):
            if post.reader:
                unit.drop(ARRIVED_WITH, _of(post))


def left(unit: Unit) -> tuple[str, ...]:
    """Keys of what an earlier version kept of plans that are over; the oldest `AT_ONCE`."""
    waiting = {f"plan-{number}" for number, _ in unit.plans_in(PlanState.WAITING)}  # asked for yet
    found = (key for key in unit.kept_keys(ARRIVED_WITH) if _is_left(unit, key, waiting))
    return tuple(islice(found, AT_ONCE))


def forget(unit: Unit, keys: Sequence[str]) -> None:
    """Forget these."""
    for key in keys:
        unit.drop(ARRIVED_WITH, key)


def _is_left(unit: Unit, key: str, waiting: Container[str]) -> bool:
    number = key.rpartition("/")[2]
    post = unit.post(int(number)) if number.isdecimal() else None
    if post is not None and post.card in waiting:
        return False
    plan = post.card.removeprefix("plan-") if post is not None else ""
    stored = readable(unit, int(plan)) if plan.isdecimal() else None
    return stored is None or _is_settled(stored, unit.run(stored.plan.id))


def _is_settled(stored: StoredPlan, run: Run | None) -> bool:
    """Whether this revision waits for no vote, nor will as one is withdrawn, nor its run halts."""
    if run is not None and run.state in RUN_HALTED:
        return False
    if stored.state not in {PlanState.WAITING, PlanState.APPROVED}:
        return True
    return run is not None and run.revision == stored.plan.revision


def _of(copy: Post) -> str:
    return f"{copy.place.surface}/{copy.id}"
