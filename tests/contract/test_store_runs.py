"""What `Unit` promises of runs, steps, attempts and held hosts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.store.unit_runs import RUNS_HERE
from bot.domain.commands import CommandResult
from bot.domain.runs import RUN_ENDED, RUN_MOVES, STEP_MOVES, PlanState, RunState, StepState
from bot.errors import ConflictError
from bot.ports import Leftover
from tests.rigs.stores import OTHER, START, THREAD, attempt, begin, each, event, plan, run

pytestmark = pytest.mark.asyncio


def forced(store, table, state):
    """Put a row into a state without asking anybody."""
    store._writer._connection.execute(f"UPDATE {table} SET state = ?", (state.value,))


async def whole(store):
    return await store.read(lambda u: (u.run(1), u.steps(1), u.attempts(1), u.events()))


# -- runs ------------------------------------------------------------------------------------


async def test_a_run_begins_with_its_steps_pending_in_order(store):
    await store.write(begin(steps=("s2", "s1", "s10")))
    assert await store.read(lambda u: u.run(1)) == run()
    assert list((await store.read(lambda u: u.steps(1))).items()) == [
        ("s2", StepState.PENDING), ("s1", StepState.PENDING), ("s10", StepState.PENDING),
    ]  # fmt: skip
    assert await store.read(lambda u: (u.run(2), u.steps(2), u.attempts(2))) == (None, {}, ())


async def test_a_run_needs_its_plan_and_replaces_only_a_drifted_one(store):
    with pytest.raises(ConflictError, match="no revision"):
        await store.write(lambda u: u.add_run(run(), ["s1"]))
    await store.write(each(begin(), lambda u: u.claim(attempt())))
    await store.write(lambda u: u.add_plan(plan(revision=2), PlanState.APPROVED))
    with pytest.raises(ConflictError, match="has a run"):
        await store.write(lambda u: u.add_run(run(revision=2), ["s1"]))
    await store.write(lambda u: u.save_run(run(state=RunState.DRIFTED)))
    with pytest.raises(ConflictError, match="has a run"):
        await store.write(lambda u: u.add_run(run(), ["s1"]))
    await store.write(lambda u: u.add_run(run(revision=2), ["s1", "s2"]))
    assert (await whole(store))[:3] == (
        run(revision=2), {"s1": StepState.PENDING, "s2": StepState.PENDING}, (),
    )  # fmt: skip
    # Whoever still works for the former revision is refused.
    for late in (
        lambda u: u.claim(attempt(fence=9)),
        lambda u: u.record(attempt(state=StepState.SUCCEEDED)),
        lambda u: u.record(attempt(state=StepState.SKIPPED)),
        lambda u: u.save_run(run(stopping=True)),
    ):
        with pytest.raises(ConflictError, match="revision 2"):
            await store.write(late)


async def test_the_runs_of_a_thread_are_found_without_reading_any_plan(store):
    await store.write(each(begin(2), begin(1), begin(3, thread=OTHER), begin(4)))
    await store.write(lambda u: u.save_run(run(4, state=RunState.NEEDS_DECISION)))
    running, halted = frozenset({RunState.RUNNING}), frozenset({RunState.NEEDS_DECISION})

    async def found(states, *where):
        return [r.plan for r in await store.read(lambda u: u.runs(states, *where))]

    assert await found(running) == [1, 2, 3]
    assert await found(running, THREAD) == [1, 2]
    assert await found(running | halted, THREAD) == [1, 2, 4]
    assert await found(running, OTHER) == [3]
    assert await found(halted, OTHER) == []
    assert await found(running, OTHER.model_copy(update={"thread": "t9"})) == []
    store._writer._connection.execute("UPDATE plans SET body = '{}'")
    assert await found(running, THREAD) == [1, 2]


async def test_what_has_halted_in_a_thread_is_looked_up_and_not_searched_for(store):
    """With each message: however many have halted elsewhere, and however long the thread is."""
    statement = RUNS_HERE
    values = statement.values(["NEEDS_DECISION", str(THREAD)])
    connection = store._writer._connection
    steps = str(connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", values).fetchall())
    assert "ix_runs_state_started_at (state=?)" in steps
    assert "ix_plans_thread_plan (thread=? AND plan=?)" in steps
    assert "SCAN" not in steps.replace("SCALAR", "")


@pytest.mark.parametrize("to", list(RunState))
@pytest.mark.parametrize("state", list(RunState))
async def test_runs_move_along_the_table_only(store, state, to):
    await store.write(begin())
    forced(store, "runs", state)
    before = await whole(store)
    after = run(
        state=to, why="because", stopping=True, decide_by=START, ended_at=START, decider="bo"
    )
    if to in RUN_MOVES[state] or (to is state and state not in RUN_ENDED):
        await store.write(lambda u: u.save_run(after))
        assert await store.read(lambda u: u.run(1)) == after
    else:
        with pytest.raises(ConflictError, match="can't become"):
            await store.write(lambda u: u.save_run(after))
        assert await whole(store) == before


async def test_a_run_that_is_not_there_cannot_be_saved(store):
    with pytest.raises(ConflictError, match="no run"):
        await store.write(lambda u: u.save_run(run(4)))


async def test_runs_are_listed_by_state_oldest_first(store):
    for number, minutes, state in ((1, 2, "DRIFTED"), (2, 1, "RUNNING"), (3, 0, "FAILED")):
        await store.write(begin(number))
        late = run(number, started_at=START + timedelta(minutes=minutes), state=RunState[state])
        await store.write(lambda u, r=late: u.save_run(r))
    wanted = frozenset({RunState.RUNNING, RunState.DRIFTED})
    assert [r.plan for r in await store.read(lambda u: u.runs(wanted))] == [2, 1]


# -- steps and attempts ----------------------------------------------------------------------


@pytest.mark.parametrize("to", list(StepState))
@pytest.mark.parametrize("state", list(StepState))
async def test_steps_move_along_the_table_only(store, state, to):
    await store.write(begin(steps=("s1", "s2")))
    forced(store, "steps", state)
    if to in STEP_MOVES[state]:
        await store.write(lambda u: u.move_step(1, "s1", to))
        assert await store.read(lambda u: u.steps(1)) == {"s1": to, "s2": state}
    else:
        with pytest.raises(ConflictError, match="can't become"):
            await store.write(each(lambda u: u.append(event()), lambda u: u.move_step(1, "s1", to)))
        assert (await whole(store))[1:] == ({"s1": state, "s2": state}, (), ())


@pytest.mark.parametrize("to", list(StepState))
@pytest.mark.parametrize("state", list(StepState))
async def test_attempts_move_along_the_table_only(store, state, to):
    await store.write(each(begin(), lambda u: u.claim(attempt(state=state))))
    before = await whole(store)
    after = attempt(
        state=to, note="n", changed=True, left_out=True, ended_at=START,
        results=(CommandResult(exit_status=0, stdout="ok", data={"a": [1]}),),
    )  # fmt: skip
    if to in STEP_MOVES[state] or to is state:  # the same state: only more is known of it
        await store.write(lambda u: u.record(after))
        assert await store.read(lambda u: u.attempts(1)) == (after,)
    else:
        with pytest.raises(ConflictError, match="can't become"):
            await store.write(lambda u: u.record(after))
        assert await whole(store) == before


async def test_an_unknown_step_is_refused(store):
    await store.write(begin())
    for work in (
        lambda u: u.move_step(1, "s9", StepState.RUNNING),
        lambda u: u.claim(attempt(step="s9")),
        lambda u: u.record(attempt(step="s9", state=StepState.SKIPPED)),
    ):
        with pytest.raises(ConflictError, match="no step s9"):
            await store.write(work)


@pytest.mark.parametrize("fence", [1, 2])
async def test_a_claim_with_the_same_or_an_older_fence_is_refused(store, fence):
    await store.write(each(begin(), lambda u: u.claim(attempt(fence=2))))
    with pytest.raises(ConflictError, match="newer attempt"):
        await store.write(lambda u: u.claim(attempt(fence=fence, id="another")))
    assert await store.read(lambda u: u.attempts(1)) == (attempt(fence=2),)


async def test_a_recorder_with_an_older_fence_is_refused(store):
    await store.write(each(begin(), lambda u: u.claim(attempt())))
    await store.write(lambda u: u.claim(attempt(fence=2)))
    for late in (
        attempt(state=StepState.SUCCEEDED),
        attempt(state=StepState.SUCCEEDED, fence=2, id="another"),
        attempt(state=StepState.SUCCEEDED, fence=1, id=attempt(fence=2).id),
    ):
        with pytest.raises(ConflictError, match="newer attempt"):
            await store.write(lambda u, a=late: u.record(a))
    never = attempt(state=StepState.SUCCEEDED, fence=3, id=attempt(fence=2).id)
    with pytest.raises(ConflictError, match="never claimed"):
        await store.write(lambda u: u.record(never))
    assert await store.read(lambda u: u.attempts(1)) == (attempt(fence=2),)


async def test_former_attempts_are_kept(store):
    failed = attempt(state=StepState.FAILED, ended_at=START, note="no")
    await store.write(each(begin(), lambda u: u.claim(attempt()), lambda u: u.record(failed)))
    await store.write(lambda u: u.claim(attempt(fence=2)))
    kept = store._writer._connection.execute("SELECT id, state, note FROM former_attempts")
    assert kept.fetchall() == [(failed.id, "failed", "no")]


async def test_what_never_ran_is_recorded_without_a_claim(store):
    await store.write(begin())
    skipped = attempt(state=StepState.SKIPPED, note="left out", started_at=None)
    await store.write(lambda u: u.record(skipped))
    assert await store.read(lambda u: u.attempts(1)) == (skipped,)
    with pytest.raises(ConflictError, match="can't become"):
        await store.write(lambda u: u.record(attempt(host="web-2", state=StepState.SUCCEEDED)))


async def test_attempts_come_in_the_order_of_steps_and_hosts(store):
    await store.write(begin(steps=("s2", "s1")))
    for step in ("s1", "s2"):
        for host in ("web-2", "web-1"):
            await store.write(lambda u, s=step, h=host: u.claim(attempt(step=s, host=h)))
    found = await store.read(lambda u: u.attempts(1))
    assert [(a.step, a.host) for a in found] == [
        ("s2", "web-1"), ("s2", "web-2"), ("s1", "web-1"), ("s1", "web-2"),
    ]  # fmt: skip


async def test_durations_are_those_of_the_newest_successes(store):
    for number, seconds, state in (
        (1, 5.0, StepState.SUCCEEDED), (2, 7.5, StepState.SUCCEEDED), (3, 9.0, StepState.FAILED),
        (4, 1.0, StepState.SUCCEEDED),
    ):  # fmt: skip
        began = START + timedelta(hours=number)
        one = attempt(number, started_at=began)
        ended = replace(one, state=state, ended_at=began + timedelta(seconds=seconds))
        await store.write(
            each(begin(number), lambda u, a=one: u.claim(a), lambda u, a=ended: u.record(a))
        )
    assert await store.read(lambda u: u.durations("service.restart")) == (1.0, 7.5, 5.0)
    assert await store.read(lambda u: u.durations("service.restart", limit=1)) == (1.0,)
    assert await store.read(lambda u: u.durations("host.reboot")) == ()


# -- held hosts ------------------------------------------------------------------------------


async def test_hosts_are_held_all_or_none(store):
    assert await store.write(lambda u: u.hold(["a", "b", "a"], 1)) == {}
    assert await store.write(lambda u: u.hold(["b", "c"], 1)) == {}  # its own may be held again
    assert await store.write(lambda u: u.hold(["c", "d"], 2)) == {"c": 1}
    assert await store.read(lambda u: u.holders(["a", "b", "c", "d"])) == {"a": 1, "b": 1, "c": 1}
    await store.write(lambda u: u.release(1))
    assert await store.read(lambda u: u.holders(["a", "b", "c"])) == {}
    assert await store.write(lambda u: u.hold(["c", "d"], 2)) == {}


async def test_what_may_still_run_is_known_by_host_and_of_all_hosts(store):
    a, b = (Leftover(host, f"{host}.0", 1, sudo=False) for host in "ab")
    for one in (b, a):
        await store.write(lambda u, one=one: u.leave(one))
    assert await store.read(lambda u: u.left(("b",))) == (b,)
    assert await store.read(lambda u: u.left(())) == ()
    assert await store.read(lambda u: u.left()) == (a, b)
    await store.write(lambda u: u.cleared("a", "a.0"))
    assert await store.read(lambda u: u.left()) == (b,)
