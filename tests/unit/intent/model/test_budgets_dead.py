"""A call whose process was killed: its prompt is booked once, and no crash loop spends unseen."""

import pytest

from bot.domain.usage import Usage
from bot.errors import BudgetSpentError
from bot.intent.model.budgets import BOOKED_WITHIN_S
from bot.intent.model.pricing import read_at_most
from bot.intent.model.reservations import RESERVED
from bot.settings import Price
from tests.unit.intent.model.fleet import MOST, PRICE, PROMPT, USED, Fleet, spend

pytestmark = pytest.mark.asyncio
SENT = read_at_most(PROMPT, Price(**PRICE))
LASTS_S = 20


async def died(fleet, person="ana", sent=SENT):
    """A call that was set aside by a process which was killed then, long ago."""
    call = await fleet.router.budgets.reserve(person, "quick", MOST, lasts_s=LASTS_S, sent=sent)
    await fleet.passes(LASTS_S + BOOKED_WITHIN_S)
    return call


async def test_what_it_had_sent_is_booked_with_the_next_call_and_once(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": 10**6}) as fleet:
        await died(fleet)
        assert await fleet.used("ana") == Usage()
        for calls in (1, 2):
            await spend(fleet, 1, person="ben")
            assert await fleet.used("ana") == SENT
            assert (await fleet.used("ben")).calls == calls


async def test_it_counts_for_the_call_with_which_it_is_booked(tmp_path):
    """A process that is killed at each of its calls comes to the end of the budget, too."""
    async with Fleet(tmp_path, budget={"tokens": MOST.tokens + 2 * SENT.tokens - 1}) as fleet:
        await died(fleet)
        await died(fleet)
        with pytest.raises(BudgetSpentError, match="all together"):
            await fleet.ask(person="ben")


@pytest.mark.parametrize("buried", [False, True])
async def test_who_tells_late_has_it_counted_once(tmp_path, buried):
    async with Fleet(tmp_path, budget={"tokens": 10**6}) as fleet:
        call = await died(fleet)
        if buried:
            await spend(fleet, 1, person="ben")
        used = USED.model_copy(update={"tokens_in": SENT.tokens_in + 7, "micros": SENT.micros + 9})
        await fleet.router.budgets.settle(call, used)
        assert await fleet.used("ana") == used


async def test_a_call_under_way_has_its_prompt_for_what_it_had_sent(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": 10**6}) as fleet:
        fleet.models["quick"].hangs()
        task = fleet.begin()
        await fleet.quiet()
        (kept,) = (await fleet.store.read(lambda unit: unit.get(RESERVED)))["calls"].values()
        assert (kept["model"], Usage(**kept["sent"])) == ("quick", SENT)
        task.cancel()


async def test_one_of_an_older_version_ends_as_it_did(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": 10**6}) as fleet:
        await died(fleet)
        kept = await fleet.store.read(lambda unit: unit.get(RESERVED))
        for each in kept["calls"].values():
            del each["model"], each["sent"]
        await fleet.store.write(lambda unit: unit.put(RESERVED, kept))
        await spend(fleet, 1, person="ben")
        assert await fleet.used("ana") == Usage()
        assert (await fleet.store.read(lambda unit: unit.get(RESERVED)))["calls"] == {}
