"""Stop: at once, for everybody who may, and ending what runs is a second choice."""

import asyncio

import pytest

from bot.domain.commands import Condition
from bot.domain.events import Event
from bot.errors import ConflictError
from tests.scenario.a_run import RunState, a_plan, a_step, bench, do


def two_steps(**more):
    return a_plan(a_step("s1", "a", **more), a_step("s2", "b", needs=("s1",)))


async def running(b, plan):
    b.answers(plan)
    b.hosts.hang(do("s1", "a"))
    await b.begin(plan)
    await b.ran(do("s1", "a"))


async def test_stop_starts_nothing_more_and_lets_what_runs_end(tmp_path):
    async with bench(tmp_path) as b:
        await running(b, two_steps())
        said = await b.decisions.stop(1, by="ana")
        assert said == "#1 starts nothing more; 1 still runs to its end."
        b.free(do("s1", "a"))
        assert await b.rest() is RunState.CANCELLED
        assert await b.states() == {("s1", "a"): "succeeded"}
        assert await b.steps() == {"s1": "succeeded", "s2": "cancelled"}
        assert b.hosts.ran(do("s2", "b")) == 0
        assert await b.holds("a", "b") == {}
        assert (await b.stored()).stopping


async def test_kill_ends_what_may_be_ended_halfway(tmp_path):
    async with bench(tmp_path) as b:
        await running(b, two_steps())
        said = await b.decisions.stop(1, by="ana", kill=True)
        assert said == "#1 starts nothing more, and what ran is being ended."
        assert await b.rest() is RunState.CANCELLED
        assert (await b.attempts())["s1", "a"].note == "ended by Stop"


async def test_kill_waits_for_what_may_not(tmp_path):
    async with bench(tmp_path) as b:
        await running(b, two_steps(killable=False))
        said = await b.decisions.stop(1, by="ana", kill=True)
        assert "1 can't be ended halfway" in said
        assert await b.state() is RunState.RUNNING
        b.free(do("s1", "a"))
        assert await b.rest() is RunState.CANCELLED
        assert await b.states() == {("s1", "a"): "succeeded"}


async def test_kill_is_stored_and_reaches_every_host_while_one_does_not_answer(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", "b", "c"), a_step("s2", "d", needs=("s1",))))
        b.hosts.hang(do("s1", "a"))
        b.hosts.hang(do("s1", "b"))
        b.hosts.hang(do("s1", "c"))
        await b.begin(plan)
        await b.until(lambda: len(b.hosts.ledger) == 3)
        asked, never, kill = [], asyncio.Event(), b.hosts.kill

        async def slow(target, attempt, *, sudo):
            asked.append(target.name)
            if target.name == "a":
                await never.wait()
            await kill(target, attempt, sudo=sudo)

        b.hosts.kill = slow
        pressed = asyncio.ensure_future(b.decisions.stop(1, by="ana", kill=True))
        await b.until(lambda: len(asked) == 3)
        async with asyncio.timeout(10):
            while not (await b.stored()).stopping:
                await asyncio.sleep(0.001)
        assert not pressed.done()
        never.set()
        await pressed
        assert await b.rest() is RunState.CANCELLED


async def test_kill_ends_a_read_too(tmp_path):
    async with bench(tmp_path) as b:
        await running(b, a_plan(a_step("s1", "a", effect="read")))
        await b.decisions.stop(1, by="ana", kill=True)
        assert await b.rest() is RunState.CANCELLED
        assert (await b.attempts())["s1", "a"].note == "ended on request"


async def test_after_a_kill_no_further_command_of_the_attempt_starts(tmp_path):
    async with bench(tmp_path) as b:
        await running(b, a_plan(a_step("s1", "a", commands=2)))
        await b.decisions.stop(1, by="ana", kill=True)
        await b.rest()
        assert b.hosts.ran(do("s1", "a", 1)) == 0


async def test_stop_between_the_claim_and_the_command(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(two_steps())
        held = asyncio.Event()
        write = b.store.write

        async def slow(work, **how):
            done = await write(work, **how)
            if b.runs.live(1) is not None:
                held.set()
                await asyncio.sleep(0.05)
            return done

        b.store.write = slow
        await b.begin(plan)
        await held.wait()
        await b.decisions.stop(1, by="ana")
        assert await b.rest() is RunState.CANCELLED
        assert b.hosts.ledger == []
        assert await b.states() == {("s1", "a"): "cancelled"}


async def test_stop_is_heard_whoever_stores_it(tmp_path):
    async with bench(tmp_path) as b:
        await running(b, two_steps())

        def elsewhere(unit):
            unit.save_run(unit.run(1).model_copy(update={"stopping": True}))
            unit.append(
                Event(kind="run.decided", at=unit.now, plan=1, data={"button": "stop"})
            )  # fmt: skip

        await b.store.write(elsewhere)
        b.free(do("s1", "a"))
        assert await b.rest() is RunState.CANCELLED
        assert b.hosts.ran(do("s2", "b")) == 0


async def test_stop_of_a_halted_run_ends_it_as_stop_here_does(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(two_steps())
        b.hosts.answer(do("s1", "a"), status=1)
        await b.run(plan)
        assert await b.decisions.stop(1, by="ana") == "#1 stops here."
        assert await b.state() is RunState.FAILED
        with pytest.raises(ConflictError, match="not running"):
            await b.decisions.stop(1, by="ana")


async def test_a_stopped_run_stays_stopped_over_a_restart(tmp_path):
    async with bench(tmp_path) as b:
        await running(b, two_steps())
        await b.decisions.stop(1, by="ana")
        await b.crash()
        b.free(do("s1", "a"))
        new = await b.again()
        assert await new.rest() is RunState.CANCELLED
        assert b.hosts.ran(do("s2", "b")) == 0
        await new.runs.close()


async def test_stop_is_quick_while_a_hundred_steps_wait(tmp_path):
    async with bench(tmp_path) as b:
        steps = [a_step(f"s{n}", "abcde"[n % 5], effect="read") for n in range(100)]
        plan = b.answers(a_plan(*steps, parallel_steps=5))
        for n in range(5):
            b.hosts.hang(do(f"s{n}", "abcde"[n % 5]))
        await b.begin(plan)
        await b.until(lambda: len(b.hosts.ledger) == 5)
        async with asyncio.timeout(10):
            await b.decisions.stop(1, by="ana")
        b.free(*(do(f"s{n}", "abcde"[n % 5]) for n in range(5)))
        assert await b.rest() is RunState.CANCELLED
        assert len(b.hosts.ledger) == 5


async def test_a_kill_between_two_commands_starts_no_other(tmp_path):
    async with bench(tmp_path) as b:
        is_so = Condition(argv=("is-so",))
        plan = b.answers(a_plan(a_step("s1", "a", unless=is_so)))
        b.hosts.hang(("is-so",))
        await b.begin(plan)
        await b.ran(("is-so",))
        await b.decisions.stop(1, by="ana", kill=True)
        b.free(("is-so",), status=1)
        assert await b.rest() is RunState.CANCELLED
        assert b.hosts.ran(do("s1", "a")) == 0
        assert (await b.attempts())["s1", "a"].note == "ended by Stop before its next command"
