"""What is left of a run takes the place of the decision about it, or that stands as it did.

The run ends as the plan for what is left is stored, and a paused one goes on with its new revision.
Only a plan that waits for votes, or may run, is worth that: of one that the policy refuses, or that
can't be made, nobody would decide any more.
"""

from __future__ import annotations

from bot.domain.alike import together, told
from bot.domain.plans import Decision, Plan
from bot.domain.runs import PlanState
from bot.errors import ConflictError, NotAllowedError
from bot.pipeline.asked import Asked

GOES_ON = frozenset({PlanState.WAITING, PlanState.APPROVED})
STAYS = "So #{number} waits for its decision as before."
STAYS_PAUSED = "So #{number} stays paused."


def must_go_on(asked: Asked, plan: Plan, state: PlanState) -> None:
    """Make sure that a plan for what is left of a run goes on, in the state that it is to have.

    Raises:
        NotAllowedError: the policy refuses it, or another run is in its way.
        ConflictError: a host gave no answer, or there is nothing to run there.
    """
    rest = asked.rest or asked.paused
    if rest is None or state in GOES_ON:
        return
    if asked.paused is not None and state is not PlanState.DENIED:
        return  # what could not be read can be left out, or looked at again
    stays = (STAYS if asked.paused is None else STAYS_PAUSED).format(number=rest.id)
    if plan.verdict is not None and plan.verdict.decision is Decision.DENY:
        why = " ".join(reason.text for reason in plan.verdict.reasons)
        raise NotAllowedError(f"{why or 'The policy does not allow it.'} {stays}")
    raise ConflictError(f"{_why_not(plan)} {stays}")


def _why_not(plan: Plan) -> str:
    """Which hosts can't be read, or have nothing to run, and why."""
    parts = [part for step in plan.steps for part in step.targets]
    idle = [(p.target.name, p.cannot or p.already) for p in parts if p.cannot or p.already]
    sentences = []
    for shaped, hosts in together(plan.unread or idle).items():
        text = told(shaped, hosts).rstrip(".")
        first = text[0] if text.startswith(hosts) else text[0].upper()
        sentences.append(f"{first}{text[1:]}.")
    return " ".join(sentences) or "There is nothing left to run."
