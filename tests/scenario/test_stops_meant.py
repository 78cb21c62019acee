"""In a room a stop that names nothing is about the run there: it stops it, asks, or tells of it."""

import pytest

from bot.domain.runs import PlanState
from tests.scenario.rooms import PEOPLE, ROOM, Rooms
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE) as made:
        made.service("web-1", "nginx", "active")
        yield made


async def runs(stage):
    stage.hosts.hang(RESTART)  # each word that is said takes a minute meanwhile
    await stage.hear("UBEN", "restart nginx on web-1, with a timeout of 2 hours")
    await stage.press("ana", "approve", await stage.card(), settle=False)
    await stage.until(stage.changes)


async def plans(stage):
    return {card.plan for card in await stage.cards() if card.plan is not None}


async def stops(stage):
    return (await stage.app.store.read(lambda u: u.run(1))).stopping


@pytest.mark.parametrize("text", ["URGENT stop", "overseer: stop it", "stop it's broken", "stop due to incident"])  # fmt: skip
async def test_a_stop_in_alarm_stops_what_runs_at_once(stage, text):
    await runs(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert await stops(stage)
    assert await plans(stage) == {1}
    stage.release(RESTART)


async def test_a_stop_in_alarm_withdraws_what_waits(stage):
    said = ["whoa stop", "urgent: stop", "stop ffs", "stop it's broken", "stop due to incident"]
    for plan, text in enumerate(said, start=1):
        await stage.hear("UBEN", "restart nginx on web-1")
        await stage.hear("UBEN", text, addressed=False)
        state = (await stage.app.store.read(lambda u, n=plan: u.plan(n))).state
        assert state is PlanState.CANCELLED, text
        assert await plans(stage) == set(range(1, plan + 1)), text


@pytest.mark.parametrize("addressed", [True, False])
async def test_what_may_be_said_of_a_run_plans_nothing_and_tells_of_it(stage, addressed):
    tells = "#1 runs: `stop 1` stops it."
    said = {
        "can someone stop this?": tells, "stop it @otto": tells, "you can stop (now)": tells,
        "stop joking": tells, "haha stop": tells, "stop by later": tells,
        "can you cancel my 3pm?": tells, "stop, ben": tells, "stop after this one": tells,
        "I want it stopped": "Shall I stop #1?", "it needs to stop": "Shall I stop #1?",
        "get this stopped": "Shall I stop #1?", "we gotta stop": "Shall I stop #1?",
    }  # fmt: skip
    await runs(stage)
    for text, told in said.items():
        before = len(await stage.cards())
        await stage.hear("UBEN", text, addressed=addressed)
        after = await stage.cards()
        assert len(after) == before + 1, text
        assert told in words(after[-1]), text
        assert (await plans(stage), await stops(stage)) == ({1}, False), text
        if "Shall I" in told:
            await stage.hear("UBEN", "no")
    stage.release(RESTART)


async def test_where_nothing_runs_it_is_no_ones_service_and_met_with_silence(stage):
    await stage.hear("UBEN", "is nginx up on web-1?")
    before = len(await stage.cards())
    for text in ["can someone stop this?", "I want it stopped", "stop it @otto", "you can stop (now)",
                 "haha, stop it", "stop by later", "can you cancel my 3pm?", "stop joking"]:  # fmt: skip
        await stage.hear("UBEN", text, addressed=False)
        assert len(await stage.cards()) == before, text


async def test_said_to_it_where_nothing_runs_it_is_told_how_a_service_is_stopped(stage):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await stage.hear("UBEN", "can someone stop this?")
    assert "To stop a service, name it and its host" in words(await stage.card_in(ROOM))
    assert await plans(stage) == {1}


@pytest.mark.parametrize("addressed", [True, False])
async def test_an_administrator_stops_everything_in_an_incident(stage, addressed):
    await runs(stage)
    await stage.hear("UANA", "incident: stop everything", addressed=addressed)
    assert await stops(stage)
    stage.release(RESTART)


async def test_a_colon_behind_its_name_decides_as_a_comma_does(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.press("ana", "approve", await stage.card())
    await stage.hear("UBEN", "overseer: retry", addressed=False)
    await stage.hear("UBEN", "overseer: skip web-1", addressed=False)
    decided = [event.data.get("button") for event in await stage.events("run.decided")]
    assert decided == ["retry", "skip"]


async def test_by_a_role_a_stop_in_alarm_is_heard_and_none_that_is_said_to_the_team(stage):
    await runs(stage)
    for text in ["team, stop", "stop team", "you can stop it", "can someone stop this?"]:
        await stage.hear("UCHRIS", text, addressed=False)
        assert not await stops(stage), text
    await stage.hear("UCHRIS", "URGENT stop", addressed=False)
    assert await stops(stage)
    stage.release(RESTART)


@pytest.mark.parametrize(
    "text",
    [
        "abort abort", "Abort! Abort!", "stop right there", "sorry, stop right there", "stop it now!!",
        "halt!", "stop, stop it", "STOP IT stop it", "stooop", "stop!!1", "stop this instant",
    ],
)  # fmt: skip
@pytest.mark.parametrize("addressed", [True, False])
async def test_who_says_it_twice_or_with_force_means_it(stage, text, addressed):
    await runs(stage)
    await stage.hear("UBEN", text, addressed=addressed)
    assert await stops(stage), text
    assert await plans(stage) == {1}
    stage.release(RESTART)
