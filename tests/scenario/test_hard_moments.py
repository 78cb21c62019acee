"""Moments that are easy to get wrong: races, restarts, drift, expiry, stop."""

import asyncio

import pytest

from bot.domain.runs import PlanState, RunState
from tests.scenario.stage import RESTART, keys, words

NO_CHANGE = """
@id("nothing-now")
@reason("Nothing changes now.")
forbid (principal, action in Action::"change", resource == May::"request");
"""
pytestmark = pytest.mark.asyncio


async def run_of(stage, plan):
    return await stage.app.store.read(lambda u: u.run(plan))


async def test_stop_means_what_runs_not_what_was_asked_last(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    await stage.say("ben", "is nginx up on web-3?")
    await stage.say("ben", "stop")
    stage.release(RESTART)
    await stage.settle()
    assert stage.changes() == [("web-1", RESTART)]
    assert (await run_of(stage, 1)).state is RunState.CANCELLED


async def test_a_message_taken_in_before_a_crash_is_answered_after_it(stage):
    reading = stage.hosts.read
    stage.hosts.read = lambda *_, **__: asyncio.Event().wait()
    await stage.say("ben", "restart nginx on web-1", settle=False)
    await stage.until(lambda: any(i.card and i.card.state == "LOOKING" for i in stage.shown))
    stage.hosts.read = reading
    await stage.crash()
    await stage.revive()
    await stage.settle()
    assert [c.state for c in await stage.cards()] == ["WAITING"]
    await stage.crash()
    await stage.revive()
    await stage.settle()
    assert [c.plan for c in await stage.cards()] == [1]


async def test_a_fault_while_planning_is_said_and_ends_the_looking_card(stage):
    async def broken(_host):
        raise RuntimeError("a library's fault")

    stage.hosts.identify = broken
    await stage.say("ben", "restart nginx on web-1")
    card = await stage.card()
    assert card.state == "NOT POSSIBLE"
    assert "the log" in words(card)


async def drifted(stage):
    """A run of two that drifted after its first host."""
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    people = stage.home.people.read_text()
    stage.home.people.write_text(people.replace("roles: [approver]", "roles: [viewer]"))
    await stage.app.reload(by="ana")
    stage.release(RESTART)
    await stage.settle()
    return await stage.card(1)


async def test_what_drifted_is_asked_again_and_approved_anew(stage):
    card = await drifted(stage)
    assert card.state == "PAUSED"
    await stage.press("ben", "again", card)
    fresh = await stage.card(1)
    assert (fresh.state, fresh.revision) == ("WAITING", 2)
    await stage.press("ana", "approve", fresh)
    done = await stage.card(1)
    assert done.state == "DONE"
    assert "#1 goes on as revision 2" in words(done)


async def test_what_was_changed_before_it_began_goes_on_as_nothing(stage):
    for host in ("web-1", "web-2"):
        stage.service(host, "nginx")
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.say("ben", "not web-2")
    await stage.press("chris", "approve")
    done = await stage.card(1)
    assert done.state == "DONE"
    assert "#1 began as revision 2" in words(done)


async def test_a_drifted_run_ends_when_its_new_revision_is_not_approved(stage):
    await stage.press("ben", "again", await drifted(stage))
    await stage.later(minutes=29)
    assert (await run_of(stage, 1)).state is RunState.DRIFTED
    await stage.later(minutes=2)
    await stage.later(seconds=1)
    assert (await run_of(stage, 1)).state is RunState.CANCELLED
    held = await stage.app.store.read(lambda u: u.holders(["web-1", "web-2"]))
    assert held == {}


@pytest.mark.parametrize("who", ["ben", "nobody"])
async def test_a_paused_run_in_which_nothing_failed_ends_as_stopped(stage, who):
    card = await drifted(stage)
    if who == "ben":
        await stage.press("ben", "end", card)
    else:
        await stage.later(minutes=31)
    card = await stage.card(1)
    assert card.state == "STOPPED"
    first = "Stopped here" if who == "ben" else "Nobody decided in time"
    assert f"{first}: what had not begun did not run." in words(card)


async def test_stop_on_a_drifted_run_frees_its_hosts(stage):
    await stage.press("ben", "again", await drifted(stage))
    await stage.say("ben", "stop")
    assert (await run_of(stage, 1)).state in (RunState.FAILED, RunState.CANCELLED)
    assert await stage.app.store.read(lambda u: u.holders(["web-1", "web-2"])) == {}


async def test_a_vote_of_last_week_does_not_run_after_a_start(stage):
    await stage.say("ben", "restart nginx on web-1")
    executor = stage.app.pipeline._executor
    executor.begin = lambda *_, **__: asyncio.Event().wait()
    task = asyncio.ensure_future(stage.press("chris", "approve", settle=False))
    stored = None
    while stored is None or stored.state is not PlanState.APPROVED:
        await asyncio.sleep(0.005)
        stored = await stage.app.store.read(lambda u: u.plan(1))
    task.cancel()
    await stage.crash()
    await stage.clock.advance(7 * 86400)
    await stage.revive()
    await stage.settle()
    assert stage.changes() == []
    assert (await stage.card(1)).state == "CANCELLED"


async def test_retry_after_the_votes_expired_asks_anew_for_what_is_left(stage):
    stage.broken.add(("web-2", "nginx"))
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.later(minutes=25)
    await stage.press("chris", "approve", await stage.card(1))
    card = await stage.card(1)
    assert card.state == "NEEDS A DECISION"
    await stage.later(minutes=10)
    stage.broken.clear()
    reply = await stage.press("ben", "retry", await stage.card(1))
    assert "anew" in reply.text
    fresh = await stage.card(2)
    assert fresh.state == "WAITING"
    assert "web-2" in fresh.title
    assert "web-1" not in fresh.title


async def test_a_refused_mass_stop_stays_refused_when_asked_again(stage):
    stage.service("web-1", "nginx")
    await stage.say("ana", "stop nginx on web-1 and web-2 all at once")
    card = await stage.card()
    assert card.state == "REFUSED"
    await stage.press("ana", "again", card)
    assert (await stage.card()).state == "REFUSED"


async def test_a_plan_without_its_only_host_is_a_sentence(stage):
    stage.hosts.machine("web-1").down = True
    await stage.say("ben", "restart nginx on web-1")
    card = await stage.card()
    assert "without" not in keys(card) or not (await stage.press("ben", "without", card)).accepted
    assert stage.changes() == []


async def test_a_reload_that_cannot_be_stored_changes_nothing(stage):
    before = stage.app.world

    async def full(_work):
        raise OSError("disk full")

    stage.home.people.write_text(stage.home.people.read_text().replace("admin", "viewer"))
    writing, stage.app.store.write = stage.app.store.write, full
    with pytest.raises(OSError, match="disk full"):
        await stage.app.reload(by="ana")
    stage.app.store.write = writing
    assert stage.app.world is before


async def test_what_drifted_goes_on_from_where_it_paused(stage):
    card = await drifted(stage)
    await stage.press("ben", "again", card)
    fresh = await stage.card(1)
    assert "web-2" in fresh.title
    assert "web-1" not in fresh.title
    await stage.press("ana", "approve", fresh)
    assert (await stage.card(1)).state == "DONE"
    assert stage.changes() == [("web-1", RESTART), ("web-2", RESTART)], "each of them once"


async def test_looking_again_without_a_host_keeps_all_that_is_left(stage):
    for host in ("web-1", "web-2"):
        stage.service(host, "redis")
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1, then restart redis on web-1 and web-2")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    people = stage.home.people.read_text()
    stage.home.people.write_text(people.replace("roles: [approver]", "roles: [viewer]"))
    await stage.app.reload(by="ana")
    stage.release(RESTART)
    await stage.settle()
    stage.hosts.machine("web-2").down = True
    await stage.press("ben", "again", await stage.card(1))
    unread = await stage.card(1)
    assert (unread.state, unread.revision) == ("NOT READ", 2)
    await stage.press("ben", "without", unread)
    fresh = await stage.card(1)
    assert (fresh.state, fresh.revision) == ("WAITING", 3)
    await stage.press("ana", "approve", fresh)
    await stage.settle()
    assert stage.changes() == [
        ("web-1", RESTART),
        ("web-1", ("systemctl", "restart", "--", "redis.service")),
    ]


async def test_what_is_refused_as_it_is_looked_at_again_stays_paused(stage):
    """The refused revision would end the run, and nobody would have decided that."""
    card = await drifted(stage)
    stage.home.policies.write_text(stage.home.policies.read_text() + NO_CHANGE)
    await stage.app.reload(by="ana")
    reply = await stage.press("ben", "again", card)
    assert not reply.accepted
    assert reply.text.endswith("Nothing changes now. So #1 stays paused.")
    still = await stage.card(1)
    assert (still.state, still.revision) == ("PAUSED", 1)
    assert keys(still) == keys(card)


@pytest.mark.parametrize("how", ["cancel", "end", "stop"])
async def test_nobody_approves_the_new_revision_of_a_drifted_run_that_was_ended(stage, how):
    await stage.press("ben", "again", await drifted(stage))
    fresh = await stage.card(1)
    if how == "cancel":
        await stage.say("ben", "cancel plan 1")
    else:
        await stage.press("ben", how, fresh)
    reply = await stage.press("ana", "approve", fresh)
    assert not reply.accepted
    stored = await stage.app.store.read(lambda u: u.plan(1))
    assert stored.state is PlanState.CANCELLED
    assert (await run_of(stage, 1)).state in (RunState.CANCELLED, RunState.FAILED)
    assert stage.changes() == [("web-1", RESTART)]


async def test_after_three_days_away_the_rest_is_asked_anew(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    await stage.crash()
    await stage.clock.advance(3 * 86400)
    stage.release(RESTART)
    await stage.revive()
    await stage.settle()
    card = await stage.card(1)
    assert card.state == "PAUSED"
    assert "votes on this have expired" in words(card)
    assert stage.changes() == [], "nothing was begun in this life"
    await stage.press("ben", "again", card)
    await stage.press("chris", "approve", await stage.card(1))
    assert (await stage.card(1)).state == "DONE"
    assert stage.changes() == [("web-2", RESTART)]
