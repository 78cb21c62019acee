"""Whoever asks for what can't be any more is told what is true, and nothing changes."""

import pytest

from bot.errors import RequestError
from tests.scenario.stage import RESTART

pytestmark = pytest.mark.asyncio


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


async def test_of_many_hosts_a_slip_is_answered_in_one_line(stage):
    stage.service("web-3", "nginx")
    await stage.say("ben", "restart nginx on web-1, web-2, web-3")
    with pytest.raises(RequestError) as told:
        await stage.ears.output(1, "web-9")
    assert told.value.cure == "Its hosts: web-1…web-3."


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


@pytest.mark.parametrize("button", ["deny", "approve"])
@pytest.mark.parametrize("text", ["restart nginx on web-1", "is nginx up on web-1?"])
async def test_a_vote_on_what_could_not_be_read_says_so(stage, button, text):
    stage.hosts.machine("web-1").down = True
    await stage.say("ana", text)
    card = await stage.card()
    assert card.state == "NOT READ"
    reply = await stage.press("ana", button, card, text="no")
    assert not reply.accepted
    assert reply.text == (
        "#1 waits for no vote: web-1 could not be read, so nobody is asked and nothing ran; "
        "*Try again* reads once more."
    )


async def test_where_only_some_could_not_be_read_the_others_are_a_way_on(stage):
    stage.hosts.machine("web-1").down = True
    await stage.say("ana", "restart nginx on web-1 and web-2")
    reply = await stage.press("chris", "approve", await stage.card())
    assert reply.text.endswith("*Try again* reads once more, or say it without web-1.")


@pytest.mark.parametrize("button", ["deny", "approve"])
async def test_a_vote_on_what_had_nothing_to_do_or_was_only_shown_says_so(stage, button):
    stage.service("web-1", "nginx", "inactive")
    await stage.say("ben", "stop nginx on web-1")
    card = await stage.card()
    assert card.state == "NOTHING TO DO"
    reply = await stage.press("chris", button, card, text="no")
    assert reply.text == "#1 had nothing to do, so nobody is asked; nothing ran."
    await stage.say("ben", "restart nginx on web-2", plan_only=True)
    reply = await stage.press("chris", button, await stage.card(), text="no")
    assert reply.text.startswith("#2 was only to be shown, so nobody is asked")


async def test_a_vote_on_what_was_withdrawn_names_who_did_it(stage):
    await stage.say("ben", "restart nginx on web-1")
    card = await stage.card()
    await stage.press("ben", "cancel", card)
    reply = await stage.press("chris", "approve", card)
    assert reply.text.startswith("Ben withdrew #1 at")
