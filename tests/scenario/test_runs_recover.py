"""After a crash: nothing lost, nothing run twice, and what nobody knows is said."""

import asyncio

import pytest

from bot.domain.commands import Condition, SecretRef, Shell
from bot.domain.runs import PlanState
from tests.scenario.a_run import (
    RunState,
    a_call,
    a_plan,
    a_step,
    bench,
    chain,
    crashed,
    do,
    in_doubt,
    revived,
    undo,
)  # fmt: skip


async def test_what_finished_meanwhile_is_read_back(tmp_path):
    async with crashed(tmp_path, chain()) as b:
        b.free(do("s1", "a"))
        assert await revived(b) is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_what_still_runs_is_followed(tmp_path):
    async with crashed(tmp_path, chain()) as b:
        new = await b.again()
        await asyncio.sleep(0.02)
        assert await b.states() == {("s1", "a"): "running"}
        b.free(do("s1", "a"))
        assert await new.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1
        await new.runs.close()


async def test_whoever_takes_it_up_again_says_what_is_to_be_masked(tmp_path):
    """The value went with the process that died; what the command prints of it is still a secret."""
    ref = SecretRef(reference="store:deploy")
    part = a_step("s1", "a").targets[0]
    part = part.model_copy(update={"commands": (Shell(argv=do("s1", "a"), stdin=ref),)})
    plan = a_plan(a_step("s1", "a").model_copy(update={"targets": (part,)}))
    async with crashed(tmp_path, plan) as b:
        b.hosts.masked.clear()
        new = await b.again()
        await asyncio.sleep(0.02)
        b.free(do("s1", "a"))
        assert await new.rest() is RunState.SUCCEEDED
        assert len(new.hosts.masked) >= 2
        assert {secret for _, secret in new.hosts.masked} == {ref}
        await new.runs.close()


async def test_what_left_no_status_is_interrupted(tmp_path):
    async with crashed(tmp_path, chain(repeatable=True)) as b:
        b.hosts.machine("a").reboot()
        assert await revived(b) is RunState.INTERRUPTED
        attempt = (await b.attempts())["s1", "a"]
        assert "nobody can tell" in attempt.note
        assert attempt.changed
        assert b.hosts.ran(do("s2", "b")) == 0
        assert await b.holds("a") == {"a": 1}


async def test_what_never_began_is_asked_unless_it_may_be_repeated(tmp_path):
    for number, repeatable in enumerate((False, True)):
        path = tmp_path / str(number)
        path.mkdir()
        async with crashed(path, chain(repeatable=repeatable)) as b:
            b.hosts.machine("a").attempts.clear()
            b.hosts.ledger.clear()
            b.free(do("s1", "a"))
            state = await revived(b)
            assert b.hosts.ran(do("s1", "a")) == int(repeatable)
            assert state is (RunState.SUCCEEDED if repeatable else RunState.INTERRUPTED)


async def test_what_is_already_so_needs_no_decision(tmp_path):
    is_so = Condition(argv=("is-so",), says="already so")
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", unless=is_so)))
        b.hosts.hang(("is-so",))
        await b.begin(plan)
        await b.ran(("is-so",))
        await b.crash()
        b.free(("is-so",))
        assert await revived(b) is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 0


async def test_what_may_no_longer_run_is_not_started_anew(tmp_path):
    async with crashed(tmp_path, chain(repeatable=True)) as b:
        b.hosts.machine("a").attempts.clear()
        b.hosts.ledger.clear()
        b.said = "The policy no longer allows it."
        assert await revived(b) is RunState.DRIFTED
        assert b.hosts.ran(do("s1", "a")) == 0


async def test_a_host_that_is_down_is_waited_for_then_in_doubt(tmp_path):
    async with crashed(tmp_path, chain()) as b:
        b.hosts.machine("a").down = True
        new = await b.again()
        for _ in range(20):
            await b.until(lambda: b.clock.sleepers or new.runs.live(1) is None)
            await b.clock.advance(10)
        assert await new.rest() is RunState.INTERRUPTED
        b.hosts.machine("a").down = False
        b.free(do("s1", "a"))
        await new.decisions.recheck(1, by="ana")
        assert await new.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1
        await new.runs.close()


