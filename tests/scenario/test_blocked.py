"""A card that names the run in its way is drawn again when that run is over."""

import pytest

from tests.scenario.stage import RESTART, keys, words

pytestmark = pytest.mark.asyncio


async def held(stage):
    """A run that changes web-3 until it is released; its number."""
    stage.hosts.hang(RESTART)
    await stage.say("ana", "restart nginx on web-3")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    return (await stage.card()).plan


async def over(stage):
    stage.release(RESTART)
    await stage.settle()


async def test_what_was_blocked_is_free_when_the_run_is_over(stage):
    holder = await held(stage)
    await stage.say("ben", "restart nginx on web-3")
    blocked = await stage.card()
    assert (blocked.state, blocked.standing) == ("BLOCKED", "")
    assert f"#{holder} is changing web-3." in words(blocked)
    await over(stage)
    card = await stage.card(blocked.plan)
    assert (card.state, card.standing) == ("BLOCKED", "free again")
    assert "Another run was changing web-3; it is free again." in words(card)
    assert {"again", "change"} <= set(keys(card))
    assert "queue" not in keys(card)
    await stage.press("ben", "again", card)
    assert (await stage.card(blocked.plan)).state in {"WAITING", "DONE"}


async def test_what_was_only_shown_names_no_run_that_is_over(stage):
    holder = await held(stage)
    await stage.say("ben", "restart nginx on web-3", plan_only=True)
    shown = await stage.card()
    assert f"#{holder} is changing web-3." in words(shown)
    await over(stage)
    card = await stage.card(shown.plan)
    assert card.state == "PLAN ONLY"
    assert "is changing" not in words(card)


async def test_a_crash_in_between_draws_it_at_the_next_start(stage):
    await held(stage)
    await stage.say("ben", "restart nginx on web-3")
    blocked = await stage.card()
    await stage.crash()
    stage.release(RESTART)
    await stage.revive()
    await stage.settle()
    await stage.later(seconds=5)
    assert (await stage.card(blocked.plan)).standing == "free again"


async def test_what_is_on_other_hosts_is_not_drawn_again(stage):
    await held(stage)
    await stage.say("ben", "restart nginx on web-1", plan_only=True)
    before = await stage.card()
    await over(stage)
    assert (await stage.card(before.plan)).serial == before.serial


async def test_what_a_halted_run_holds_is_not_being_changed(stage):
    holder = await held(stage)
    await stage.say("ben", "restart nginx on web-3")
    blocked = await stage.card()
    stage.units["web-3", "nginx"] = "failed"
    await over(stage)
    halted = await stage.card(holder)
    assert halted.state == "NEEDS A DECISION"
    waits = f"#{holder} holds web-3 until somebody decides about it."
    assert waits in words(await stage.card(blocked.plan))
    line = next(h for h in await stage.app.books.hosts() if h.name == "web-3")
    assert (line.held_by, line.halted) == (holder, True)
    stage.units["web-3", "nginx"] = "active"
    stage.hosts.hang(RESTART)
    before = len(stage.changes())
    await stage.press("ana", "retry", halted, settle=False)
    await stage.until(lambda: len(stage.changes()) > before)
    await stage.later(seconds=5)
    assert f"#{holder} is changing web-3." in words(await stage.card(blocked.plan))
    await over(stage)
    assert (await stage.card(blocked.plan)).standing == "free again"
