"""What may go on unseen on a host that went silent is in doubt, until the host has told."""

import pytest

from bot.domain.runs import StepState
from bot.errors import ConflictError, HostLostError, HostUnreachableError
from bot.ports import Leftover
from bot.testing.fake_machine import Job
from tests.scenario.a_run import (
    RunState,
    a_plan,
    a_step,
    bench,
    chain,
    do,
    goes_silent,
    in_doubt,
    patiently,
    undo,
)  # fmt: skip

OTHER = Leftover("a", "other.0", 7, sudo=False)


async def attempt_of(b):
    return (await b.attempts())["s1", "a"]


async def cut_off(b, plan):
    """A run whose first command is cut off and whose host then stays away for too long."""
    b.answers(plan)
    b.hosts.hang(do("s1", "a"))
    back = goes_silent(b, "a")
    await b.begin(plan)
    await patiently(b)
    await b.rest()
    return back


async def test_a_change_whose_host_stays_away_is_in_doubt_and_can_be_checked_again(tmp_path):
    async with bench(tmp_path) as b:
        back = await cut_off(b, chain())
        assert await b.state() is RunState.INTERRUPTED
        attempt = await attempt_of(b)
        assert (attempt.state, attempt.changed) == (StepState.INTERRUPTED, True)
        back()
        b.free(do("s1", "a"))
        await b.decisions.recheck(1, by="ana")
        assert await b.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1


@pytest.mark.parametrize("more", [{}, {"on_failure": "continue"}])
async def test_a_host_that_comes_back_with_another_key_in_mid_change_is_in_doubt(tmp_path, more):
    """Also where the others would go on after a failure: they may not begin now."""
    async with bench(tmp_path) as b:
        rolling = a_step("s1", "a", "b", batch=1)
        plan = b.answers(a_plan(rolling, **more) if more else chain())
        b.hosts.hang(do("s1", "a"))
        change = b.hosts.change

        async def another(target, command, **more):
            b.hosts.machine("a").cut_next = True
            try:
                return await change(target, command, **more)
            finally:
                b.hosts.machine("a").fingerprint = "SHA256:mallory"

        b.hosts.change = another
        assert await b.run(plan) is RunState.INTERRUPTED
        attempt = await attempt_of(b)
        assert (attempt.state, attempt.changed) == (StepState.INTERRUPTED, True)
        assert "not the machine that was planned for" in (await b.stored()).why


