"""One change per host at a time, also when an earlier one was given up and goes on there."""

import pytest

from bot.domain.commands import CommandResult
from bot.errors import ConflictError, NotAllowedError, SecretError, StoreBusyError
from bot.ports import Leftover
from bot.testing.fake_machine import Job
from tests.scenario.a_run import (
    RunState,
    a_plan,
    a_step,
    bench,
    chain,
    do,
    in_doubt,
    undo,
    undo_in_doubt,
)  # fmt: skip


async def test_nothing_is_changed_beside_what_a_former_run_left_running(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        await b.decisions.end(1, by="ana")
        other = b.answers(a_plan(a_step("s9", "a"), plan=2))
        assert await b.run(other) is RunState.NEEDS_DECISION
        assert b.hosts.ran(do("s9", "a")) == 0
        assert "a command of #1 still runs there" in (await b.attempts(2))["s9", "a"].note
        b.free(do("s1", "a"))
        await b.decisions.retry(2, by="ana")
        assert await b.rest(2) is RunState.SUCCEEDED
        assert b.hosts.ran(do("s9", "a")) == 1
        assert await b.store.read(lambda u: u.left(("a",))) == (), "it is over: asked no more"


async def test_who_ends_what_a_halted_run_left_running_frees_its_host(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        said = await b.decisions.stop(1, by="ana", kill=True)
        assert said == "#1 stops here; ended `do s1 a 0` on a."
        assert await b.state() is RunState.FAILED
        assert await b.store.read(lambda u: u.left(("a",))) == ()
        assert await b.run(b.answers(a_plan(a_step("s9", "a"), plan=2))) is RunState.SUCCEEDED
        assert [e.host for e in await b.events("run.decided") if e.data["button"] == "kill"] == [
            "a"
        ]


async def test_what_a_run_that_is_over_left_running_can_still_be_ended(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        await b.decisions.end(1, by="ana")
        other = b.answers(a_plan(a_step("s9", "a"), plan=2))
        assert await b.run(other) is RunState.NEEDS_DECISION
        note = (await b.attempts(2))["s9", "a"].note
        assert note.endswith(
            "; try again when it has ended, or now: `./overseer stop 1 --kill` ends it"
        )
        assert await b.decisions.stop(1, by="ana", kill=True) == "#1: ended `do s1 a 0` on a."
        await b.decisions.retry(2, by="ana")
        assert await b.rest(2) is RunState.SUCCEEDED
        with pytest.raises(ConflictError, match="is not running"):
            await b.decisions.stop(1, by="ana", kill=True)


async def test_only_stop_with_kill_ends_what_was_left(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        assert await b.decisions.stop(1, by="ana") == "#1 stops here."
        assert b.hosts.machine("a").attempts
        assert len(await b.store.read(lambda u: u.left(("a",)))) == 1
        with pytest.raises(ConflictError, match="is not running"):
            await b.decisions.stop(1, by="ana")


def anothers(unit):
    raise NotAllowedError("#1 was handed to Otto.")


async def test_what_anothers_halted_run_left_running_is_ended_and_the_run_is_not(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        with pytest.raises(NotAllowedError) as refused:
            await b.decisions.stop(1, by="ana", kill=True, may=anothers)
        assert str(refused.value) == (
            "#1 was handed to Otto. What it had left running, all the same: ended `do s1 a 0` on a."
        )
        assert await b.state() is RunState.INTERRUPTED
        assert await b.store.read(lambda u: u.left(("a",))) == ()
        with pytest.raises(NotAllowedError, match=r"^#1 was handed to Otto\.$"):
            await b.decisions.stop(1, by="ana", kill=True, may=anothers)


async def test_what_may_not_be_ended_halfway_is_left_to_end_and_that_is_said(tmp_path):
    async with in_doubt(tmp_path, chain(killable=False)) as (_, b):
        said = await b.decisions.stop(1, by="ana", kill=True)
        assert said == "#1 stops here; `do s1 a 0` on a can't be ended halfway and finishes first."
        assert await b.run(b.answers(a_plan(a_step("s9", "a"), plan=2))) is RunState.NEEDS_DECISION
        note = (await b.attempts(2))["s9", "a"].note
        assert note.endswith("; try again when it has ended: it can't be ended halfway")
        assert "--kill" not in note


async def test_what_can_not_be_asked_about_is_kept_and_that_is_said(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        b.hosts.machine("a").down = True
        said = await b.decisions.stop(1, by="ana", kill=True)
        assert said.startswith("#1 stops here; `do s1 a 0` on a may still run there, and I can't")
        assert len(await b.store.read(lambda u: u.left(("a",)))) == 1


def without_its_password(b, host, monkeypatch):
    """The password that is needed to ask this host can't be had."""
    find = b.hosts.find

    async def found(target, name, **more):
        if target.name == host:
            raise SecretError("`pass show ops` gave nothing.")
        return await find(target, name, **more)

    monkeypatch.setattr(b.hosts, "find", found)


async def test_a_secret_that_one_host_needs_and_can_not_be_had_keeps_no_other_from_being_ended(
    tmp_path, monkeypatch
):
    async with in_doubt(tmp_path, a_plan(a_step("s1", "a"), a_step("s2", "b"))) as (_, b):
        b.hosts.machine("b").attempts["1-1-01234567-s2-b-1.0", False] = other = Job(do("s2", "b"))
        await b.store.write(
            lambda u: u.leave(Leftover("b", "1-1-01234567-s2-b-1.0", 1, sudo=False))
        )
        without_its_password(b, "a", monkeypatch)
        said = await b.decisions.stop(1, by="ana", kill=True)
        assert "`do s1 a 0` on a may still run there, and I can't end it now: `pass show" in said
        assert "ended `do s2 b 0` on b" in said
        assert other.result is not None
        assert [one.host for one in await b.store.read(lambda u: u.left())] == ["a"]


async def test_a_change_says_which_secret_it_lacks_to_ask_about_what_was_left(
    tmp_path, monkeypatch
):
    async with in_doubt(tmp_path, chain()) as (_, b):
        await b.decisions.end(1, by="ana")
        without_its_password(b, "a", monkeypatch)
        other = b.answers(a_plan(a_step("s9", "a"), plan=2))
        assert await b.run(other) is RunState.NEEDS_DECISION
        assert (await b.attempts(2))["s9", "a"].note == "`pass show ops` gave nothing."
        assert b.hosts.ran(do("s9", "a")) == 0
        assert len(await b.store.read(lambda u: u.left())) == 1


async def test_ending_a_change_ends_nothing_of_other_runs(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        others = b.hosts.machine("a").attempts["1-1-01234567-s2-a-1.0", False] = Job(("other",))
        await b.store.write(
            lambda u: u.leave(Leftover("a", "7-1-01234567-s1-a-1.0", 7, sudo=False))
        )
        await b.decisions.stop(1, by="ana", kill=True)
        assert others.result is None
        assert len(await b.store.read(lambda u: u.left(("a",)))) == 1


async def test_an_undo_that_was_lost_sight_of_is_ended_too(tmp_path):
    async with undo_in_doubt(tmp_path) as (_, new):
        assert await new.decisions.stop(1, by="ana", kill=True) == "#1: ended `undo s1 a` on a."


async def test_what_the_host_has_told_is_asked_about_no_more_by_the_next_step(tmp_path):
    plan = a_plan(a_step("s1", "a"), a_step("s2", "a", needs=("s1",)))
    async with in_doubt(tmp_path, plan) as (_, b):
        b.free(do("s1", "a"))
        find, asked, told = b.hosts.find, [], []
        b.store.subscribe(lambda events: told.extend(e for e in events if e.step == "s1"))

        async def seen(target, name, **more):
            if any(event.data.get("state") == "succeeded" for event in told):
                asked.append(name)
            return await find(target, name, **more)

        b.hosts.find = seen
        await b.decisions.recheck(1, by="ana")
        assert await b.rest() is RunState.SUCCEEDED
        assert b.hosts.ran(do("s2", "a")) == 1
        assert asked == []


async def test_what_was_counted_as_done_and_still_runs_holds_up_the_next_step(tmp_path):
    plan = a_plan(a_step("s1", "a"), a_step("s2", "a", needs=("s1",)))
    async with in_doubt(tmp_path, plan) as (_, b):
        await b.decisions.skip(1, by="ana", done=True)
        assert await b.rest() is RunState.NEEDS_DECISION
        assert b.hosts.ran(do("s2", "a")) == 0
        assert "a command of #1 still runs there" in (await b.attempts())["s2", "a"].note


async def test_nothing_is_changed_beside_an_undo_that_was_lost_sight_of(tmp_path):
    async with undo_in_doubt(tmp_path) as (b, new):
        other = b.answers(a_plan(a_step("s9", "a"), plan=2))
        assert await new.run(other) is RunState.NEEDS_DECISION
        assert b.hosts.ran(do("s9", "a")) == 0
        assert "a command of #1 still runs there" in (await b.attempts(2))["s9", "a"].note


async def test_a_key_that_changed_meanwhile_is_drift(tmp_path):
    async with in_doubt(tmp_path, chain()) as (_, b):
        await b.decisions.end(1, by="ana")
        b.hosts.machine("a").fingerprint = "SHA256:mallory"
        assert await b.run(b.answers(a_plan(a_step("s9", "a"), plan=2))) is RunState.DRIFTED
        assert b.hosts.ran(do("s9", "a")) == 0


async def test_a_change_that_never_began_is_not_taken_back(tmp_path):
    plan = a_plan(a_step("s1", "a", undoes=True))
    async with in_doubt(tmp_path, plan) as (_, b):
        b.hosts.machine("a").attempts.clear()  # it died between the claim and the command
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.ROLLED_BACK
        assert b.hosts.ran(undo("s1", "a")) == 0
        assert "never begun" in (await b.attempts())["s1", "a"].note


async def test_where_taking_back_failed_nothing_more_is_taken_back(tmp_path):
    last = a_step("s3", "b", needs=("s2",))
    first, second = a_step("s1", "a", undoes=True), a_step("s2", "a", undoes=True, needs=("s1",))
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(first, second, last))
        b.hosts.answer(do("s3", "b"), status=1)
        assert await b.run(plan) is RunState.NEEDS_DECISION
        b.hosts.answer(undo("s2", "a"), status=1)
        await b.decisions.roll_back(1, by="ana")
        assert await b.rest() is RunState.FAILED
        assert (b.hosts.ran(undo("s2", "a")), b.hosts.ran(undo("s1", "a"))) == (1, 0)
        why = (await b.stored()).why
        assert "s2 was not taken back on a; s1 was not taken back on a" in why


async def test_tidying_that_meets_a_busy_database_changes_nothing(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a")))
        over = b.hosts.machine("a").attempts["other.0", False] = Job(("other",))
        over.end(CommandResult(exit_status=0))
        await b.store.write(lambda u: u.leave(Leftover("a", "other.0", 7, sudo=False)))

        class Busy:
            async def write(self, work, *, first=False):
                raise StoreBusyError("locked")

        b.runs.driver.performer.leftovers._store = Busy()
        assert await b.run(plan) is RunState.SUCCEEDED
        assert len(await b.store.read(lambda u: u.left(("a",)))) == 1, "asked about once more"
