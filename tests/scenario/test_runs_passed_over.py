"""A command that was skipped leaves no trace: those after it say whether their attempt began."""

import pytest

from bot.domain.commands import Condition
from tests.scenario.a_run import RunState, a_plan, a_step, bench, crashed, do, in_doubt, undo

IS_SO = ("is-so",)
FIRST, SECOND = do("s1", "a", 0), do("s1", "a", 1)


def half_so(**more):
    """A step whose first command is skipped where something is so already."""
    step = a_step("s1", "a", commands=2, undoes=True, **more)
    (part,) = step.targets
    unless = Condition(argv=IS_SO, says="already so")
    first = part.commands[0].model_copy(update={"unless": unless})
    part = part.model_copy(update={"commands": (first, part.commands[1])})
    return a_plan(step.model_copy(update={"targets": (part,)}))


def skipped(b, *, so):
    """The first command was skipped and the second began; whether that is so now."""
    attempts = b.hosts.machine("a").attempts
    ((name, sudo),) = attempts
    attempts[f"{name.rpartition('.')[0]}.1", sudo] = job = attempts.pop((name, sudo))
    job.argv = SECOND
    b.hosts.answer(IS_SO, status=0 if so else 1)
    b.hosts.ledger.clear()
    return job


@pytest.mark.parametrize("so", [True, False])
@pytest.mark.parametrize("repeatable", [True, False])
async def test_what_runs_behind_it_is_followed_and_nothing_starts_beside_it(
    tmp_path, so, repeatable
):
    async with crashed(tmp_path, half_so(repeatable=repeatable)) as b:
        skipped(b, so=so)
        new = await b.again()
        b.free(SECOND)
        assert await new.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(FIRST) + b.hosts.ran(SECOND) == 0
        await new.runs.close()


async def test_a_retry_follows_what_runs_behind_it(tmp_path):
    async with in_doubt(tmp_path, half_so()) as (_, b):
        skipped(b, so=False)
        await b.decisions.retry(1, by="ana")
        await b.until(lambda: not b.runs.live(1) or b.hosts.machine("a").attempts)
        b.free(SECOND)
        assert await b.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(FIRST) + b.hosts.ran(SECOND) == 0


async def test_a_retry_repeats_nothing_of_what_had_ended_well_behind_it(tmp_path):
    async with in_doubt(tmp_path, half_so()) as (_, b):
        skipped(b, so=False)
        b.free(SECOND)
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(FIRST) + b.hosts.ran(SECOND) == 0


async def test_what_was_done_behind_it_is_taken_back(tmp_path):
    async with in_doubt(tmp_path, half_so()) as (_, b):
        skipped(b, so=False)
        b.free(SECOND)
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.ROLLED_BACK
        assert b.hosts.ran(undo("s1", "a")) == 1


async def test_a_check_again_after_a_barred_retry_asks_about_it(tmp_path):
    async with in_doubt(tmp_path, half_so()) as (_, b):
        skipped(b, so=False)
        b.hosts.machine("a").down = True
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.INTERRUPTED
        b.hosts.machine("a").down = False
        b.free(SECOND)
        await b.decisions.recheck(1, by="ana")
        assert await b.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(FIRST) + b.hosts.ran(SECOND) == 0


async def test_where_nothing_behind_it_began_it_is_looked_at_anew(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(half_so(repeatable=True))
        b.hosts.hang(IS_SO)
        await b.begin(plan)
        await b.ran(IS_SO)
        await b.crash()
        b.free(IS_SO, status=1)
        new = await b.again()
        assert await new.rest() is RunState.SUCCEEDED
        assert (b.hosts.ran(FIRST), b.hosts.ran(SECOND)) == (1, 1)
        await new.runs.close()
