"""Which plan, on which hosts and when: what is chosen is told by any words of it."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from tests.scenario.rooms import DIRECT
from tests.scenario.stage import words
from tests.scenario.test_answered_at_once import plans
from tests.scenario.test_stops_among_words import stage  # noqa: F401 - a fixture
from tests.scenario.test_talk_among_people import told

pytestmark = pytest.mark.asyncio


async def two_wait(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "restart redis on web-2")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("the nginx one", True), ("nginx", True), ("web-1", True), ("the first", True),
        ("the one on web-1", True), ("1", True), ("#1", True), ("redis", False),
        ("the redis one", False), ("web-2", False), ("the second one", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("addressed", [True, False])
async def test_which_plan_is_meant_is_told_by_what_it_does(stage, text, first, addressed):
    await two_wait(stage)
    assert "#1 and #2 are open here. Which one?" in await told(stage, "at 22:00")
    await stage.hear("UBEN", text, addressed=addressed)
    at_ten = "22 01.03 service.restart"
    both = (await plans(stage, 1), await plans(stage, 2))
    assert both == ((at_ten, "service.restart") if first else ("service.restart", at_ten))


@pytest.mark.parametrize("text", ["both", "all", "all of them"])
async def test_one_is_to_be_chosen(stage, text):
    await two_wait(stage)
    await stage.hear("UBEN", "at 22:00", addressed=False)
    assert "one is to be chosen" in await told(stage, text)


async def test_an_order_of_its_own_picks_no_plan(stage):
    await two_wait(stage)
    await stage.hear("UBEN", "at 22:00", addressed=False)
    await stage.hear("UBEN", "restart web-1", addressed=False)
    assert await plans(stage, 1) == "service.restart"


@pytest.mark.parametrize("text", ["make the redis one at 22:00", "the redis one at 22:00"])
async def test_a_change_may_say_so_itself(stage, text):
    await two_wait(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert await plans(stage, 2) == "22 01.03 service.restart"


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("web-1 at 22:00", "22 01.03 service.restart"),
        ("on web-1, at 22:00 please", "22 01.03 service.restart"),
        ("web-1 in 20 minutes", "09 01.03 service.restart"),
        ("web-1, one at a time", "service.restart"),
    ],
)  # fmt: skip
async def test_where_and_when_are_one_answer(stage, text, planned):
    for n, how in ((1, {"addressed": False}), (2, {}), (3, {"thread": DIRECT})):
        await stage.hear("UBEN", "restart nginx", **({} if n < 3 else how))
        await stage.hear("UBEN", text, **how)
        if n == 1:
            await stage.press("ben", "cancel", await stage.card())
    assert await plans(stage, 1) == planned


async def test_why_is_a_part_of_it(stage):
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UBEN", "web-1 because of the cert", addressed=False)
    assert "the cert" in words((await stage.cards())[-1])


async def test_a_place_is_no_time(stage):
    await stage.hear("UBEN", "restart nginx on web-1 tonight")
    assert "I can't take “on web-2 at 22:00” for an answer" in await told(
        stage, "on web-2 at 22:00"
    )
