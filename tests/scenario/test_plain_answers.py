"""Whoever asks for what can't be any more is told what is true, and nothing changes."""

import pytest

from bot.errors import RequestError
from tests.scenario.stage import Stage

pytestmark = pytest.mark.asyncio
RESTART = ("systemctl", "restart", "--", "nginx.service")


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


@pytest.mark.parametrize("button", ["deny", "approve"])
async def test_a_vote_on_what_is_blocked_says_so(stage, button):
    stage.hosts.hang(RESTART)
    await stage.say("ana", "restart nginx on web-3")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    await stage.say("ben", "restart nginx on web-3")
    card = await stage.card()
    assert card.state == "BLOCKED"
    reply = await stage.press("chris", button, card)
    assert not reply.accepted
    assert reply.text.startswith(f"#{card.plan} was blocked, as another run changed its hosts.")
    stage.release(RESTART)
    await stage.settle()


async def test_a_vote_on_what_the_policy_refused_says_so(stage):
    await stage.say("ana", "stop nginx on web-1 and web-2")
    card = await stage.card()
    reply = await stage.press("chris", "deny", card)
    assert not reply.accepted
    assert "The policy refused #1, so nobody is asked; nothing ran." in reply.text


async def test_a_second_denial_names_who_denied_it(stage):
    await stage.say("ben", "restart nginx on web-1")
    card = await stage.card()
    assert (await stage.press("chris", "deny", card, text="not today")).accepted
    reply = await stage.press("ana", "deny", card)
    assert not reply.accepted
    assert reply.text.startswith("Chris denied #1 at")


async def test_output_of_a_host_that_was_never_touched_names_those_that_were(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.say("ana", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve")
    assert stage.changes("web-2") == []
    with pytest.raises(RequestError, match=r"has run nothing on web-2\. It has on web-1\."):
        await stage.ears.output(1, "web-2")
    with pytest.raises(RequestError, match="does nothing on web-9"):
        await stage.ears.output(1, "web-9")
    assert "failed" in await stage.ears.output(1, "web-1")


async def test_output_before_anything_ran_says_that(stage):
    await stage.say("ben", "restart nginx on web-1")
    with pytest.raises(RequestError, match="Nothing of it ran"):
        await stage.ears.output(1, "web-1")


async def test_resume_says_when_nothing_was_frozen(stage):
    ana = stage.app.world.people.named("ana")
    said = await stage.app.pipeline.freeze(ana, frozen=False)
    assert said == "Nothing was frozen: runs start as they always do."
    await stage.app.pipeline.freeze(ana, frozen=True)
    assert await stage.app.pipeline.freeze(ana, frozen=False) == "Runs may start again."
