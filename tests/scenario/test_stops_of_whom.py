"""Whose plan a stop means, and from whom it is heard without a mention."""

import asyncio
from types import SimpleNamespace

import pytest

from bot.domain.runs import PlanState
from tests.scenario.rooms import PEOPLE, ROOM, Rooms, meets_silence, silent
from tests.scenario.stage import RESTART, words

OTTO = "  otto: {display: Otto, roles: [operator], identities: ['web:otto', 'slack:UOTTO']}\n"
ELSEWHERE = ROOM.model_copy(update={"thread": "17.9"})


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE + OTTO) as stage:
        for host in ("web-1", "web-2", "web-3"):
            stage.service(host, "nginx")
        yield stage


async def runs(stage, account, host):
    """The newest plan of the room, that hangs on its host."""
    stage.hosts.hang(RESTART, host=host)
    await stage.hear(account, f"restart nginx on {host}")
    await stage.click("UCHRIS", "approve")
    assert (await stage.card_in(ROOM)).state == "RUNNING"


async def halts(stage, account, host):
    stage.broken.add((host, "nginx"))
    await stage.hear(account, f"restart nginx on {host}")
    await stage.click("UCHRIS", "approve")
    assert (await stage.card_in(ROOM)).state == "NEEDS A DECISION"


async def told(stage, account, text, **more):
    await stage.hear(account, text, **more)
    return words(await stage.card_in(ROOM)).strip()


async def state(stage, plan):
    return (await stage.card_in(ROOM, plan)).state


async def is_open(stage, plan):
    """Whether it waits still, or its run starts more."""
    stored, run = await stage.app.store.read(lambda u: (u.plan(plan), u.run(plan)))
    if run is None:
        return stored.state is PlanState.WAITING
    return run.state.value == "running" and not run.stopping


# -- of what they may stop, first -----------------------------------------------------------------


@pytest.mark.parametrize("addressed", [True, False])
@pytest.mark.parametrize("text", ["stop", "halt!", "stopp"])
async def test_a_stop_means_ones_own_run_and_not_somebody_elses_newer_one(stage, text, addressed):
    await runs(stage, "UBEN", "web-1")
    await runs(stage, "UOTTO", "web-2")
    said = await told(stage, "UBEN", text, addressed=addressed)
    assert said.endswith("#1 starts nothing more; 1 still runs to its end.")
    assert [await is_open(stage, n) for n in (1, 2)] == [False, True]


