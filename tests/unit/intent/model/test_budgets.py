"""The day's budgets: of a person and of all, in tokens and in money, over restarts and midnight."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.llm.faults import Faults
from bot.domain.usage import Usage
from bot.errors import (
    BudgetSpentError,
    ModelAnswerError,
    ModelAwayError,
)
from bot.intent.model.budgets import BOOKED_WITHIN_S, Reserved
from bot.intent.model.reservations import RESERVED
from bot.settings import ModelSettings
from bot.testing.manual_clock import ManualClock
from tests.unit.intent.model.fleet import (
    COST,
    MOST,
    THREE,
    USED,
    Fleet,
    room_for,
    spend,
    tier,
)

pytestmark = pytest.mark.asyncio
BERLIN = ZoneInfo("Europe/Berlin")


# -- whose, and of what ----------------------------------------------------------------------


async def test_a_persons_tokens_are_theirs_alone(tmp_path):
    budget = {"person_tokens": room_for(2)}
    async with Fleet(tmp_path, budget=budget, display=str.title) as fleet:
        await spend(fleet, 2)
        with pytest.raises(BudgetSpentError) as caught:
            await fleet.ask()
        said = caught.value.sentence
        left, whole = room_for(2) - 2 * USED.tokens, room_for(2)
        assert said.startswith("Ana's budget for language models has ")
        assert f"{left:,} tokens of {whole:,} tokens left today: too little for a request" in said
        assert "renews at midnight (UTC)" in said
        assert caught.value.model == "quick"
        await fleet.asked(person="ben")
        assert len(fleet.models["quick"].calls) == 3


async def test_what_all_may_use_together_bounds_everybody(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": room_for(2)}, zone=BERLIN) as fleet:
        await spend(fleet, 1)
        await spend(fleet, 1, person="ben")
        with pytest.raises(BudgetSpentError, match="The budget of all together") as caught:
            await fleet.ask(person="chris")
        assert "(Europe/Berlin)" in caught.value.sentence


@pytest.mark.parametrize("whose", ["money", "person_money"])
async def test_money_bounds_and_what_costs_nothing_goes_on(tmp_path, whose):
    limit = (COST + MOST.micros) / 1_000_000
    free = tier("small", "local", price={})
    async with Fleet(tmp_path, free, tier("quick"), budget={whose: limit}) as fleet:
        await spend(fleet, 2)
        with pytest.raises(
            BudgetSpentError, match=r"of 0\.012 USD left today: too little for a request"
        ):
            await fleet.ask()
        lower = fleet.settings(free, tier("quick"), budget={whose: 0.001})
        fleet.router.renew(lower)
        assert (await fleet.asked("small")).text == "{}"


async def test_a_budget_that_is_used_to_its_end_is_spent(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": MOST.tokens}) as fleet:
        used = fleet.router.budgets.settle(
            Reserved(fleet.router.budgets.today(), "ana", "quick"),
            Usage(calls=1, tokens_in=MOST.tokens),
        )
        await used
        with pytest.raises(BudgetSpentError, match=r"is spent for today: [\d,]+ tokens used of"):
            await fleet.ask()


async def used_up(fleet, tokens, micros=0):
    today = fleet.router.budgets.today()
    usage = Usage(calls=1, tokens_in=tokens, micros=micros)
    await fleet.router.budgets.settle(Reserved(today, "ana", "quick", "USD"), usage)


async def test_a_budget_that_is_overspent_says_by_how_much(tmp_path):
    """It was lowered since, or a server answered at greater length than it was allowed."""
    async with Fleet(tmp_path, budget={"person_tokens": 10_000, "tokens": 20_000}) as fleet:
        await used_up(fleet, 12_000)
        with pytest.raises(BudgetSpentError) as caught:
            await fleet.ask()
        assert caught.value.sentence.startswith(
            "ana's budget for language models is overspent: 12,000 tokens used today, "
            "2,000 tokens more than the 10,000 tokens of a day. It renews at midnight ("
        )
        await used_up(fleet, 12_000)
        assert (await fleet.router.lines())[3] == (
            "today: 2 calls, 24,000 tokens (more than the 20,000 of a day), 0.00 USD"
        )


async def test_money_that_is_overspent_says_by_how_much(tmp_path):
    async with Fleet(tmp_path, budget={"money": 1.0}) as fleet:
        await used_up(fleet, 10, micros=1_200_000)
        with pytest.raises(BudgetSpentError, match=(
            r"is overspent: 1\.20 USD used today, 0\.20 USD more than the 1\.00 USD of a day\."
        )):  # fmt: skip
            await fleet.ask()
        said = (await fleet.router.lines())[3]
        assert said.endswith(", 1.20 USD (more than the 1.00 USD of a day)")
        fleet.router.renew(fleet.settings(*THREE, budget={"money": 1.2}))
        with pytest.raises(BudgetSpentError, match=r"is spent for today: 1\.20 USD used of 1\.20"):
            await fleet.ask()


async def test_what_others_have_taken_is_told_with_what_is_left(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": MOST.tokens}) as fleet:
        fleet.models["quick"].hangs()
        holding = fleet.begin(person="ben")
        await fleet.quiet()
        most = f"{MOST.tokens:,} tokens"
        said = f"has {most} of {most} left today, and requests under way may take {most} of it."
        with pytest.raises(BudgetSpentError, match=said):
            await fleet.ask("strong")
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)


async def test_a_budget_smaller_than_one_request_says_so(tmp_path):
    async with Fleet(tmp_path, budget={"person_tokens": 100}) as fleet:
        with pytest.raises(BudgetSpentError, match="less than one request may take"):
            await fleet.ask()
        assert fleet.models["quick"].calls == []


async def test_whose_budget_is_spent_is_told_at_once_and_not_when_their_turn_comes(tmp_path):
    one = tier("quick", concurrency=1)
    async with Fleet(tmp_path, one, budget={"person_tokens": room_for(1)}) as fleet:
        await spend(fleet, 1)
        fleet.models["quick"].hangs()
        holding = fleet.begin(person="ben")
        await fleet.quiet()
        with pytest.raises(BudgetSpentError):
            await fleet.ask()
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)


async def test_without_a_budget_all_is_booked_and_nothing_refused(tmp_path):
    async with Fleet(tmp_path) as fleet:
        await spend(fleet, 5)
        assert (await fleet.used()).micros == 5 * COST


# -- many at once ----------------------------------------------------------------------------


async def test_a_hundred_at_once_do_not_overshoot(tmp_path):
    limit = 10 * MOST.tokens
    quick = tier("quick", concurrency=100)
    async with Fleet(tmp_path, quick, budget={"tokens": limit}) as fleet:
        dear = Usage(calls=1, tokens_in=MOST.tokens_in, tokens_out=MOST.tokens_out)
        fleet.models["quick"].always("{}", usage=dear, after_s=1)
        tasks = [fleet.begin(person=f"p{n % 7}") for n in range(100)]
        for _ in range(20):  # a hundred tasks take turns
            await fleet.quiet()
        refused = [task for task in tasks if task.done()]
        assert len(refused) == 90
        for task in refused:
            with pytest.raises(BudgetSpentError, match="requests under way"):
                await task
        for task in set(tasks) - set(refused):
            await fleet.through(task)
        today = fleet.router.budgets.today()
        used = await fleet.router.budgets.used(today, today)
        assert sum(each.usage.tokens for each in used) == limit


async def test_what_was_set_aside_and_not_used_is_there_again(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": room_for(6)}) as fleet:
        await spend(fleet, 6)
        with pytest.raises(BudgetSpentError):
            await fleet.ask()


# -- several processes -----------------------------------------------------------------------


async def test_what_another_process_has_used_counts_at_once(tmp_path):
    budget = {"tokens": room_for(3)}
    async with Fleet(tmp_path, budget=budget) as server, Fleet(tmp_path, budget=budget) as other:
        await spend(server, 1)
        await spend(other, 1)
        await spend(server, 1)
        for fleet in (server, other):
            with pytest.raises(BudgetSpentError, match="too little for a request"):
                await fleet.ask(person="ben")


async def test_what_another_process_has_under_way_is_set_aside(tmp_path):
    budget = {"tokens": 2 * MOST.tokens - 1}
    async with Fleet(tmp_path, budget=budget) as server, Fleet(tmp_path, budget=budget) as other:
        server.models["quick"].says("{}", usage=USED, after_s=5)
        task = server.begin()
        await server.quiet()
        with pytest.raises(BudgetSpentError, match="requests under way"):
            await other.ask(person="ben")
        assert other.models["quick"].calls == []
        await server.through(task)
        await spend(other, 1, person="ben")


async def test_what_a_process_that_died_had_set_aside_ends(tmp_path):
    budget = {"tokens": 2 * MOST.tokens - 1}
    clock = ManualClock()
    async with Fleet(tmp_path, budget=budget, clock=clock) as other:
        died = other.router.budgets
        await died.reserve("ana", "quick", MOST, lasts_s=20)
        with pytest.raises(BudgetSpentError, match="requests under way"):
            await other.ask()
        await clock.advance(20 + BOOKED_WITHIN_S)
        await spend(other, 1)


async def test_whoever_goes_while_it_is_set_aside_leaves_nothing_behind(tmp_path):
    async with Fleet(tmp_path, budget={"tokens": 10**6}) as fleet:
        budgets, real, gate = fleet.router.budgets, fleet.store.write, asyncio.Event()

        async def slow(work):
            found = await real(work)
            await gate.wait()
            return found

        budgets._store = SimpleNamespace(write=slow, read=fleet.store.read)
        task = asyncio.create_task(budgets.reserve("ana", "quick", MOST, lasts_s=20))
        async with asyncio.timeout(10):
            while not (await fleet.store.read(lambda u: u.get(RESERVED)) or {}).get("calls"):
                await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()
        await fleet.router.close()
        assert (await fleet.store.read(lambda u: u.get(RESERVED)))["calls"] == {}
        today = budgets.today()
        assert await fleet.store.read(lambda u: u.used(today, today)) == (), "nobody was asked"


async def test_what_began_yesterday_is_not_set_aside_of_today(tmp_path):
    clock = ManualClock(datetime(2026, 3, 1, 23, 59, 55, tzinfo=UTC))
    budget = {"tokens": 2 * MOST.tokens - 1}
    async with Fleet(tmp_path, zone=UTC, clock=clock, budget=budget) as fleet:
        late = await fleet.router.budgets.reserve("ana", "quick", MOST, lasts_s=20)
        with pytest.raises(BudgetSpentError, match="requests under way"):
            await fleet.ask()
        await clock.advance(6)
        await spend(fleet, 1)
        await fleet.router.budgets.settle(late, USED)


async def test_without_a_budget_nothing_is_set_aside(tmp_path):
    async with Fleet(tmp_path) as fleet:
        await spend(fleet, 1)
        assert await fleet.store.read(lambda u: u.get(RESERVED)) is None


# -- what is booked --------------------------------------------------------------------------


async def test_failed_calls_are_booked_with_what_they_used(tmp_path):
    async with Fleet(tmp_path) as fleet:
        error = ModelAnswerError("Cut short.", model="quick", usage=USED)
        fleet.models["quick"].fails(error)
        with pytest.raises(ModelAnswerError) as caught:
            await fleet.ask()
        assert caught.value.usage == await fleet.used()
        assert (await fleet.used()).micros == COST


async def test_every_try_of_a_request_is_booked(tmp_path):
    async with Fleet(tmp_path) as fleet:
        fleet.models["quick"].fails(ModelAwayError("Cut.", model="quick", usage=USED))
        said = await fleet.asked()
        assert said.usage.micros == 2 * COST
        assert await fleet.used() == said.usage
        assert said.usage.calls == 2


async def test_no_connection_costs_nothing(tmp_path):
    async with Fleet(tmp_path) as fleet:
        fleet.models["quick"].always(ModelAwayError("No connection.", model="quick"))
        with pytest.raises(ModelAwayError):
            await fleet.asked()
        assert await fleet.used() == Usage(calls=2)


async def test_an_answer_that_nobody_can_read_is_booked_with_its_prompt(tmp_path):
    """Its provider counts it, and a budget that it never fills would bound nothing."""
    faults = Faults(ModelSettings(**tier("quick")), "https://api.openai.com/v1")
    unread = faults.no_reply(b'{"choices": [{"mess')
    for fault in (unread, faults.too_much(1024), faults.packed(), faults.cut()):
        assert fault.taken
    assert not faults.no_reply(b'{"error": {"message": "no such deployment"}}').taken
    async with Fleet(tmp_path) as fleet:
        fleet.models["quick"].always(unread)
        with pytest.raises(ModelAnswerError):
            await fleet.asked()
        used = await fleet.used()
        assert used.calls == 1
        assert used.tokens_in > 0


@pytest.mark.parametrize("how", ["timeout", "deaf", "cancelled"])
async def test_a_call_that_was_given_up_on_is_booked_with_its_prompt(tmp_path, how):
    async with Fleet(tmp_path) as fleet:
        fleet.models["quick"].hangs(deaf=how == "deaf")
        task = fleet.begin()
        if how == "cancelled":
            await fleet.quiet()
            task.cancel()
        with pytest.raises((ModelAwayError, asyncio.CancelledError)):
            await fleet.through(task)
        await fleet.quiet()
        used = await fleet.used()
        assert (used.tokens_in, used.tokens_out, used.calls) == (MOST.tokens_in, 0, 1)
        assert used.micros == 3 * MOST.tokens_in


# -- days and lives --------------------------------------------------------------------------


async def test_a_restart_remembers(tmp_path):
    budget = {"person_tokens": room_for(3)}
    async with Fleet(tmp_path, budget=budget) as fleet:
        await spend(fleet, 2)
    async with Fleet(tmp_path, budget=budget) as fleet:
        await spend(fleet, 1)
        with pytest.raises(BudgetSpentError):
            await fleet.ask()


async def test_the_day_is_that_of_the_servers_zone(tmp_path):
    clock = ManualClock(datetime(2026, 3, 1, 22, 30, tzinfo=UTC))  # 23:30 in Berlin
    budget = {"person_tokens": room_for(1)}
    async with Fleet(tmp_path, budget=budget, zone=BERLIN, clock=clock) as fleet:
        await spend(fleet, 1)
        with pytest.raises(BudgetSpentError):
            await fleet.ask()
        await clock.advance(29 * 60)
        with pytest.raises(BudgetSpentError):
            await fleet.ask()
        await clock.advance(60)
        await spend(fleet, 1)
        with pytest.raises(BudgetSpentError):
            await fleet.ask()
        days = [clock.now().astimezone(BERLIN).date().replace(day=day) for day in (1, 2)]
        for day in days:
            (booked,) = await fleet.store.read(lambda u, day=day: u.used(day, day))
            assert booked.usage.calls == 1


async def test_a_call_belongs_to_the_day_on_which_it_began(tmp_path):
    clock = ManualClock(datetime(2026, 3, 1, 23, 59, 55, tzinfo=UTC))
    async with Fleet(tmp_path, zone=UTC, clock=clock, budget={"tokens": 50_000}) as fleet:
        before = fleet.router.budgets.today()
        fleet.models["quick"].says("{}", usage=USED, after_s=10)
        late = fleet.begin()
        await fleet.quiet()
        await clock.advance(6)
        after = fleet.router.budgets.today()
        assert after != before
        await spend(fleet, 1)
        await fleet.through(late)
        for day in (before, after):
            (booked,) = await fleet.store.read(lambda u, day=day: u.used(day, day))
            assert booked.usage.micros == COST
