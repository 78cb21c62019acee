"""What was said of a plan and holds no more: it is edited where it stands, which notifies nobody.

A thread keeps what asked for votes, or for a decision, after both were given; on a phone the last
thing that was said of a plan is what is read. Of each plan stands which such notices may still
hold; one that does not is told as past, to those to whom it was said, and is then left alone. One
that nobody has begun to send by then is not said at all.
"""

from __future__ import annotations

from typing import Final

from bot.domain.messages import ThreadRef
from bot.domain.posts import Notice, PostKind
from bot.domain.runs import RUN_HALTED, PlanState, Run
from bot.ports import StoredPlan, Unit
from bot.reporting import notices

STANDING: Final = "standing notices"
"""The box of what is kept: a plan's number → the places and keys of what was said and may hold."""
VOTES, REMINDER, DECISION = "votes", "remind", "decide"


def votes_key(plan: int, revision: int, void: int) -> str:
    """Under which votes are asked for: of a revision once, again as votes are taken off it."""
    return f"{VOTES}:{plan}:{revision}{f':{void}' if void else ''}"


def reminder_key(plan: int, revision: int) -> str:
    """Under which somebody is reminded of a revision."""
    return f"{REMINDER}:{plan}:{revision}"


def decision_key(run: Run) -> str:
    """Under which a decision about a run that halted is asked for."""
    return f"{DECISION}:{run.plan}:{run.state}:{run.decide_by}:{run.decider}"


def noted(unit: Unit, place: ThreadRef, key: str) -> None:
    """This was said, and may come to hold no more."""
    kind, _, rest = key.partition(":")
    if kind in {VOTES, REMINDER, DECISION}:
        number = rest.partition(":")[0]
        known = unit.kept(STANDING, number) or []
        unit.keep(STANDING, number, [*known, [place.model_dump(), key]])


def settle(unit: Unit, stored: StoredPlan, run: Run | None, void: int) -> None:
    """Let what was said of a plan follow it; `void` votes were taken off it."""
    number = str(stored.plan.id)
    known = unit.kept(STANDING, number)
    if not known:
        return
    holds = _holding(stored, run, void)
    left = [each for each in known if each[1] in holds]
    for place, key in (each for each in known if each[1] not in holds):
        where = ThreadRef.model_validate(place)
        post = unit.posted(where, key)
        if post is not None and not post.gone and isinstance(post.body, Notice):
            asked = notices.decided if key.startswith(DECISION) else notices.voted
            if post.remote or post.nonce:
                unit.owe(where, key, PostKind.NOTICE, asked(stored, post.body.concerns))
            else:
                unit.sent(post.id, "", post.version)
    if left:
        unit.keep(STANDING, number, left)
    else:
        unit.drop(STANDING, number)


def _holding(stored: StoredPlan, run: Run | None, void: int) -> set[str]:
    plan = stored.plan
    if stored.state is PlanState.WAITING:
        asked = votes_key(plan.id, plan.revision, void)
        return {asked, reminder_key(plan.id, plan.revision)}
    return {decision_key(run)} if run is not None and run.state in RUN_HALTED else set()
