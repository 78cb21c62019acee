"""A stop with more around it is one where something of the conversation goes on or waits."""

import pytest

from bot.domain.runs import PlanState
from bot.errors import StoreBusyError
from bot.pipeline import stop_said
from tests.scenario.rooms import PEOPLE, ROOM, Rooms
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio
WAYS = [
    "sorry, stop that", "hmm stop it", "make it stop", "I'd like to stop it", "please stop it asap",
    "it's breaking things, stop it", "stop, the sale is on", "STOP! the site is down",
    "no need, cancel it", "please cancel, done by hand", "stop the nginx restart", "cancle it",
    "I said stop!", "stop number 1", "never mind, stop it", "no longer needed, cancel it", "stop #1, wrong host", "cancel the plan", "stop restarting nginx", "customers complain, stop it",
]  # fmt: skip
SAYERS = pytest.mark.parametrize(
    ("account", "addressed"), [("UBEN", False), ("UBEN", True), ("UCHRIS", True)]
)


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE) as made:
        for host in ("web-1", "web-2", "web-3"):
            for service in ("nginx", "redis"):
                made.service(host, service, "active")
        yield made


async def waits(stage, what="restart nginx on web-1"):
    await stage.hear("UBEN", what)


async def runs(stage, what="restart nginx on web-1"):
    stage.hosts.hang(RESTART)
    await waits(stage, what)
    await stage.press("ana", "approve", await stage.card(), settle=False)
    await stage.until(stage.changes)


async def state(stage, plan=1):
    return (await stage.app.store.read(lambda u: u.plan(plan))).state


async def stops(stage, plan=1):
    return (await stage.app.store.read(lambda u: u.run(plan))).stopping


async def plans(stage):
    return {card.plan for card in await stage.cards() if card.plan is not None}


@SAYERS
@pytest.mark.parametrize("text", WAYS[::2])
async def test_what_runs_is_stopped_and_nothing_is_planned(stage, text, account, addressed):
    await runs(stage)
    await stage.hear(account, text, addressed=addressed)
    assert await stops(stage)
    assert await plans(stage) == {1}
    stage.release(RESTART)


@SAYERS
@pytest.mark.parametrize("text", WAYS[1::2])
async def test_what_waits_is_withdrawn_and_nothing_is_planned(stage, text, account, addressed):
    await waits(stage)
    await stage.hear(account, text, addressed=addressed)
    assert await state(stage) is PlanState.CANCELLED
    assert await plans(stage) == {1}


async def test_it_waits_for_no_turn(stage):
    await runs(stage)
    async with stage.app.pipeline._hearing.locks.turn(ROOM):
        await stage.hear("UBEN", "sorry, stop that", addressed=False)
        assert await stops(stage)
    stage.release(RESTART)


@pytest.mark.parametrize(
    "text", ["can we stop this?", "is it possible to stop it?", "how do I cancel this?", "shut it down"]
)  # fmt: skip
async def test_what_may_only_be_asked_is_asked_back(stage, text):
    await runs(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert "Shall I stop #1?" in words(await stage.card_in(ROOM))
    assert not await stops(stage)
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["stop #1 tomorrow", "stop it later", "stop it, no wait", "stop instead", "stop #1 at 22:00"])  # fmt: skip
@pytest.mark.parametrize("addressed", [True, False])
async def test_what_is_put_off_or_taken_back_is_asked_and_never_met_by_silence(stage, text, addressed):  # fmt: skip
    await runs(stage)
    await stage.hear("UBEN", text, addressed=addressed)
    assert not await stops(stage)
    assert "Shall I stop #1?" in words((await stage.cards())[-1])


async def test_of_several_it_is_asked_which(stage):
    await waits(stage)
    await waits(stage, "restart redis on web-2")
    await stage.hear("UBEN", "cancel the first one", addressed=False)
    assert "#1 and #2 go on or wait. Which shall I stop?" in words(await stage.card_in(ROOM))
    await stage.hear("UBEN", "cancel the redis restart", addressed=False)
    assert (await state(stage), await state(stage, 2)) == (PlanState.WAITING, PlanState.CANCELLED)


@pytest.mark.parametrize(
    ("text", "hosts"), [("stop that, do web-3 instead", ("web-3",)), ("stop, not web-1", ("web-2",))]
)  # fmt: skip
async def test_what_is_wanted_instead_changes_the_plan_that_waits(stage, text, hosts):
    await waits(stage, "restart nginx on web-1 and web-2")
    await stage.hear("UBEN", text, addressed=False)
    plan = (await stage.app.store.read(lambda u: u.plan(1))).plan
    assert (plan.revision, plan.hosts, [s.action for s in plan.steps]) == (
        2, hosts, ["service.restart"],
    )  # fmt: skip