@pytest.mark.parametrize("text", ["stop", "cancel", "cancel it"])
async def test_of_two_plans_that_wait_it_withdraws_ones_own(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UOTTO", "restart nginx on web-2")
    assert (await told(stage, "UBEN", text)).endswith("#1 is withdrawn; nothing ran.")
    assert (await state(stage, 2)) == "WAITING"


async def test_of_ones_own_what_runs_comes_before_what_has_halted_and_that_before_what_waits(stage):
    await stage.hear("UBEN", "restart nginx on web-3")
    await halts(stage, "UBEN", "web-1")
    await runs(stage, "UBEN", "web-2")
    await stage.hear("UOTTO", "restart nginx on web-3")
    said = await told(stage, "UBEN", "stop")
    assert "#3 starts nothing more" in said
    assert said.endswith("#2 still needs a decision, #1 still waits (`stop 2`).")


async def test_an_approver_means_the_newest_run_whosever_it_is(stage):
    await runs(stage, "UBEN", "web-1")
    await runs(stage, "UOTTO", "web-2")
    said = await told(stage, "UCHRIS", "stop", addressed=False)
    assert "#2 starts nothing more" in said
    assert said.endswith("#1 still runs (`stop 1`).")


async def test_who_may_stop_none_of_them_is_told_whose_it_is(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await runs(stage, "UBEN", "web-2")
    said = await told(stage, "UOTTO", "stop")
    assert said == "Only Ben, an approver or an admin may stop #2."
    assert await is_open(stage, 1)


async def test_a_plan_of_ones_own_that_has_ended_hides_none_that_runs_there(stage):
    await runs(stage, "UBEN", "web-1")
    await stage.hear("UOTTO", "is nginx up on web-2?")
    said = await told(stage, "UOTTO", "stop")
    assert said == "Only Ben, an approver or an admin may stop #1."


@pytest.mark.parametrize("account", ["UBEN", "UCHRIS"])
async def test_a_halted_run_whose_decision_is_anothers_is_not_meant(stage, account):
    await halts(stage, "UBEN", "web-1")
    await stage.hear("UBEN", "hand over to otto")
    await stage.hear("UBEN", "restart nginx on web-2")
    assert await told(stage, account, "stop") == "#2 is withdrawn; nothing ran."
    assert (await told(stage, account, "stop")).startswith("#1 was handed to Otto")


@pytest.mark.parametrize("text", ["stop 1", "kill 1", "kill it", "overseer stop 1 --kill"])
async def test_to_kill_a_halted_run_is_to_decide_about_it(stage, text):
    await halts(stage, "UBEN", "web-1")
    await stage.hear("UBEN", "hand over to otto")
    said = await told(stage, "UCHRIS", text)
    assert said == "#1 was handed to Otto: Otto or an admin decides about it now."
    assert await state(stage, 1) == "NEEDS A DECISION"
    assert not (await stage.click("UCHRIS", "kill")).accepted
    await told(stage, "UOTTO", text)
    assert await state(stage, 1) == "FAILED"


async def test_what_is_asked_anew_for_anothers_halted_run_is_not_killed_either(stage):
    stage.hosts.hang(RESTART)
    await stage.hear("UBEN", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve", await stage.card_in(ROOM, 1), settle=False)
    await stage.until(stage.changes)
    await is_now(stage, "viewer")
    stage.release(RESTART)
    await stage.settle()
    await is_now(stage, "approver")
    await stage.hear("UBEN", "hand over to otto")
    await stage.press("ben", "again", await stage.card_in(ROOM, 1))
    assert await is_open_anew(stage)
    assert (await told(stage, "UCHRIS", "kill 1")).startswith("#1 was handed to Otto")
    assert await is_open_anew(stage)
    await told(stage, "UOTTO", "kill 1")
    assert not await is_open_anew(stage)


async def is_now(stage, role):
    lines = [x for x in stage.home.people.read_text().splitlines() if "chris:" not in x]
    chris = (
        f"  chris: {{display: Chris, roles: [{role}], identities: ['web:chris', 'slack:UCHRIS']}}"
    )
    stage.home.people.write_text("\n".join((*lines, chris)))
    await stage.app.reload(by="ana")


async def is_open_anew(stage):
    stored, run = await stage.app.store.read(lambda u: (u.plan(1), u.run(1)))
    return (stored.plan.revision, stored.state, run.state.value) == (
        2, PlanState.WAITING, "drifted",
    )  # fmt: skip


async def test_a_run_that_halts_as_everything_is_ended_stays_whose_it_is(stage, monkeypatch):
    await halts(stage, "UBEN", "web-1")
    await stage.hear("UBEN", "hand over to otto")
    plan = (await stage.app.store.read(lambda u: u.plan(1))).plan
    moved = SimpleNamespace(  # it ran as that was said
        plan=plan, machine=SimpleNamespace(stop=lambda: None), rested=asyncio.Event()
    )
    moved.rested.set()
    monkeypatch.setattr(stage.app.pipeline._stopping._executor, "lives", lambda: [moved])
    await stage.hear("UCHRIS", "kill everything")
    assert await stage.app.store.read(lambda u: u.get("frozen"))
    assert (await stage.app.store.read(lambda u: u.run(1))).state.value == "needs_decision"


# -- heard without a mention ----------------------------------------------------------------------


@pytest.mark.parametrize("text", ["stop", "stop it!", "cancel", "stop #1", "cancel plan 1"])
async def test_who_has_handed_it_over_stops_their_run_without_a_mention(stage, text):
    await runs(stage, "UBEN", "web-1")
    await stage.hear("UBEN", "hand over to otto", addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert not await is_open(stage, 1)


async def test_who_has_handed_it_over_is_heard_about_a_halted_run(stage):
    await halts(stage, "UBEN", "web-1")
    await stage.hear("UBEN", "hand over to otto", addressed=False)
    before = len(await stage.ears.thread(ROOM))
    await stage.hear("UBEN", "stop", addressed=False)
    items = await stage.ears.thread(ROOM)
    assert len(items) == before + 2, "what was said, and an answer"
    assert "#1 " in words(items[-1].card)


@pytest.mark.parametrize("text", ["stop", "cancel", "cancel that", "cancel #2", "stop 2"])
async def test_a_plan_of_ones_own_in_somebody_elses_thread_is_withdrawn_without_a_mention(
    stage, text
):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UOTTO", "restart nginx on web-2")
    await stage.hear("UOTTO", text, addressed=False)
    assert [await state(stage, n) for n in (1, 2)] == ["WAITING", "CANCELLED"]


async def test_an_approvers_bare_cancel_is_heard_where_a_plan_of_their_own_waits(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await meets_silence(stage, "UCHRIS", "cancel")
    await stage.hear("UCHRIS", "restart nginx on web-2")
    await stage.hear("UCHRIS", "cancel", addressed=False)
    assert await state(stage, 2) == "CANCELLED"


@pytest.mark.parametrize("text", ["stop", "cancel", "stop 1", "cancel plan 1", "stop everything"])
async def test_who_may_stop_nothing_there_is_told_so_alone_and_once(stage, text):
    await runs(stage, "UBEN", "web-1")
    before = await stage.items()
    reply = await stage.hear("UOTTO", text, addressed=False)
    assert "That stopped nothing: Ben, an approver or an admin may stop #1" in reply.text
    assert await stage.items() == before
    await meets_silence(stage, "UOTTO", text)


@pytest.mark.parametrize("text", ["stop", "cancel", "stop 2"])
async def test_so_does_whose_own_is_over(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UOTTO", "restart nginx on web-2")
    await stage.hear("UOTTO", "stop")
    await meets_silence(stage, "UOTTO", text)


@pytest.mark.parametrize(
    "text", ["not web-2", "resume", "stop nginx on web-2", "never mind", "stop the noise, you two"]
)
async def test_whatever_is_no_stop_of_a_plan_is_said_to_overseer_by_name(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UOTTO", "restart nginx on web-2 and web-3")
    await meets_silence(stage, "UOTTO", text)


async def test_a_request_of_ones_own_that_is_being_read_is_dropped_without_a_mention(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    async with stage.app.pipeline._hearing.locks.of(ROOM):
        asked = stage._message("UOTTO", "restart nginx on web-2", ROOM)
        await stage.ears.on_message(asked)
        stop = stage._message("UOTTO", "stop", ROOM, addressed=False)
        await stage.ears.on_message(stop)
    await stage.settle()
    assert await stage.app.store.read(lambda u: u.plan(2)) is None
    assert "Dropped 1 request of yours" in str([words(c) for c in await stage.cards()])


@pytest.mark.parametrize(("account", "apart"), [("UOTTO", True), ("UVERA", False)])
async def test_what_is_read_of_others_or_elsewhere_makes_no_stop_heard(stage, account, apart):
    await stage.hear("UBEN", "restart nginx on web-1")
    place = ELSEWHERE if apart else ROOM
    async with stage.app.pipeline._hearing.locks.of(place):
        await stage.ears.on_message(stage._message("UOTTO", "is nginx up on web-2?", place))
        stop = stage._message(account, "stop", ROOM, addressed=False)
        assert silent(await stage.ears.on_message(stop))
    await stage.settle()
    assert (await stage.card_in(place)).state == "ANSWER"


async def test_with_its_number_a_plan_of_ones_own_is_stopped_from_another_thread(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UOTTO", "restart nginx on web-2", thread=ELSEWHERE)
    await meets_silence(stage, "UOTTO", "stop")
    await stage.hear("UOTTO", "stop 2", addressed=False)
    assert (await stage.card_in(ELSEWHERE, 2)).state == "CANCELLED"


@pytest.mark.parametrize("begin", [runs, halts])
@pytest.mark.parametrize("text", ["cancel", "cancel it", "please cancel"])
async def test_to_cancel_is_to_take_back_ones_own(stage, begin, text):
    await begin(stage, "UBEN", "web-1")
    await stage.hear("UCHRIS", "restart nginx on web-2")
    before = await state(stage, 1)
    await stage.hear("UCHRIS", text, addressed=False)
    assert (await state(stage, 1), await state(stage, 2)) == (before, "CANCELLED")
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["cancel #1?", "cancel plan 1?", "withdraw #1?", "don't run #1?"])
@pytest.mark.parametrize("account", ["UBEN", "UCHRIS"])
@pytest.mark.parametrize("addressed", [True, False])
async def test_who_asks_whether_to_withdraw_it_does_not(stage, text, account, addressed):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear(account, text, addressed=addressed)
    assert await is_open(stage, 1)


async def test_who_asks_overseer_to_withdraw_it_does(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "can you cancel #1?")
    assert not await is_open(stage, 1)


async def test_what_shall_not_run_yet_still_waits(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "don't run #1 yet", addressed=False)
    assert await is_open(stage, 1)


@pytest.mark.parametrize("text", ["@UZOE stop", "@UZOE can you stop it?", "@UZOE don't run #1"])
@pytest.mark.parametrize("account", ["UBEN", "UCHRIS", "UOTTO"])
async def test_what_is_said_to_somebody_else_stops_nothing(stage, account, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await meets_silence(stage, account, text)
    assert await is_open(stage, 1)


async def test_of_ones_own_only_what_one_may_stop_is_named(stage):
    await halts(stage, "UBEN", "web-1")
    await stage.press("ben", "handover", await stage.card_in(ROOM, 1), text="otto")
    said = await told(stage, "UBEN", "stop everything")
    assert said.endswith("Only an approver or an admin stops or resumes everything.")


@pytest.mark.parametrize("text", ["ok, stop it then", "alright stop", "guys, stop", "stop :)", "cancel the run", "stop my run", "let's stop here", "well, stop it", "then stop it", "stop the restart", "cancel my request"])  # fmt: skip
async def test_a_stop_among_people_is_one(stage, text):
    await runs(stage, "UBEN", "web-1")
    await stage.hear("UBEN", text, addressed=False)
    assert not await is_open(stage, 1)
    assert await stage.app.store.read(lambda u: u.plan(2)) is None
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["hold", "hold please", "pause", "whoa"])
async def test_what_colleagues_say_to_each_other_is_none_by_a_role_alone(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await meets_silence(stage, "UCHRIS", text)
    assert await is_open(stage, 1)
    await stage.hear("UBEN", text, addressed=False)
    assert not await is_open(stage, 1)
