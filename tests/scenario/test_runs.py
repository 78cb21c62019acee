"""Runs over the real store and fake hosts: conditions, checks, reads, what happens inside."""

import pytest

from bot.domain.commands import Condition, Shell
from bot.domain.plans import Check
from bot.errors import ConflictError
from bot.execution.ledger import write_cancelled
from bot.execution.step_runner import WORDS_S
from tests.scenario.a_run import RunState, a_call, a_plan, a_step, bench, do


async def test_a_run_that_works(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", "b"), a_step("s2", "a", needs=("s1",))))
        assert await b.run(plan) is RunState.SUCCEEDED
        assert await b.steps() == {"s1": "succeeded", "s2": "succeeded"}
        assert [(r.argv[1], r.host) for r in b.hosts.ledger] == [
            ("s1", "a"), ("s1", "b"), ("s2", "a")
        ]  # fmt: skip
        assert await b.holds("a", "b") == {}
        moves = [(e.step, e.data["to"]) for e in await b.events("step.moved")]
        assert moves == [
            ("s1", "running"), ("s1", "succeeded"), ("s2", "running"), ("s2", "succeeded")
        ]  # fmt: skip
        await b.until(lambda: not b.hosts.machine("a").attempts), "tidied up"


async def test_a_step_begins_only_when_its_need_is_stored(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), a_step("s2", "b", needs=("s1",))))
        await b.run(plan)
        order = [(e.kind, e.step) for e in await b.store.read(lambda u: u.events(plan=1))]
        assert order.index(("attempt.ended", "s1")) < order.index(("attempt.started", "s2"))


async def test_a_condition_that_is_met_skips_the_command(tmp_path):
    async with bench(tmp_path) as b:
        is_active = Condition(argv=("is-active",), stdout="active", says="already active")
        plan = b.answers(a_plan(a_step("s1", "a", "b", unless=is_active)))
        b.hosts.answer(("is-active",), host="a", stdout="active\n")
        b.hosts.answer(("is-active",), host="b", stdout="inactive\n", status=3)
        assert await b.run(plan) is RunState.SUCCEEDED
        attempts = await b.attempts()
        assert attempts["s1", "a"].state.value == "skipped"
        assert attempts["s1", "a"].note == "already active"
        assert not attempts["s1", "a"].changed
        assert (b.hosts.ran(do("s1", "a")), b.hosts.ran(do("s1", "b"))) == (0, 1)


async def test_a_check_settles_first_and_a_failure_is_diagnosed(tmp_path):
    async with bench(tmp_path) as b:
        check = Check(argv=("check",), stdout="active", settle_s=5.0, diagnose=(("journal",),))
        plan = b.answers(a_plan(a_step("s1", "a", checks=(check,))))
        b.hosts.answer(("check",), stdout="failed\n", status=3)
        b.hosts.answer(("journal",), stdout="[emerg] no\n")
        await b.begin(plan)
        await b.until(lambda: b.clock.sleepers)
        await b.clock.advance(4.9)
        assert b.hosts.ran(("check",)) == 0
        await b.clock.advance(0.1)
        assert await b.rest() is RunState.NEEDS_DECISION
        attempt = (await b.attempts())["s1", "a"]
        assert attempt.note == "the check says: failed"
        assert attempt.results[-1].stdout == "[emerg] no\n"
        assert attempt.changed


async def test_a_command_that_failed_is_diagnosed_a_moment_later(tmp_path):
    """Its last words may still be on their way into the host's journal."""
    async with bench(tmp_path) as b:
        plan = b.answers(
            a_plan(a_step("s1", "a", checks=(Check(argv=("check",), diagnose=(("journal",),)),)))
        )
        b.hosts.answer(plan.steps[0].targets[0].commands[0].argv, status=1)
        b.hosts.answer(("journal",), stdout="[emerg] no\n")
        await b.begin(plan)
        await b.until(lambda: b.clock.sleepers)
        await b.clock.advance(WORDS_S - 0.1)
        assert b.hosts.ran(("journal",)) == 0
        await b.clock.advance(0.1)
        assert await b.rest() is RunState.NEEDS_DECISION
        assert (await b.attempts())["s1", "a"].results[-1].stdout == "[emerg] no\n"


