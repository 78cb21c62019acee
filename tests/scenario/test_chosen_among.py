"""What is said to an open question and chooses none of it leaves it open, and is told so."""

import pytest

from tests.scenario.rooms import Rooms
from tests.scenario.stage import words
from tests.scenario.test_unaddressed import question, state

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


@pytest.mark.parametrize("addressed", [False, True])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("both", "for an answer: there are"), ("wait", "for an answer."), ("idk", "for an answer."),
        ("not web-1", "one of the rest is to be chosen"), ("which ones are there?", "You can say"),
    ],
)  # fmt: skip
async def test_it_is_told_and_the_question_is_open(stage, text, why, addressed):
    await stage.hear("UBEN", "restart nginx")
    asked = await question(stage)
    await stage.hear("UBEN", text, addressed=addressed)
    told = words(await stage.card())
    assert why in told
    assert "What I asked is still open" in told
    assert await question(stage) == asked
    await stage.hear("UBEN", "web-1", addressed=False)
    assert (await state(stage)).value == "waiting"


async def test_an_objection_beside_ones_own_plan_is_about_that(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UBEN", "wait", addressed=False)
    assert "#1 still waits as it is" in words(await stage.card())


async def test_a_change_of_ones_own_plan_is_told_of_and_puts_the_question_away(stage):
    await stage.hear("UBEN", "restart nginx on web-1 and web-2")
    await stage.hear("UBEN", "restart redis")
    await stage.hear("UBEN", "not web-1", addressed=False)
    assert "#1 is as it was; say that once more if you mean #1" in words(await stage.card())
    assert await question(stage) is None
    await stage.hear("UBEN", "not web-1", addressed=False)
    assert words(await stage.card(1)).strip().startswith("restart nginx on web-2")
