"""Money that was spent before the settings named another currency is never added to the new."""

import pytest

from bot.domain.wording import money
from bot.errors import BudgetSpentError
from tests.unit.intent.model.fleet import COST, MOST, USED, Fleet, room_for, spend, tier

pytestmark = pytest.mark.asyncio
ROOM = (COST + MOST.micros) / 1_000_000
"""Money for two calls."""


def renewed(fleet, currency, **budget):
    fleet.router.renew(fleet.settings(tier("quick"), budget=budget, currency=currency))


async def test_a_budget_of_money_counts_what_was_spent_in_its_own_currency(tmp_path):
    async with Fleet(tmp_path, budget={"money": ROOM}, currency="USD") as fleet:
        await spend(fleet, 2)
        with pytest.raises(BudgetSpentError, match="USD"):
            await fleet.ask()
        renewed(fleet, "EUR", money=ROOM)
        assert await fleet.router.budgets.refused() == (), "that was said of the other budget"
        await spend(fleet, 2)
        with pytest.raises(BudgetSpentError, match=r"0\.\d+ EUR of 0\.\d+ EUR left"):
            await fleet.ask()
        renewed(fleet, "USD", money=ROOM)
        with pytest.raises(BudgetSpentError, match="USD"):
            await fleet.ask()


async def test_a_budget_of_tokens_counts_them_whatever_they_were_paid_in(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": room_for(2)}, currency="USD") as fleet:
        await spend(fleet, 2)
        renewed(fleet, "EUR", tokens=room_for(2))
        with pytest.raises(BudgetSpentError):
            await fleet.ask()


async def test_a_call_is_booked_in_the_currency_of_its_price_and_status_names_both(tmp_path):
    async with Fleet(tmp_path, budget={"money": 5}, currency="USD") as fleet:
        fleet.models["quick"].says("{}", usage=USED, after_s=1)
        under_way = fleet.begin()
        await fleet.quiet()
        renewed(fleet, "EUR", money=COST / 1_000_000)
        with pytest.raises(BudgetSpentError, match="is less than one request"):
            await fleet.ask()
        await fleet.through(under_way)
        today = fleet.router.budgets.today()
        (used,) = await fleet.router.budgets.used(today, today)
        assert (used.currency, used.usage.micros) == ("USD", COST)
        assert (await fleet.router.lines())[-2].endswith(
            f"0.00 EUR of {money(COST, 'EUR')}, and {money(COST, 'USD')}"
        )


async def test_what_is_under_way_in_another_currency_takes_no_money_of_this_one(tmp_path):
    async with Fleet(tmp_path, budget={"money": ROOM}, currency="USD") as fleet:
        fleet.models["quick"].hangs()
        one, other = fleet.begin(), fleet.begin()
        await fleet.quiet()
        renewed(fleet, "EUR", money=MOST.micros / 1_000_000)
        fleet.models["quick"].always("{}", usage=USED)
        await fleet.asked()
        one.cancel(), other.cancel()


async def test_what_was_booked_before_currencies_were_counts_in_whichever_is_named(tmp_path):
    async with Fleet(tmp_path, budget={"money": ROOM}, currency="EUR") as fleet:
        today = fleet.router.budgets.today()
        old = USED.model_copy(update={"micros": 2 * COST})
        await fleet.store.write(lambda u: u.book(today, "ana", "quick", old))
        with pytest.raises(BudgetSpentError):
            await fleet.ask()
