"""What `bot.ports.Store` and `Unit` promise: units of work, plans, votes."""

import asyncio
from datetime import timedelta

import pytest

from bot.adapters.store.unit_plans import _listing
from bot.domain.approvals import Ballot, Vote
from bot.domain.plans import Decision, Reason, Verdict
from bot.domain.runs import PLAN_MOVES, PlanState
from bot.errors import ConflictError, UnavailableError
from bot.ports import PlanFilter
from tests.rigs.stores import OTHER, START, THREAD, begin, event, opened, plan

pytestmark = pytest.mark.asyncio


# -- units of work ---------------------------------------------------------------------------


async def test_a_unit_that_raises_is_rolled_back_alone(store):
    def fails(unit):
        unit.put("half", True)
        unit.append(event(plan=9))
        raise ConflictError("No.")

    works = [lambda u: u.put("a", 1), fails, lambda u: u.put("b", 2)]
    results = await _at_once(store, works)
    assert [type(r) for r in results] == [type(None), ConflictError, type(None)]
    assert await store.read(lambda u: (u.get("a"), u.get("half"), u.get("b"))) == (1, None, 2)
    assert await store.read(lambda u: u.events()) == ()


async def test_a_read_changes_nothing(store):
    for change in (
        lambda u: u.put("a", 1),
        lambda u: u.append(event()),
        lambda u: u.say(THREAD, "ana", "hello"),
        lambda u: u.hold(["web-1"], 1),
    ):
        with pytest.raises(TypeError, match="must not change"):
            await store.read(change)
    assert await store.read(lambda u: (u.get("a"), u.events(), u.holders(["web-1"]))) == (
        None, (), {},
    )  # fmt: skip


async def test_a_read_sees_one_moment(store):
    await store.write(lambda u: u.put("a", 1))

    def work(unit):
        before = unit.get("a")
        # Another connection commits in between: this snapshot must not see it.
        other = store._writer._connection
        other.execute("UPDATE settings SET value = '2'")
        return before, unit.get("a")

    assert await store.read(work) == (1, 1)
    assert await store.read(lambda u: u.get("a")) == 2


async def test_the_units_time_is_the_stores_clock(store, clock):
    assert await store.write(lambda u: u.now) == START
    clock.tick(hours=1)
    assert await store.read(lambda u: u.now) == START + timedelta(hours=1)


async def test_closing_finishes_what_is_queued_and_takes_nothing_more(tmp_path, clock):
    store = opened(tmp_path / "o.db", clock)
    waiting = [store.write(lambda u, n=n: u.put(f"k{n}", n)) for n in range(50)]

    waiting += [store.read(lambda u: u.get("none")) for _ in range(50)]
    tasks = [asyncio.ensure_future(w) for w in waiting]
    await asyncio.sleep(0)
    await store.close()
    await store.close()
    assert await asyncio.gather(*tasks) == [None] * 100
    with pytest.raises(UnavailableError):
        await store.write(lambda u: u.put("late", 1))
    with pytest.raises(UnavailableError):
        await store.read(lambda u: u.get("late"))
    again = opened(tmp_path / "o.db", clock)
    assert await again.read(lambda u: u.get("k49")) == 49
    await again.close()


# -- plans and votes -------------------------------------------------------------------------


async def test_plan_numbers_count_from_one(store):
    assert [await store.write(lambda u: u.next_plan_id()) for _ in range(3)] == [1, 2, 3]


async def test_a_plan_comes_back_as_it_went_in(store):
    verdict = Verdict(decision=Decision.ASK, reasons=(Reason(id="r", text="x"),), votes=1)
    whole = plan(hosts=("b", "a"), verdict=verdict, unread=(("db-1", "down"),), expires_at=START)
    await store.write(lambda u: u.add_plan(whole, PlanState.WAITING))
    stored = await store.read(lambda u: u.plan(1))
    assert stored.plan == whole
    assert stored.state is PlanState.WAITING
    assert await store.read(lambda u: u.plan(2)) is None
    assert await store.read(lambda u: u.plan(1, 2)) is None


@pytest.mark.parametrize("state", list(PlanState))
async def test_a_new_revision_supersedes_what_has_not_ended(store, state):
    await store.write(lambda u: u.add_plan(plan(), state))
    await store.write(lambda u: u.add_plan(plan(revision=2), PlanState.WAITING))
    former, newest = await store.read(lambda u: (u.plan(1, 1), u.plan(1)))
    assert former.state is (PlanState.SUPERSEDED if PLAN_MOVES[state] else state)
    assert (newest.plan.revision, newest.state) == (2, PlanState.WAITING)
    with pytest.raises(ConflictError, match="changed"):
        await store.write(lambda u: u.move_plan(1, 1, PlanState.APPROVED))
    with pytest.raises(ConflictError, match="already"):
        await store.write(lambda u: u.add_plan(plan(), PlanState.WAITING))


@pytest.mark.parametrize("to", list(PlanState))
@pytest.mark.parametrize("state", list(PlanState))
async def test_plans_move_along_the_table_only(store, clock, state, to):
    await store.write(lambda u: u.add_plan(plan(), state))
    before = await store.read(lambda u: u.plan(1))
    clock.tick(seconds=5)

    def work(unit):
        return unit.move_plan(1, 1, to, by="bo", reason="why")

    if to in PLAN_MOVES[state]:
        after = await store.write(work)
        assert (after.state, after.decided_by, after.reason) == (to, "bo", "why")
        assert after.decided_at == (None if to is PlanState.WAITING else clock.now())
        assert await store.read(lambda u: u.plan(1)) == after
    else:
        with pytest.raises(ConflictError, match="can't become"):
            await store.write(work)
        assert await store.read(lambda u: u.plan(1)) == before


