"""A model's choice that leaves out, or turns round, what the person had said is not their word."""

import pytest

from bot.errors import ModelAwayError
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, words
from tests.scenario.test_models_choices import asks_in_english, pre_approved

pytestmark = pytest.mark.asyncio
RESTART = "restart nginx on web-3"
AWAY = ModelAwayError("away.", model="x")


@pytest.fixture
def staged(tmp_path):
    def make(*says):
        stage = Stage(tmp_path, models=ScriptedModels(*says), prompting=Plainly())
        for host in ("web-1", "web-3"):
            for service in ("nginx", "redis"):
                stage.service(host, service)
        return stage

    return make


def reads(said=RESTART):
    return plan(act("service.restart", said, service="nginx", hosts=["web-3"]))


async def option(stage, says):
    card = await stage.card()
    return card, next(b for b in card.buttons if b.id == "option" and b.says == says)


async def pick(stage, says, how):
    card, button = await option(stage, says)
    if how == "pressed":
        await stage.press("ana", "option", card, value=button.value)
    else:
        await stage.say("ana", button.value.partition("@")[0])


async def stored(stage, number=1):
    return await stage.app.store.read(lambda u: u.plan(number))


@pytest.mark.parametrize("then", ["agrees", "away"])
@pytest.mark.parametrize("how", ["pressed", "typed"])
@pytest.mark.parametrize(
    ("own", "choice", "told"),
    [
        (f"{RESTART} at 22:00", RESTART, "The request names a time, and this plan leaves it out"),
        (f"{RESTART} at 22:00", RESTART, "The model chose “starting at once”"),
        (f"stop redis on web-3, then {RESTART}", RESTART,
         "The rules read the request otherwise: “stop redis on web-3; restart nginx on web-3”."),
        (f"if nginx on web-3 is down, {RESTART}", RESTART, "The rules read a condition here"),
    ],
)  # fmt: skip
async def test_what_a_choice_leaves_out_is_told_and_it_does_not_run_unasked(
    staged, own, choice, told, how, then
):
    async with staged(asks_in_english(choice), reads() if then == "agrees" else AWAY) as stage:
        await pre_approved(stage)
        await stage.say("ana", own)
        await pick(stage, choice, how)
        assert stage.changes() == []
        found = await stored(stage)
        assert (found.state, found.plan.steps[0].alone) == ("waiting", True)
        assert told in words(await stage.card()).replace("\n", " ")


async def test_what_was_said_the_other_way_round_does_not_run_unasked(staged):
    turned = "restart redis on web-3, then nginx on web-3"
    async with staged(asks_in_english(turned), AWAY) as stage:
        await pre_approved(stage)
        await stage.say("ana", f"{RESTART}, then redis on web-3")
        await pick(stage, turned, "pressed")
        assert stage.changes() == []
        assert [step.alone for step in (await stored(stage)).plan.steps] == [True, True]


@pytest.mark.parametrize(
    "own", ["nginx auf web-3 neu, um 22:00", "redémarre nginx, 22 Uhr", "hm, at 22:00 vielleicht"]
)
async def test_a_time_is_missed_also_where_the_rules_read_nothing_else(staged, own):
    async with staged(asks_in_english(RESTART), AWAY) as stage:
        await stage.say("ana", own)
        await pick(stage, RESTART, "pressed")
        found = (await stored(stage)).plan
        assert found.asked.unsaid == ("start",)
        assert "leaves it out" in " ".join(found.doubts)


async def test_what_only_a_model_reads_in_a_choice_tells_what_it_leaves_out_as_well(staged):
    choice = "starte nginx auf web-3 neu"
    async with staged(asks_in_english(choice), reads(choice)) as stage:
        await stage.say("ana", f"{RESTART} at 22:00")
        await pick(stage, choice, "pressed")
        found = (await stored(stage)).plan
        assert "leaves it out" in found.doubts[0]
        assert found.steps[0].alone


async def test_a_choice_that_takes_a_service_to_the_hosts_of_another_says_so(staged):
    turned = "restart redis on web-3"
    async with staged(asks_in_english(turned), AWAY) as stage:
        await stage.say("ana", "starte redis auf web-1 und nginx auf web-3 neu")
        await pick(stage, turned, "pressed")
        told = "The request names “redis” with “web-1”, and this plan takes it to “web-3”."
        assert told in (await stored(stage)).plan.doubts


async def test_a_choice_that_says_all_that_was_said_is_the_persons_word(staged):
    other = "on web-3, restart redis"
    async with staged(asks_in_english(other), AWAY) as stage:
        await pre_approved(stage)
        await stage.say("ana", "restart redis on web-3")
        await pick(stage, other, "pressed")
        assert stage.changes() == [("web-3", ("systemctl", "restart", "--", "redis.service"))]


async def test_a_time_that_says_when_it_crashed_is_none_that_is_left_out(staged):
    other = f"please {RESTART}"
    async with staged(asks_in_english(other), AWAY) as stage:
        await stage.say("ana", f"{RESTART} because it crashed at 22:00")
        await pick(stage, other, "pressed")
        found = (await stored(stage)).plan
        assert (found.asked.unsaid, found.doubts) == ((), ())


@pytest.mark.parametrize("pick_", ["2", "2 please", "for 2", "it's 2", "make it 2"])
async def test_a_number_that_picks_is_no_number_that_was_said(staged, pick_):
    """Two lines of a log is what the model chose; “2” was the place of its choice."""
    asks = asks_in_english("show the disks on web-1", "zeig das Log von nginx auf web-3")
    look = plan(act("service.logs", "", service="nginx", hosts=["web-3"], lines=2))
    async with staged(asks, look) as stage:
        await stage.say("ana", "was ist mit nginx auf web-3?")
        await stage.say("ana", pick_)
        assert "Did you mean “lines 2”?" in words(await stage.card())
        assert await stored(stage) is None


async def test_a_name_that_picks_is_a_word_that_was_said(staged):
    asks = asks_in_english("show the disks on web-1", RESTART)
    async with staged(asks, AWAY) as stage:
        await stage.say("ana", "was ist los?")
        await stage.say("ana", RESTART)
        assert (await stored(stage)).plan.request == f"was ist los?; {RESTART}"


async def test_what_somebody_else_spoke_of_is_no_word_of_who_picks(staged):
    async with staged(asks_in_english(RESTART), AWAY) as stage:
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "show the disks on web-3")
        stage.given["models"].order = lambda **_: ("scripted-1",)
        await stage.say("ben", "hm, das Ding spinnt")
        card, button = await option(stage, RESTART)
        await stage.press("ben", "option", card, value=button.value)
        found = (await stored(stage, 2)).plan
        assert "web-3" in found.steps[0].unsaid


@pytest.mark.parametrize("own", ["starte nginx auf web-3 neu, falls er nicht läuft",
                                 "redémarre nginx sur web-3 si la charge est basse"])  # fmt: skip
async def test_a_condition_in_another_language_is_told_and_never_runs_unasked(staged, own):
    async with staged(reads(own)) as stage:
        await pre_approved(stage)
        await stage.say("ana", own)
        assert stage.changes() == []
        assert (await stored(stage)).state == "waiting"
        told = words(await stage.card()).replace("\n", " ")
        assert "and a plan waits for none: approved, it runs." in told
