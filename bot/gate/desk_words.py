"""What the approval desk tells a click that comes too late, or to the wrong card. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo

from bot.domain.plans import Plan
from bot.domain.runs import RUN_HALTED, PlanState, Run, RunState
from bot.domain.wording import count, listed
from bot.ports import StoredPlan

MANY = 4
"""So many hosts are counted instead of named."""


def begun_already(run: Run) -> str:
    """To who would take back what has begun: what ends it, or that it is over."""
    if run.state in RUN_HALTED:
        return f"#{run.plan} has begun and waits for a decision; *Stop here* ends it."
    how = _OVER.get(run.state)
    if how is None:
        return f"#{run.plan} has begun; *Stop* ends it."
    return f"#{run.plan} has run already and {how}; there is nothing left to take back."


def undecided(number: int, run: Run | None) -> str:
    """To who would decide about a run that waits for nobody's decision; empty: it does."""
    if run is not None and run.state in RUN_HALTED:
        return ""
    how = "has not begun" if run is None else _OVER.get(run.state, "goes on by itself")
    return f"#{number} waits for no decision: it {how}."


_OVER = {
    RunState.SUCCEEDED: "is done",
    RunState.FAILED: "has failed",
    RunState.CANCELLED: "was stopped",
    RunState.ROLLED_BACK: "was rolled back",
}


def how_it_ended(
    stored: StoredPlan, zone: tzinfo | None, display: Callable[[str], str], *, to: str = ""
) -> str:
    """What a late click is told; `to` is the key of who clicked: to themselves they are “you”."""
    plan = stored.plan
    decided = sorted(filter(None, stored.decided_by.split(", ")), key=lambda name: name != to)
    names = ["You" if name == to else display(name) for name in decided]
    who = listed(names) or "Somebody"
    when = f" at {_clock(stored.decided_at, zone)}" if stored.decided_at else ""
    match stored.state:
        case PlanState.APPROVED:
            by = f"{who} approved #{plan.id}" if names else f"#{plan.id} was approved"
            return f"{by}{when} already; your click changed nothing."
        case PlanState.DENIED if not names or stored.decided_by == "policy":
            return _never_asked(plan)
        case PlanState.DENIED:
            why = f": {stored.reason}" if stored.reason else ""
            return f"{who} denied #{plan.id}{when}{why}. Nothing ran."
        case PlanState.EXPIRED:
            return nobody_decided(plan, zone)
        case PlanState.CANCELLED if not names:
            why = f": {stored.reason}" if stored.reason else ""
            return _nothing_to_ask(plan) or f"#{plan.id} was withdrawn{when}{why}; nothing ran."
        case PlanState.CANCELLED:
            return f"{who} withdrew #{plan.id}{when}; nothing ran."
        case PlanState.DRAFTED:
            return _nothing_to_ask(plan) or (
                f"#{plan.id} was only to be shown, so nobody is asked and nothing ran; *Ask for "
                "it* asks."
            )
        case PlanState.SUPERSEDED:
            return stale(plan)
        case _:
            return f"#{plan.id} is not waiting for votes."


def stale(plan: Plan) -> str:
    """To a click on an older card."""
    return f"#{plan.id} has changed since that card was drawn; the newest card counts."


def voted(plan: Plan) -> str:
    """To a second approval."""
    return (
        f"You have approved #{plan.id} already; one vote a person. *Withdraw my vote* takes it "
        "back, *Deny…* ends it."
    )


def nobody_decided(plan: Plan, zone: tzinfo | None) -> str:
    """To a click after the deadline."""
    by = f" by {_clock(plan.expires_at, zone)}" if plan.expires_at is not None else " in time"
    return f"Nobody decided{by}, so nothing ran; *Ask again* looks at the hosts afresh."


def _nothing_to_ask(plan: Plan) -> str:
    """Of a plan that could not become a question: hosts that gave no answer, or nothing to do."""
    parts = [part for step in plan.steps for part in step.targets]
    if plan.unread:
        silent = [host for host, _ in plan.unread]
        others = {part.target.name for part in parts if part.commands} - set(silent)
        go_on = "; *Try again* reads once more"
        go_on += f", or say it without {listed(silent)}" if others and len(silent) < MANY else ""
        which = listed(silent) if len(silent) < MANY else f"{len(silent)} hosts"
        return (
            f"#{plan.id} waits for no vote: {which} could not be read, so nobody is asked and "
            f"nothing ran{go_on}."
        )
    if any(part.cannot for part in parts):
        return f"#{plan.id} can't be done, so nobody is asked; nothing ran."
    if parts and not any(part.commands for part in parts):
        return f"#{plan.id} had nothing to do, so nobody is asked; nothing ran."
    return ""


def _never_asked(plan: Plan) -> str:
    """Of what the policy refused: nobody's vote is wanted, and what would help."""
    if plan.only_busy:
        return (
            f"#{plan.id} was blocked, as another run changed its hosts. Nothing ran and nobody is "
            "asked: try it again, or queue it."
        )
    return f"The policy refused #{plan.id}, so nobody is asked; nothing ran."


def _clock(at: datetime | None, zone: tzinfo | None) -> str:
    """`14:32` in the reader's zone; the server's own when they have none."""
    if at is None:
        return ""
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.astimezone(zone).strftime("%H:%M")


def votes_missing(
    needed: int, counting: int, lost: Sequence[str], strange: Sequence[str] = ()
) -> str:
    """Why what was approved may not begin: too few votes, as things stand.

    `lost` are the names of those whose votes count no more as they may not cast them now,
    `strange` of those who may: the account that has cast theirs is another's.

    >>> votes_missing(2, 1, ())
    'It takes 2 votes now, and 1 has been cast.'
    >>> votes_missing(1, 0, ["Chris"])
    'It takes 1 vote, and none counts any more: Chris may no longer approve it.'
    >>> votes_missing(1, 0, (), ["Chris"]).partition(": ")[2]
    'the vote of Chris came from an account that is no longer theirs.'
    """
    if not (lost or strange):
        have = "has" if counting == 1 else "have"
        return f"It takes {count(needed, 'vote')} now, and {counting} {have} been cast."
    left = "none counts" if not counting else f"only {counting} still counts"
    any_more = " any more" if not counting else ""
    why = [f"{listed(lost)} may no longer approve it"] if lost else []
    if strange:
        accounts = "an account that is" if len(strange) == 1 else "accounts that are"
        why.append(f"the vote of {listed(strange)} came from {accounts} no longer theirs")
    return f"It takes {count(needed, 'vote')}, and {left}{any_more}: {', and '.join(why)}."
