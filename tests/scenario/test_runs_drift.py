"""What was approved is what runs: whatever moves in between is judged again, once."""

from datetime import timedelta

import pytest

from bot.domain.plans import digest_of
from bot.domain.runs import PlanState
from bot.errors import ConflictError
from tests.scenario.a_run import RunState, a_plan, a_step, bench, do, patiently, undo


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
        assert await b.state() is RunState.CANCELLED, "nothing failed"


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


async def away(b, plan, seconds):
    """A run whose Overseer died while s0 ran on a, and that is taken up again later."""
    b.answers(plan)
    b.hosts.hang(do("s0", "a"))
    await b.begin(plan)
    await b.ran(do("s0", "a"))
    await b.crash()
    await b.clock.advance(seconds)
    b.free(do("s0", "a"))
    return await b.again()


def for_half_an_hour(b, *hosts, effect="write"):
    plan = a_plan(
        *(
            a_step(f"s{n}", h, effect=effect, needs=(f"s{n - 1}",) if n else ())
            for n, h in enumerate(hosts)
        ),
        expires_at=b.clock.now() + timedelta(minutes=30),
    )
    return plan.model_copy(update={"digest": digest_of(plan, "")})


async def test_nothing_more_begins_after_a_restart_under_votes_that_have_expired(tmp_path):
    async with bench(tmp_path) as b:
        new = await away(b, for_half_an_hour(b, "a", "b"), 3 * 86400)
        assert await new.rest() is RunState.DRIFTED
        assert "votes on this have expired" in (await b.stored()).why
        assert await b.states() == {("s0", "a"): "succeeded"}, "what was begun is followed"
        assert b.hosts.ran(do("s1", "b")) == 0
        await new.runs.close()


async def test_nor_is_anything_started_anew_that_never_began(tmp_path):
    async with bench(tmp_path) as b:
        step = a_step("s0", "a", repeatable=True)
        plan = a_plan(step, expires_at=b.clock.now() + timedelta(minutes=30))
        b.answers(plan)
        b.hosts.hang(do("s0", "a"))
        await b.begin(plan)
        await b.ran(do("s0", "a"))
        await b.crash()
        b.hosts.machine("a").attempts.clear()
        b.hosts.ledger.clear()
        b.free(do("s0", "a"))
        await b.clock.advance(3600)
        new = await b.again()
        assert await new.rest() is RunState.DRIFTED
        assert b.hosts.ran(do("s0", "a")) == 0
        await new.runs.close()


async def test_a_restart_within_the_time_of_the_votes_goes_on(tmp_path):
    async with bench(tmp_path) as b:
        new = await away(b, for_half_an_hour(b, "a", "b"), 1700)
        assert await new.rest() is RunState.SUCCEEDED
        await new.runs.close()


async def test_a_read_has_no_votes_that_expire(tmp_path):
    async with bench(tmp_path) as b:
        new = await away(b, for_half_an_hour(b, "a", "b", effect="read"), 3600)
        assert await new.rest() is RunState.SUCCEEDED
        await new.runs.close()


@pytest.mark.parametrize("seconds", [60, 3600])
async def test_what_was_done_to_the_end_has_not_drifted(tmp_path, seconds):
    async with bench(tmp_path) as b:
        b.world["version"], b.said = "2", "The policy no longer allows it."
        new = await away(b, for_half_an_hour(b, "a"), seconds)
        assert await new.rest() is RunState.SUCCEEDED
        await new.runs.close()


async def test_what_is_in_doubt_is_asked_about_before_the_rest_is_approved_anew(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(for_half_an_hour(b, "a", "b"))
        b.hosts.hang(do("s0", "a"))
        await b.begin(plan)
        await b.ran(do("s0", "a"))
        await b.crash()
        await b.clock.advance(3600)
        b.hosts.machine("a").down = True
        new = await b.again()
        await patiently(new)
        assert await new.rest() is RunState.INTERRUPTED
        b.hosts.machine("a").down = False
        b.free(do("s0", "a"))
        await new.decisions.recheck(1, by="ana")
        assert await new.rest() is RunState.DRIFTED
        assert await b.states() == {("s0", "a"): "succeeded"}
        assert b.hosts.ran(do("s1", "b")) == 0
        await new.runs.close()


async def test_taking_back_what_drifted_withdraws_its_new_revision_at_once(tmp_path):
    async with bench(tmp_path) as b:
        plan = a_plan(a_step("s0", "a", undoes=True), a_step("s1", "b", needs=("s0",)))
        assert await moved_after_the_first(b, plan, said="no") is RunState.DRIFTED
        await b.store.write(lambda u: u.add_plan(_revised(plan), PlanState.WAITING))
        b.hosts.hang(undo("s0", "a"))
        await b.decisions.roll_back(1, by="ana")
        assert (await b.store.read(lambda u: u.plan(1))).state is PlanState.CANCELLED
        b.free(undo("s0", "a"))
        assert await b.rest() is RunState.ROLLED_BACK


async def test_no_decision_starts_more_under_votes_that_have_expired(tmp_path):
    async with bench(tmp_path) as b:
        steps = (a_step("s1", "a"), a_step("s2", "b", needs=("s1",)))
        plan = b.answers(a_plan(*steps, expires_at=b.clock.now() + timedelta(minutes=30)))
        b.hosts.answer(do("s1", "a"), status=1)
        assert await b.run(plan) is RunState.NEEDS_DECISION
        await b.clock.advance(1800)
        for decide in (b.decisions.skip, b.decisions.retry):
            with pytest.raises(ConflictError, match="votes on #1 have expired"):
                await decide(1, by="ana")
        assert b.hosts.ran(do("s2", "b")) == 0


async def test_skipping_the_last_of_a_run_needs_no_votes(tmp_path):
    async with bench(tmp_path) as b:
        plan = a_plan(a_step("s1", "a"), expires_at=b.clock.now() + timedelta(minutes=30))
        b.answers(plan, status=1)
        assert await b.run(plan) is RunState.NEEDS_DECISION
        await b.clock.advance(1800)
        await b.decisions.skip(1, by="ana")
        assert await b.rest() is RunState.FAILED