async def test_what_a_crash_left_in_doubt_counts_as_changed(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        assert (await attempt_of(b)).changed


async def test_what_the_host_has_never_heard_of_has_changed_nothing(tmp_path):
    async with in_doubt(tmp_path, a_plan(a_step("s1", "a", undoes=True))) as (_, b):
        b.hosts.machine("a").attempts.clear()
        b.hosts.ledger.clear()
        await b.decisions.recheck(1, by="ana")
        assert await b.rest() is RunState.INTERRUPTED
        attempt = await attempt_of(b)
        assert (attempt.note, attempt.changed) == ("It did not start there.", False)
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.ROLLED_BACK
        assert b.hosts.ran(undo("s1", "a")) == 0


async def test_nor_have_two_attempts_of_which_it_has_never_heard(tmp_path):
    async with in_doubt(tmp_path, a_plan(a_step("s1", "a", undoes=True))) as (_, b):
        b.hosts.machine("a").attempts.clear()
        b.hosts.machine("a").down = True
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.INTERRUPTED
        b.hosts.machine("a").down = False
        await b.decisions.recheck(1, by="ana")
        assert await b.rest() is RunState.INTERRUPTED
        attempt = await attempt_of(b)
        assert (attempt.number, attempt.changed) == (2, False)


@pytest.mark.parametrize(("status", "runs"), [(0, 1), (3, 2)])
async def test_a_retry_repeats_nothing_that_had_ended_well_unseen(tmp_path, status, runs):
    async with bench(tmp_path) as b:
        back = await cut_off(b, chain())
        assert await b.state() is RunState.INTERRUPTED
        b.free(do("s1", "a"), status=status)
        back()
        b.hosts.answer(do("s1", "a"))
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == runs
        assert ("not run again" in (await attempt_of(b)).note) == (runs == 1)


async def test_a_retry_while_the_host_is_down_leaves_the_doubt(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        b.hosts.machine("a").down = True
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.INTERRUPTED
        assert (await attempt_of(b)).number == 2
        b.hosts.machine("a").down = False
        b.free(do("s1", "a"))
        await b.decisions.recheck(1, by="ana")
        assert await b.rest() is RunState.SUCCEEDED, "what the first attempt said is read back"
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_a_retry_that_another_command_bars_leaves_the_doubt(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        left = b.hosts.machine("a").attempts
        left["other.0", False] = Job(("other",))
        await b.store.write(lambda u: u.leave(OTHER))
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.INTERRUPTED
        assert "a command of #7 still runs there" in (await attempt_of(b)).note


async def test_a_retry_of_a_known_failure_on_a_host_that_is_down_is_no_doubt(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain())
        b.hosts.answer(do("s1", "a"), status=1)
        await b.run(plan)
        b.hosts.machine("a").down = True
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.NEEDS_DECISION
        with pytest.raises(ConflictError, match="in doubt"):
            await b.decisions.recheck(1, by="ana")


async def test_a_doubt_that_the_host_has_settled_is_none_any_more(tmp_path):
    async with in_doubt(tmp_path, chain(commands=2)) as (_, b):
        b.free(do("s1", "a"), status=1)
        await b.decisions.recheck(1, by="ana")
        assert await b.rest() is RunState.NEEDS_DECISION
        assert await b.store.read(lambda u: u.left(("a",))) == ()
        b.hosts.machine("a").down = True
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.NEEDS_DECISION


async def test_a_start_anew_after_a_crash_waits_for_what_others_left_there(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain(repeatable=True))
        b.hosts.hang(do("s1", "a"))
        await b.begin(plan)
        await b.ran(do("s1", "a"))
        await b.crash()
        b.hosts.machine("a").attempts.clear()
        b.hosts.ledger.clear()
        b.hosts.machine("a").attempts["other.0", False] = Job(("other",))
        await b.store.write(lambda u: u.leave(OTHER))
        new = await b.again()
        assert await new.rest() is RunState.INTERRUPTED
        assert b.hosts.ran(do("s1", "a")) == 0
        await new.runs.close()


async def test_a_connection_that_is_cut_again_and_again_is_not_asked_without_a_pause(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain())
        b.hosts.hang(do("s1", "a"))
        b.hosts.machine("a").cut_next = True
        asked, find = [], b.hosts.find

        async def counted(target, attempt, **more):
            asked.append(attempt)
            assert len(asked) < 100
            return await find(target, attempt, **more)

        async def cut(target, attempt, **more):
            raise HostLostError("Cut again.", host=target.name)

        b.hosts.find, follow, b.hosts.follow = counted, b.hosts.follow, cut
        await b.begin(plan)
        await b.until(lambda: b.clock.sleepers)
        assert len(asked) == 1
        await b.clock.advance(1)
        await b.until(lambda: len(asked) == 2 and b.clock.sleepers)
        b.hosts.follow = follow
        b.free(do("s1", "a"))
        await b.clock.advance(2)
        assert await b.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_what_a_doubtful_attempt_did_stays_a_change_when_its_retry_never_begins(tmp_path):
    async with in_doubt(tmp_path, a_plan(a_step("s1", "a", undoes=True))) as (_, b):
        b.free(do("s1", "a"), status=1)

        async def refused(target, command, **more):
            raise HostUnreachableError("a did not answer.", host="a")

        change, b.hosts.change = b.hosts.change, refused
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.NEEDS_DECISION
        assert (await attempt_of(b)).changed
        b.hosts.change = change
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.ROLLED_BACK
        assert b.hosts.ran(undo("s1", "a")) == 1


async def test_a_retry_that_is_itself_in_doubt_is_the_one_that_is_asked_about(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        b.free(do("s1", "a"), status=1)
        b.hosts.hang(do("s1", "a"))
        back = goes_silent(b, "a")
        await b.decisions.retry(1, by="ana")
        await patiently(b)
        assert await b.rest() is RunState.INTERRUPTED
        back()
        b.free(do("s1", "a"))
        await b.decisions.recheck(1, by="ana")
        assert await b.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 2
