"""However many plans wait, nobody's own is forgotten."""

import pytest

from bot.domain.cards import Tone
from bot.domain.runs import PlanState
from bot.pipeline import meant
from tests.scenario.stage import Stage

pytestmark = pytest.mark.asyncio
INVENTORY = """
hosts:
  web-1: {groups: [web], environment: production}
  web-3: {groups: [web], environment: staging}
services: [nginx]
"""


@pytest.fixture
async def stage(tmp_path, monkeypatch):
    monkeypatch.setattr(meant, "PAGE", 2)
    async with Stage(tmp_path, inventory=INVENTORY) as made:
        made.service("web-3", "nginx", "active")
        made.service("web-1", "nginx", "active")
        yield made


async def test_what_waits_for_somebody_is_found_behind_what_waits_for_others(stage):
    await stage.say("ben", "restart nginx on web-3")
    for _ in range(5):  # chris can't vote on his own
        await stage.say("chris", "restart nginx on web-3")
    assert [i.card.plan for i in await stage.ears.waiting("chris")] == [1]
    assert len(await stage.ears.waiting("ana")) == 6


async def test_a_list_that_was_judged_is_not_judged_again_until_something_changed(
    stage, monkeypatch
):
    await stage.say("ben", "restart nginx on web-3")
    gate = type(stage.app.world.gate)
    judge, judged = gate.may_vote, []

    def counted(self, voter, *asked, **how):
        judged.append(voter.name)
        return judge(self, voter, *asked, **how)

    monkeypatch.setattr(gate, "may_vote", counted)
    for _ in range(3):
        assert await stage.ears.waiting("vera") == ()
    assert judged == []
    await stage.app.reload(by="ana")
    assert await stage.ears.waiting("vera") == ()
    assert judged.count("vera") == 1


async def test_everything_that_was_approved_and_never_began_is_ended_or_begun(stage):
    for _ in range(5):
        await stage.say("ben", "restart nginx on web-3")

    def approve(unit):
        for number in range(1, 6):
            unit.move_plan(number, 1, PlanState.APPROVED)

    await stage.app.store.write(approve)
    await stage.crash()
    await stage.clock.advance(7 * 86400)
    await stage.revive()
    await stage.settle()
    assert [c.state for c in await stage.cards()] == ["CANCELLED"] * 5


async def test_a_conversation_in_which_a_plan_waits_is_listed_as_waiting(tmp_path):
    async with Stage(tmp_path) as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx", "active")
        await stage.say("ben", "restart nginx on web-1")
        await stage.say("ben", "is nginx up on web-9?")
        assert (await stage.card()).state == "QUESTION"
        await stage.press("ben", "option", value="1")
        assert (await stage.card()).state == "ANSWER"
        (listed,) = await stage.ears.threads("ben")
        assert (listed.state, listed.tone) == ("WAITING", Tone.WAITING)