async def test_a_diagnosis_looks_no_further_back_than_the_attempt(tmp_path):
    """What a unit said a quarter of an hour ago is not why it failed now."""
    async with bench(tmp_path) as b:
        check = Check(
            argv=("check",), settle_s=5.0, diagnose=(("journal", "--since=when-it-began"),)
        )
        plan = b.answers(a_plan(a_step("s1", "a", checks=(check,))))
        b.hosts.answer(("check",), status=3)
        b.hosts.answer(("journal", "--since=-6s"), stdout="[emerg] no\n")
        await b.begin(plan)
        await b.until(lambda: b.clock.sleepers)
        await b.clock.advance(5.0)
        assert await b.rest() is RunState.NEEDS_DECISION
        assert (await b.attempts())["s1", "a"].results[-1].stdout == "[emerg] no\n"


@pytest.mark.parametrize("sudo", [False, True])
async def test_a_diagnosis_reads_as_root_only_where_that_was_approved(tmp_path, sudo):
    async with bench(tmp_path) as b:
        check = Check(argv=("check",), diagnose=(("journal",),), sudo=sudo)
        part = a_step("s1", "a", checks=(check,)).targets[0]
        plain = Shell(argv=do("s1", "a"), sudo=not sudo)
        part = part.model_copy(update={"commands": (plain,)})
        plan = b.answers(a_plan(a_step("s1", "a").model_copy(update={"targets": (part,)})))
        b.hosts.answer(("check",), status=1)
        b.hosts.answer(("journal",))
        assert await b.run(plan) is RunState.NEEDS_DECISION
        assert {r.argv: r.sudo for r in b.hosts.ledger} == {
            do("s1", "a"): not sudo, ("check",): False, ("journal",): sudo,
        }  # fmt: skip


async def test_reads_that_some_hosts_refuse_are_an_answer(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", "b", effect="read")))
        b.hosts.machine("b").down = True
        assert await b.run(plan) is RunState.SUCCEEDED
        assert (await b.attempts())["s1", "b"].note.startswith("b did not answer.")
        assert await b.holds("a", "b") == {}


async def test_reads_that_nobody_answered_have_failed(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "b", effect="read")))
        b.hosts.machine("b").down = True
        assert await b.run(plan) is RunState.FAILED


async def test_continue_ends_by_itself(tmp_path):
    async with bench(tmp_path) as b:
        steps = (a_step("s1", "a", "b"), a_step("s2", "a", "b", needs=("s1",)))
        plan = b.answers(a_plan(*steps, on_failure="continue"))
        b.hosts.answer(do("s1", "a"), status=1)
        assert await b.run(plan) is RunState.FAILED
        assert (b.hosts.ran(do("s2", "a")), b.hosts.ran(do("s2", "b"))) == (0, 1)


async def test_a_call_and_its_result_are_one_transaction(tmp_path):
    async with bench(tmp_path) as b:
        assert await b.run(a_plan(a_call("s1"))) is RunState.SUCCEEDED
        attempt = (await b.attempts())["s1", "overseer"]
        assert attempt.results[0].data == {"by": "ana", "count": 1}
        assert await b.store.read(lambda u: u.get("count")) == 1


async def test_a_call_that_raises_leaves_nothing_behind(tmp_path):
    async with bench(tmp_path) as b:
        assert await b.run(a_plan(a_call("s1", "count.broken"))) is RunState.FAILED
        assert await b.store.read(lambda u: u.get("count")) is None
        assert (await b.attempts())["s1", "overseer"].note == "It can't be counted."


async def test_only_what_fails_inside_needs_no_decision(tmp_path):
    async with bench(tmp_path) as b:
        after = a_step("s2", "a", needs=("s1",))
        plan = b.answers(a_plan(a_call("s1", "count.broken"), after))
        assert await b.run(plan) is RunState.FAILED
        assert await b.steps() == {"s1": "failed", "s2": "cancelled"}
        assert await b.holds("a") == {}
        both = b.answers(a_plan(a_call("s1", "count.broken"), a_step("s2", "a"), plan=2))
        b.hosts.answer(do("s2", "a"), status=1)
        assert await b.begin(both) == {}
        assert await b.rest(2) is RunState.NEEDS_DECISION


async def test_a_halted_run_is_cancelled_inside_another_unit_of_work(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), a_step("s2", "b", needs=("s1",))))
        b.hosts.answer(do("s1", "a"), status=1)
        assert await b.run(plan) is RunState.NEEDS_DECISION
        run = await b.store.write(lambda u: write_cancelled(u, 1, by="ana"))
        assert run.state is RunState.CANCELLED
        assert await b.steps() == {"s1": "failed", "s2": "cancelled"}
        assert await b.holds("a", "b") == {}
        with pytest.raises(ConflictError, match="waits for no decision"):
            await b.store.write(lambda u: write_cancelled(u, 1, by="ana"))
