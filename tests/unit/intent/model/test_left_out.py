"""Requests and the breaker: which model is left out, for how long, and what lets it in again."""

import asyncio

import pytest

from bot.domain.usage import Tier
from bot.errors import (
    ModelAwayError,
    ModelBusyError,
)
from bot.intent.model.breaker import BUSY_S, COOL_S, FAILURES
from tests.unit.intent.model.fleet import Fleet, away, busy, tier

pytestmark = pytest.mark.asyncio


async def shut(fleet, quick):
    quick.always(away())
    while fleet.router.order(forced=Tier.CLOUD_FAST):
        with pytest.raises(ModelAwayError):
            await fleet.asked()
        assert len(quick.calls) < 10
    quick.always("{}")


async def test_failures_in_a_row_leave_a_model_out_and_no_request_loses_time(fleet, quick):
    await shut(fleet, quick)
    asked = len(quick.calls)
    assert asked == 2 * FAILURES - 1, "each was tried twice, and the last one until it opened"
    assert fleet.router.order() == ("small", "strong")
    with pytest.raises(ModelAwayError, match=r"is left out: quick can.t be reached"):
        await fleet.ask()
    assert len(quick.calls) == asked


async def test_one_request_that_is_turned_away_thrice_shuts_nothing(fleet, quick):
    for _ in range(3):
        quick.fails(busy())
    with pytest.raises(ModelBusyError):
        await fleet.asked()
    assert len(quick.calls) == 3
    assert fleet.router.order() == ("small", "quick", "strong")
    began = fleet.clock.monotonic()
    await fleet.asked()
    assert fleet.clock.monotonic() - began == pytest.approx(BUSY_S), "it was given a rest"


async def test_nobody_waits_for_one_that_rests_while_another_could_answer(fleet, quick):
    quick.fails(busy(9))
    with pytest.raises(ModelBusyError):
        await fleet.asked(patience=5.0)
    assert fleet.router.order(first=Tier.CLOUD_FAST) == ("strong", "small", "quick")
    assert fleet.router.order(forced=Tier.CLOUD_FAST) == ("quick",)
    await fleet.passes(9)
    assert fleet.router.order(first=Tier.CLOUD_FAST) == ("quick", "strong", "small")


async def test_three_requests_in_a_row_that_are_turned_away_shut_it(fleet, quick):
    quick.always(busy())
    for _ in range(FAILURES):
        assert "quick" in fleet.router.order()
        with pytest.raises(ModelBusyError):
            await fleet.asked()
    assert "quick" not in fleet.router.order()


async def test_a_server_that_says_when_and_then_is_away_fails_that_request(fleet, quick):
    for _ in range(FAILURES):
        quick.fails(busy(1))
        quick.fails(away())
        assert "quick" in fleet.router.order()
        with pytest.raises(ModelAwayError):
            await fleet.asked()
    assert "quick" not in fleet.router.order()


async def test_a_server_that_says_when_is_left_alone_until_then_and_no_longer(fleet, quick):
    quick.always(busy(1))
    for _ in range(FAILURES + 1):
        with pytest.raises(ModelBusyError):
            await fleet.asked()
    assert "quick" in fleet.router.order()


async def test_a_probe_decides_and_is_alone(fleet, quick):
    await shut(fleet, quick)
    asked = len(quick.calls)
    await fleet.clock.advance(COOL_S)
    assert "quick" in fleet.router.order()
    quick.says("{}", after_s=3)
    probe = fleet.begin()
    await fleet.quiet()
    assert "quick" not in fleet.router.order()
    with pytest.raises(ModelAwayError):
        await fleet.ask()
    await fleet.through(probe)
    assert len(quick.calls) == asked + 1
    assert "quick" in fleet.router.order()


async def test_a_probe_that_fails_is_not_repeated_and_leaves_it_out_again(fleet, quick):
    await shut(fleet, quick)
    asked = len(quick.calls)
    await fleet.clock.advance(COOL_S)
    quick.fails(away())
    with pytest.raises(ModelAwayError):
        await fleet.asked()
    assert len(quick.calls) == asked + 1
    await fleet.clock.advance(COOL_S)
    assert "quick" not in fleet.router.order(), "now it cools for twice as long"
    await fleet.clock.advance(COOL_S)
    assert "quick" in fleet.router.order()


async def test_a_probe_that_is_told_to_come_later_is_over_and_the_next_one_waits(fleet, quick):
    await shut(fleet, quick)
    asked = len(quick.calls)
    await fleet.clock.advance(COOL_S)
    quick.fails(busy(2))
    with pytest.raises(ModelBusyError):
        await fleet.ask()
    assert len(quick.calls) == asked + 1
    began = fleet.clock.monotonic()
    assert (await fleet.asked()).text == "{}"
    assert fleet.clock.monotonic() - began == pytest.approx(2)


async def test_a_probe_that_is_cancelled_lets_another_through(fleet, quick):
    await shut(fleet, quick)
    await fleet.clock.advance(COOL_S)
    quick.hangs()
    probe = fleet.begin()
    await fleet.quiet()
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    assert "quick" in fleet.router.order()
    assert (await fleet.asked()).text == "{}"


async def test_a_model_that_hangs_is_left_out_after_a_few_requests(fleet, quick):
    for _ in range(FAILURES):
        assert "quick" in fleet.router.order()
        quick.hangs()
        with pytest.raises(ModelAwayError):
            await fleet.asked()
    assert "quick" not in fleet.router.order()


async def test_requests_that_have_little_time_left_tell_nothing_of_a_model(fleet, quick):
    for _ in range(FAILURES + 1):
        quick.hangs()
        with pytest.raises(ModelAwayError):
            await fleet.asked(patience=3)
    assert "quick" in fleet.router.order()


async def test_a_burst_that_hangs_leaves_it_out_though_a_part_of_their_time_had_gone_before(
    tmp_path,
):
    """Many at once wait for each other a while before they are sent."""
    async with Fleet(tmp_path, tier("quick", concurrency=4), patience=9) as fleet:
        fleet.models["quick"].always("{}", after_s=60)
        asking = [fleet.begin(patience=5) for _ in range(9)]
        for each in asking:
            with pytest.raises((ModelAwayError, ModelBusyError)):
                await fleet.through(each)
        assert fleet.router.order() == ()


async def test_what_it_leaves_to_the_next_model_is_held_against_none(tmp_path):
    async with Fleet(tmp_path, tier("quick", timeout=15), patience=8) as fleet:
        for _ in range(FAILURES):
            fleet.models["quick"].hangs()
            with pytest.raises(ModelAwayError):
                await fleet.asked(patience=6)
        assert fleet.router.order() == ()


async def test_a_patience_shorter_than_its_time_finds_out_too(tmp_path):
    async with Fleet(tmp_path, tier("quick", timeout=60), patience=10) as fleet:
        for _ in range(FAILURES):
            fleet.models["quick"].hangs()
            with pytest.raises(ModelAwayError):
                await fleet.asked(patience=10)
        assert fleet.router.order() == ()
