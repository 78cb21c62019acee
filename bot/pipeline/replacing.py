"""A revision that the requester asked for takes the place of the plan they spoke of.

Of a click and a revision at once the first that is written counts: a plan that was approved,
denied or has begun meanwhile is not replaced, and a vote for what was replaced is not counted.

What the policy refuses is a revision all the same: who asked wants no more what stood before, and
nobody approves that. Where only the channel is the wrong one for it, nothing was asked for here.
"""

from __future__ import annotations

from bot.domain.events import Event
from bot.domain.plans import OUT_OF_CHANNEL, Decision, Plan, Verdict
from bot.domain.revisions import difference
from bot.domain.runs import PlanState
from bot.errors import ConflictError, NotAllowedError
from bot.ports import StoredPlan, Unit


def replaced(unit: Unit, former: Plan, plan: Plan) -> Plan:
    """The revision with what it changes and whose votes it voids.

    Raises:
        ConflictError: the former plan is no longer open as it was spoken of.
    """
    stored = unit.plan(former.id)
    if stored is None or stored.plan.revision != former.revision or not is_open(unit, stored):
        raise ConflictError(_moved_on(former, stored))
    voted = tuple(vote.person for vote in unit.votes(former.id, former.revision))
    unit.append(
        Event(
            kind="plan.superseded", at=unit.now, plan=former.id, person=former.requester,
            data={"revision": former.revision},
        )
    )  # fmt: skip
    return plan.model_copy(update={"changed": difference(former, plan, void=voted)})


def must_fit_here(former: Plan | None, verdict: Verdict) -> None:
    """Make sure that a change, which would take the place of `former`, may be asked for here.

    Raises:
        NotAllowedError: it reaches hosts that are not spoken of in this channel.
    """
    refused = verdict.reasons if verdict.decision is Decision.DENY else ()
    said = next((reason.text for reason in refused if reason.id == OUT_OF_CHANNEL), "")
    if former is not None and said:
        raise NotAllowedError(f"{said} #{former.id} stays as it was.")


def is_open(unit: Unit, stored: StoredPlan) -> bool:
    """Whether a plan may still become another in words."""
    return stored.revisable(unit.now) and unit.run(stored.plan.id) is None


_SINCE = {
    PlanState.APPROVED: "was approved meanwhile, so it runs as it was; `stop` ends it",
    PlanState.DENIED: "was denied meanwhile",
    PlanState.EXPIRED: "has expired meanwhile",
    PlanState.CANCELLED: "was withdrawn meanwhile",
}


def _moved_on(former: Plan, stored: StoredPlan | None) -> str:
    if stored is None or stored.plan.revision != former.revision:
        return f"#{former.id} has changed meanwhile, so this was not; the newest card counts."
    said = _SINCE.get(stored.state, "has begun meanwhile")
    return f"#{former.id} {said}. Your change was not made."
