"""A tier that a sentence chooses: its flag is honoured, and a name that is none is told so."""

import pytest

from bot.domain.usage import Tier
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import INVENTORY, Stage, words

pytestmark = pytest.mark.asyncio
SAID = "starte nginx auf web-3 neu"


@pytest.fixture
def models():
    return ScriptedModels(plan(act("service.restart", SAID, service="nginx", hosts=["web-3"])))


@pytest.fixture
def stage(tmp_path, models):
    stage = Stage(tmp_path, models=models, prompting=Plainly())
    stage.service("web-3", "nginx")
    return stage


@pytest.mark.parametrize("flag", ["--tier cloud-fast", "--tier=cloud-fast"])
async def test_the_flag_in_a_sentence_chooses_the_tier_and_is_no_part_of_the_request(
    stage, models, flag
):
    async with stage:
        await stage.say("ana", f"{SAID} {flag}")
        assert [tier for _, tier in models.orders] == [Tier.CLOUD_FAST]
        assert models.prompts[0].turns[-1].text == SAID
        assert "read by scripted-1" in words(await stage.card())


@pytest.mark.parametrize("text", [f"{SAID} (lokal)", f"nur lokal: {SAID}"])
async def test_it_is_stricter_than_one_that_was_chosen_beside_the_words(stage, models, text):
    async with stage:
        await stage.say("ana", text, tier="cloud-fast")
        assert [tier for _, tier in models.orders] == [Tier.LOCAL]


async def test_a_wish_that_it_stay_here_is_stricter_than_a_cloud_that_is_named(stage, models):
    async with stage:
        await stage.say("ana", f"use cloud-heavy: {SAID} (lokal)")
        assert [tier for _, tier in models.orders] == [Tier.LOCAL]


@pytest.mark.parametrize(
    "host", ["local: {groups: [web]}", "x-1: {groups: [local]}", "x-1: {environment: local}"]
)
async def test_what_may_be_a_host_that_is_called_local_is_no_mere_wish(tmp_path, models, host):
    """It is what is named that is read, and no cloud is told of it."""
    inventory = INVENTORY.replace("hosts:", f"hosts:\n  {host}")
    async with Stage(tmp_path, inventory=inventory, models=models, prompting=Plainly()) as stage:
        stage.service(host.partition(":")[0], "nginx")
        await stage.say("ana", "only local: restart nginx")
        assert [tier for _, tier in models.orders] == [Tier.LOCAL]
        assert not models.prompts  # there is no local model here
        assert "On which hosts shall I" not in words(await stage.card())  # it was said


@pytest.mark.parametrize("said", [f"{SAID} --tier gold", f"use gold: {SAID}"])
async def test_a_tier_that_there_is_not_is_told_and_nothing_is_planned(stage, models, said):
    async with stage:
        await stage.say("ana", said)
        card = words(await stage.card()).replace("\n", " ")
        assert "There is no tier “gold”. Tiers are" in card
        assert not models.prompts
        assert await stage.app.store.read(lambda u: u.plan(1)) is None


async def test_a_stop_is_never_held_up_by_it(stage):
    async with stage:
        await stage.say("ana", "use gold: stop everything")
        assert (await stage.app.pipeline.status()).frozen


BOTH = plan(act("service.restart", "restart nginx", service="nginx", hosts=["web-1", "web-2"]))


@pytest.fixture
def stubborn(tmp_path):
    """A model that reads one host too many, however often it is asked."""
    stage = Stage(tmp_path, models=ScriptedModels(BOTH), prompting=Plainly())
    stage.service("web-1", "nginx")
    return stage


async def test_what_the_rules_read_names_the_way_past_a_model_that_reads_it_otherwise(stubborn):
    async with stubborn as stage:
        await stage.say("ana", "restart nginx on web-1")
        card = await stage.card()
        assert card.state == "QUESTION"
        tiers = {button.says: button.tier for button in card.buttons if button.id == "option"}
        assert tiers == {"restart nginx on web-1": "rules", "restart nginx on web-1 and web-2": ""}


@pytest.mark.parametrize(
    ("said", "tier"),
    [
        ("restart nginx on web-1", "rules"),
        ("use rules: restart nginx on web-1", ""),
        ("restart nginx on web-1 --tier rules", ""),
    ],
)
async def test_the_rules_alone_read_where_the_person_wants_it_and_for_this_sentence_only(
    stubborn, said, tier
):
    async with stubborn as stage:
        await stage.say("ana", said, tier=tier)
        assert not stage.given["models"].prompts
        assert (await stage.card()).plan == 1
        assert "read by rules" in words(await stage.card())
        await stage.say("ana", "restart nginx on web-1")
        assert len(stage.given["models"].prompts) == 1


@pytest.mark.parametrize(
    "said",
    [
        "--tier rules restart nginx on web-1 and web-2",
        "restart nginx on web-1 and web-2 --tier rules",
        "use rules: restart nginx on web-1 and web-2",
    ],
)
async def test_a_plan_whose_request_chose_a_tier_is_revised_like_any_other(stubborn, said):
    async with stubborn as stage:
        stage.service("web-2", "nginx")
        await stage.say("ana", said)
        await stage.say("ana", "not web-2")
        stored = (await stage.app.store.read(lambda u: u.plan(1))).plan
        assert (stored.revision, stored.steps[0].hosts) == (2, ("web-1",))
        assert stored.request == f"{said}; not web-2"
        await stage.say("ana", "also on web-2")
        stored = (await stage.app.store.read(lambda u: u.plan(1))).plan
        assert (stored.revision, stored.steps[0].hosts) == (3, ("web-1", "web-2"))


async def test_what_chose_a_tier_is_no_part_of_what_is_said_again(stubborn):
    async with stubborn as stage:
        await stage.say("ana", "restart nginx on web-1 --tier rules")
        await stage.say("ana", "cancel")
        await stage.say("ana", "do that again --tier rules")
        assert (
            await stage.app.store.read(lambda u: u.plan(2))
        ).plan.title == "restart nginx on web-1"
