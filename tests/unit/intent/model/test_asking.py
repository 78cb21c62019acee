"""One request at one model: its turn, its time, what is tried again and what is not."""

import asyncio

import pytest

from bot.domain.usage import Tier, Usage
from bot.errors import (
    ModelAnswerError,
    ModelAuthError,
    ModelAwayError,
    ModelBusyError,
    ModelError,
    ModelUnknownError,
)
from tests.unit.intent.model.fleet import COST, PROMPT, USED, Fleet, away, busy, tier

pytestmark = pytest.mark.asyncio


async def test_an_answer_says_which_model_gave_it_and_what_it_cost(fleet, quick):
    quick.says('{"kind": "talk"}', usage=USED)
    said = await fleet.asked()
    assert said.text == '{"kind": "talk"}'
    assert (said.model, said.tier) == ("quick", Tier.CLOUD_FAST)
    assert said.usage == USED.model_copy(update={"micros": COST})
    assert await fleet.used() == said.usage
    assert quick.calls[0].prompt is PROMPT


# -- again, or not ---------------------------------------------------------------------------


async def test_a_busy_server_is_asked_again_when_it_said(fleet, quick):
    quick.fails(busy(4))
    said = await fleet.asked()
    assert 4 <= fleet.clock.monotonic() <= 4 * 1.2
    assert len(quick.calls) == 2
    assert said.usage.calls == 2


async def test_without_a_word_from_the_server_the_pauses_grow(fleet, quick):
    for _ in range(2):
        quick.fails(busy())
    await fleet.asked()
    assert 0.5 + 1.0 <= fleet.clock.monotonic() <= (0.5 + 1.0) * 1.2


async def test_a_busy_server_is_not_asked_for_ever(fleet, quick):
    quick.always(busy())
    with pytest.raises(ModelBusyError) as caught:
        await fleet.asked()
    assert len(quick.calls) == 3
    assert caught.value.usage.calls == 3


async def test_a_pause_that_would_outlast_the_request_is_not_begun(fleet, quick):
    quick.fails(busy(19.5))
    with pytest.raises(ModelBusyError):
        await fleet.asked()
    assert fleet.clock.monotonic() == 0
    assert len(quick.calls) == 1


async def test_what_a_server_has_asked_for_holds_for_the_others_too(fleet, quick):
    quick.fails(busy(15))
    first = fleet.begin()
    await fleet.quiet()
    with pytest.raises(ModelBusyError, match="left alone for 15 s"):
        await fleet.ask(patience=10)
    assert len(quick.calls) == 1, "it was not even asked"
    second = fleet.begin()
    await fleet.through(first)
    await fleet.through(second)
    assert len(quick.calls) == 3


async def test_pauses_are_not_all_of_one_length(fleet, quick):
    took = []
    for _ in range(4):
        quick.fails(busy(2))
        began = fleet.clock.monotonic()
        await fleet.asked()
        took.append(fleet.clock.monotonic() - began)
    assert len(set(took)) == 4


async def test_who_is_not_there_is_asked_once_more(fleet, quick):
    quick.fails(away())
    await fleet.asked()
    assert len(quick.calls) == 2
    for _ in range(2):
        quick.fails(away())
    with pytest.raises(ModelAwayError):
        await fleet.asked()
    assert len(quick.calls) == 4


async def test_who_has_let_a_request_wait_is_not_asked_again(fleet, quick):
    quick.hangs()
    with pytest.raises(ModelAwayError):
        await fleet.asked()
    assert len(quick.calls) == 1
    assert fleet.clock.monotonic() == 15, "its own time, not that of the whole request"


@pytest.mark.parametrize("kind", [ModelAuthError, ModelUnknownError, ModelAnswerError])
async def test_what_asking_again_does_not_mend_is_asked_once(fleet, quick, kind):
    quick.fails(kind("No.", model="quick"))
    with pytest.raises(kind):
        await fleet.asked()
    assert len(quick.calls) == 1


async def test_an_error_of_our_own_is_no_end_of_the_request(fleet, quick):
    async def broken(prompt, *, timeout_s):
        raise KeyError("choices")

    quick.ask = broken
    with pytest.raises(ModelAnswerError, match=r"overseer\.log"):
        await fleet.asked()


async def test_a_model_that_is_gone_is_said_to_be(fleet):
    with pytest.raises(ModelUnknownError, match="old"):
        await fleet.ask("old")


# -- time ------------------------------------------------------------------------------------


