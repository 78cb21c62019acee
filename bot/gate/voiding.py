"""A vote is taken off its plan when the account of a chat that cast it is its voter's no more.

    waiting ──▶ waiting        with one vote less, asked for anew
    approved ─▶ waiting        until the first command, as where a vote is withdrawn

A vote that somebody takes back and one that is taken off leave a plan in the same way. What has
begun, or can wait for no vote any more, is judged where it goes on (`Rechecking.why_not`).
"""

from __future__ import annotations

from bot.domain.approvals import Ballot, Vote
from bot.domain.events import Event
from bot.domain.messages import People
from bot.domain.plans import Plan, hastened_key
from bot.domain.runs import PlanState
from bot.gate.lending import account_of
from bot.ports import StoredPlan, Unit
from bot.ports.readable import readable

VOIDED = "voided"
"""The box of what is kept: a plan and its revision → whose votes were taken off it."""


def void_in(unit: Unit, number: int, people: People) -> bool:
    """Take off a plan what accounts have voted that are not those voters'; whether any was."""
    stored, run = readable(unit, number), unit.run(number)
    if stored is None or stored.state not in {PlanState.WAITING, PlanState.APPROVED}:
        return False
    plan = stored.plan
    begun = run is not None and run.revision == plan.revision
    if begun or plan.expires_at is None or plan.expires_at <= unit.now:
        return False
    void = void_on(unit, plan.id, plan.revision, people)
    for vote in void:
        unit.drop_vote(plan.id, plan.revision, vote.person)
        data = {"revision": plan.revision, "account": str(account_of(unit, vote))}
        unit.append(
            Event(kind="vote.voided", at=unit.now, plan=plan.id, person=vote.person, data=data)
        )
    if void:
        unit.keep(VOIDED, _key(plan), [*voided_on(unit, plan), *(vote.person for vote in void)])
        if len(approvals(unit, plan)) < plan.needed:
            reopened(unit, stored)
    return bool(void)


def void_on(unit: Unit, number: int, revision: int, people: People) -> tuple[Vote, ...]:
    """The votes on a revision that accounts have cast which are not those voters' any more."""
    votes = unit.votes(number, revision)
    return tuple(vote for vote in votes if not people.is_of(vote.person, account_of(unit, vote)))


def voided_on(unit: Unit, plan: Plan) -> tuple[str, ...]:
    """Whose votes were taken off this revision, in order; a name for each time."""
    return tuple(unit.kept(VOIDED, _key(plan)) or ())


def reopened(unit: Unit, stored: StoredPlan) -> StoredPlan:
    """The plan when a vote is missing that it had: what was approved waits again."""
    plan = stored.plan
    unit.put(hastened_key(plan.id), None)
    if stored.state is not PlanState.APPROVED:
        return stored
    due = plan.expires_at.isoformat() if plan.expires_at else None
    stored = unit.move_plan(plan.id, plan.revision, PlanState.WAITING)
    data = {"votes": plan.needed, "expires_at": due}
    unit.append(Event(kind="plan.waiting", at=unit.now, plan=plan.id, data=data))
    return stored


def approvals(unit: Unit, plan: Plan) -> tuple[Vote, ...]:
    """The approvals of exactly this digest, one a person."""
    found = {
        vote.person: vote
        for vote in unit.votes(plan.id, plan.revision)
        if vote.ballot is Ballot.APPROVE and vote.digest == plan.digest
    }
    return tuple(found.values())


def _key(plan: Plan) -> str:
    return f"{plan.id}/{plan.revision}"