async def test_check_again_starts_nothing_anew(tmp_path):
    async with crashed(tmp_path, chain(repeatable=True)) as b:
        b.hosts.machine("a").reboot()
        new = await b.again()
        await new.rest()
        b.hosts.machine("a").attempts.clear()
        await new.decisions.recheck(1, by="ana")
        assert await new.rest() is RunState.INTERRUPTED
        assert (await b.attempts())["s1", "a"].note == "It did not start there."
        assert b.hosts.ran(do("s1", "a")) == 1
        await new.decisions.skip(1, by="ana", done=True)
        assert await new.rest() is RunState.SUCCEEDED
        assert (await b.attempts())["s1", "a"].note == "counted as done by ana"
        await new.runs.close()


async def test_retry_of_what_is_in_doubt_never_runs_beside_it(tmp_path):
    async with in_doubt(tmp_path, chain()) as (b, new):
        await new.decisions.retry(1, by="ana")
        await asyncio.sleep(0.05)
        assert await b.states() == {("s1", "a"): "running"}, "it is followed"
        b.free(do("s1", "a"))
        assert await new.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1
        await b.until(lambda: not b.hosts.machine("a").attempts)


async def test_every_earlier_attempt_is_asked_about_not_only_the_last(tmp_path):
    async with in_doubt(tmp_path, chain(repeatable=True)) as (b, new):
        b.hosts.machine("a").down = True
        await new.decisions.retry(1, by="ana")
        await new.rest()
        b.hosts.machine("a").down = False
        await new.decisions.retry(1, by="ana")
        await asyncio.sleep(0.05)
        assert (await b.attempts())["s1", "a"].number == 3
        assert b.hosts.ran(do("s1", "a")) == 1
        b.free(do("s1", "a"))
        assert await new.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_what_is_followed_by_a_retry_can_be_killed(tmp_path):
    async with in_doubt(tmp_path, chain()) as (b, new):
        await new.decisions.retry(1, by="ana")
        await asyncio.sleep(0.05)
        await new.decisions.stop(1, by="ana", kill=True)
        assert await new.rest() is RunState.CANCELLED
        assert (await b.attempts())["s1", "a"].note == "ended by Stop"
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_a_kill_while_the_host_is_still_asked_is_heeded(tmp_path):
    async with crashed(tmp_path, chain()) as b:
        find, asked, answer = b.hosts.find, asyncio.Event(), asyncio.Event()

        async def slowly(*args, **more):
            asked.set()
            await answer.wait()
            return await find(*args, **more)

        b.hosts.find = slowly
        new = await b.again()
        await asked.wait()
        await new.decisions.stop(1, by="ana", kill=True)
        answer.set()
        assert await new.rest() is RunState.CANCELLED
        assert (await b.attempts())["s1", "a"].note == "ended by Stop"
        await new.runs.close()


async def test_a_kill_before_an_attempt_is_taken_up_again_is_heeded(tmp_path):
    async with crashed(tmp_path, chain()) as b:
        new = await b.again()
        await new.decisions.stop(1, by="ana", kill=True)  # the gate is still being asked
        assert await new.rest() is RunState.CANCELLED
        assert (await b.attempts())["s1", "a"].note == "ended by Stop"
        await new.runs.close()


@pytest.mark.parametrize("repeatable", [False, True])
async def test_a_crash_while_a_retry_follows_starts_nothing_beside_it(tmp_path, repeatable):
    async with in_doubt(tmp_path, chain(repeatable=repeatable)) as (b, new):
        await new.decisions.retry(1, by="ana")
        await asyncio.sleep(0.05)
        await new.crash()
        third = await b.again()
        await asyncio.sleep(0.05)
        assert await b.states() == {("s1", "a"): "running"}
        b.free(do("s1", "a"))
        assert await third.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1
        await third.runs.close()


async def test_a_read_is_simply_run_again(tmp_path):
    async with crashed(tmp_path, a_plan(a_step("s1", "a", effect="read"))) as b:
        b.free(do("s1", "a"))
        assert await revived(b) is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 2


