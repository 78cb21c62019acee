"""Words decide the run that they were said of, as it was then, and no other."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from tests.scenario.rooms import ROOM, silent
from tests.scenario.stage import words
from tests.scenario.test_decided_in_words import halted, pressed, stage  # noqa: F401

pytestmark = pytest.mark.asyncio
ADDRESSED = pytest.mark.parametrize("addressed", [True, False])


async def halted_too(stage, number, host):
    stage.broken.add((host, "nginx"))
    await stage.hear("UBEN", f"restart nginx on {host}")
    await stage.press("ana", "approve", await stage.card_in(ROOM, number))
    assert (await stage.card_in(ROOM, number)).state == "NEEDS A DECISION"


@ADDRESSED
@pytest.mark.parametrize("text", ["skip it", "again", "retry"])
async def test_what_was_said_before_it_halted_decides_nothing(stage, text, addressed):
    await stage.hear("UBEN", "is nginx up on web-2?")
    said = stage._message("UBEN", text, ROOM, addressed=addressed, missed=True)
    await stage.clock.advance(60)
    await halted_too(stage, 2, "web-1")
    stage.broken.clear()
    await stage.ears.on_message(said)
    await stage.settle()
    assert await pressed(stage) == []


async def halted_twice(stage, decide):
    """A run halts on web-1, is decided so that it goes on, and halts on web-2 a minute later."""
    stage.broken.add(("web-2", "nginx"))
    await halted(stage, hosts="web-1 and web-2")
    said = stage._message("UBEN", "skip", ROOM, event="C1/90.1")
    await stage.clock.advance(30)
    await decide(said)
    assert await pressed(stage) == [("ben", "skip")]
    assert (await stage.card_in(ROOM, 1)).state == "NEEDS A DECISION"
    await stage.clock.advance(30)
    return said


async def comes(stage, said):
    reply = await stage.ears.on_message(said)
    await stage.settle()
    return reply


async def test_what_comes_only_after_it_has_halted_once_more_skips_no_other_step(stage):
    said = await halted_twice(stage, lambda _: stage.click("UBEN", "skip"))
    await comes(stage, said)  # the platform got no answer before, and brings it again
    assert await pressed(stage) == [("ben", "skip")]
    assert (await stage.card_in(ROOM, 1)).state == "NEEDS A DECISION"
    assert "#1 has moved since you said that." in words(await stage.card())
    await stage.hear("UBEN", "skip")
    assert await pressed(stage) == [("ben", "skip")] * 2


async def test_what_has_skipped_one_step_and_comes_again_skips_no_other(stage):
    said = await halted_twice(stage, lambda said: comes(stage, said))
    before = await stage.items()
    for again in (said, said.model_copy(update={"at": stage.clock.now()})):
        assert silent(await comes(stage, again))
    assert await pressed(stage) == [("ben", "skip")]
    assert await stage.items() == before


@ADDRESSED
@pytest.mark.parametrize("text", ["again", "once more", "do it again", "run it again"])
async def test_again_repeats_what_was_asked_after_it(stage, text, addressed):
    await halted(stage)
    stage.broken.clear()
    changes = len(stage.changes())
    await stage.hear("UBEN", "is nginx up on web-2?")
    await stage.hear("UBEN", text, addressed=addressed)
    assert await pressed(stage) == []
    assert len(stage.changes()) == changes


@pytest.mark.parametrize("text", ["skip it", "skip this plan", "roll it back"])
async def test_beside_a_newer_plan_that_waits_words_without_a_number_decide_nothing(stage, text):
    stage.service("web-3", "nginx")
    await halted(stage, hosts="web-1 and web-2")
    stage.broken.clear()
    changes = len(stage.changes())
    await stage.hear("UBEN", "restart nginx on web-3")
    await stage.hear("UBEN", text, addressed=False)
    assert (await pressed(stage), len(stage.changes())) == ([], changes)
    assert "#1 needs a decision, and #2 can be withdrawn. Which" in words(await stage.card())
    await stage.hear("UBEN", "retry #1", addressed=False)
    assert await pressed(stage) == [("ben", "retry")]


async def test_who_asks_only_what_would_happen_decides_nothing(stage):
    await halted(stage)
    await stage.hear("UBEN", "retry", plan_only=True)
    assert await pressed(stage) == []
    assert "You asked only what would happen, so nothing was pressed." in words(await stage.card())


async def test_what_was_refused_is_not_told_as_done_after_a_busy_database(stage):
    await halted(stage)
    stage.says_nothing_once()
    await stage.hear("UVERA", "retry")
    await stage.later(minutes=1)
    told = words(await stage.card())
    assert "I have heard that; #1 is as its card shows." in told
    assert await pressed(stage) == []


@pytest.mark.parametrize("text", ["continue the run", "go on #1", "continue here", "keep going"])
async def test_going_on_in_other_words_is_told_the_ways(stage, text):
    await halted(stage)
    await stage.hear("UBEN", text)
    assert "#1 waits for a decision: say `retry`" in words(await stage.card())
    assert await pressed(stage) == []


@pytest.mark.parametrize(("answer", "one"), [("2", 2), ("#2", 2), ("3", 3), ("the second", 3)])
async def test_where_plans_are_to_choose_a_number_is_the_plans(stage, answer, one):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await halted_too(stage, 2, "web-1")
    await halted_too(stage, 3, "web-2")
    await stage.hear("UBEN", "retry", addressed=False)
    assert "#2 and #3 need a decision. Which do you mean?" in words(await stage.card())
    stage.broken.clear()
    await stage.hear("UBEN", answer, addressed=False)
    other = {2: 3, 3: 2}[one]
    assert (await stage.card_in(ROOM, one)).state == "DONE"
    assert (await stage.card_in(ROOM, other)).state == "NEEDS A DECISION"


async def asked_which(stage, text):
    """Which of two halted runs is meant was asked; gives the card of that question."""
    await halted(stage)
    await halted_too(stage, 2, "web-2")
    await stage.hear("UBEN", text, addressed=False)
    card = await stage.card()
    assert "#1 and #2 need a decision. Which do you mean?" in words(card)
    return card


async def answered(stage, card):
    """The question is open no more, and its card has no buttons."""
    assert await stage.app.store.read(lambda u: u.asked(ROOM)) is None
    (now,) = [each for each in await stage.cards() if each.id == card.id]
    assert (now.state, now.buttons) == ("ANSWERED", ())
    return now


@pytest.mark.parametrize("later", ["2", "the second one", "#2"])
@pytest.mark.parametrize("said", ["skip", "retry"])
async def test_an_answered_question_takes_no_second_answer(stage, said, later):
    card = await asked_which(stage, said)
    stage.broken.clear()
    await stage.hear("UBEN", "1", addressed=False)
    assert (await answered(stage, card)).footer == ("Answered 09:00 UTC: 1",)
    assert await pressed(stage) == [("ben", said)]
    await stage.hear("UBEN", later, addressed=False)
    assert await pressed(stage) == [("ben", said)]
    assert (await stage.card_in(ROOM, 2)).state == "NEEDS A DECISION"


async def test_so_it_is_where_the_answer_comes_to_nothing(stage):
    card = await asked_which(stage, "roll back")
    await stage.hear("UBEN", "1", addressed=False)
    assert "#1 waits for a decision: say `retry`" in words(await stage.card())
    await answered(stage, card)
    await stage.hear("UBEN", "2", addressed=False)
    assert await pressed(stage) == []


async def test_so_it_is_where_the_answer_is_told_only_after_a_busy_database(stage):
    card = await asked_which(stage, "skip")
    stage.says_nothing_once()
    await stage.hear("UBEN", "1", addressed=False)
    await stage.later(minutes=1)
    await answered(stage, card)
    assert await pressed(stage) == [("ben", "skip")]


async def test_a_decision_that_answers_nothing_leaves_the_question_open(stage):
    card = await asked_which(stage, "skip")
    await stage.hear("UCHRIS", "retry #2")
    assert await pressed(stage) == [("chris", "retry")]
    assert await stage.app.store.read(lambda u: u.asked(ROOM)) is not None
    await stage.hear("UBEN", "1")
    await answered(stage, card)
    assert await pressed(stage) == [("chris", "retry"), ("ben", "skip")]


async def test_what_is_picked_has_answered_it_however_it_is_called(stage):
    card = await asked_which(stage, "retry")
    stage.broken.clear()

    def renamed(unit):
        question, request, whom = unit.asked(ROOM)
        options = [
            option.model_copy(update={"label": label})
            for option, label in zip(question.options, ("the web one", "the other"), strict=True)
        ]
        unit.ask(ROOM, question.model_copy(update={"options": tuple(options)}), request, whom)

    await stage.app.store.write(renamed)
    await stage.hear("UBEN", "the web one", addressed=False)
    assert await pressed(stage) == [("ben", "retry")]
    await answered(stage, card)


async def test_who_says_it_in_a_whole_sentence_has_answered_it_too(stage):
    card = await asked_which(stage, "roll back")
    stage.broken.clear()
    await stage.hear("UBEN", "retry #1", addressed=False)
    await answered(stage, card)
    await stage.hear("UBEN", "2", addressed=False)
    assert await pressed(stage) == [("ben", "retry")]


async def test_what_is_decided_beside_another_question_leaves_that_open(stage):
    await halted(stage)
    stage.broken.clear()
    for host in ("web-2", "web-3"):
        stage.service(host, "nginx", "active")
        await stage.hear("UBEN", f"restart nginx on {host}")
    await stage.hear("UBEN", "never mind", addressed=False)
    assert "#3 and #2 still wait. Which shall I withdraw?" in words(await stage.card())
    await stage.hear("UBEN", "retry #1", addressed=False)
    assert await pressed(stage) == [("ben", "retry")]
    assert await stage.app.store.read(lambda u: u.asked(ROOM)) is not None


async def test_nor_is_another_withdrawn_than_the_one_whose_number_was_said(stage):
    for host in ("web-1", "web-2"):
        await stage.hear("UBEN", f"restart nginx on {host}")
    await stage.hear("UBEN", "never mind", addressed=False)
    assert "#2 and #1 still wait. Which shall I withdraw?" in words(await stage.card())
    await stage.hear("UBEN", "1", addressed=False)
    assert (await stage.card_in(ROOM, 1)).state == "CANCELLED"
    assert (await stage.card_in(ROOM, 2)).state == "WAITING"


@pytest.mark.parametrize("text", ["don't", "no, don't"])
async def test_a_bare_dont_withdraws_nothing_and_is_told_what_stands(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", text, addressed=False)
    assert (await stage.card_in(ROOM, 1)).state == "WAITING"
    assert "#1 still waits as it is" in words(await stage.card())
