"""A question that is put away ends the reading of what was said to it."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from tests.scenario.being_read import (  # noqa: F401
    Hanging,
    elsewhere,
    heard,
    nothing_comes_of_it,
    plans,
    stage,
)
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, words

pytestmark = pytest.mark.asyncio


async def test_never_mind_is_an_answer_where_a_question_is_open(tmp_path):
    stage = Stage(tmp_path, models=Hanging(), prompting=Plainly())
    async with stage:
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "restart nginx")
        assert (await stage.card()).state == "QUESTION"
        stage.given["models"].order = lambda **_: ("one",)
        await heard(stage, text="how is db-1?")
        await stage.say("ana", "never mind", settle=False)
        await stage.stored()
        assert "Dropped" not in str(await stage.ears.thread(stage.thread))
        await stage.say("ana", "stopp", settle=False)
        await stage.stored()
        assert "Dropped" in str(await stage.ears.thread(stage.thread))


async def asked_and_answered(stage):
    """A question is open, and a model is at what was typed to it. Gives the question's card."""
    models = stage.given["models"]
    models.order = lambda **_: ()
    await stage.say("ana", "restart nginx")
    asked = await stage.card()
    assert asked.state == "QUESTION"
    models.order = lambda **_: ("one", "two")
    await heard(stage, text="the staging one, web-3 I mean")
    return asked


async def test_never_mind_on_a_question_ends_the_reading_of_its_answer(stage):
    async with stage:
        models = stage.given["models"]
        asked = await asked_and_answered(stage)
        await stage.say("ben", "restart nginx on web-3", thread=elsewhere(stage), settle=False)
        await stage.until(lambda: models.asked == 2)
        reply = await stage.press("ana", "dismiss", asked, value=f"@{asked.id}", settle=False)
        assert (reply.accepted, reply.text) == (True, "Never mind, then.")
        await stage.until(lambda: models.left == 1)
        await stage.stored()
        said = words(await stage.card())
        assert "Dropped: “the staging one, web-3 I mean”" in said
        assert "put away before I had read that" in said
        assert "stop" not in said
        models.let.set()
        await stage.settle()
        assert [each.plan.requester for each in await plans(stage)] == ["ben"]
        assert models.asked == 2, "no other model is asked for what was dropped"


async def test_what_was_said_to_a_question_that_was_put_away_is_dropped_after_a_crash(stage):
    async with stage:
        asked = await asked_and_answered(stage)
        unread = stage.app.pipeline._dropping.unread
        unread.drop_one = lambda event: None  # the crash comes as soon as it is stored
        await stage.press("ana", "dismiss", asked, value=f"@{asked.id}", settle=False)
        await stage.crash()
        await stage.revive()
        await stage.settle()
        assert "put away before I had read that" in words(await stage.card())
        await nothing_comes_of_it(stage)


async def test_a_request_that_is_deleted_ends_the_reading_of_what_was_said_to_its_question(stage):
    async with stage:
        models = stage.given["models"]
        models.order = lambda **_: ()
        await stage.say("ana", "restart nginx", event="C1/17.1")
        models.order = lambda **_: ("one", "two")
        await heard(stage, text="the staging one, web-3 I mean")
        await stage.ears.on_deleted(stage.thread, "C1/17.1")
        await stage.until(lambda: models.left == 1)
        await stage.stored()
        assert "put away before I had read that" in words(await stage.card())
        await nothing_comes_of_it(stage)


async def test_never_mind_that_is_typed_ends_the_reading_of_an_answer_and_puts_the_question_away(
    stage,
):
    async with stage:
        asked = await asked_and_answered(stage)
        await stage.say("ana", "never mind", settle=False)
        await stage.until(lambda: stage.given["models"].left == 1)
        await stage.stored()
        assert "Dropped 1 request of yours" in str(await stage.ears.thread(stage.thread))
        await nothing_comes_of_it(stage)
        assert await stage.app.store.read(lambda u: u.asked(stage.thread)) is None
        card = next(card for card in await stage.cards() if card.id == asked.id)
        assert not card.buttons
