"""A stored plan that can't be read holds up nothing but itself: no start, no tick, no list."""

import sqlite3

import pytest
from structlog.testing import capture_logs

from bot.adapters.store import rows
from bot.domain.intents import Control, Understanding
from bot.domain.messages import ButtonPress, Identity, Message
from bot.domain.runs import PlanState, RunState
from bot.pipeline import pending
from bot.pipeline.clicks import CLICKS, _taking
from bot.ports import Leftover
from tests.scenario.stage import RESTART, Stage, words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    rows._plan.cache_clear()  # what is wrong with a body is logged once
    async with Stage(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


def damage(stage, number=1, **also):
    """What another version, or a disk, leaves behind; `also` sets columns of the plan's run."""
    with sqlite3.connect(stage.home.database) as database:
        said = """UPDATE plans SET body = replace(body, '"write"', '"wrote"') WHERE plan = ?"""
        assert database.execute(said, (number,)).rowcount
        for column, value in also.items():
            database.execute(f"UPDATE runs SET {column} = ? WHERE plan = ?", (value, number))
    database.close()


async def state(stage, number):
    return await stage.app.store.read(lambda u: (u.plan(number).state, u.run(number)))


async def asked(stage, *hosts, approved=True):
    """Each host's restart in a plan of its own."""
    for number, host in enumerate(hosts, 1):
        await stage.say("ben", f"restart nginx on {host}")
        if approved:
            await stage.press("chris", "approve", await stage.card(number))


# -- what is due ---------------------------------------------------------------------------------


async def test_the_others_expire(stage):
    await asked(stage, "web-1", "web-2", approved=False)
    damage(stage)
    with capture_logs() as logs:
        await stage.later(minutes=31)
        await stage.later(minutes=1)
    assert (await state(stage, 2))[0] is PlanState.EXPIRED
    assert {each["plan"] for each in logs if each["log_level"] == "error"} == {1}


async def test_the_others_are_ended_when_nobody_decides(stage):
    stage.broken |= {("web-1", "nginx"), ("web-2", "nginx")}
    await asked(stage, "web-1", "web-2")
    assert (await state(stage, 2))[1].state is RunState.NEEDS_DECISION
    damage(stage)
    assert [item.card.plan for item in await stage.ears.waiting("chris")] == [2]
    await stage.later(minutes=61)
    assert (await state(stage, 2))[1].state is RunState.FAILED


async def test_the_others_go_on_beside_one_that_had_drifted(stage):
    await asked(stage, "web-1", approved=True)
    await stage.say("ben", "restart nginx on web-2")
    damage(stage, state=RunState.DRIFTED.value, ended_at=None)
    await stage.later(minutes=31)
    assert (await state(stage, 2))[0] is PlanState.EXPIRED


async def test_the_queue_goes_on_behind_it(stage):
    await asked(stage, "web-1", "web-2", approved=False)
    await stage.say("ana", "stop everything")
    for number in (1, 2):
        await stage.press("chris", "approve", await stage.card(number))
    assert stage.changes() == []
    damage(stage)
    await stage.say("ana", "resume")
    await stage.later(seconds=2)
    assert stage.changes() == [("web-2", RESTART)]


async def test_the_others_go_on_beside_one_of_which_only_the_newer_revision_can_be_read(stage):
    await asked(stage, "web-1")
    await stage.say("ben", "restart nginx on web-2")
    stored = await stage.app.store.read(lambda u: u.plan(1))
    newer = stored.plan.model_copy(update={"revision": 2})
    damage(stage, state=RunState.DRIFTED.value, ended_at=None)
    await stage.app.store.write(lambda u: u.add_plan(newer, PlanState.DENIED))
    await stage.later(minutes=31)
    assert (await state(stage, 1))[1].state is RunState.DRIFTED
    assert (await state(stage, 2))[0] is PlanState.EXPIRED
    await stage.app.pipeline.tick()


async def test_what_was_approved_for_a_later_time_begins_beside_it(stage):
    for number, host in enumerate(("web-1", "web-2"), 1):
        await stage.say("ben", f"restart nginx on {host} at 10:00")
        await stage.press("chris", "approve", await stage.card(number))
    damage(stage)
    await stage.later(minutes=61)
    assert stage.changes() == [("web-2", RESTART)]


# -- a start -------------------------------------------------------------------------------------


async def test_a_start_takes_up_the_others_and_its_hosts_stay_held(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    await stage.say("ben", "restart nginx on web-2", settle=False)
    await stage.stored()
    await stage.crash()
    damage(stage)
    with capture_logs() as logs:
        await stage.revive()
        await stage.settle()
    assert next(each for each in logs if "not taken up" in each["event"])["plan"] == 1
    assert not [each for each in logs if "drawn" in each["event"]], "it is not tried for ever"
    await stage.press("chris", "approve", await stage.card(2))
    assert (await stage.app.store.read(lambda u: u.run(2))) is not None
    assert await stage.app.store.read(lambda u: u.holders(["web-1"])) == {"web-1": 1}


async def test_a_drifted_one_holds_up_no_start(stage):
    await asked(stage, "web-1")
    damage(stage, state=RunState.DRIFTED.value, ended_at=None)
    await stage.crash()
    await stage.revive()
    await stage.say("ben", "restart nginx on web-2")
    assert (await stage.card()).state == "WAITING"


# -- people ----------------------------------------------------------------------------------------


async def test_what_waits_for_people_is_listed_without_it_and_who_names_it_is_told(stage):
    await asked(stage, "web-1", "web-2", approved=False)
    await stage.crash()
    damage(stage)
    await stage.revive()
    assert [item.card.plan for item in await stage.ears.waiting("chris")] == [2]
    runs = await stage.app.books.runs()
    assert [line.plan for line in (*runs.open, *runs.ended)] == [2]
    await stage.say("ben", "stop #1")
    assert "What is stored of #1 can't be read" in words(await stage.card())
    reply = await stage.press("chris", "approve", await stage.card(1))
    assert "What is stored of #1 can't be read" in reply.text
    assert stage.changes() == []


async def test_a_stop_and_a_click_on_it_that_a_crash_cut_short_hold_up_no_start(stage):
    await asked(stage, "web-1", "web-2", approved=False)
    card = await stage.card(1)
    mine = {"thread": stage.thread, "identity": Identity(surface="room", account="ben"),
            "person": "ben", "at": stage.clock.now()}  # fmt: skip
    said = Message(event_id="said", text="stop #1", **mine)
    press = ButtonPress(
        event_id="pressed", button="cancel", plan=1, revision=1, digest=card.digest, **mine
    )
    stop = Understanding(outcome=Control(verb="stop", scope="1"))
    await stage.app.store.write(lambda u: (pending.keep(u, said, stop), _taking(press)(u)))
    await stage.crash()
    damage(stage)
    await stage.revive()
    await stage.settle()
    await stage.press("chris", "approve", await stage.card(2))
    assert stage.changes() == [("web-2", RESTART)]
    kept = (CLICKS, pending.PENDING)
    left = await stage.app.store.read(lambda u: [u.kept_keys(box) for box in kept])
    assert not any(left)


async def test_who_was_to_change_it_can_still_speak(stage):
    await asked(stage, "web-1", "web-2", approved=False)
    await stage.press("ben", "change", await stage.card(1))
    damage(stage)
    await stage.say("ben", "how is nginx on web-3?")
    assert "nginx is up on web-3" in words(await stage.card())


async def test_ending_all_that_was_left_goes_past_what_it_left(stage):
    await asked(stage, "web-1", "web-2", approved=False)
    for number, host in ((1, "web-1"), (2, "web-2")):
        name = f"{number}-1-0123abcd-s1-{host}-1.0"
        left = Leftover(host=host, name=name, plan=number, sudo=True)
        await stage.app.store.write(lambda u, left=left: u.leave(left))
    damage(stage)
    said = await stage.ears.freeze(stage.app.world.people.named("ana"), frozen=True, kill=True)
    assert "#1: not ended: What is stored of #1 can't be read" in said
    left = await stage.app.store.read(lambda u: u.left())
    assert [one.plan for one in left] == [1], "what #2 left is looked for"
