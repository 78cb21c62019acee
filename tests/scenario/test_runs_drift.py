"""What was approved is what runs: whatever moves in between is judged again, once."""

import pytest

from bot.errors import ConflictError
from tests.scenario.a_run import RunState, a_plan, a_step, bench, do


def chain(*hosts):
    return a_plan(
        *(a_step(f"s{n}", h, needs=(f"s{n - 1}",) if n else ()) for n, h in enumerate(hosts))
    )


async def moved_after_the_first(b, plan, said=""):
    b.answers(plan)
    b.hosts.hang(do("s0", "a"))
    await b.begin(plan)
    await b.ran(do("s0", "a"))
    b.world["version"], b.said = "2", said
    b.free(do("s0", "a"))
    return await b.rest()


async def test_nothing_moved_asks_nobody(tmp_path):
    async with bench(tmp_path) as b:
        assert await b.run(b.answers(chain("a", "b", "c"))) is RunState.SUCCEEDED
        assert b.asked == []


async def test_a_move_is_judged_once(tmp_path):
    async with bench(tmp_path) as b:
        assert await moved_after_the_first(b, chain("a", "b", "c")) is RunState.SUCCEEDED
        assert b.asked == [1]


async def test_a_move_before_many_steps_at_once_is_judged_once(tmp_path):
    async with bench(tmp_path) as b:
        plan = a_plan(a_step("s0", "a"), *(a_step(f"t{h}", h, needs=("s0",)) for h in "bcde"))
        assert await moved_after_the_first(b, plan) is RunState.SUCCEEDED
        assert b.asked == [1]


async def test_a_move_after_the_last_claim_matters_no_more(tmp_path):
    async with bench(tmp_path) as b:
        assert await moved_after_the_first(b, chain("a")) is RunState.SUCCEEDED
        assert b.asked == []


async def test_what_may_no_longer_run_drifts(tmp_path):
    async with bench(tmp_path) as b:
        state = await moved_after_the_first(b, chain("a", "b"), said="b is another host now.")
        assert state is RunState.DRIFTED
        assert (await b.stored()).why == "b is another host now."
        assert b.hosts.ran(do("s1", "b")) == 0
        assert await b.states() == {("s0", "a"): "succeeded"}
        with pytest.raises(ConflictError, match="no longer what was approved"):
            await b.decisions.retry(1, by="ana")
        await b.decisions.end(1, by="ana")
        assert await b.state() is RunState.FAILED


async def test_what_drifted_can_still_be_taken_back(tmp_path):
    async with bench(tmp_path) as b:
        plan = a_plan(a_step("s0", "a", undoes=True), a_step("s1", "b", needs=("s0",)))
        assert await moved_after_the_first(b, plan, said="no") is RunState.DRIFTED
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.ROLLED_BACK


async def test_a_new_revision_of_what_drifted_runs(tmp_path):
    async with bench(tmp_path) as b:
        assert await moved_after_the_first(b, chain("a", "b"), said="no") is RunState.DRIFTED
        b.said = ""
        assert await b.run(b.answers(_revised(chain("a", "b")))) is RunState.SUCCEEDED
        assert (await b.stored()).revision == 2


def _revised(plan):
    from bot.domain.plans import digest_of

    new = plan.model_copy(update={"revision": 2})
    return new.model_copy(update={"digest": digest_of(new, "")})


async def test_another_host_key_is_drift(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain("a", "b"))
        b.hosts.machine("a").fingerprint = "SHA256:mallory"
        assert await b.run(plan) is RunState.DRIFTED
        assert "not the machine that was planned for" in (await b.stored()).why
        assert b.hosts.ledger == []


async def test_a_recheck_that_fails_is_no_leave_to_go_on(tmp_path):
    async with bench(tmp_path) as b:

        async def broken(plan):
            raise ZeroDivisionError

        b.runs.driver._recheck = broken
        assert await moved_after_the_first(b, chain("a", "b")) is RunState.INTERRUPTED
        assert b.hosts.ran(do("s1", "b")) == 0
