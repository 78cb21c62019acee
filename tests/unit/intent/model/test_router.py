"""The tiers: in which order models are asked, and which are left out."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.usage import Tier
from bot.errors import (
    ModelAuthError,
    ModelBusyError,
    ModelUnknownError,
    ModelUnlistedError,
)
from bot.intent.model import router
from bot.intent.model.breaker import COOL_S, FAILURES
from bot.intent.model.router import FIRST_CHECK_S, RECHECK_S
from tests.unit.intent.model.fleet import MINUTE, THREE, TWO, Fleet, auth, away, down, tier

pytestmark = pytest.mark.asyncio


# -- order -----------------------------------------------------------------------------------


async def test_a_request_begins_at_its_tier_goes_up_and_then_comes_down(fleet):
    assert fleet.router.order() == ("small", "quick", "strong")
    assert fleet.router.order(first=Tier.CLOUD_FAST) == ("quick", "strong", "small")
    assert fleet.router.order(first=Tier.CLOUD_HEAVY) == ("strong", "quick", "small")


async def test_models_of_a_tier_stand_as_in_the_file(tmp_path):
    mixed = (tier("b", "cloud-heavy"), tier("z"), tier("a"), tier("c", "cloud-heavy"))
    async with Fleet(tmp_path, *mixed) as fleet:
        assert fleet.router.order() == ("z", "a", "b", "c")
        assert fleet.router.order(first=Tier.CLOUD_HEAVY) == ("b", "c", "z", "a")


async def test_a_forced_tier_is_the_only_one(fleet):
    for first in Tier:
        assert fleet.router.order(first=first, forced=Tier.CLOUD_FAST) == ("quick",)


async def test_a_model_with_a_name_is_called_by_it(tmp_path):
    async with Fleet(tmp_path, tier("qwen2.5:7b", name="house")) as fleet:
        assert fleet.router.order() == ("house",)
        assert (await fleet.asked("house")).model == "house"


@pytest.mark.parametrize("kind", [auth, lambda n: ModelUnknownError("No such model.", model=n)])
async def test_what_waiting_does_not_mend_is_left_out_at_once(fleet, kind):
    await down(fleet, "quick", kind("quick"))
    await fleet.passes(3600)
    assert fleet.router.order() == ("small", "strong")


async def test_who_wants_to_be_left_alone_for_longer_than_a_request_waits_is(fleet):
    await down(fleet, "quick", ModelBusyError("Later.", model="quick", retry_after_s=60))
    assert "quick" not in fleet.router.order()
    await fleet.passes(45)
    assert "quick" in fleet.router.order()


async def test_who_is_passed_over_is_told_with_the_time_from_which_it_is_asked_again(fleet):
    assert fleet.router.passed_over("small", first=Tier.LOCAL) == ""
    assert fleet.router.passed_over("strong", first=Tier.CLOUD_HEAVY) == ""
    await down(fleet, "quick", auth("quick"))
    told = fleet.router.passed_over("strong", first=Tier.CLOUD_FAST)
    assert told.startswith("Not asked: quick does not take its key (since ")
    assert fleet.router.passed_over("small", first=Tier.LOCAL) == ""
    assert fleet.router.passed_over("strong", first=Tier.CLOUD_HEAVY) == ""


# -- why none --------------------------------------------------------------------------------


async def test_why_none_names_each_and_since_when(tmp_path):
    zone = ZoneInfo("Europe/Berlin")
    async with Fleet(tmp_path, *TWO, zone=zone) as fleet:
        assert fleet.router.why_none() == ""
        await fleet.passes(62 * MINUTE)  # 11:02 there
        await down(fleet, "first", auth("first"))
        assert fleet.router.why_none(Tier.CLOUD_FAST).count(";") == 0
        await down(fleet, "second", ModelBusyError("Later.", model="second", retry_after_s=90))
        assert fleet.router.order() == ()
        assert fleet.router.why_none() == (
            "No model answers: first does not take its key (since 11:02); "
            "second wants to be left alone until 11:03:30."
        )
        await fleet.passes(24 * 3600)
        assert "(since 2026-03-01 11:02)" in fleet.router.why_none()


async def test_of_one_that_is_tried_again_by_itself_it_is_told_when(tmp_path):
    async with Fleet(tmp_path, tier("quick")) as fleet:
        breaker, clock = fleet.router._endpoints[0].breaker, fleet.clock
        for _ in range(FAILURES):
            breaker.failed(away("quick"), clock.monotonic(), clock.now())
        told = f"{clock.now() + timedelta(seconds=COOL_S):%H:%M:%S}"
        assert f", tried again at {told})" in fleet.router.why_none()
        await fleet.passes(COOL_S)
        assert "tried again" not in (await fleet.router.lines())[-2]


async def test_why_none_of_a_tier_that_is_not_set_up(tmp_path):
    async with Fleet(tmp_path, *TWO) as fleet:
        assert fleet.router.order(forced=Tier.LOCAL) == ()
        assert fleet.router.why_none(Tier.LOCAL) == "No model of the tier local is set up."


async def test_a_sentence_that_does_not_name_its_model_gets_its_name(tmp_path):
    async with Fleet(tmp_path, tier("quick")) as fleet:
        await down(fleet, "quick", ModelAuthError("No key.", model="quick"))
        assert fleet.router.why_none() == "No model answers: quick: No key (since 09:00)."


async def test_without_models_there_is_nothing_to_say(tmp_path):
    async with Fleet(tmp_path) as fleet:
        fleet.router.renew(fleet.settings())
        assert fleet.router.order(first=Tier.CLOUD_HEAVY) == ()
        assert fleet.router.why_none() == ""
        assert fleet.router.why_none(Tier.CLOUD_FAST) == (
            "No model of the tier cloud-fast is set up, nor any other: "
            "`models:` in overseer.yaml is where."
        )
        assert await fleet.router.lines() == ()
        assert "no language model is set up" in fleet.router.summary(65)


# -- health ----------------------------------------------------------------------------------


def checks(fleet):
    return [model.checks for model in fleet.models.values()]


async def test_health_is_looked_at_at_the_start_and_every_few_minutes(fleet):
    fleet.router.start()
    await fleet.quiet()
    assert checks(fleet) == [0, 0, 0], "a command that is over at once asks nobody"
    await fleet.passes(FIRST_CHECK_S)
    assert checks(fleet) == [1, 1, 1]
    await fleet.passes(5 * MINUTE - 1)
    assert checks(fleet) == [1, 1, 1]
    await fleet.passes(1)
    assert checks(fleet) == [2, 2, 2]


async def test_the_start_waits_for_no_check_and_a_check_for_no_other(fleet):
    fleet.models["small"].check_s = 1000
    fleet.router.start()
    assert fleet.router.order() == ("small", "quick", "strong")
    await fleet.passes(FIRST_CHECK_S)
    assert checks(fleet) == [1, 1, 1]
    assert "small" in fleet.router.order(), "not known yet is not away"
    await fleet.passes(10)
    assert fleet.router.order() == ("quick", "strong")


async def test_a_model_that_fails_its_check_is_left_out_until_one_passes(fleet):
    fleet.models["quick"].ill = away("quick")
    fleet.router.start()
    await fleet.passes(FIRST_CHECK_S)
    assert fleet.router.order() == ("small", "strong")
    fleet.models["quick"].ill = None
    await fleet.passes(RECHECK_S)
    assert fleet.models["quick"].checks == 2, "what is away is looked for more often"
    assert "quick" in fleet.router.order()
    await fleet.asked()
    assert fleet.router.summary(65).startswith("small, quick and strong")


async def test_a_wrong_key_is_not_tried_more_often(fleet):
    fleet.models["quick"].ill = auth("quick")
    fleet.router.start()
    await fleet.passes(FIRST_CHECK_S + 2 * RECHECK_S)
    assert fleet.models["quick"].checks == 1


async def test_a_key_that_is_taken_again_lets_a_request_try(fleet):
    await down(fleet, "quick", auth("quick"))
    fleet.router.start()
    await fleet.passes(FIRST_CHECK_S)
    assert "quick" in fleet.router.order()


async def test_a_model_that_no_list_knows_and_that_answers_is_there(fleet):
    unknown = ModelUnknownError("nobody knows quick.", model="quick")
    fleet.models["quick"].ill = unknown
    await fleet.asked("quick")
    fleet.router.start()
    await fleet.passes(1)
    assert "quick" in fleet.router.order()


async def test_a_model_that_no_list_knows_and_that_never_answered_is_left_out(fleet):
    fleet.models["quick"].ill = ModelUnknownError("nobody knows quick.", model="quick")
    fleet.router.start()
    await fleet.passes(1)
    assert "quick" not in fleet.router.order()


async def test_what_no_check_can_tell_of_is_asked_and_the_calls_judge(fleet):
    quick = fleet.models["quick"]
    quick.ill = ModelUnlistedError("quick has no list of models.", model="quick")
    fleet.router.start()
    await fleet.passes(FIRST_CHECK_S)
    assert "quick" in fleet.router.order()
    told = "unchecked: quick has no list of models. It is asked all the same."
    assert told in await fleet.router.lines()
    await down(fleet, "quick", auth("quick"))
    assert "quick" not in fleet.router.order()
    assert told not in await fleet.router.lines(), "it is left out, and that is what is said"
    await fleet.passes(5 * MINUTE)
    assert "quick" in fleet.router.order(), "its key may be another by now"
    await fleet.asked()
    assert told not in await fleet.router.lines(), "it has answered"
    await fleet.passes(5 * MINUTE)
    assert told not in await fleet.router.lines()
    assert quick.tries == 0, "a look at its health costs nothing"


async def test_a_check_that_breaks_is_repeated(fleet):
    async def broken(*, timeout_s):
        fleet.models["quick"].checks += 1
        raise KeyError("data")

    fleet.models["quick"].check = broken
    fleet.router.start()
    await fleet.passes(FIRST_CHECK_S + 5 * MINUTE)
    assert fleet.models["quick"].checks == 2
    assert "quick" in fleet.router.order()


# -- the end ---------------------------------------------------------------------------------


async def test_a_stop_ends_checks_and_closes_every_model(fleet):
    fleet.models["small"].check_s = 1000
    fleet.router.start()
    await fleet.passes(FIRST_CHECK_S)
    before = asyncio.all_tasks()
    await fleet.router.close()
    await fleet.quiet()
    assert all(model.closed for model in fleet.models.values())
    assert fleet.clock.sleepers == 0
    assert not [t for t in before & asyncio.all_tasks() if t.get_name().startswith("health")]
    assert fleet.router.order() == ()


async def test_a_stop_waits_only_so_long_for_a_model_that_does_not_close(fleet, monkeypatch):
    monkeypatch.setattr(router, "CLOSE_S", 0.05)
    closing = asyncio.Event()

    async def never():
        closing.set()
        await asyncio.Event().wait()

    fleet.models["quick"].close = never
    async with asyncio.timeout(10):
        await fleet.router.close()
    assert closing.is_set()
    assert fleet.models["strong"].closed


# -- how it stands ---------------------------------------------------------------------------


async def test_status_names_models_by_tier_which_is_out_and_what_today_took(tmp_path):
    async with Fleet(tmp_path, *THREE, tier("spare"), budget={"money": 5}) as fleet:
        await fleet.asked()
        await down(fleet, "spare", auth("spare"))
        assert await fleet.router.lines() == (
            "local: small",
            "cloud-fast: quick, spare (left out)",
            "cloud-heavy: strong",
            "left out: spare does not take its key (since 09:00)",
            "today: 2 calls, 1,100 tokens, 0.0034 USD of 5.00 USD",
        )
        assert fleet.router.summary(65) == (
            "small, quick and strong, then the rules, 65 actions; 1 of 4 models left out"
        )
        for name in ("small", "quick", "strong"):
            await down(fleet, name, auth(name))
        assert fleet.router.summary(65) == "rules, 65 actions; no model answers"
