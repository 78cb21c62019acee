"""A channel that is bound to environments: what is about other hosts is counted, and not named."""

import pytest

from bot.domain.messages import ThreadRef
from bot.domain.moments import Where
from bot.testing.scripted_models import ScriptedModels, plan
from tests.scenario.rooms import Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
OTHER = ThreadRef(surface="slack", channel="C2", thread="27.1")
BOUND = "chat: {channels: {'slack:C1': {name: staging, environments: [staging]}}}\n"


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, settings=BOUND) as made:
        made.service("web-1", "nginx")
        await made.hear("UBEN", "restart nginx on web-1", thread=OTHER)
        yield made


async def told(stage, words, *, channel="C1", who="UCHRIS"):
    thread = ThreadRef(surface="slack", channel=channel, thread="30.1")
    await stage.hear(who, words, thread=thread)
    items = await stage.ears.thread(thread)
    return "".join(item.card.model_dump_json() for item in items if item.card is not None)


LISTS = ("what is waiting?", "what waits for me?", "show history", "list hosts")


@pytest.mark.parametrize("words", LISTS)
async def test_lists_count_what_is_elsewhere(stage, words):
    said = await told(stage, words)
    assert "web-1" not in said
    assert "more elsewhere" in said


@pytest.mark.parametrize("words", ["is #1 done?", "why #1?", "show #1"])
async def test_answers_say_that_it_is_elsewhere(stage, words):
    said = await told(stage, words)
    assert "web-1" not in said
    assert "#staging is for staging" in said


@pytest.mark.parametrize("words", [*LISTS, "is #1 done?", "why #1?", "show #1"])
async def test_a_channel_that_is_bound_to_nothing_names_them(stage, words):
    said = await told(stage, words, channel="C3")
    assert "web-1" in said or "vote" in said
    assert "elsewhere" not in said


async def test_what_runs_elsewhere_is_counted_too(stage):
    stage.hosts.hang(("systemctl", "restart", "--", "nginx.service"))
    await stage.click("UCHRIS", "approve", thread=OTHER)
    said = await told(stage, "what is running?")
    assert "restart nginx" not in said
    assert "1 more elsewhere." in said


async def test_what_was_refused_in_the_channel_is_explained_in_it(stage):
    thread = ThreadRef(surface="slack", channel="C1", thread="31.1")
    await stage.hear("UBEN", "restart nginx on web-1", thread=thread)
    await stage.hear("UBEN", "why?", thread=thread)
    items = await stage.ears.thread(thread)
    said = "".join(i.card.model_dump_json() for i in items if i.card is not None)
    assert "is about other hosts" not in said


async def test_the_first_card_offers_nothing_of_elsewhere(stage):
    person = stage.app.world.people.named("chris")
    here = ThreadRef(surface="slack", channel="C1", thread="help")
    said = stage.ears.welcome(person, here).model_dump_json()
    everywhere = stage.ears.welcome(person, OTHER).model_dump_json()
    staging = {h.name for h in stage.app.world.inventory.hosts if h.environment == "staging"}
    others = set(stage.app.world.inventory.names()) - staging
    assert [name for name in others if name in everywhere]
    assert [name for name in others if name in said] == []
    assert "#staging is for staging." in said
    assert f"I know {len(staging)} host" in said


async def test_every_example_of_the_first_card_can_be_asked_there(stage):
    person = stage.app.world.people.named("ben")
    card = stage.ears.welcome(person, HERE)
    for n, said in enumerate(button.says for button in card.buttons):
        thread = HERE.model_copy(update={"thread": f"40.{n}"})
        await stage.hear("UBEN", said, thread=thread)
        assert (await stage.card_in(thread)).state != "REFUSED", said


HERE = ThreadRef(surface="slack", channel="C1", thread="33.1")


@pytest.mark.parametrize("change", ["also on web-1", "on web-1 instead"])
async def test_a_change_that_reaches_further_is_refused_and_the_plan_waits_as_it_was(stage, change):
    stage.service("web-3", "nginx")
    await stage.hear("UBEN", "restart nginx on web-3", thread=HERE)
    before = await stage.card_in(HERE, 2)
    assert (before.state, before.revision) == ("WAITING", 1)
    reply = await stage.hear("UBEN", change, thread=HERE)
    assert reply.accepted
    after = await stage.card_in(HERE, 2)
    assert (after.state, after.revision, after.buttons) == ("WAITING", 1, before.buttons)
    said = words(await stage.card_in(HERE))
    assert "#staging is for staging, and this reaches further (web-1)" in said
    assert "#2 stays as it was." in said
    assert (await stage.click("UCHRIS", "approve", thread=HERE)).accepted


TWINS = """
chat:
  channels:
    slack:C1: {name: staging, environments: [staging]}
    slack:C2: {name: OTHER, environments: [production]}
"""


