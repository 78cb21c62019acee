"""Orders that are whole only beside what was asked last, by whom that was asked."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from tests.scenario.rooms import ROOM
from tests.scenario.stage import words
from tests.scenario.test_looked_on import steps
from tests.scenario.test_stops_among_words import stage  # noqa: F401 - a fixture
from tests.scenario.test_talk_among_people import told

pytestmark = pytest.mark.asyncio
WAITS = "restart nginx on web-1"


async def done(stage):
    await stage.hear("UBEN", WAITS)
    await stage.press("ana", "approve", await stage.card())


@pytest.mark.parametrize(
    ("first", "then", "number", "planned"),
    [
        ("any updates on web-1?", "install them", 2, "package.upgrade  web-1"),
        ("any updates on web-1?", "please install the security ones", 2, "package.upgrade  web-1"),
        ("what if you restarted nginx on web-1", "ok do it", 2, "service.restart nginx web-1"),
        ("what if you restarted nginx on web-1", "go ahead", 2, "service.restart nginx web-1"),
        (WAITS, "can you add web-2?", 1, "service.restart nginx web-1,web-2"),
        (WAITS, "could you include web-2 as well?", 1, "service.restart nginx web-1,web-2"),
        (WAITS, "can you make that web-2?", 1, "service.restart nginx web-2"),
        (f"{WAITS} and web-2", "can you leave out web-2?", 1, "service.restart nginx web-1"),
        (WAITS, "reload instead", 1, "service.reload nginx web-1"),
        (WAITS, "make that a reload", 1, "service.reload nginx web-1"),
    ],
)
@pytest.mark.parametrize("addressed", [True, False])
async def test_it_is_planned(stage, first, then, number, planned, addressed):
    await stage.hear("UBEN", first)
    await stage.hear("UBEN", then, addressed=addressed)
    assert await steps(stage, number) == planned


async def test_only_the_security_updates_are_those_alone(stage):
    await stage.hear("UBEN", "any updates on web-1?")
    assert "install the security updates on web-1" in await told(stage, "install the security ones")


async def test_an_order_of_the_same_kind_is_asked_where(stage):
    await stage.hear("UBEN", "any updates on web-1?")
    assert "On which hosts shall I upgrade?" in await told(stage, "upgrade openssl")
    await stage.hear("UBEN", "web-1", addressed=False)
    assert await steps(stage, 2) == "package.upgrade  web-1"


@pytest.mark.parametrize("text", ["undo", "undo that", "roll it back", "revert", "take it back"])
async def test_what_is_over_is_told_how_it_is_taken_back(stage, text):
    await done(stage)
    assert "I can't plan an undo" in await told(stage, text)


async def test_what_has_failed_and_was_stopped_is_tried_anew(stage):
    stage.broken.add(("web-1", "nginx"))
    await done(stage)
    await stage.hear("UBEN", "stop", addressed=False)
    stage.broken.clear()
    await stage.hear("UBEN", "retry", addressed=False)
    assert await steps(stage, 2) == "service.restart nginx web-1"


@pytest.mark.parametrize("text", ["same time tomorrow", "tomorrow at the same time"])
async def test_the_same_time_is_that_of_the_plan(stage, text):
    await stage.hear("UBEN", f"{WAITS} at 22:00")
    await stage.hear("UBEN", text, addressed=False)
    stored = await stage.app.store.read(lambda u: u.plan(1))
    assert f"{stored.plan.start:%H %d.%m}" == "22 02.03"


async def test_at_the_same_time_leaves_the_plan_on_its_day(stage):
    await stage.hear("UBEN", f"{WAITS} tomorrow at 22:00")
    await stage.hear("UBEN", "add web-2 at the same time", addressed=False)
    stored = await stage.app.store.read(lambda u: u.plan(1))
    assert (stored.plan.revision, f"{stored.plan.start:%H %d.%m}") == (2, "22 02.03")


async def test_redo_plans_what_it_was_and_not_what_its_words_are_by_now(stage):
    for number, text in enumerate((WAITS, "the same on web-2", "restart redis on web-1"), 1):
        await stage.hear("UBEN", text)
        await stage.press("ana", "approve", await stage.card_in(ROOM, number))
    await stage.hear("UBEN", "redo #2")
    asked = (await stage.cards())[-1].buttons[0]
    await stage.click("UBEN", asked.id, value=asked.value)
    assert await steps(stage, 4) == "service.restart nginx web-2"


@pytest.mark.parametrize("text", ["stop instead", "actually stop rather"])
async def test_a_stop_becomes_no_plan_that_stops_the_service(stage, text):
    await stage.hear("UBEN", WAITS)
    assert "Shall I withdraw #1, or shall it stop nginx instead?" in await told(stage, text)
    assert await steps(stage, 1) == "service.restart nginx web-1"


@pytest.mark.parametrize(
    ("theirs", "text"),
    [
        ("my train is late", "how long?"),
        ("the exam was today", "how did it end?"),
        ("the printers are slow", "which machines?"),
        ("I cook tonight", "who decides?"),
    ],
)
async def test_what_colleagues_ask_each_other_is_not_answered(stage, theirs, text):
    await done(stage)
    await stage.hear("UCHRIS", theirs, addressed=False)
    before = {card.id for card in await stage.cards()}
    await stage.hear("UBEN", text, addressed=False)
    assert {card.id for card in await stage.cards()} == before


async def test_whether_we_can_is_asked_back(stage):
    await stage.hear("UBEN", WAITS)
    assert "Shall #1 begin then" in await told(stage, "can we do that tomorrow at 9?")
    await stage.hear("UBEN", "yes", addressed=False)
    assert "WAITING" in words((await stage.cards())[0])


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("any updates on web-1?", "install them"),
        ("any updates on web-1?", "upgrade openssl"),
        ("what if you restarted nginx on web-1", "do it"),
        ("what if you restarted nginx on web-1", "go ahead"),
        (WAITS, "can you add web-2?"),
        (WAITS, "reload instead"),
    ],
)
async def test_behind_a_colleagues_words_it_is_theirs(stage, first, then):
    await stage.hear("UBEN", first)
    before = await steps(stage, 1)
    await stage.hear("UCHRIS", "the sale was slow today", addressed=False)
    await told(stage, then)
    assert (await steps(stage, 1), await steps(stage, 2)) == (before, "")


async def test_an_undo_behind_a_colleagues_words_is_to_them(stage):
    await done(stage)
    await stage.hear("UCHRIS", "the sale was slow today", addressed=False)
    assert await told(stage, "undo") == ""
