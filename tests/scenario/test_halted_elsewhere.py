"""A run that needs a decision is spoken of in its own thread: in no other one do words mean it."""

import pytest

from bot.conversation.holders import holder
from bot.conversation.threads import context_of
from bot.domain.messages import ThreadRef
from bot.domain.posts import direct
from bot.domain.thread_runs import HaltedRun
from bot.pipeline.stopping import NOT_FROZEN
from tests.scenario.rooms import ROOM
from tests.scenario.stage import words
from tests.scenario.test_decided_in_words import halted, pressed, stage  # noqa: F401

pytestmark = pytest.mark.asyncio
OTHER = ThreadRef(surface="slack", channel="C1", thread="55.1")


@pytest.fixture
async def elsewhere(stage):  # noqa: F811 - a fixture is imported, and asked for by its name
    await halted(stage)
    await stage.hear("UBEN", "is nginx up on web-2?", thread=OTHER)
    return stage


async def test_it_is_known_where_it_was_asked_for_alone(elsewhere):
    def known(unit):
        return [context_of(unit, thread, "ben").halted for thread in (ROOM, OTHER)]

    here = HaltedRun(number=1, hosts=("web-1",), failed=("web-1",), newest=True)
    assert await elsewhere.app.store.read(known) == [(here,), ()]


async def test_go_on_offers_no_decision_about_it_elsewhere(elsewhere):
    await elsewhere.hear("UANA", "go on", thread=OTHER)
    said = words((await elsewhere.ears.thread(OTHER))[-1].card)
    assert NOT_FROZEN in said
    await elsewhere.hear("UANA", "go on", thread=ROOM)
    assert "#1 waits for a decision: say `retry`" in words(await elsewhere.card())
    assert await pressed(elsewhere) == []


async def test_another_conversation_is_handed_over_without_it(elsewhere):
    await elsewhere.hear("UBEN", "hand over to chris", thread=OTHER)
    assert await elsewhere.app.store.read(lambda u: holder(u, OTHER)) == "chris"
    assert (await elsewhere.app.store.read(lambda u: u.run(1))).decider == ""
    await elsewhere.hear("UBEN", "hand over to chris", thread=ROOM)
    assert (await elsewhere.app.store.read(lambda u: u.run(1))).decider == "chris"


@pytest.mark.parametrize("text", ["go on", "continue", "carry on"])
async def test_below_the_copy_of_its_card_go_on_is_told_the_ways(elsewhere, text):
    below = ThreadRef(surface="slack", channel="D7", thread="66.1")

    def copied(unit):
        copy = unit.owe_card(direct("slack", "UCHRIS"), unit.card("plan-1")[1], "chris")
        unit.sent(copy.id, below.thread, copy.version)

    await elsewhere.app.store.write(copied)
    await elsewhere.hear("UCHRIS", text, thread=below)
    said = words((await elsewhere.ears.thread(below))[-1].card)
    assert "#1 waits for a decision: say `retry`" in said
    await elsewhere.hear("UANA", "stop everything")
    await elsewhere.hear("UCHRIS", text, thread=below)
    assert "Runs may start again." in words((await elsewhere.ears.thread(below))[-1].card)
    assert await pressed(elsewhere) == []
