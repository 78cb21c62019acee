"""Half an order is no order; a no that changes nothing says so; output is of hosts that are there."""

import pytest

from bot.errors import ConflictError, RequestError
from tests.scenario.stage import RESTART, Stage, keys, words


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as stage:
        for host in ("web-1", "web-2"):
            for name in ("nginx", "redis"):
                stage.service(host, name)
        yield stage


async def test_an_order_of_which_a_step_is_impossible_is_asked_of_nobody(stage):
    stage.service("web-1", "redis", active="missing")
    await stage.say("ben", "restart nginx on web-1 and then restart redis on web-1")
    card = await stage.card(1)
    assert card.state == "CAN'T", words(card)
    assert "Step 2 can't be done" in words(card)
    assert "approve" not in keys(card)
    assert stage.changes() == []


async def test_one_host_that_can_not_does_not_hold_up_the_others_of_its_step(stage):
    stage.service("web-1", "redis", active="missing")
    await stage.say("ben", "restart redis on web-1 and web-2")
    card = await stage.card(1)
    assert card.state == "WAITING", words(card)
    await stage.press("chris", "approve")
    card = await stage.card(1)
    assert card.state == "DONE", words(card)
    assert "1 of 2 done, 1 skipped" in words(card)
    assert "retry" not in keys(card)
    assert [host for host, _ in stage.changes()] == ["web-2"]


async def test_where_a_change_can_not_be_made_the_next_one_is_not_made_either(stage):
    """Half an order is no order on one host of several, too."""
    stage.service("web-1", "redis", active="missing")
    await stage.say(
        "ben", "restart redis on web-1 and web-2, then restart nginx on web-1 and web-2"
    )
    await stage.press("chris", "approve")
    card = await stage.card(1)
    assert card.state == "DONE", words(card)
    assert "can't be done first" in words(card)
    assert {host for host, _ in stage.changes()} == {"web-2"}
    assert len(stage.changes()) == 2


async def test_a_denial_by_somebody_who_may_not_is_no_success(stage):
    await stage.say("ben", "restart nginx on web-1")
    reply = await stage.press("vera", "deny", text="no")
    assert not reply.accepted
    assert (await stage.card(1)).state == "WAITING"


async def test_output_of_a_host_that_is_not_in_the_plan_is_an_error(stage):
    await stage.say("ben", "restart nginx on web-1")
    with pytest.raises(RequestError, match="does nothing on web-9"):
        await stage.ears.output(1, "web-9")
    with pytest.raises(ConflictError, match="no plan #7"):
        await stage.ears.output(7, "web-1")


@pytest.mark.parametrize("queued", [False, True])
async def test_what_can_not_begin_is_not_approved_for_ever(stage, queued):
    async def refused(plan, **more):
        raise ConflictError(f"#{plan.id} is not what was approved: its digest differs.")

    if queued:
        stage.hosts.hang(RESTART)
        await stage.say("ben", "restart nginx on web-1")
        await stage.press("chris", "approve", settle=False)
        await stage.until(stage.changes)
        await stage.say("ben", "restart redis on web-1", settle=False)
        await stage.until(lambda: any(i.card and i.card.plan == 2 for i in stage.shown))
        await stage.press("ben", "queue", await stage.card(2), settle=False)
        await stage.press("chris", "approve", await stage.card(2), settle=False)
        stage.app.pipeline._executor.begin = refused
        stage.release(RESTART)
        await stage.settle()
        await stage.later(seconds=2)
    else:
        await stage.say("ben", "restart nginx on web-1")
        stage.app.pipeline._executor.begin = refused
        reply = await stage.press("chris", "approve")
        assert not reply.accepted
    card = await stage.card(1 + queued)
    assert card.state == "CANCELLED", words(card)
    assert "its digest differs" in words(card)
