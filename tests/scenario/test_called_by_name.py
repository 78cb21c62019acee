"""People are called as others know them, wherever a sentence or a card names them."""

import re

import pytest

from bot.errors import OverseerError
from tests.scenario.stage import PEOPLE, Stage, words

pytestmark = pytest.mark.asyncio
CALLED = re.sub(r"display: (\w+)", r"display: '\1 Q.'", PEOPLE)
KEY = re.compile(r"\b(ana|ben|chris|vera)\b")


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path, people=CALLED) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def nowhere(stage):
    """No card calls anybody by their key."""
    for item in await stage.items():
        if item.card is not None:
            assert not KEY.search(words(item.card)), words(item.card)


@pytest.mark.parametrize(("button", "said"), [("skip", "skipped by Ana Q."), ("end", "")])
async def test_who_decided_about_a_failed_host(stage, button, said):
    stage.broken.add(("web-1", "nginx"))
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve")
    await stage.press("ana", button)
    assert said in words(await stage.card())
    await nowhere(stage)


async def test_whose_a_plan_is_to_change_to_stop_and_to_cancel(stage):
    await stage.say("ben", "restart nginx on web-1, web-2")
    await stage.say("ana", "not web-2")
    assert "#1 is Ben Q.'s to change. *Deny…* it and say" in words(await stage.card())
    await stage.say("vera", "not web-2")
    assert "#1 is Ben Q.'s to change. Tell Ben Q. what" in words(await stage.card())
    for button in ("stop", "cancel", "change", "again"):
        reply = await stage.press("vera", button, await stage.card(1))
        assert "Ben Q." in reply.text, button
        assert not KEY.search(reply.text), reply.text
    await stage.say("vera", "cancel 1")
    await nowhere(stage)
    vera = stage.ears.people().named("vera")
    stored = await stage.app.store.read(lambda u: u.plan(1))
    with pytest.raises(OverseerError, match=r"Only Ben Q\., an approver"):
        await stage.app.pipeline._stopping.stop(stored.plan, vera)


async def test_what_nobody_had_to_approve_is_its_requesters_to_begin(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "deny", text="no")
    await stage.say("vera", "approve 1")
    await nowhere(stage)
