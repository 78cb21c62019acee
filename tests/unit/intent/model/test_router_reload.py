"""What a reload changes of the tiers: settings, prices, patience, budgets, keys."""

import pytest

from bot.errors import (
    ConfigError,
    ModelBusyError,
)
from bot.intent.model.breaker import FAILURES
from bot.intent.model.router import FIRST_CHECK_S
from tests.unit.intent.model.fleet import MINUTE, THREE, USED, Fleet, auth, down, tier
from tests.unit.intent.model.test_left_out import shut

pytestmark = pytest.mark.asyncio


async def test_other_settings_count_at_once_and_calls_under_way_end_on_the_old(fleet):
    fleet.router.start()
    old = fleet.models["quick"]
    old.says('"old"', after_s=5)
    task = fleet.begin()
    await fleet.quiet()
    fleet.router.renew(fleet.settings(tier("quick", timeout=9), tier("new", "cloud-heavy")))
    assert fleet.router.order() == ("quick", "new")
    assert fleet.models["quick"] is not old
    await fleet.asked()
    assert len(fleet.models["quick"].calls) == 1
    assert not old.closed
    assert (await fleet.through(task)).text == '"old"'
    await fleet.quiet()
    assert old.closed
    assert fleet.models["small"].closed
    await fleet.passes(5 * MINUTE)
    assert fleet.models["small"].checks == 0, "what is gone is not looked at"
    assert fleet.models["new"].checks > 0


async def test_what_nothing_new_is_said_about_goes_on(fleet):
    quick = fleet.models["quick"]
    fleet.router.renew(fleet.settings(*THREE, tier("more"), budget={"tokens": 1}))
    assert fleet.models["quick"] is quick
    assert fleet.made.count("more") == 1
    assert fleet.router.budgets.limits.tokens == 1


@pytest.mark.parametrize("most", [1, 2])
async def test_another_price_lets_no_more_through_at_once_than_is_said(tmp_path, most):
    async with Fleet(tmp_path, tier("quick", concurrency=1)) as fleet:
        old = fleet.models["quick"]
        old.always("{}", after_s=5, usage=USED)
        asking = [fleet.begin()]
        await fleet.quiet()
        for price in (4, 5):  # twice: what began before the first one still counts
            other = tier("quick", concurrency=most, price={"input": price})
            fleet.router.renew(fleet.settings(other))
        new = fleet.models["quick"]
        new.always("{}", after_s=5, usage=USED)
        asking += [fleet.begin(), fleet.begin()]
        await fleet.quiet()
        assert (old.under_way, new.under_way) == (1, most - 1)
        for each in asking:
            await fleet.through(each)
        assert new.at_once == most


async def test_who_waits_for_a_turn_has_one_as_soon_as_more_are_allowed(tmp_path):
    async with Fleet(tmp_path, tier("quick", concurrency=1)) as fleet:
        quick = fleet.models["quick"]
        quick.always("{}", after_s=5, usage=USED)
        asking = [fleet.begin(), fleet.begin()]
        await fleet.quiet()
        assert quick.under_way == 1
        fleet.router.renew(fleet.settings(tier("quick", concurrency=2)))
        await fleet.quiet()
        assert quick.under_way == 2
        for each in asking:
            await fleet.through(each)


async def test_a_reload_tries_a_wrong_key_anew(fleet):
    await down(fleet, "quick", auth("quick"))
    fleet.router.renew(fleet.settings(*THREE))
    assert fleet.made.count("quick") == 2
    assert fleet.made.count("small") == 1
    assert "quick" in fleet.router.order()


@pytest.mark.parametrize("why", ["useless", "away"])
async def test_a_reload_has_the_next_request_try_what_is_left_out_for_a_while(fleet, why):
    """It goes on as it was set up, and what is well is not named."""
    quick = fleet.models["quick"]
    if why == "useless":
        for _ in range(FAILURES):
            fleet.router.judged("quick", useful=False, person="ana")
    else:
        await shut(fleet, quick)
    assert "quick" not in fleet.router.order()
    assert fleet.router.renew(fleet.settings(*THREE)) == ("quick",)
    assert fleet.models["quick"] is quick
    assert "quick" in fleet.router.order()
    quick.always("{}")
    await fleet.asked()
    assert fleet.router.renew(fleet.settings(*THREE)) == ()


async def test_another_patience_lets_no_more_through_at_once_than_before(tmp_path):
    one = tier("quick", concurrency=1)
    async with Fleet(tmp_path, one) as fleet:
        fleet.models["quick"].always("{}", after_s=5)
        first = fleet.begin()
        await fleet.quiet()
        fleet.router.renew(fleet.settings(one, patience=30))
        second = fleet.begin()
        await fleet.quiet()
        assert fleet.made == ["quick"]
        assert fleet.models["quick"].under_way == 1
        await fleet.through(first)
        await fleet.through(second)


async def test_another_patience_reaches_every_model(fleet):
    fleet.router.renew(fleet.settings(*THREE, patience=100))
    await down(fleet, "quick", ModelBusyError("Later.", model="quick", retry_after_s=60))
    assert "quick" in fleet.router.order()


async def test_a_budget_that_is_raised_counts_with_what_was_used(tmp_path):
    async with Fleet(tmp_path, tier("quick"), budget={"tokens": 2000}) as fleet:
        await fleet.asked()
        fleet.router.renew(fleet.settings(tier("quick"), budget={"tokens": 50_000}))
        await fleet.asked()
        assert (await fleet.router.lines())[-1].startswith(
            f"today: 2 calls, {2 * USED.tokens:,} of 50,000 tokens, "
        )


async def test_a_model_that_can_not_be_made_is_left_out_and_says_why(tmp_path):
    async with Fleet(tmp_path) as fleet:
        fleet.broken["bad"] = ConfigError("This is no address.", cure="Mend it.")
        fleet.router.renew(fleet.settings(tier("bad"), tier("quick")))
        fleet.router.start()
        await fleet.passes(FIRST_CHECK_S)
        assert fleet.router.order() == ("quick",)
        assert "bad can't be set up: This is no address" in fleet.router.why_none()