@pytest.mark.parametrize("text", [
    "stop it, restart redis on web-2", "stop it, #1", "#1 is wrong, stop it", "stop the job",
    "the web-1 one, stop it", "stop, drop and roll",
])  # fmt: skip
@pytest.mark.parametrize("begun", [True, False])
async def test_where_more_is_said_it_is_asked_and_nothing_is_done(stage, text, begun):
    await (runs if begun else waits)(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert f"Shall I {'stop' if begun else 'withdraw'} #1?" in words(await stage.card_in(ROOM))
    assert await state(stage) is not PlanState.CANCELLED
    assert not begun or not await stops(stage)
    assert await plans(stage) == {1}
    stage.release(RESTART)


@pytest.mark.parametrize("text", [
    "no need to stop", "no need to kill it", "if it fails, stop", "after web-1, stop", "on error: stop",
    "first web-1, then stop", "plan 1: stop it", "otto, stop it", "haha, stop it", "gotta stop now", "stop doing that",
    "music, stop", "abort, retry, fail", "gotta stop, lunch", "chris said: stop", "he said, stop it",
    "the alert says: stop", "unless ana approves, cancel", "quit it, otto", "stop update",
])  # fmt: skip
@pytest.mark.parametrize(("account", "addressed"), [("UBEN", True), ("UCHRIS", False)])
@pytest.mark.parametrize("begun", [True, False])
async def test_what_is_no_order_stops_nothing(stage, text, account, begun, addressed):
    await (runs if begun else waits)(stage)
    await stage.hear(account, text, addressed=addressed)
    assert await state(stage) is not PlanState.CANCELLED
    assert not begun or not await stops(stage)
    stage.release(RESTART)


async def test_a_named_one_is_stopped_and_no_other(stage):
    await runs(stage)
    await stage.hear("UBEN", "restart redis on web-2")
    await stage.hear("UBEN", "the web-2 one, stop it", addressed=False)
    assert "Shall I withdraw #2?" in words(await stage.card_in(ROOM))
    await stage.hear("UBEN", "withdraw it", addressed=False)
    assert await state(stage, 2) is PlanState.CANCELLED
    assert not await stops(stage)
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["!", "...", "?!", ",", "—", "; stop;"])
async def test_signs_alone_are_taken_in_as_anything(stage, text):
    reply = await stage.hear("UBEN", text)
    assert reply.accepted


async def test_of_two_that_are_called_so_neither_is_stopped_unasked(stage):
    stage.hosts.hang(RESTART)
    for number, host in ((1, "web-1"), (2, "web-2")):
        await waits(stage, f"restart nginx on {host}")
        await stage.press("ana", "approve", await stage.card(number), settle=False)
        await stage.until(lambda host=host: stage.changes(host))
    await stage.hear("UBEN", "stop the nginx restart", addressed=False)
    assert "#1 and #2 go on or wait. Which shall I stop?" in words(await stage.card_in(ROOM))
    assert (await stops(stage), await stops(stage, 2)) == (False, False)
    stage.release(RESTART)


