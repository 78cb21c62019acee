"""Budgets over a store that can't write or read: nothing is overshot, and nothing is lost."""

import pytest

from bot.errors import BudgetSpentError, StoreBusyError
from tests.unit.intent.model.fleet import COST, USED, Fleet, room_for, spend

pytestmark = pytest.mark.asyncio


def unable(fleet, *names):
    """Take the store away from the budgets; returns the way to give it back."""
    budgets, real = fleet.router.budgets, fleet.router.budgets._store

    async def refuses(_work):
        raise StoreBusyError("The database is locked by another program. Nothing was done.")

    fake = {name: staticmethod(getattr(real, name)) for name in ("read", "write")}
    budgets._store = type("S", (), fake | {name: staticmethod(refuses) for name in names})

    def back():
        budgets._store = real

    return back


async def test_a_booking_that_fails_counts_and_goes_with_the_next(tmp_path):
    async with Fleet(tmp_path, budget={"person_tokens": room_for(3)}) as fleet:
        await spend(fleet, 1)
        fleet.models["quick"].says("{}", usage=USED, after_s=1)
        task = fleet.begin()
        await fleet.quiet()
        back = unable(fleet, "write")
        await fleet.through(task)
        assert (await fleet.used()).calls == 1
        back()
        await spend(fleet, 1)
        assert (await fleet.used()).calls == 3
        with pytest.raises(BudgetSpentError):
            await fleet.ask()


async def test_where_nothing_can_be_set_aside_nobody_is_asked(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": 10**6}) as fleet:
        back = unable(fleet, "write")
        with pytest.raises(BudgetSpentError, match=r"can't be looked up.*locked"):
            await fleet.ask()
        assert fleet.models["quick"].calls == []
        back()
        await spend(fleet, 1)


async def test_a_booking_that_fails_is_written_at_the_end(tmp_path):
    async with Fleet(tmp_path) as fleet:
        back = unable(fleet, "write")
        await spend(fleet, 1)
        back()
        await fleet.router.close()
        assert (await fleet.used()).micros == COST


async def test_a_budget_that_can_not_be_looked_up_is_not_overshot(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": 10**6}) as fleet:
        back = unable(fleet, "read")
        with pytest.raises(BudgetSpentError, match=r"can't be looked up.*locked"):
            await fleet.ask()
        back()
        await spend(fleet, 1)


async def test_where_there_is_no_budget_a_locked_store_stops_nobody(tmp_path):
    async with Fleet(tmp_path) as fleet:
        back = unable(fleet, "read")
        await spend(fleet, 1)
        back()
        assert (await fleet.used()).micros == COST
