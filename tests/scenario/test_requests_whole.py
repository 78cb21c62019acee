"""What is kept as the request of a plan that a question led to: all that was said for it."""

import pytest

from bot.testing.scripted_models import act, answer, plan

pytestmark = pytest.mark.asyncio


async def request(stage, number=1):
    return (await stage.app.store.read(lambda u: u.plan(number))).plan.request


@pytest.mark.parametrize(
    ("said", "host"), [("2", "db-2"), ("web-3", "web-3"), ("the first", "db-1")]
)
async def test_an_answer_to_the_rules_is_kept_as_the_sentence_that_it_stands_for(
    staged, said, host
):
    async with staged() as stage:
        await stage.say("ana", "restart nginx")
        await stage.say("ana", said)
        assert await request(stage) == f"restart nginx on {host}"


async def test_an_answer_that_a_model_reads_is_kept_with_what_it_answers(staged):
    asks, said = answer("ask", text="Auf welchem Host?", choices=[]), "auf web-3"
    step = act("service.restart", said, service="nginx", hosts=["web-3"])
    async with staged(asks, plan(step)) as stage:
        await stage.say("ana", "Starte den Webserver neu")
        await stage.say("ana", said)
        assert await request(stage) == "Starte den Webserver neu; auf web-3"


async def test_a_request_by_itself_is_kept_as_it_was_said(staged):
    async with staged() as stage:
        await stage.say("ana", "restart nginx")
        await stage.say("ana", "restart nginx on web-2 and web-3")
        assert await request(stage) == "restart nginx on web-2 and web-3"


async def test_what_was_asked_before_another_question_is_none_of_its_answer(staged):
    async with staged() as stage:
        await stage.say("ana", "restart nginx")
        await stage.say("ana", "how is web-1?")
        assert await request(stage) == "how is web-1?"


async def test_a_name_that_only_hosts_have_told_is_not_kept_as_a_word_of_the_persons(staged):
    """A model is told of the request later, and of no such name."""
    async with staged() as stage:
        await stage.say("ana", "restart nginx")
        question, asked, whom = await stage.app.store.read(lambda u: u.asked(stage.thread))
        heard = question.model_copy(update={"heard": ("web-1",)})
        await stage.app.store.write(lambda u: u.ask(stage.thread, heard, asked, whom))
        await stage.say("ana", "2")
        assert await request(stage) == "restart nginx; 2"