async def test_a_call_counts_once(tmp_path):
    async with bench(tmp_path) as b:
        await b.begin(a_plan(a_step("s1", "a", effect="read"), a_call("s2")))
        await b.crash()
        await revived(b)
        assert await b.store.read(lambda u: u.get("count")) == 1


async def test_close_drains_and_leaves_the_rest_to_recovery(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain())
        b.hosts.hang(do("s1", "a"))
        await b.begin(plan)
        await b.ran(do("s1", "a"))
        waiting = asyncio.ensure_future(b.runs.idle(1))
        await b.runs.close()
        await waiting
        assert await b.states() == {("s1", "a"): "running"}
        assert await b.state() is RunState.RUNNING
        b.free(do("s1", "a"))
        assert await revived(b) is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_taking_back_goes_on_after_a_crash_and_repeats_nothing(tmp_path):
    async with bench(tmp_path) as b:
        steps = (
            a_step("s1", "a", undoes=True), a_step("s2", "b", undoes=True, needs=("s1",)),
            a_step("s3", "c", needs=("s2",)),
        )  # fmt: skip
        plan = b.answers(a_plan(*steps))
        b.hosts.answer(do("s3", "c"), status=1)
        await b.run(plan)
        b.hosts.hang(undo("s2", "b"))
        await b.decisions.roll_back(1, by="ana")
        await b.ran(undo("s2", "b"))
        await b.crash()
        b.free(undo("s2", "b"))
        assert await revived(b) is RunState.ROLLED_BACK
        assert (await b.stored()).why == "s3 on c has no undo, so it stays as it is: failed"
        assert (await b.steps())["s1"] == "undone"
        assert (b.hosts.ran(undo("s2", "b")), b.hosts.ran(undo("s1", "a"))) == (1, 1)


async def test_a_retry_survives_a_crash_right_after_it(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain())
        b.hosts.answer(do("s1", "a"), status=1)
        await b.run(plan)
        b.hosts.answer(do("s1", "a"))
        take, b.runs.driver.take = b.runs.driver.take, lambda live: None
        await b.decisions.retry(1, by="ana")
        b.runs.driver.take = take
        await b.crash()
        assert await revived(b) is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 2


@pytest.mark.parametrize("times", [1, 2])
async def test_recovery_over_recovery(tmp_path, times):
    async with crashed(tmp_path, chain()) as b:
        for _ in range(times):
            b = await b.again()
            await asyncio.sleep(0.01)
            await b.crash()
        b.free(do("s1", "a"))
        assert await revived(b) is RunState.SUCCEEDED
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_an_undo_that_left_no_status_is_in_doubt_and_not_repeated(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", undoes=True), on_failure="rollback"))
        b.hosts.answer(do("s1", "a"), status=1)
        b.hosts.hang(undo("s1", "a"))
        await b.begin(plan)
        await b.ran(undo("s1", "a"))
        await b.crash()
        b.hosts.machine("a").reboot()
        assert await revived(b) is RunState.FAILED
        assert (await b.attempts())["s1", "a"].note.startswith("the undo is in doubt")
        assert b.hosts.ran(undo("s1", "a")) == 1


async def test_what_an_earlier_attempt_changed_is_taken_back_too(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", undoes=True)))
        b.hosts.answer(do("s1", "a"), status=1)
        await b.run(plan)
        b.hosts.machine("a").down = True
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.NEEDS_DECISION
        b.hosts.machine("a").down = False
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.ROLLED_BACK
        assert b.hosts.ran(undo("s1", "a")) == 1


async def test_a_run_is_driven_although_whoever_began_it_went_away(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(chain())
        await b.store.write(lambda u: u.add_plan(plan, PlanState.APPROVED))
        write, asked = b.store.write, asyncio.Event()

        async def seen(work, **how):
            asked.set()
            return await write(work, **how)

        b.store.write = seen
        begun = asyncio.ensure_future(b.runs.begin(plan))
        await asked.wait()
        begun.cancel()
        await b.until(lambda: b.hosts.ran(do("s2", "b")) == 1)
        assert await b.rest() is RunState.SUCCEEDED
