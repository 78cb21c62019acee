"""Taking back: only what this run changed, never beside what still runs, and it can be stopped."""

import asyncio

import pytest

from bot.domain.commands import Shell
from bot.domain.runs import StepState
from bot.errors import HostUnreachableError
from bot.ports import Leftover
from bot.testing.fake_machine import Job
from tests.scenario.a_run import (
    RunState,
    a_plan,
    a_step,
    bench,
    do,
    in_doubt,
    patiently,
    undo,
)  # fmt: skip


def undoable(**more):
    return a_plan(a_step("s1", "a", undoes=True, **more))


async def test_what_a_silent_host_finished_meanwhile_is_taken_back(tmp_path):
    async with in_doubt(tmp_path, undoable()) as (_, b):
        b.free(do("s1", "a"))
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.ROLLED_BACK
        assert (b.hosts.ran(do("s1", "a")), b.hosts.ran(undo("s1", "a"))) == (1, 1)
        assert await b.store.read(lambda u: u.left(("a",))) == ()
        attempt = (await b.attempts())["s1", "a"]
        assert [r.exit_status for r in attempt.results] == [0, 0], "what it said is kept too"


async def test_a_change_that_still_runs_is_followed_to_its_end_before_it_is_taken_back(tmp_path):
    async with in_doubt(tmp_path, undoable()) as (_, b):
        await b.decisions.roll_back(1, by="ana")
        await asyncio.sleep(0.05)
        assert b.hosts.ran(undo("s1", "a")) == 0
        assert await b.state() is RunState.RUNNING
        b.free(do("s1", "a"))
        assert await b.rest() is RunState.ROLLED_BACK
        assert b.hosts.ran(undo("s1", "a")) == 1


async def test_so_is_what_a_retry_found_running(tmp_path):
    async with in_doubt(tmp_path, undoable()) as (_, b):
        b.hosts.machine("a").down = True
        await b.decisions.retry(1, by="ana")
        await b.rest()
        b.hosts.machine("a").down = False
        await b.decisions.roll_back(1, by="ana")
        await asyncio.sleep(0.05)
        assert b.hosts.ran(undo("s1", "a")) == 0
        b.free(do("s1", "a"))
        assert await b.rest() is RunState.ROLLED_BACK
        assert b.hosts.ran(undo("s1", "a")) == 1


async def test_what_left_no_status_runs_no_more_and_is_taken_back(tmp_path):
    async with in_doubt(tmp_path, undoable()) as (_, b):
        b.hosts.machine("a").reboot()
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.ROLLED_BACK
        assert b.hosts.ran(undo("s1", "a")) == 1


async def test_what_is_lost_while_it_is_followed_is_taken_back_too(tmp_path):
    async with in_doubt(tmp_path, undoable()) as (_, b):
        await b.decisions.roll_back(1, by="ana")
        await asyncio.sleep(0.05)
        b.hosts.machine("a").reboot()
        assert await b.rest() is RunState.ROLLED_BACK
        assert b.hosts.ran(undo("s1", "a")) == 1


async def test_nothing_is_taken_back_while_nobody_knows_whether_the_change_runs(tmp_path):
    async with in_doubt(tmp_path, undoable()) as (_, b):
        find = b.hosts.find

        async def silent(target, attempt, **more):
            if ".u" in attempt:
                return await find(target, attempt, **more)
            raise HostUnreachableError("a did not answer.", host="a")

        b.hosts.find = silent
        await b.decisions.roll_back(1, by="ana")
        for _ in range(20):
            await b.until(lambda: b.clock.sleepers or b.runs.live(1) is None)
            await b.clock.advance(10)
        assert await b.rest() is RunState.FAILED
        assert (await b.stored()).why == "s1 was not taken back on a"
        attempt = (await b.attempts())["s1", "a"]
        assert attempt.state is StepState.INTERRUPTED
        assert attempt.note.startswith("what ran there is in doubt")
        assert b.hosts.ran(undo("s1", "a")) == 0


async def test_nothing_is_taken_back_beside_what_another_run_left_there(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(*undoable().steps, a_step("s2", "b", needs=("s1",))))
        b.hosts.answer(do("s2", "b"), status=1)
        await b.run(plan)
        b.hosts.machine("a").attempts["other.0", False] = Job(("other",))
        await b.store.write(lambda u: u.leave(Leftover("a", "other.0", 7, sudo=False)))
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.FAILED
        assert (await b.stored()).why == (
            "s1 was not taken back on a; s2 on b has no undo, so it stays as it is: failed"
        )
        assert "a command of #7 still runs there" in (await b.attempts())["s1", "a"].note
        assert b.hosts.ran(undo("s1", "a")) == 0


@pytest.mark.parametrize("kill", [False, True])
async def test_a_stop_while_the_change_is_followed_starts_no_undo(tmp_path, kill):
    async with in_doubt(tmp_path, undoable()) as (_, b):
        await b.decisions.roll_back(1, by="ana")
        await asyncio.sleep(0.05)
        said = await b.decisions.stop(1, by="ana", kill=kill)
        assert said.startswith("#1 starts nothing more"), "something runs, and it says so"
        if not kill:
            b.free(do("s1", "a"))
        assert await b.rest() is RunState.FAILED
        assert (await b.attempts())["s1", "a"].note == "stopped before it was taken back"
        assert b.hosts.ran(undo("s1", "a")) == 0


