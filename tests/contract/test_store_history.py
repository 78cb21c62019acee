"""What `Unit` promises of the history: whatever narrows is asked of the database, not of its page."""

from datetime import timedelta

import pytest

from bot.adapters.store.engine import Statement
from bot.adapters.store.unit_history import _ran
from bot.domain.plans import Effect
from bot.domain.runs import PlanState, RunState, StepState
from bot.ports import PlanFilter
from tests.rigs.stores import START, attempt, begin, each, plan, run

pytestmark = pytest.mark.asyncio


def a_read(number, **fields):
    made = plan(number, **fields)
    steps = tuple(s.model_copy(update={"effect": Effect.READ}) for s in made.steps)
    return made.model_copy(update={"steps": steps})


def ended(number, state=RunState.SUCCEEDED, *, at=START):
    return lambda u: u.save_run(run(number).model_copy(update={"state": state, "ended_at": at}))


async def ran(store, *, flawed=False, **want):
    found = await store.read(lambda u: u.ran(PlanFilter(**want), flawed=flawed))
    return [r.stored.plan.id for r in found]


async def many(store, *, has_run, flawed=False, **want):
    wanted = PlanFilter(**want)
    return await store.read(lambda u: u.how_many(wanted, ran=has_run, flawed=flawed))


async def test_a_change_that_ran_is_found_behind_any_number_of_reads_and_drafts(store):
    def everything(unit):
        begin(1)(unit)
        for number in range(2, 60):
            unit.add_plan(plan(number), PlanState.DRAFTED)
        for number in range(60, 120):
            unit.add_plan(a_read(number), PlanState.APPROVED)
            unit.add_run(run(number), ["s1"])

    await store.write(everything)
    assert await ran(store, changes=True, limit=50) == [1]
    assert await ran(store, changes=False, limit=2) == [119, 118]
    assert await many(store, has_run=True, changes=False) == 60
    drafted = frozenset({PlanState.DRAFTED})
    assert await many(store, has_run=False) == 119
    assert await many(store, has_run=False, states=drafted) == 58


async def test_what_ran_is_found_by_when_it_ran_and_not_by_when_it_was_asked(store):
    day = timedelta(days=1)
    await store.write(each(begin(1, created_at=START - 2 * day), ended(1, at=START)))
    await store.write(each(begin(2), ended(2, at=START - day)))
    await store.write(begin(3, created_at=START - 9 * day))  # still open, whenever it began
    assert await ran(store, since=START) == [3, 1]
    assert await many(store, has_run=True, since=START) == 2


async def test_what_ran_is_found_by_host_service_and_person(store):
    await store.write(begin(1, hosts=("web-1",), requester="bo"))
    await store.write(begin(2, hosts=("web-2", "db-1")))
    await store.write(begin(3, hosts=("db-2",), params={"service": "redis"}))
    assert await ran(store, hosts=("web-1", "db-2")) == [3, 1]
    assert await ran(store, service="redis") == [3]
    assert await ran(store, person="bo") == [1]


async def test_what_failed_is_found_also_where_a_host_was_given_up_and_the_rest_done(store):
    await store.write(each(begin(1), ended(1, RunState.FAILED)))
    await store.write(each(begin(2), ended(2)))
    for number, fields in ((3, {}), (4, {"started_at": None})):
        given_up = attempt(number, state=StepState.SKIPPED, left_out=True, **fields)
        await store.write(each(begin(number), lambda u, g=given_up: u.record(g), ended(number)))
    await store.write(each(begin(5), ended(5, RunState.CANCELLED)))
    assert await ran(store, flawed=True) == [3, 1]
    assert await many(store, has_run=True, flawed=True) == 2


async def test_what_happens_inside_overseer_can_be_left_out(store):
    await store.write(begin(1, hosts=("overseer",)))
    await store.write(begin(2))
    assert await ran(store, on_hosts=True) == [2]
    assert await many(store, has_run=False, on_hosts=True) == 1


async def test_what_came_of_a_run_is_counted_by_state(store):
    await store.write(begin(1, steps=("s1", "s2"), hosts=("a", "b")))
    for step, host, fields in (
        ("s1", "a", {}),
        ("s1", "b", {"left_out": True}),
        ("s2", "a", {}),
    ):
        await store.write(lambda u, s=step, h=host: u.claim(attempt(step=s, host=h)))
        state = StepState.SKIPPED if fields else StepState.SUCCEEDED
        done = attempt(step=step, host=host, state=state, **fields)
        await store.write(lambda u, d=done: u.record(d))
    (found,) = await store.read(lambda u: u.ran(PlanFilter()))
    assert found.reached == {(StepState.SUCCEEDED, False): 2, (StepState.SKIPPED, True): 1}


@pytest.mark.parametrize(
    ("narrowed", "index"),
    [({"changes"}, "ix_plans_changes_newest_plan"), ({"changes", "since"}, "ix_plans_changes")],
)
async def test_the_changes_are_found_by_an_index_and_not_among_all_reads(store, narrowed, index):
    statement: Statement = _ran(0, frozenset(narrowed), flawed=False, counted=False)
    values = statement.values([*(START.isoformat() for n in statement.names if n == "since"), 1])
    connection = store._writer._connection
    steps = str(connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", values).fetchall())
    assert index in steps or "ix_runs_ended_at" in steps
    assert "SCAN" not in steps
