"""What does not begin, does not go on, or is stopped: tampering, expiry, the freeze, faults."""

import sqlite3

import pytest

from bot.domain.runs import PlanState
from bot.errors import ConflictError, UnavailableError
from bot.execution.ledger import ROLLING_BACK
from tests.scenario.a_run import RunState, a_call, a_plan, a_step, bench, do


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
