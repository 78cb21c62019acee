"""Two verdicts on one plan become the stricter one. Pure.

A plan for which a model chose a way of running is judged as the model read it and as the person
said it. Neither reading may let through what the other holds back.
"""

from __future__ import annotations

from bot.domain.plans import Decision, Impact, Verdict

_GRADES = tuple(Impact)


def stricter(one: Verdict, other: Verdict) -> Verdict:
    """What holds under both; a refusal is told with the reasons of who refuses.

    Where both ask, the higher number of votes is needed and only who may vote under both votes.
    """
    impact = max(one.impact, other.impact, key=_GRADES.index)
    for decision in (Decision.DENY, Decision.ASK):
        found = [verdict for verdict in (one, other) if verdict.decision is decision]
        if not found:
            continue
        reasons = tuple(dict.fromkeys(reason for verdict in found for reason in verdict.reasons))
        able = set.intersection(*(set(verdict.approvers) for verdict in found))
        return found[0].model_copy(
            update={
                "impact": impact,
                "reasons": reasons,
                "votes": max(verdict.votes for verdict in found),
                "approvers": tuple(name for name in found[0].approvers if name in able),
                "solo": any(verdict.solo for verdict in found),
            }
        )
    return one.model_copy(update={"impact": impact})
