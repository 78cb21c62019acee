"""What people decide about a halted run, and what happens when nobody does."""

import pytest

from bot.errors import ConflictError
from tests.scenario.a_run import RunState, a_plan, a_step, bench, do, undo


async def test_a_failure_asks_and_keeps_the_hosts(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", "b"), a_step("s2", "a", needs=("s1",))))
        b.hosts.answer(do("s1", "b"), status=3, stderr="no\n")
        assert await b.run(plan) is RunState.NEEDS_DECISION
        assert (await b.attempts())["s1", "b"].note == "exit 3"
        assert await b.holds("a", "b") == {"a": 1, "b": 1}
        assert b.hosts.ran(do("s2", "a")) == 0
        run = await b.stored()
        assert (run.decide_by - b.clock.now()).total_seconds() == 30 * 60
        other = b.answers(a_plan(a_step("s1", "b"), plan=2))
        assert await b.begin(other) == {"b": 1}


async def test_retry_repeats_the_same_digest_where_it_failed(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", "b"), a_step("s2", "a", needs=("s1",))))
        b.hosts.answer(do("s1", "b"), status=3)
        await b.run(plan)
        b.hosts.answer(do("s1", "b"))
        await b.decisions.retry(1, by="ana")
        assert await b.rest() is RunState.SUCCEEDED
        assert (b.hosts.ran(do("s1", "a")), b.hosts.ran(do("s1", "b"))) == (1, 2)
        again = (await b.attempts())["s1", "b"]
        assert (again.number, again.fence) == (2, 2)
        assert (await b.stored()).digest == plan.digest
        assert await b.steps() == {"s1": "succeeded", "s2": "succeeded"}


async def test_retry_of_one_host_only(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", "b", "c")))
        for host in "ab":
            b.hosts.answer(do("s1", host), status=3)
        await b.run(plan)
        b.hosts.answer(do("s1", "a"))
        await b.decisions.retry(1, by="ana", host="a")
        assert await b.rest() is RunState.NEEDS_DECISION
        assert await b.states() == {
            ("s1", "a"): "succeeded", ("s1", "b"): "failed", ("s1", "c"): "succeeded"
        }  # fmt: skip
        assert b.hosts.ran(do("s1", "b")) == 1
        with pytest.raises(ConflictError, match="failed on c"):
            await b.decisions.retry(1, by="ana", host="c")


async def test_skip_goes_on_without_the_host(tmp_path):
    async with bench(tmp_path) as b:
        steps = (a_step("s1", "a", "b"), a_step("s2", "a", "b", needs=("s1",)))
        plan = b.answers(a_plan(*steps))
        b.hosts.answer(do("s1", "b"), status=3)
        await b.run(plan)
        await b.decisions.skip(1, by="ana")
        assert await b.rest() is RunState.SUCCEEDED
        attempts = await b.attempts()
        assert attempts["s1", "b"].note == "failed: exit 3; skipped by ana"
        assert attempts["s2", "b"].state.value == "skipped"
        assert attempts["s2", "b"].left_out
        assert b.hosts.ran(do("s2", "b")) == 0


async def test_only_what_is_in_doubt_is_marked_done(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a")))
        b.hosts.answer(do("s1", "a"), status=3)
        await b.run(plan)
        with pytest.raises(ConflictError, match="known to have failed"):
            await b.decisions.skip(1, by="ana", done=True)
        assert await b.state() is RunState.NEEDS_DECISION


async def test_roll_back_takes_back_only_what_changed(tmp_path):
    async with bench(tmp_path) as b:
        steps = (
            a_step("s1", "a", "b", undoes=True), a_step("s2", "a", "c", undoes=True, needs=("s1",))
        )  # fmt: skip
        plan = b.answers(a_plan(*steps))
        b.hosts.answer(do("s2", "c"), status=3)
        b.hosts.machine("a").down = False
        b.hosts.answer(do("s1", "b"))
        assert await b.run(plan) is RunState.NEEDS_DECISION
        before = len(b.hosts.ledger)
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.ROLLED_BACK
        undone = [r.argv for r in b.hosts.ledger[before:]]
        assert set(undone[:2]) == {undo("s2", "a"), undo("s2", "c")}, "the newest step first"
        assert set(undone[2:]) == {undo("s1", "a"), undo("s1", "b")}
        assert await b.steps() == {"s1": "undone", "s2": "undone"}
        assert await b.holds("a", "b", "c") == {}


async def test_roll_back_leaves_hosts_alone_that_nothing_reached(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", "b", undoes=True)))
        b.hosts.machine("b").down = True
        await b.run(plan)
        b.hosts.machine("b").down = False
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.ROLLED_BACK
        assert b.hosts.ran(undo("s1", "a")) == 1
        assert b.hosts.ran(undo("s1", "b")) == 0


async def test_roll_back_says_what_it_could_not_take_back(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", "b", undoes=True)))
        b.hosts.answer(do("s1", "b"), status=1)
        b.hosts.answer(undo("s1", "a"), status=1)
        await b.run(plan)
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.FAILED
        assert (await b.stored()).why == "s1 was not taken back on a"
        assert await b.states() == {("s1", "a"): "succeeded", ("s1", "b"): "undone"}


async def test_a_restart_cannot_be_taken_back(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), on_failure="rollback"))
        b.hosts.answer(do("s1", "a"), status=1)
        assert await b.run(plan) is RunState.FAILED
        assert (await b.stored()).why == (
            "nothing can be taken back: s1 on a has no undo, so it stays as it is: failed"
        )


async def test_on_failure_rollback_asks_nobody(tmp_path):
    async with bench(tmp_path) as b:
        steps = (a_step("s1", "a", undoes=True), a_step("s2", "b", undoes=True, needs=("s1",)))
        plan = b.answers(a_plan(*steps, on_failure="rollback"))
        b.hosts.answer(do("s2", "b"), status=1)
        assert await b.run(plan) is RunState.ROLLED_BACK
        assert [e.data["to"] for e in await b.events("run.moved")] == ["rolled_back"]


async def test_end_frees_the_hosts_and_cancels_the_rest(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), a_step("s2", "b", needs=("s1",))))
        b.hosts.answer(do("s1", "a"), status=1)
        await b.run(plan)
        await b.decisions.end(1, by="ana")
        assert await b.state() is RunState.FAILED
        assert await b.steps() == {"s1": "failed", "s2": "cancelled"}
        assert await b.holds("a", "b") == {}
        with pytest.raises(ConflictError):
            await b.decisions.retry(1, by="ana")


async def test_undecided_after_half_an_hour_it_stops(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a")))
        b.hosts.answer(do("s1", "a"), status=1)
        await b.run(plan)
        await b.clock.advance(30 * 60 - 1)
        await b.decisions.tick()
        assert await b.state() is RunState.NEEDS_DECISION
        await b.clock.advance(1)
        await b.decisions.tick()
        assert await b.state() is RunState.FAILED
        assert (await b.stored()).why == "nobody decided in time"
        assert await b.holds("a") == {}


async def test_two_people_decide_at_once_and_one_wins(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a")))
        b.hosts.answer(do("s1", "a"), status=1)
        await b.run(plan)
        b.hosts.answer(do("s1", "a"))
        import asyncio

        said = await asyncio.gather(
            b.decisions.retry(1, by="ana"), b.decisions.retry(1, by="bo"),
            b.decisions.end(1, by="cy"), return_exceptions=True,
        )  # fmt: skip
        assert sum(isinstance(s, ConflictError) for s in said) == 2
        await b.rest()
        assert b.hosts.ran(do("s1", "a")) <= 2


@pytest.mark.parametrize("decides", ["end", "skip", "roll_back"])
async def test_a_run_that_has_halted_anew_meanwhile_is_not_what_was_decided(tmp_path, decides):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a")))
        b.hosts.answer(do("s1", "a"), status=3)
        await b.run(plan)
        halted = b.decisions._halted

        async def late(*args, **more):
            b.decisions._halted = halted
            found = await halted(*args, **more)
            await b.clock.advance(1)
            await b.decisions.retry(1, by="ben")
            assert await b.rest() is RunState.NEEDS_DECISION
            return found

        b.decisions._halted = late
        with pytest.raises(ConflictError, match="has decided about #1 already"):
            await getattr(b.decisions, decides)(1, by="ana")
        assert await b.state() is RunState.NEEDS_DECISION
        assert await b.holds("a") == {"a": 1}