async def undoing(b, plan):
    """A run that is on its way back and whose undo of s1 on a hangs."""
    b.answers(plan)
    b.hosts.answer(do("s2", "b"), status=1)
    await b.run(plan)
    b.hosts.hang(undo("s1", "a"))
    await b.decisions.roll_back(1, by="ana")
    await b.ran(undo("s1", "a"))


def two(**more):
    return a_plan(a_step("s1", "a", undoes=True, **more), a_step("s2", "b", needs=("s1",)))


async def test_a_kill_ends_an_undo_that_runs(tmp_path):
    async with bench(tmp_path) as b:
        await undoing(b, two())
        said = await b.decisions.stop(1, by="ana", kill=True)
        assert said == "#1 starts nothing more, and what ran is being ended."
        assert await b.rest() is RunState.FAILED
        assert (await b.attempts())["s1", "a"].note == "the undo failed: ended by TERM"


async def test_a_stop_lets_an_undo_that_runs_end_and_says_so(tmp_path):
    async with bench(tmp_path) as b:
        await undoing(b, two())
        said = await b.decisions.stop(1, by="ana")
        assert said == "#1 starts nothing more; 1 still runs to its end."
        b.free(undo("s1", "a"))
        assert await b.rest() is RunState.ROLLED_BACK


async def test_a_kill_waits_for_an_undo_that_may_not_be_ended_halfway(tmp_path):
    async with bench(tmp_path) as b:
        await undoing(b, two(killable=False))
        assert "1 can't be ended halfway" in await b.decisions.stop(1, by="ana", kill=True)
        b.free(undo("s1", "a"))
        assert await b.rest() is RunState.ROLLED_BACK


async def test_what_was_known_before_the_doubt_is_not_recorded_twice(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(undoable(commands=2))
        b.hosts.hang(do("s1", "a", 1))
        await b.begin(plan)
        await b.ran(do("s1", "a", 1))
        await b.crash()
        find = b.hosts.find

        async def silent(target, attempt, **more):
            if attempt.endswith(".1"):
                raise HostUnreachableError("a did not answer.", host="a")
            return await find(target, attempt, **more)

        b.hosts.find = silent
        new = await b.again()
        await patiently(new)
        assert await new.rest() is RunState.INTERRUPTED
        b.hosts.find = find
        b.free(do("s1", "a", 1))
        await new.decisions.roll_back(1, by="ana")
        assert await new.rest() is RunState.ROLLED_BACK
        assert len((await b.attempts())["s1", "a"].results) == 3
        await new.runs.close()


async def test_a_kill_between_two_undo_commands_starts_no_other(tmp_path):
    async with bench(tmp_path) as b:
        step = two().steps[0]
        second = Shell(argv=("undo", "more"))
        part = step.targets[0].model_copy(update={"undo": (*step.targets[0].undo, second)})
        step = step.model_copy(update={"targets": (part,)})
        plan = b.answers(a_plan(step, two().steps[1]))
        b.hosts.answer(do("s2", "b"), status=1)
        await b.run(plan)
        asked, go, find = asyncio.Event(), asyncio.Event(), b.hosts.find

        async def slow(target, attempt, **more):
            if attempt.endswith(".u1"):
                asked.set()
                await go.wait()
            return await find(target, attempt, **more)

        b.hosts.find = slow
        await b.decisions.roll_back(1, by="ana")
        await asked.wait()
        await b.decisions.stop(1, by="ana", kill=True)
        go.set()
        assert await b.rest() is RunState.FAILED
        assert (b.hosts.ran(undo("s1", "a")), b.hosts.ran(second.argv)) == (1, 0)


async def test_an_undo_that_failed_is_not_run_again_after_a_crash(tmp_path):
    steps = (
        a_step("s1", "a", undoes=True), a_step("s2", "b", undoes=True, needs=("s1",)),
        a_step("s3", "c", needs=("s2",)),
    )  # fmt: skip
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(*steps))
        b.hosts.answer(do("s3", "c"), status=1)
        await b.run(plan)
        b.hosts.answer(undo("s2", "b"), status=1)
        b.hosts.hang(undo("s1", "a"))
        await b.decisions.roll_back(1, by="ana")
        await b.ran(undo("s1", "a"))
        before = (await b.attempts())["s2", "b"]
        await b.crash()
        b.free(undo("s1", "a"))
        new = await b.again()
        assert await new.rest() is RunState.FAILED
        assert (b.hosts.ran(undo("s2", "b")), b.hosts.ran(undo("s1", "a"))) == (1, 1)
        after = (await b.attempts())["s2", "b"]
        assert (after.note, after.results) == (before.note, before.results)
        assert (await b.stored()).why.startswith("s2 was not taken back on b")
        there = b.hosts.machine("b").attempts
        await b.until(lambda: not [name for name, _ in there if ".u" in name])
        await new.runs.close()
