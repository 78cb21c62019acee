"""A stored plan that can't be read: told as such by its number, and passed over by every list."""

import sqlite3

import pytest
from structlog.testing import capture_logs

from bot.adapters.store import rows
from bot.domain.intents import PlanOptions
from bot.domain.runs import PlanState
from bot.errors import UnreadableError
from bot.ports import PlanFilter
from bot.ports.readable import readable
from tests.rigs.stores import plan, run

pytestmark = pytest.mark.asyncio


async def stored(store, *numbers, state=PlanState.WAITING):
    for number in numbers:
        await store.write(lambda u, n=number: u.add_plan(plan(n), state))


def damage(store, number, body=None):
    """What another version, or a disk, may leave behind; every body differs from all others."""
    with sqlite3.connect(store.path) as database:
        text = f"'{body}'" if body else "replace(body, '\"write\"', '\"wrote\"')"
        database.execute(f"UPDATE plans SET body = {text} WHERE plan = ?", (number,))
    database.close()


async def numbers(store, **want):
    found = await store.read(lambda u: u.plans(PlanFilter(**want)))
    return [each.plan.id for each in found]


@pytest.mark.parametrize("body", [None, '{"id": 2', "[]"])
async def test_asked_for_by_its_number_it_says_what_is_wrong_and_what_to_do(store, body):
    await stored(store, 1, 2)
    damage(store, 2, body)
    with pytest.raises(UnreadableError, match=r"What is stored of #2 can't be read \(.*restore"):
        await store.read(lambda u: u.plan(2))
    assert (await store.read(lambda u: u.plan(1))).plan.id == 1


async def test_a_list_passes_it_over_and_holds_as_many_as_were_asked_for(store):
    await stored(store, *range(1, 10))
    for number in (9, 8, 5):
        damage(store, number)
    assert await numbers(store, limit=3) == [7, 6, 4]
    assert await numbers(store, limit=50) == [7, 6, 4, 3, 2, 1]
    assert await numbers(store, limit=1, states=frozenset({PlanState.WAITING})) == [7]
    for number in range(1, 10):
        damage(store, number, "{}")
    assert await numbers(store, limit=2) == []


async def test_what_has_run_passes_it_over(store):
    await stored(store, 1, 2, state=PlanState.APPROVED)
    for number in (1, 2):
        await store.write(lambda u, n=number: u.add_run(run(n), ["s1"]))
    damage(store, 2)
    found = await store.read(lambda u: u.ran(PlanFilter()))
    assert [each.stored.plan.id for each in found] == [1]


async def test_who_looks_through_many_gets_none(store):
    await stored(store, 1, 2)
    damage(store, 2)
    found = await store.read(lambda u: [readable(u, n) for n in (1, 2, 3)])
    assert [each.plan.id if each else None for each in found] == [1, None, None]


async def test_the_log_tells_of_it_once_with_its_number(store):
    await stored(store, 1, 7)
    damage(store, 7, '{"id": 7, "told": "once"}')
    with capture_logs() as logs:
        for _ in range(3):
            await numbers(store)
    told = [each for each in logs if each["log_level"] == "error"]
    assert [each["plan"] for each in told] == [7]


async def test_what_could_not_be_read_again_is_not_stored_and_nothing_beside_it(store):
    rows._plan.cache_clear()
    unfit = plan(1, asked=PlanOptions(step_timeout_s=1.0))
    unfit = unfit.model_copy(update={"asked": PlanOptions.model_construct(batch="many")})

    def work(unit):
        unit.put("beside", True)
        unit.add_plan(unfit, PlanState.WAITING)

    with pytest.raises(UnreadableError, match=r"#1 can't be stored: .*asked\.batch.*Nothing ran"):
        await store.write(work)
    assert await store.read(lambda u: (u.plan(1), u.get("beside"))) == (None, None)
