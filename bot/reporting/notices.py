"""What people are told so that they notice: edits of a card notify nobody.

A plan that needs votes, one that others ended or nobody decided, a run that needs a decision, and
the end of a run that took long, each one sentence for those whom it concerns. And what the reaction
on a request tells. Times are the reader's, with their zone: in a room read people who live
elsewhere. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.marked import literal
from bot.domain.plans import Plan
from bot.domain.posts import MarkState, Notice
from bot.domain.runs import PlanState, Run, RunState
from bot.domain.wording import count, duration, shortened
from bot.ports import StoredPlan
from bot.reporting.plan_frame import taken_off
from bot.reporting.reader import Reader
from bot.reporting.standing import BLOCKED, REFUSED, refusal_word

LONG = timedelta(minutes=1)
"""Nobody looks away from a run that is over sooner."""
REASON = 300
"""Characters of a reason; the card has all of it."""
STOPPED = " Everything is stopped: votes count, and nothing starts until somebody says resume."
"""Behind what asks for a vote."""


def needs_votes(
    stored: StoredPlan, voters: Sequence[str], given: int, reader: Reader
) -> Notice | None:
    """For those who may still vote; None where there is nobody, or it waits no more."""
    plan = stored.plan
    if stored.state is not PlanState.WAITING or not voters:
        return None
    missing = max(1, (plan.verdict.votes if plan.verdict else 1) - given)
    until = f" until {reader.clock(plan.expires_at)}" if plan.expires_at else ""
    again = f" It is revision {plan.revision} now." if plan.revision > 1 else ""
    void = taken_off(stored.voided, (), reader)
    anew = f" {void[0].upper()}{void[1:]}." if void else ""
    text = f"{named(plan)} needs {count(missing, 'vote')}{until}.{again}{anew}"
    return Notice(text=text, concerns=tuple(voters), moments=reader.moments(plan.expires_at))


def needs_them(stored: StoredPlan, given: int, reader: Reader) -> Notice | None:
    """In a direct message, for who may vote by what they hold where it was asked, there alone."""
    asked = needs_votes(stored, ("",), given, reader)
    if asked is None:
        return None
    surface = stored.plan.thread.surface.title()
    text = f"{asked.text} A role of yours on {surface} lets you vote: there, on its card."
    return asked.model_copy(update={"text": text, "concerns": ()})


def still_waits(stored: StoredPlan, reader: Reader) -> Notice | None:
    """The one reminder, in a direct message; nobody has to be mentioned there."""
    plan = stored.plan
    if stored.state is not PlanState.WAITING or plan.expires_at is None:
        return None
    until = reader.clock(plan.expires_at)
    text = f"{named(plan)} still waits for your vote, until {until}."
    return Notice(text=text, moments=reader.moments(plan.expires_at))


def while_stopped(notice: Notice, *, stopped: bool) -> Notice:
    """What asks for a vote, and whether what it approves starts now."""
    text = notice.text.removesuffix(STOPPED)
    return notice.model_copy(update={"text": f"{text}{STOPPED if stopped else ''}"})


def reminds_at(waiting_since: datetime, expires_at: datetime) -> datetime:
    """When the reminder is due: at half of the time that there is."""
    return waiting_since + (expires_at - waiting_since) / 2


def needs_decision(plan: Plan, run: Run, deciders: Sequence[str], reader: Reader) -> Notice | None:
    """For those who asked, approved, or were handed the decision."""
    word = _HALTED.get(run.state)
    if word is None or not deciders:
        return None
    by = f" by {reader.clock(run.decide_by)}" if run.decide_by else ""
    text = f"{named(plan)} {word}: decide{by}."
    return Notice(text=text, concerns=tuple(deciders), moments=reader.moments(run.decide_by))


def has_ended(plan: Plan, run: Run, concerns: Sequence[str] = ()) -> Notice | None:
    """For who asked, and to whom it was handed, when it took longer than anybody watches."""
    word = _ENDED.get(run.state)
    if word is None or run.ended_at is None or run.ended_at - run.started_at <= LONG:
        return None
    took = duration((run.ended_at - run.started_at).total_seconds())
    return Notice(
        text=f"{named(plan)} {word} after {took}.",
        concerns=tuple(dict.fromkeys((plan.requester, *concerns))),
    )


def came_to_nothing(stored: StoredPlan, concerns: Sequence[str], reader: Reader) -> Notice | None:
    """For who asked, and to whom it was handed, when others ended what they wait for, or nobody.

    What the policy refused is said at once, and who ended it themselves knows.
    """
    plan, by = stored.plan, stored.decided_by
    whom = tuple(dict.fromkeys(name for name in concerns if name and name != by))
    word = _CAME_TO_NOTHING.get(stored.state)
    if word is not None and by not in ("", "policy", plan.requester):
        why = shortened(" ".join(literal(stored.reason).split()), REASON)
        text = f"{named(plan)} {word} by {reader.who(by)}{f': “{why}”' if why else ''}."
        return Notice(text=f"{text} Nothing ran.", concerns=whom) if whom else None
    if stored.state is not PlanState.EXPIRED or plan.expires_at is None or not whom:
        return None
    text = f"{named(plan)} expired {reader.clock(plan.expires_at)}: too few decided in time. "
    moments = reader.moments(plan.expires_at)
    return Notice(text=f"{text}Nothing ran.", concerns=whom, moments=moments)


def asked_again(plan: Plan, reader: Reader) -> Notice | None:
    """For who asked for it before somebody else did; None where nobody else has."""
    last = plan.before[-1] if plan.before else None
    if last is None or not last.is_anothers:
        return None
    came = _CAME_BEFORE.get(last.how, "")
    by = f" by {reader.who(last.by)}" if last.by else ""
    why = f": “{shortened(' '.join(literal(last.why).split()), REASON)}”" if last.why else ""
    ended = f", which {came}{by}{why}" if came else ""
    left = f"what #{last.number} has left" if last.number else "what you asked for"
    if last.number and last.how:
        left = f"what you asked for in #{last.number}"
    text = f"{reader.who(last.again)} asks again for {left}: {named(plan)}{ended}."
    return Notice(text=f"{text} It is theirs now, not yours.", concerns=(last.asked,))


def voted(stored: StoredPlan, told: Sequence[str]) -> Notice:
    """In the place of what asked for votes, when that holds no more; `told` were asked."""
    became = _SINCE.get(stored.state)
    if stored.state is PlanState.DENIED:
        became = _REFUSED.get(refusal_word(stored), became)
    if became is None:  # another revision, or votes were taken off it: that is asked for anew
        text = f"This holds no more: {named(stored.plan)} has changed since."
    else:
        text = f"No more votes are needed: {named(stored.plan)} {became}."
    return Notice(text=text, concerns=tuple(told))


def decided(stored: StoredPlan, told: Sequence[str], run: Run | None) -> Notice:
    """In the place of what asked for a decision, when that holds no more; `told` were asked."""
    now = run is not None and run.revision == stored.plan.revision
    became = _SINCE_HALTED.get(run.state) if run is not None and now else None
    text = f"No decision is needed any more: {named(stored.plan)} {became or 'has changed since'}."
    return Notice(text=text, concerns=tuple(told))


def named(plan: Plan) -> str:
    """`#90 restart nginx on web-1`."""
    return f"#{plan.id} {plan.title}"


def mark_of(plan: Plan, state: PlanState, run: Run | None) -> MarkState:
    """What the reaction on the request tells of its plan."""
    if run is not None and state is PlanState.APPROVED:
        return _RUN_MARKS[run.state]
    if state is PlanState.DRAFTED and plan.unread and not plan.plan_only:
        return MarkState.FAILED  # its hosts could not be looked at
    return _PLAN_MARKS[state]


_SINCE_HALTED: Mapping[RunState, str] = {
    RunState.RUNNING: "went on",
    RunState.SUCCEEDED: "is done",
    RunState.FAILED: "ended as it stood",
    RunState.ROLLED_BACK: "was rolled back",
    RunState.CANCELLED: "was stopped",
}
_HALTED: Mapping[RunState, str] = {
    RunState.NEEDS_DECISION: "needs a decision",
    RunState.DRIFTED: "may not go on as it was approved",
    RunState.INTERRUPTED: "was interrupted",
}
_CAME_TO_NOTHING: Mapping[PlanState, str] = {
    PlanState.DENIED: "was denied",
    PlanState.CANCELLED: "was withdrawn",
}
_CAME_BEFORE: Mapping[str, str] = {
    "denied": "was denied",
    "refused": "was refused by the policy",
    "withdrawn": "was withdrawn",
    "expired": "had expired",
    "paused": "was paused",
}
_SINCE: Mapping[PlanState, str] = {
    PlanState.APPROVED: "was approved",
    PlanState.DENIED: "was denied",
    PlanState.EXPIRED: "expired",
    PlanState.CANCELLED: "was withdrawn",
}
_REFUSED: Mapping[str, str] = {
    REFUSED: "was refused by the policy",
    BLOCKED: "is blocked, as another run changes its hosts",
}
_ENDED: Mapping[RunState, str] = {
    RunState.SUCCEEDED: "is done",
    RunState.FAILED: "has failed",
    RunState.CANCELLED: "was stopped",
    RunState.ROLLED_BACK: "was rolled back",
}
_RUN_MARKS: Mapping[RunState, MarkState] = {
    RunState.RUNNING: MarkState.RUNNING,
    RunState.SUCCEEDED: MarkState.DONE,
    RunState.NEEDS_DECISION: MarkState.HALTED,
    RunState.DRIFTED: MarkState.HALTED,
    RunState.INTERRUPTED: MarkState.HALTED,
    RunState.ROLLED_BACK: MarkState.FAILED,
    RunState.FAILED: MarkState.FAILED,
    RunState.CANCELLED: MarkState.REFUSED,
}
_PLAN_MARKS: Mapping[PlanState, MarkState] = {
    PlanState.DRAFTED: MarkState.DONE,
    PlanState.DENIED: MarkState.REFUSED,
    PlanState.WAITING: MarkState.WAITING,
    PlanState.APPROVED: MarkState.WAITING,
    PlanState.SUPERSEDED: MarkState.WAITING,
    PlanState.EXPIRED: MarkState.REFUSED,
    PlanState.CANCELLED: MarkState.REFUSED,
}
