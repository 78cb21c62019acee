"""What `bot.ports.Unit` promises of conversations in which words may be wanted."""

import pytest

from bot.domain.intents import Question
from bot.domain.messages import ThreadRef
from bot.domain.runs import PlanState
from tests.rigs.stores import START, plan

pytestmark = pytest.mark.asyncio


def ref(thread, surface="slack"):
    return ThreadRef(surface=surface, channel="C1", thread=thread)


async def test_open_questions_open_plans_and_what_is_new_are_talks_and_nothing_else(store, clock):
    states = {
        "drafted": PlanState.DRAFTED, "waiting": PlanState.WAITING, "approved": PlanState.APPROVED,
        "denied": PlanState.DENIED,
    }  # fmt: skip

    def old(unit):
        for name in (*states, "asked", "answered", "quiet"):
            unit.say(ref(name), "ben", name)
        for number, (name, state) in enumerate(states.items(), 1):
            unit.add_plan(plan(number, thread=ref(name)), state)
        for name in ("asked", "answered"):
            unit.ask(ref(name), Question(about="hosts", text="Which?"), "restart", "ben")
        unit.ask(ref("answered"), None, "", "")
        unit.say(ref("waiting", "discord"), "ben", "elsewhere")

    await store.write(old)
    clock.tick(days=3)
    since = clock.now()
    clock.tick(hours=1)
    await store.write(lambda u: u.say(ref("new"), "ben", "new"))
    found = await store.read(lambda u: u.talks("slack", since))
    assert found[0] == ref("new")
    assert {each.thread for each in found} == {"new", "drafted", "waiting", "asked"}
    assert len(await store.read(lambda u: u.talks("slack", START))) == 8
    assert await store.read(lambda u: u.talks("slack", since, 1)) == (ref("new"),)


async def test_a_plan_that_another_revision_replaced_is_open_no_more(store, clock):
    def work(unit):
        unit.say(ref("t"), "ben", "x")
        unit.add_plan(plan(1, 1, thread=ref("t")), PlanState.WAITING)
        unit.add_plan(plan(1, 2, thread=ref("t")), PlanState.DENIED)

    await store.write(work)
    clock.tick(days=3)
    assert await store.read(lambda u: u.talks("slack", clock.now())) == ()