async def test_a_plan_that_is_not_there_cannot_move(store):
    with pytest.raises(ConflictError, match="no plan 7"):
        await store.write(lambda u: u.move_plan(7, 1, PlanState.DENIED))


async def test_a_long_list_of_what_stands_where_is_read_without_the_plans(store):
    for number in (1, 2, 3):
        await store.write(lambda u, n=number: u.add_plan(plan(n), PlanState.WAITING))
    await store.write(lambda u: u.move_plan(2, 1, PlanState.DENIED))
    await store.write(lambda u: u.add_plan(plan(1, 2), PlanState.WAITING))

    assert await store.read(lambda u: u.plans_in(PlanState.WAITING)) == ((3, 1), (1, 2))
    assert await store.read(lambda u: u.plans_in(PlanState.APPROVED)) == ()


async def test_plans_are_found_by_what_they_are_about(store):
    later = START + timedelta(days=1)
    for made, state in (
        (plan(1, hosts=("web-1", "web-2")), PlanState.WAITING),
        (plan(2, params={"services": ["redis", "nginx"]}, requester="bo"), PlanState.DENIED),
        (plan(3, params={}, hosts=("db-1",), thread=OTHER, created_at=later), PlanState.WAITING),
    ):
        await store.write(lambda u, p=made, s=state: u.add_plan(p, s))
    await store.write(lambda u: u.add_plan(plan(1, 2, hosts=("web-1",)), PlanState.APPROVED))

    async def found(**want):
        return [s.plan.id for s in await store.read(lambda u: u.plans(PlanFilter(**want)))]

    assert await found() == [3, 2, 1]
    assert await found(limit=2) == [3, 2]
    assert await found(limit=2, before=2) == [1]
    assert await found(states=frozenset({PlanState.WAITING}), before=1) == []
    assert await found(states=frozenset({PlanState.WAITING})) == [3]
    assert await found(states=frozenset({PlanState.WAITING, PlanState.APPROVED})) == [3, 1]
    assert await found(states=frozenset()) == []
    assert await found(hosts=("web-1",)) == [2, 1]
    assert await found(hosts=("web-2",)) == []  # only the revision that was superseded
    assert await found(service="nginx") == [2, 1]
    assert await found(person="bo") == [2]
    assert await found(since=later) == [3]
    assert await found(thread=OTHER) == [3]
    assert await found(
        hosts=("web-1",), service="redis", person="bo", since=START, thread=THREAD
    ) == [2]


async def test_plans_are_found_by_when_they_expire(store, clock):
    for number, hours in ((1, 1), (2, 3), (3, None), (4, 1)):
        ends = None if hours is None else START + timedelta(hours=hours)
        made = plan(number, expires_at=ends)
        await store.write(lambda u, p=made: u.add_plan(p, PlanState.WAITING))
    await store.write(lambda u: u.move_plan(4, 1, PlanState.DENIED))
    waiting = frozenset({PlanState.WAITING})

    async def due(**want):
        return [
            s.plan.id
            for s in await store.read(lambda u: u.plans(PlanFilter(due_before=u.now, **want)))
        ]

    assert await due(states=waiting) == []
    clock.tick(hours=1)
    assert await due(states=waiting) == [1]  # due at its very moment
    assert await due() == [4, 1]
    clock.tick(days=99)
    assert await due(states=waiting) == [2, 1]
    assert await due(states=waiting, limit=1) == [2]


async def test_looking_for_what_is_due_touches_nothing_else(store):
    """Each second: it must not read every plan that waits."""
    statement = _listing(1, 0, frozenset({"due_before"}))
    values = statement.values([PlanState.WAITING.value, START.isoformat(), 1])
    connection = store._writer._connection
    steps = connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", values).fetchall()
    assert "ix_plans_state_newest_expires_at (state=? AND newest=? AND expires_at<?)" in str(steps)


async def test_plans_without_a_run_are_found(store):
    await store.write(begin(1))
    await store.write(lambda u: u.add_plan(plan(2), PlanState.APPROVED))
    await store.write(lambda u: u.add_plan(plan(3), PlanState.WAITING))

    async def found(**want):
        wanted = PlanFilter(without_run=True, **want)
        return [s.plan.id for s in await store.read(lambda u: u.plans(wanted))]

    assert await found() == [3, 2]
    assert await found(states=frozenset({PlanState.APPROVED}), hosts=("web-1",)) == [2]


async def test_one_vote_per_person_and_revision(store):
    def vote(person="bo", revision=1, ballot=Ballot.APPROVE):
        return Vote(
            plan=1, revision=revision, digest="d", person=person, ballot=ballot, at=START,
            reason="ok", surface="web",
        )  # fmt: skip

    await store.write(lambda u: u.add_plan(plan(), PlanState.WAITING))
    assert await store.write(lambda u: u.add_vote(vote()))
    assert not await store.write(lambda u: u.add_vote(vote(ballot=Ballot.DENY)))
    assert await store.write(lambda u: u.add_vote(vote("abe")))
    await store.write(lambda u: u.add_plan(plan(revision=2), PlanState.WAITING))
    assert await store.write(lambda u: u.add_vote(vote(revision=2)))
    assert await store.read(lambda u: u.votes(1, 1)) == (vote(), vote("abe"))
    assert await store.read(lambda u: u.votes(1, 2)) == (vote(revision=2),)
    with pytest.raises(ConflictError):
        await store.write(lambda u: u.add_vote(vote(revision=3)))


async def _at_once(store, works):

    return await asyncio.gather(*(store.write(w) for w in works), return_exceptions=True)