async def test_a_call_gets_no_more_time_than_the_request_has(fleet, quick):
    quick.hangs()
    with pytest.raises(ModelAwayError):
        await fleet.asked(patience=5)
    assert fleet.clock.monotonic() <= 5
    assert 4.5 <= quick.calls[0].timeout_s < 5


async def test_a_model_that_heeds_no_time_is_left_all_the_same(fleet, quick):
    quick.hangs(deaf=True)
    with pytest.raises(ModelAwayError, match="no answer within 15 s"):
        await fleet.asked()
    assert fleet.clock.monotonic() == 15
    assert quick.given_up == 1


async def test_a_model_that_can_not_be_cancelled_holds_nobody(fleet, quick):
    ended = asyncio.Event()

    async def stubborn(prompt, *, timeout_s):
        while not ended.is_set():
            try:
                await ended.wait()
            except asyncio.CancelledError:
                continue

    quick.ask = stubborn
    with pytest.raises(ModelAwayError):
        await fleet.asked(patience=3)
    assert fleet.clock.monotonic() <= 3
    ended.set()


async def test_a_slow_store_does_not_hold_an_answer_longer_than_the_request_has(fleet, quick):
    stuck = asyncio.Event()
    write = fleet.store.write

    async def slow(work, **how):
        await stuck.wait()
        return await write(work, **how)

    fleet.router.budgets._store = type(
        "S", (), {"write": staticmethod(slow), "read": fleet.store.read}
    )
    task = fleet.begin(patience=6)
    await fleet.quiet()
    assert not task.done()
    said = await fleet.through(task)
    assert said.text == "{}"
    assert fleet.clock.monotonic() == 6
    stuck.set()


@pytest.mark.parametrize("left", [0.05, 0.9, 1.9])
async def test_too_little_time_for_a_call_is_none(fleet, quick, left):
    with pytest.raises(ModelError):
        await fleet.ask(patience=left)
    assert quick.calls == []


async def test_who_gets_a_turn_with_no_time_left_begins_no_call(tmp_path):
    async with Fleet(tmp_path, tier("quick", concurrency=1, timeout=60)) as fleet:
        quick = fleet.models["quick"]
        quick.always("{}", after_s=19)
        first, second = fleet.begin(), fleet.begin()
        await fleet.through(first)
        with pytest.raises(ModelBusyError):
            await fleet.through(second)
        assert len(quick.calls) == 1


# -- its turn --------------------------------------------------------------------------------


async def test_only_so_many_are_under_way_and_the_rest_wait_their_turn(tmp_path):
    async with Fleet(tmp_path, tier("quick", concurrency=2)) as fleet:
        quick = fleet.models["quick"]
        quick.always("{}", after_s=2)
        tasks = [fleet.begin() for _ in range(6)]
        for task in tasks:
            await fleet.through(task)
        assert quick.at_once == 2
        assert len(quick.calls) == 6
        assert fleet.clock.monotonic() == 6


async def test_waiting_for_a_turn_counts(tmp_path):
    async with Fleet(tmp_path, tier("quick", concurrency=1)) as fleet:
        quick = fleet.models["quick"]
        quick.always("{}", after_s=10)
        first = fleet.begin()
        await fleet.quiet()
        late = fleet.begin(patience=4)
        with pytest.raises(ModelBusyError, match="1 other request"):
            await fleet.through(late)
        assert fleet.clock.monotonic() == 4
        third = fleet.begin(patience=14)
        await fleet.through(first)
        with pytest.raises(ModelAwayError):
            await fleet.through(third)
        assert len(quick.calls) == 2
        assert fleet.router.order() == ("quick",), "little time tells nothing of it"


async def test_whoever_is_cancelled_leaves_its_turn_and_its_reservation(tmp_path):
    budget = {"tokens": 3800}
    async with Fleet(tmp_path, tier("quick", concurrency=1), budget=budget) as fleet:
        quick = fleet.models["quick"]
        quick.hangs()
        quick.says("{}", usage=Usage(tokens_in=10))
        holding = fleet.begin()
        await fleet.quiet()
        waiting = fleet.begin()
        await fleet.quiet()
        for task in (waiting, holding):
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert quick.given_up == 1
        assert quick.under_way == 0
        assert (await fleet.asked()).text == "{}", "there is room for one request more"


async def test_a_server_that_counts_nothing_is_counted_by_what_was_said(fleet):
    fleet.models["quick"].always("x" * 300, usage=Usage(calls=1))
    said = await fleet.asked("quick")
    assert said.usage.tokens_in > 0
    assert said.usage.tokens_out == 101
    assert (await fleet.used()).tokens == said.usage.tokens