@pytest.mark.parametrize(("other", "leads"), [("ops", []), ("prod", ["C1"])])
async def test_a_name_that_another_channel_has_in_the_settings_leads_nowhere(
    tmp_path, other, leads
):
    settings = TWINS.replace("OTHER", other)
    async with Rooms(tmp_path, settings=settings) as stage:
        stage.service("web-1", "nginx")
        stage.app._speaker.called.learn("slack:C1", "ops")
        await stage.hear("UBEN", "restart nginx on web-1", thread=HERE)
        card = await stage.card_in(HERE)
        assert card.state == "REFUSED"
        assert f"ask in #{other}" in words(card)
        assert "#ops" in card.lines[0]
        assert [each.channel for each in card.moments if isinstance(each, Where)] == leads


ABOUT_A_HOST = (
    "history of web-1",
    "what changed on web-1 today?",
    "how is web-1?",
    "nginx logs on web-1",
)


@pytest.mark.parametrize("asked", ABOUT_A_HOST)
async def test_every_look_at_a_host_of_elsewhere_is_refused_alike_and_asks_it_nothing(stage, asked):
    before = len(stage.hosts.ledger)
    await stage.hear("UBEN", asked, thread=HERE)
    card = await stage.card_in(HERE)
    assert card.state == "REFUSED"
    assert "#staging is for staging, and this reaches further (web-1)" in words(card)
    assert "Nobody" not in words(card)
    assert len(stage.hosts.ledger) == before


async def test_a_history_of_a_channels_own_host_is_told(stage):
    await stage.hear("UBEN", "history of web-3", thread=HERE)
    assert "Nobody has changed anything on web-3" in words(await stage.card_in(HERE))


@pytest.mark.parametrize("asked", ["what changed today?", "what was refused today?"])
async def test_what_may_not_be_told_is_not_denied(stage, asked):
    await stage.hear("UVERA", "restart nginx on web-1", thread=OTHER)  # refused
    said = words(await stage.card_in(HERE)) if await stage.hear("UBEN", asked, thread=HERE) else ""
    assert "As far as I may say here, no" in said
    assert "more elsewhere" in said


def offered(card):
    return " ".join(f"{each.label} {each.value}" for each in card.buttons) + words(card)


ASKED_BACK = ("restart redis", "status", "is nginx up?", "how is web-9?", "restart nginx on web-9")


@pytest.mark.parametrize("asked", ASKED_BACK)
async def test_only_a_channels_own_hosts_are_offered(stage, asked):
    await stage.hear("UBEN", asked, thread=HERE)
    said = offered(await stage.card_in(HERE))
    assert "web-3" in said
    assert [name for name in ("web-1", "web-2", "db-1") if name in said] == []
    elsewhere = HERE.model_copy(update={"channel": "C3"})
    await stage.hear("UBEN", asked, thread=elsewhere)
    assert "web-1" in offered(await stage.card_in(elsewhere))


@pytest.mark.parametrize(
    ("asked", "strays"),
    [
        ("restart nginx on web-1", "web-1"),
        ("restart nginx on web", "web-1, web-2"),
        ("restart nginx on all hosts", "db-1, web-1, web-2"),
        ("restart nginx in production", "db-1, web-1, web-2"),
        ("how is web 1 and web-3?", "web-1"),
    ],
)
async def test_who_names_another_host_is_told_where_to_ask(stage, asked, strays):
    await stage.hear("UBEN", asked, thread=HERE)
    assert f"this reaches further ({strays})" in words(await stage.card_in(HERE)).replace(
        " and ", ", "
    )


async def test_an_answer_is_read_as_what_it_answers(stage):
    for host in ("web-3", "db-2"):
        stage.service(host, "nginx")
    await stage.hear("UBEN", "is nginx up?", thread=HERE)
    await stage.hear("UBEN", "all", thread=HERE)
    said = words(await stage.card_in(HERE))
    assert "reaches further" not in said
    assert "web-3" in said
    assert "db-2" in said


async def test_nor_does_an_answer_make_less_of_what_was_named(stage):
    await stage.hear("UBEN", "restart on web", thread=HERE)
    await stage.hear("UBEN", "nginx", thread=HERE)
    assert "this reaches further (web-1 and web-2)" in words(await stage.card_in(HERE))


@pytest.mark.parametrize(
    ("said", "told"), [("läuft nginx hier?", False), ("läuft nginx auf web-1?", True)]
)
async def test_a_model_is_told_of_a_channels_own_hosts_alone(tmp_path, said, told):
    models = ScriptedModels(plan())
    async with Rooms(tmp_path, settings=BOUND, models=models) as stage:
        await stage.hear("UBEN", said, thread=HERE)
        names = models.prompts[0].fitted
        assert '"web-3"' in names
        assert ('"web-1"' in names) is told
