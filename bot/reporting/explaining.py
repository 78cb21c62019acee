"""Why a plan stands as it does: the verdict in sentences, who may decide, what would help. Pure.

#7 waits for 1 vote. This changes production (web-1), so somebody must approve it
[production-asks]. Ana or Chris may approve it, until 14:32. …
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.alike import together, told
from bot.domain.approvals import Ballot, Vote
from bot.domain.plans import BUSY, MISSED, Decision, Plan, Reason
from bot.domain.runs import STEP_BAD, Attempt, PlanState, Run, StepState
from bot.domain.wording import but_one, count, listed
from bot.ports import StoredPlan
from bot.reporting.reader import Reader
from bot.reporting.standing import BLOCKED, DENIED, is_idle, refusal_word, word

NOTHING = (
    "There is nothing to explain here yet. Ask for something, or say `why #7` with the number of "
    "a plan."
)

MOST_WHYS = 8
"""Different reasons why nothing is to be done on a host; its card has more of them."""

OWN_RULES = frozenset({
    "asks", "own-skill", "solo", "role", "no-approver", "too-few-approvers", "policy-error",
    "gate-error", "requester-gone", "unsaid", "read-by-a-model", "declined", BUSY,
})  # fmt: skip
"""Reasons that stand in no policy, or say themselves what would help."""


MOST_FAILED = 3
"""Of more hosts on which it failed, these are told, and how many more."""


def explained(
    stored: StoredPlan,
    votes: Sequence[Vote],
    run: Run | None,
    reader: Reader,
    attempts: Sequence[Attempt] = (),
) -> str:
    """Several sentences, the first of which says how it stands; `attempts` are those of its run."""
    said = [*_stands(stored, votes, run, reader, attempts), *_would_change(stored, votes, run)]
    return " ".join(sentence for sentence in said if sentence)


def _stands(
    stored: StoredPlan,
    votes: Sequence[Vote],
    run: Run | None,
    reader: Reader,
    attempts: Sequence[Attempt],
) -> Iterator[str]:
    plan, name = stored.plan, f"#{stored.plan.id}"
    if run is not None and run.revision == plan.revision:
        yield f"{name} ({plan.title}) is {word(stored, run)}{f': {run.why}' if run.why else ''}."
        yield from failed(plan, attempts)
        yield from _allowed(plan, votes, reader)
        return
    match stored.state:
        case PlanState.DENIED if refusal_word(stored) == DENIED:
            against = next((v for v in votes if v.ballot is Ballot.DENY), None)
            why = (against.reason if against else "") or stored.reason
            who = reader.who(stored.decided_by)
            said = f": “{why}”" if why else ", without a reason"
            yield f"{who} said no to {name}{said}; nothing ran."
            yield from _needed(plan, past=True)
        case PlanState.DENIED:
            held = refusal_word(stored) == BLOCKED
            how = "is blocked" if held else "was refused by the policy"
            yield f"{name} {how}, so nothing ran and nobody is asked."
            yield from _because(plan)
        case PlanState.WAITING:
            yield from _waits(stored, votes, reader)
        case PlanState.APPROVED:
            yield from _allowed(plan, votes, reader, name)
            if plan.start is not None and stored.waits_for_its_time(reader.now):
                yield f"It starts {reader.clock(plan.start)}, as it was asked for and approved."
        case PlanState.EXPIRED:
            had = f"{len(_given(votes))} of {count(plan.needed, 'vote')}"
            yield f"{name} expired: it had {had} in time, so nothing ran."
            yield from _because(plan)
        case PlanState.CANCELLED if stored.reason == MISSED and plan.start is not None:
            yield f"{name} was to start {reader.clock(plan.start)} and {MISSED}, so nothing ran."
        case PlanState.CANCELLED if not is_idle(plan):
            by = reader.who(stored.decided_by) if stored.decided_by else ""
            who = f"{by} withdrew {name}" if by else f"{name} was withdrawn"
            why = f": {stored.reason}" if stored.reason else ""
            yield f"{who}{why}; nothing ran."
        case _:
            yield from _drafted(plan, name)


def failed(plan: Plan, attempts: Sequence[Attempt]) -> Iterator[str]:
    """On which host which step failed, and how: its exit status, or what it was waited for."""
    titles = {step.id: step.title for step in plan.steps}
    bad = [each for each in attempts if each.state in STEP_BAD]
    for each in bad[:MOST_FAILED]:
        how = "is in doubt" if each.state is StepState.INTERRUPTED else "failed"
        why = f": {each.note.rstrip('.')}" if each.note else ""
        yield f"“{titles.get(each.step, each.step)}” {how} on {each.host}{why}."
    if rest := bad[MOST_FAILED:]:
        doubtful = sum(each.state is StepState.INTERRUPTED for each in rest)
        failed = len(rest) - doubtful
        told = [f"{failed:,} more failed"] if failed else []
        if doubtful:
            told.append(f"{doubtful:,} more {'is' if doubtful == 1 else 'are'} in doubt")
        yield f"{listed(told)}; the card has all of them."


def _waits(stored: StoredPlan, votes: Sequence[Vote], reader: Reader) -> Iterator[str]:
    plan = stored.plan
    given, needed = _given(votes), plan.needed
    more = count(needed - len(given), "more vote" if given else "vote")
    yield f"#{plan.id} waits for {more}."
    yield from _because(plan)
    able = (*(plan.verdict.approvers if plan.verdict else ()), *sorted(stored.told_by_role))
    may = [name for name in dict.fromkeys(able) if name not in given]
    until = f", until {reader.clock(plan.expires_at)}" if plan.expires_at else ""
    if given:
        yield f"{reader.people(given)} approved it."
    if may:
        yield f"{listed([reader.who(name) for name in may], 'or')} may approve it{until}."


def _allowed(plan: Plan, votes: Sequence[Vote], reader: Reader, name: str = "It") -> Iterator[str]:
    """Why something of it may run: whose votes, or that none was needed."""
    given = _given(votes)
    if given:
        yield f"{name} was approved by {reader.people(given)}."
        yield from _needed(plan, past=True)
        return
    what = "this" if plan.effect.changes else "looks"
    yield f"{name} needed no vote: the policy lets {what} run unasked."
    yield from _because(plan)


def _drafted(plan: Plan, name: str) -> Iterator[str]:
    if plan.unread:
        yield f"{name} was not planned to its end, as not every host could be read; nothing ran."
        return
    if is_idle(plan):
        parts = [part for step in plan.steps for part in step.targets]
        why = ((p.target.name, p.cannot or p.already) for p in parts if p.cannot or p.already)
        told_of = [told(shaped, hosts) for shaped, hosts in together(why).items()]
        said = "; ".join(told_of[:MOST_WHYS]).rstrip(".")
        more = f"; and {len(told_of) - MOST_WHYS} more" if len(told_of) > MOST_WHYS else ""
        yield f"{name} has nothing to run, so nobody is asked: {said}{more}."
        return
    yield f"{name} was only to be shown, so nothing runs."
    verdict = plan.verdict
    if verdict is not None and verdict.decision is Decision.DENY:
        yield "Asked for, the policy would refuse it."
    else:
        needed = verdict.votes if verdict is not None else 0
        then = f"need {count(needed, 'vote')}" if needed else "run unasked"
        yield f"Asked for, it would {then}."
    yield from _because(plan)


def _needed(plan: Plan, *, past: bool) -> Iterator[str]:
    if plan.verdict is None or plan.verdict.decision is not Decision.ASK:
        return
    yield f"It {'needed' if past else 'needs'} {count(plan.needed, 'vote')}."
    yield from _because(plan)


def _because(plan: Plan) -> Iterator[str]:
    """Each reason with the name of the rule that gave it."""
    for reason in plan.verdict.reasons if plan.verdict else ():
        text = reason.text.rstrip(".")
        yield f"{text} [{reason.id}]."


def _would_change(stored: StoredPlan, votes: Sequence[Vote], run: Run | None) -> Iterator[str]:
    """The way out, for who does not want to leave it at that."""
    plan = stored.plan
    reasons: Sequence[Reason] = plan.verdict.reasons if plan.verdict else ()
    over = run is not None and run.revision == plan.revision
    if over or stored.state in {PlanState.APPROVED, PlanState.CANCELLED} or not reasons:
        return
    if stored.state is PlanState.DENIED and refusal_word(stored) == BLOCKED:
        yield "Wait for that run, stop it, or press *Queue*."
        return
    if stored.state is PlanState.WAITING and not _given(votes):
        how = but_one(plan.hosts) or "“at 22:00”"
        yield f"Other words change it ({how}, *Change…*); `cancel` withdraws it."
    rules = [reason.id for reason in reasons if reason.id not in OWN_RULES]
    if rules:
        which = listed([f"`{rule}`" for rule in dict.fromkeys(rules)])
        noun = "rule" if len(set(rules)) == 1 else "rules"
        yield f"An admin can change the {noun} {which} in policies.cedar."
    if any(reason.id == "asks" for reason in reasons):
        yield (
            "An admin can let such things run unasked: `autonomy` in overseer.yaml, or a permit "
            "in policies.cedar."
        )


def _given(votes: Sequence[Vote]) -> list[str]:
    return [vote.person for vote in votes if vote.ballot is Ballot.APPROVE]