async def test_of_two_that_are_called_so_ones_own_is_stopped(stage):
    stage.hosts.hang(RESTART)
    await runs(stage)
    await stage.hear("UANA", "restart nginx on web-2")
    await stage.press("chris", "approve", await stage.card(2), settle=False)
    await stage.until(lambda: stage.changes("web-2"))
    await stage.hear("UBEN", "stop the nginx restart", addressed=False)
    assert (await stops(stage), await stops(stage, 2)) == (True, False)
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["otto, stop it", "music, stop"])
async def test_who_is_called_by_name_is_asked_nothing(stage, text):
    await runs(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert "Shall I" not in words(await stage.card_in(ROOM))
    stage.release(RESTART)


async def test_what_is_named_before_it_is_meant_and_not_the_plan(stage):
    await waits(stage)
    await stage.hear("UBEN", "we don't need redis on web-3 any more, stop it")
    assert "Shall I" not in words(await stage.card_in(ROOM))
    assert await state(stage) is PlanState.WAITING


async def test_the_words_of_a_button_are_no_stop_of_a_run(stage):
    await runs(stage)
    said = stage._message("UBEN", "sorry, stop that", ROOM)
    ben = stage.ears.people().named("ben")
    assert (await stop_said.order(stage.app.store, said, ben)).verb == "stop"
    pressed = said.model_copy(update={"pressed": True})
    assert await stop_said.order(stage.app.store, pressed, ben) is None
    stage.release(RESTART)


async def test_while_the_database_can_not_be_read_it_is_read_later(stage, monkeypatch):
    async def busy(_):
        raise StoreBusyError("It is locked.")

    monkeypatch.setattr(stage.app.store, "read", busy)
    said = stage._message("UBEN", "sorry, stop that", ROOM)
    assert await stop_said.order(stage.app.store, said, stage.ears.people().named("ben")) is None


async def test_a_bystander_asks_for_nothing_by_it(stage):
    await waits(stage)
    await stage.hear("UCHRIS", "cancel #1, restart nginx on web-3", addressed=False)
    await stage.hear("UOTTO", "cancel #1, is nginx up on web-1", addressed=False)
    assert await plans(stage) == {1}
    assert await state(stage) is PlanState.WAITING


@pytest.mark.parametrize(
    "text", ["chris told me to stop", "that's enough", "ana says stop", "stop the redis restart",
             "we should not stop it", "not tonight", "no way", "only the first", "web-1 no"]
)  # fmt: skip
@pytest.mark.parametrize("begun", [True, False])
async def test_what_may_be_meant_to_end_it_is_told_how_it_stands(stage, text, begun):
    await (runs if begun else waits)(stage)
    await stage.hear("UBEN", text, addressed=False)
    told = words(await stage.card_in(ROOM))
    assert ("#1 runs: `stop 1` stops it." if begun else "#1 still waits as it is") in told
    assert await state(stage) is not PlanState.CANCELLED
    stage.release(RESTART)


async def test_what_runs_is_told_beside_what_waits_and_after_a_look(stage):
    await runs(stage)
    await stage.hear("UBEN", "is redis up on web-2?")
    await stage.hear("UBEN", "wait", addressed=False)
    assert "#1 runs: `stop 1` stops it." in words(await stage.card_in(ROOM))
    await waits(stage, "restart redis on web-2")
    await stage.hear("UBEN", "no", addressed=False)
    told = words(await stage.card_in(ROOM))
    assert "#1 runs: `stop 1` stops it. #3 still waits as it is" in told
    stage.release(RESTART)


async def test_beside_a_question_that_is_put_away_what_runs_is_told(stage):
    await runs(stage)
    await stage.hear("UBEN", "restart redis")
    await stage.hear("UBEN", "never mind", addressed=False)
    told = words(await stage.card_in(ROOM))
    assert "All right, I dropped that question. #1 runs: `stop 1` stops it." in told
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["stop nginx on web-2", "stop worrying", "cancel lunch"])
async def test_what_is_stopped_by_name_is_no_run(stage, text):
    await runs(stage)
    await stage.hear("UBEN", text)
    assert not await stops(stage)
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["please stop it asap", "sorry, stop that", "can we stop it?"])
async def test_where_nothing_goes_on_no_service_is_meant(stage, text):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await stage.hear("UBEN", text)
    assert await plans(stage) == {1}
    assert "nginx" not in (await stage.card_in(ROOM)).title


async def test_beside_what_runs_nothing_says_only_that_nothing_ran(stage):
    await runs(stage)
    await stage.hear("UBEN", "frobnicate the flux capacitor")
    said = words(await stage.card_in(ROOM))
    assert "#1 runs: `stop 1` stops it." in said
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["stop! the site is down", "sorry, stop", "stop this please, the sale is on", "hmm stop it"])  # fmt: skip
async def test_who_may_stop_is_heard_unasked_where_something_goes_on(stage, text):
    await stage.hear("UCHRIS", text, addressed=False)
    assert await stage.cards() == []
    await runs(stage)
    await stage.hear("UVERA", text, addressed=False)
    assert not await stops(stage)
    await stage.hear("UCHRIS", text, addressed=False)
    assert await stops(stage)
    stage.release(RESTART)


@pytest.mark.parametrize("text", ["you should stop it", "we need to stop this", "stop the job", "stop it, restart redis on web-2", "I'd like to stop it, but not now", "can we stop this?", "cancel that, sorry", "@zoe sorry, stop that"])  # fmt: skip
async def test_what_people_say_to_each_other_stops_nothing_of_anothers(stage, text):
    await runs(stage)
    before = await stage.cards()
    await stage.hear("UCHRIS", text, addressed=False)
    assert not await stops(stage)
    assert len(await stage.cards()) == len(before)
    stage.release(RESTART)
