"""Runs over the real store and fake hosts: success, failure, decisions."""

import sqlite3

import pytest

from bot.domain.commands import Condition, Shell
from bot.domain.plans import Check
from bot.domain.runs import PlanState
from bot.errors import ConflictError, UnavailableError
from bot.execution.ledger import ROLLING_BACK, write_cancelled
from tests.scenario.a_run import RunState, a_call, a_plan, a_step, bench, do, undo


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
        assert attempts["s1", "b"].note == "skipped by ana"
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
        assert (await b.stored()).why == "not taken back on a"
        assert await b.states() == {("s1", "a"): "succeeded", ("s1", "b"): "undone"}


async def test_a_restart_cannot_be_taken_back(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), on_failure="rollback"))
        b.hosts.answer(do("s1", "a"), status=1)
        assert await b.run(plan) is RunState.FAILED
        assert (await b.stored()).why == "nothing can be taken back on a"


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


def tampered(tmp_path):
    """Somebody changes an approved command behind Overseer's back."""
    with sqlite3.connect(tmp_path / "overseer.db") as db:
        names = "select name from sqlite_master where type = 'table' and sql like '%body%'"
        for (name,) in db.execute(names).fetchall():
            sql = f'update {name} set body = replace(body, \'"undo","s\', \'"rm","s\')'
            db.execute(sql)
    db.close()


async def test_what_was_tampered_with_is_not_taken_back_and_not_tried_again(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", undoes=True), a_step("s2", "b", needs=("s1",))))
        b.hosts.answer(do("s2", "b"), status=1)
        assert await b.run(plan) is RunState.NEEDS_DECISION
        before = len(b.hosts.ledger)
        tampered(tmp_path)
        for decide in (b.decisions.roll_back, b.decisions.retry, b.decisions.skip):
            with pytest.raises(ConflictError, match="not what was approved"):
                await decide(1, by="ana")
        assert await b.state() is RunState.NEEDS_DECISION
        assert len(b.hosts.ledger) == before
        await b.decisions.end(1, by="ana")
        assert await b.state() is RunState.FAILED


@pytest.mark.parametrize("why", ["", ROLLING_BACK])
async def test_what_was_tampered_with_is_not_taken_up_after_a_restart(tmp_path, why):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", undoes=True), a_step("s2", "b", needs=("s1",))))
        b.hosts.hang(do("s2", "b"))
        await b.begin(plan)
        await b.ran(do("s2", "b"))
        await b.crash()
        await b.store.write(lambda u: u.save_run(u.run(1).model_copy(update={"why": why})))
        tampered(tmp_path)
        before = len(b.hosts.ledger)
        new = await b.again()
        assert await new.rest() is RunState.INTERRUPTED
        assert "not what was approved" in (await b.stored()).why
        assert (await b.states())["s2", "b"] == "interrupted"
        assert set(await b.holds("a", "b")) == {"a", "b"}
        assert len(b.hosts.ledger) == before
        await new.runs.close()


async def test_what_is_not_what_was_approved_does_not_begin(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a")))
        forged = plan.model_copy(update={"steps": a_plan(a_step("s1", "b")).steps})
        with pytest.raises(ConflictError, match="digest differs"):
            await b.begin(forged)
        assert b.hosts.ledger == []


@pytest.mark.parametrize("state", [PlanState.CANCELLED, PlanState.DENIED, PlanState.WAITING])
async def test_what_is_no_longer_approved_does_not_begin(tmp_path, state):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a")))
        await b.store.write(lambda u: u.add_plan(plan, state))
        with pytest.raises(ConflictError, match="#1 is no longer approved"):
            await b.begin(plan)
        assert await b.stored() is None
        assert await b.holds("a") == {}
        assert b.hosts.ledger == []


async def test_an_earlier_revision_does_not_begin(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a")))
        later = a_plan(a_step("s1", "b"), revision=2)
        await b.store.write(lambda u: u.add_plan(plan, PlanState.APPROVED))
        await b.store.write(lambda u: u.add_plan(later, PlanState.APPROVED))
        with pytest.raises(ConflictError, match="no longer approved"):
            await b.begin(plan)
        assert await b.run(b.answers(later)) is RunState.SUCCEEDED


async def test_what_has_expired_does_not_begin_unless_it_only_looks(tmp_path):
    async with bench(tmp_path) as b:
        over = b.clock.now()
        with pytest.raises(ConflictError, match="votes on #1 have expired"):
            await b.begin(b.answers(a_plan(a_step("s1", "a"), expires_at=over)))
        assert b.hosts.ledger == []
        reads = a_plan(a_step("s1", "a", effect="read"), plan=2, expires_at=over)
        assert await b.run(b.answers(reads)) is RunState.SUCCEEDED


async def test_what_happens_inside_runs_while_frozen(tmp_path):
    async with bench(tmp_path) as b:
        await b.decisions.freeze(frozen=True, by="ana")
        assert await b.run(a_plan(a_call("s1"))) is RunState.SUCCEEDED
        mixed = b.answers(a_plan(a_call("s1"), a_step("s2", "a"), plan=2))
        with pytest.raises(UnavailableError):
            await b.begin(mixed)


async def test_freeze_and_resume(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), a_step("s2", "b", needs=("s1",))))
        b.hosts.hang(do("s1", "a"))
        await b.begin(plan)
        await b.ran(do("s1", "a"))
        await b.decisions.freeze(frozen=True, by="ana")
        other = b.answers(a_plan(a_step("s1", "c"), plan=2))
        with pytest.raises(UnavailableError, match="Everything is stopped"):
            await b.begin(other)
        reads = b.answers(a_plan(a_step("s1", "c", effect="read"), plan=3))
        assert await b.run(reads) is RunState.SUCCEEDED, "looking is allowed"
        b.free(do("s1", "a"))
        assert await b.rest() is RunState.CANCELLED
        assert b.hosts.ran(do("s2", "b")) == 0
        await b.decisions.freeze(frozen=False, by="ana")
        assert await b.run(other) is RunState.SUCCEEDED


async def test_while_frozen_nothing_halted_goes_on(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a")))
        b.hosts.answer(do("s1", "a"), status=1)
        await b.run(plan)
        await b.decisions.freeze(frozen=True, by="ana")
        with pytest.raises(UnavailableError):
            await b.decisions.retry(1, by="ana")
        assert b.hosts.ran(do("s1", "a")) == 1


async def test_a_fault_of_our_own_is_told_and_halts_the_run(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), a_step("s2", "b", needs=("s1",))))

        def broken(host, command):
            raise ZeroDivisionError

        b.hosts.answer(do("s1", "a"), broken)
        assert await b.run(plan) is RunState.INTERRUPTED
        assert "I failed at it myself (ZeroDivisionError)" in (await b.attempts())["s1", "a"].note


async def test_a_fault_in_the_engine_itself_is_not_lost(tmp_path, monkeypatch):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a"), a_step("s2", "b")))
        b.hosts.hang(do("s2", "b"))

        def broken(*_):
            raise ZeroDivisionError

        await b.begin(plan)
        await b.ran(do("s2", "b"))
        monkeypatch.setattr(b.runs.live(1).machine, "ended", broken) if b.runs.live(1) else None
        b.free(do("s2", "b"))
        assert await b.rest() is RunState.INTERRUPTED
        assert "ZeroDivisionError" in (await b.stored()).why
        assert (await b.states())["s2", "b"] == "interrupted"
