"""What is said to nobody in a room is taken in as it came; no stop waits, and nobody for long."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.domain.messages import Identity, Message, ThreadRef
from bot.pipeline.in_order import InOrder

pytestmark = pytest.mark.asyncio
ROOM = ThreadRef(surface="slack", channel="C1", thread="17.1")
OTHER = ROOM.model_copy(update={"thread": "18.1"})
DIRECT = ThreadRef(surface="slack", channel="D1", thread="19.1")


def said(text, *, thread=ROOM, addressed=False):
    return Message(
        event_id=f"C1/{text}", thread=thread, identity=Identity(surface="slack", account="UBEN"),
        person="ben", text=text, at=datetime(2026, 3, 1, tzinfo=UTC), addressed=addressed,
    )  # fmt: skip


async def taken_in(order, message, heard, *, until=None):
    async with order.turn(message):
        if until is not None:
            await until.wait()
        heard.append(message.text)


@pytest.mark.parametrize(
    "beside",
    [said("stop"), said("stop #1"), said("skip it", thread=OTHER), said("skip it", thread=DIRECT),
     said("skip it", addressed=True)],
)  # fmt: skip
async def test_each_waits_for_those_before_it_there_and_for_no_others(beside):
    order, heard, first = InOrder(longest_s=60), [], asyncio.Event()
    words = [said("do we need the retro?"), said("skip it, then"), said("hmm")]
    work = [
        asyncio.create_task(taken_in(order, words[0], heard, until=first)),
        *(asyncio.create_task(taken_in(order, each, heard)) for each in words[1:]),
    ]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await taken_in(order, beside, heard)
    assert heard == [beside.text]
    first.set()
    await asyncio.gather(*work)
    assert heard == [beside.text, *(each.text for each in words)]


async def test_nobody_waits_longer_than_that_and_the_order_holds_again():
    order, heard, first = InOrder(longest_s=0), [], asyncio.Event()
    slow = asyncio.create_task(taken_in(order, said("hmm"), heard, until=first))
    await asyncio.sleep(0)
    await taken_in(order, said("skip it"), heard)
    assert heard == ["skip it"]
    first.set()
    await slow
    await taken_in(order, said("retry"), heard)
    assert heard == ["skip it", "hmm", "retry"]
