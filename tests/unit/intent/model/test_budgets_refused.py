"""That a budget keeps models from being asked is known after a restart, and in other processes."""

from datetime import UTC

import pytest

from bot.errors import BudgetSpentError, StoreBusyError
from bot.intent.model.refusals import REFUSED
from tests.unit.intent.model.fleet import THREE, Fleet, room_for, spend

pytestmark = pytest.mark.asyncio


async def test_that_a_budget_keeps_models_from_being_asked_stands_in_the_status(tmp_path):
    zone = UTC
    async with Fleet(tmp_path, budget={"person_tokens": room_for(1)}, zone=zone) as fleet:
        await spend(fleet, 1)
        assert not any("budget" in line for line in await fleet.router.lines())
        with pytest.raises(BudgetSpentError) as caught:
            await fleet.ask()
        assert f"budget: {caught.value.sentence}" in await fleet.router.lines()
        assert await fleet.router.budgets.refused("ana", "") == (caught.value.sentence,)
        assert await fleet.router.budgets.refused("ben", "") == ()
        fleet.router.renew(fleet.settings(*THREE, budget={"person_tokens": 10**6}))
        assert await fleet.router.budgets.refused() == ()
        fleet.router.renew(fleet.settings(*THREE, budget={"person_tokens": room_for(1)}))
        with pytest.raises(BudgetSpentError):
            await fleet.ask()
        await fleet.clock.advance(24 * 3600)
        assert await fleet.router.budgets.refused() == (), "another day"


async def test_a_refused_budget_is_known_after_a_restart_and_in_another_process(tmp_path):
    budget = {"person_tokens": room_for(1)}
    async with Fleet(tmp_path, budget=budget) as server, Fleet(tmp_path, budget=budget) as beside:
        await spend(server, 1)
        with pytest.raises(BudgetSpentError) as caught:
            await server.ask()
        told = (caught.value.sentence,)
        assert await beside.router.budgets.refused("ana") == told
        assert f"budget: {told[0]}" in await beside.router.lines()
    async with Fleet(tmp_path, budget=budget) as again:
        assert await again.router.budgets.refused() == told
        await again.clock.advance(24 * 3600)
        assert await again.router.budgets.refused() == ()


async def test_that_it_is_refused_where_a_call_is_set_aside_is_known_too(tmp_path):
    budget = {"tokens": room_for(2)}
    async with Fleet(tmp_path, budget=budget) as one, Fleet(tmp_path, budget=budget) as other:
        one.models["quick"].hangs()
        tasks = [one.begin(person="ben"), one.begin(person="eva")]
        await one.quiet()
        refused = [task for task in tasks if task.done()]
        assert len(refused) == 1
        with pytest.raises(BudgetSpentError, match="under way") as caught:
            await refused[0]
        assert await other.router.budgets.refused("") == (caught.value.sentence,)
        for task in tasks:
            task.cancel()


async def test_what_was_refused_of_one_persons_bounds_is_not_told_of_other_bounds(tmp_path):
    """`./overseer eval --budget` runs beside the server, with bounds of its own."""
    async with Fleet(tmp_path, budget={"person_tokens": 100}) as run:
        with pytest.raises(BudgetSpentError):
            await run.ask(person="evaluation")
    async with Fleet(tmp_path, budget={"person_tokens": 10**6}) as server:
        assert await server.router.budgets.refused() == ()


async def test_a_refusal_that_can_not_be_written_is_one_all_the_same(tmp_path):
    async with Fleet(tmp_path, budget={"person_tokens": 100}) as fleet:

        async def busy(work):
            raise StoreBusyError("The database is locked.")

        fleet.store.write = busy
        with pytest.raises(BudgetSpentError, match="less than one request"):
            await fleet.ask()


@pytest.mark.parametrize(
    "kept", [None, [], {"day": "2026-03-01"}, {"day": "2026-03-01", "said": {"ana": [1, 2]}}]
)
async def test_a_damaged_entry_is_left_out(tmp_path, kept):
    async with Fleet(tmp_path, budget={"person_tokens": 100}) as fleet:
        await fleet.store.write(lambda u: u.put(REFUSED, kept))
        assert await fleet.router.budgets.refused() == ()
        with pytest.raises(BudgetSpentError):
            await fleet.ask()
        assert len(await fleet.router.budgets.refused()) == 1
