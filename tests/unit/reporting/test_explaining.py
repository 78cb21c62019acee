"""Why a run stands as it does, in sentences."""

import pytest

from bot.domain.runs import Attempt, PlanState, Run, RunState, StepState
from bot.reporting.explaining import explained
from bot.reporting.gallery.plans import at, plan, reader, restart_step, stored


@pytest.mark.parametrize(
    ("failed", "doubtful", "said"),
    [
        (4, 0, "1 more failed; the card has all of them."),
        (3, 1, "1 more is in doubt; the card has all of them."),
        (5, 2, "2 more failed and 2 more are in doubt; the card has all of them."),
        (3, 0, ""),
    ],
)
def test_of_many_hosts_the_rest_is_counted_by_how_it_ended(failed, doubtful, said):
    the_plan = plan(restart_step())
    states = [StepState.FAILED] * failed + [StepState.INTERRUPTED] * doubtful
    attempts = [
        Attempt(id=str(n), plan=90, revision=1, step="s1", host=f"web-{n}", state=state)
        for n, state in enumerate(states)
    ]
    run = Run(plan=90, revision=1, digest="", state=RunState.NEEDS_DECISION, started_at=at(1))
    told = explained(stored(PlanState.APPROVED, the_plan), (), run, reader(), attempts)
    assert "failed on web-2. " in told
    assert ("more" in told) == bool(said)
    assert said in told
