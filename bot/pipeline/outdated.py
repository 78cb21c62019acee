"""What was said of a plan and holds no more: it is edited where it stands, which notifies nobody.

A thread keeps what asked for votes, or for a decision, after both were given; on a phone the last
thing that was said of a plan is what is read. Of each plan stands which such notices may still
hold; one that does not is told as past, to those to whom it was said, and is then left alone. One
that nobody has begun to send by then is not said at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from bot.domain.messages import ThreadRef
from bot.domain.posts import (
    ASK_FOR_VOTES,
    CALL_TO_A_PLAN,
    DECISION,
    REMINDER,
    VOTES,
    Notice,
    PostKind,
)
from bot.domain.runs import RUN_HALTED, PlanState, Run
from bot.ports import StoredPlan, Unit
from bot.reporting import notices

STANDING: Final = "standing notices"
"""The box of what is kept: a plan's number → the places and keys of what was said and may hold."""
PAST: Final = "past"
"""Marks what was told as past, and would hold again if a vote were withdrawn."""


def votes_key(plan: int, revision: int, void: int) -> str:
    """Under which votes are asked for: of a revision once, again as votes are taken off it."""
    return f"{VOTES}:{plan}:{revision}{f':{void}' if void else ''}"


def reminder_key(plan: int, revision: int) -> str:
    """Under which somebody is reminded of a revision."""
    return f"{REMINDER}:{plan}:{revision}"


def decision_key(unit: Unit, run: Run) -> str:
    """Under which a decision about a run that halted is asked for; each hand-over asks anew."""
    decided = (e.data for e in unit.told(run.plan) if e.kind == "run.decided")
    handed = sum(data.get("button") == "handover" for data in decided)
    key = f"{DECISION}:{run.plan}:{run.state}:{run.decide_by}:{run.decider}"
    return f"{key}:{handed}" if handed > 1 else key


def noted(unit: Unit, place: ThreadRef, key: str) -> None:
    """This was said, and may come to hold no more."""
    kind, _, rest = key.partition(":")
    if kind in CALL_TO_A_PLAN:
        number, said = rest.partition(":")[0], [place.model_dump(), key]
        known = [each for each in unit.kept(STANDING, number) or [] if each[:2] != said]
        unit.keep(STANDING, number, [*known, said])


def is_past(unit: Unit, place: ThreadRef, key: str) -> bool:
    """Whether votes were asked for here and it was told since that none is needed."""
    number = key.partition(":")[2].partition(":")[0]
    return [place.model_dump(), key, PAST] in (unit.kept(STANDING, number) or [])


def spoken_of(unit: Unit) -> Iterator[int]:
    """The plans of which something was said that may still hold."""
    return (int(number) for number in unit.kept_keys(STANDING) if number.isdecimal())


def asking_for_votes(unit: Unit, plan: int) -> Iterator[tuple[ThreadRef, str]]:
    """Where votes on a plan are asked for, or somebody is reminded of it, and under which key."""
    for place, key, *past in unit.kept(STANDING, str(plan)) or []:
        if not past and key.partition(":")[0] in ASK_FOR_VOTES:
            yield ThreadRef.model_validate(place), key


def told_by_role(unit: Unit, stored: StoredPlan) -> Mapping[str, datetime]:
    """Who was told that a role of theirs lets them vote on this revision, and since when."""
    plan = stored.plan
    asked = votes_key(plan.id, plan.revision, 0)
    return {
        post.reader: post.at
        for post in unit.posts_of(f"plan-{plan.id}")
        if post.kind is PostKind.NOTICE
        and post.reader
        and not post.gone
        and (post.key == asked or post.key.startswith(f"{asked}:"))
    }


def settle(unit: Unit, stored: StoredPlan, run: Run | None, void: int) -> None:
    """Let what was said of a plan follow it; `void` votes were taken off it.

    A vote can be withdrawn until the plan begins: until then it is known what would hold again.
    """
    number = str(stored.plan.id)
    known = unit.kept(STANDING, number)
    if not known:
        return
    holds = _holding(unit, stored, run, void)
    halted = run is not None and run.state in RUN_HALTED
    open_yet = run is None and stored.state in {PlanState.WAITING, PlanState.APPROVED}
    left = []
    for place, key, *past in known:
        # Handed over or put off, a decision is still due.
        if key in holds or (halted and key.startswith(DECISION)):
            left.append([place, key, *past])
            continue
        if not past:
            _told(unit, stored, run, ThreadRef.model_validate(place), key)
        if open_yet and key.startswith(VOTES):
            left.append([place, key, PAST])
    if left:
        unit.keep(STANDING, number, left)
    else:
        unit.drop(STANDING, number)


def _told(unit: Unit, stored: StoredPlan, run: Run | None, where: ThreadRef, key: str) -> None:
    """Tell it as past where it stands; what nobody has begun to send is not said."""
    post = unit.posted(where, key)
    if post is None or post.gone or not isinstance(post.body, Notice):
        return
    told = post.body.concerns
    if post.remote or post.nonce:
        past = notices.voted(stored, told)
        if key.startswith(DECISION):
            past = notices.decided(stored, told, run)
        unit.owe(where, key, PostKind.NOTICE, past)
    else:
        unit.sent(post.id, "", post.version)


def _holding(unit: Unit, stored: StoredPlan, run: Run | None, void: int) -> set[str]:
    plan = stored.plan
    if stored.state is PlanState.WAITING:
        asked = votes_key(plan.id, plan.revision, void)
        return {asked, reminder_key(plan.id, plan.revision)}
    halted = run is not None and run.state in RUN_HALTED
    return {decision_key(unit, run)} if run is not None and halted else set()
