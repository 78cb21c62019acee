"""Budgets hold whatever an endpoint tells of what it has used, and whatever stands in the store."""

import pytest
from structlog.testing import capture_logs

from bot.domain.usage import Usage
from bot.intent.model.reservations import RESERVED
from tests.unit.intent.model.fleet import MOST, Fleet, tier

pytestmark = pytest.mark.asyncio
FREE = {"input": 0, "output": 0}


async def test_one_reply_that_lies_about_its_tokens_spends_nobodys_day(tmp_path):
    lie = Usage(calls=1, tokens_in=10**9, tokens_out=10**9)
    tiers = (tier("own", "local", price=FREE), tier("quick"))
    async with Fleet(tmp_path, *tiers, budget={"tokens": 50_000}) as fleet:
        fleet.models["own"].says("{}", usage=lie)
        with capture_logs() as logged:
            said = await fleet.asked("own", person="vera")
        assert said.usage.tokens == (await fleet.used("vera")).tokens <= 2 * MOST.tokens
        told = [e for e in logged if "more tokens than its call" in e["event"]]
        assert [(e["model"], e["told"]) for e in told] == [("own", 2 * 10**9)]
        await fleet.asked("quick", person="ana")


async def test_a_server_that_answers_longer_than_it_may_overshoots_by_what_is_plausible(tmp_path):
    async with Fleet(tmp_path, budget={"person_tokens": 3000}) as fleet:
        long = Usage(calls=1, tokens_in=1000, tokens_out=100_000)
        fleet.models["quick"].says("{}", usage=long)
        await fleet.asked()
        assert await fleet.used() == (await fleet.used()).model_copy(
            update={"calls": 1, "tokens_in": 1000, "tokens_out": 400}
        )


@pytest.mark.parametrize(
    "kept",
    [
        {"last": 1, "calls": {"1": {"day": "2026-03-01"}}},
        {"last": 1, "calls": {"1": {"day": 5, "person": "ana", "most": {}, "until": "x"}}},
        {"last": 1, "calls": {"one": {}}},
        {"last": None, "calls": [1]},
        {"calls": {"7": None}},
        [],
        "x",
    ],
)
async def test_a_damaged_reservation_keeps_nobody_from_a_model(tmp_path, kept):
    async with Fleet(tmp_path, budget={"tokens": 10**6}) as fleet:
        await fleet.store.write(lambda u: u.put(RESERVED, kept))
        await fleet.asked()
        await fleet.asked()
        assert (await fleet.used()).calls == 2
        left = await fleet.store.read(lambda u: u.get(RESERVED))
        assert left["calls"] == {}
        assert left["last"] >= 2
