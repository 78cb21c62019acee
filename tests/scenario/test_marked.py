"""The sign on a request tells how it stands."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.posts import MarkState
from tests.scenario.rooms_told import asked, stage  # noqa: F401


async def test_a_mark_tells_how_a_request_stands(stage):
    await asked(stage)
    assert await stage.marks() == {"mark:C1/17.1": MarkState.WAITING}
    await stage.press("ana", "approve")
    assert await stage.marks() == {"mark:C1/17.1": MarkState.DONE}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("is nginx running on web-1?", MarkState.DONE),
        ("restart nginx on web-9", MarkState.ASKED),
        ("destroy everything", MarkState.REFUSED),
        ("hello", MarkState.DONE),
        ("thanks!", MarkState.DONE),
        ("what version are you?", MarkState.DONE),
        ("which disks are fullest?", MarkState.REFUSED),
        ("what is the weather like?", MarkState.REFUSED),
        ("book me a flight to Rome", MarkState.REFUSED),
        ("not web-1", MarkState.REFUSED),
        ("stop", MarkState.REFUSED),
        ("stop everything", MarkState.REFUSED),
        (f"run `{'echo abcdefghij; ' * 900}` on web-1", MarkState.REFUSED),
        ("restart nginx on web-1 in 900 days", MarkState.REFUSED),
    ],
)
async def test_a_mark_tells_what_was_answered(stage, text, state):
    await asked(stage, text)
    assert await stage.marks() == {"mark:C1/17.1": state}


async def test_what_could_not_be_looked_at_has_failed(stage):
    await asked(stage, "restart redis on web-1")
    card = await stage.card()
    assert card.state == "NOT READ"
    assert await stage.marks() == {"mark:C1/17.1": MarkState.FAILED}


async def test_the_mark_of_a_request_tells_what_came_of_it_once_its_question_is_answered(stage):
    await asked(stage, "restart nginx on web-9")
    await stage.say("ben", "web-1", event="C1/17.5", remote="17.5")
    both = {"mark:C1/17.1", "mark:C1/17.5"}
    assert await stage.marks() == dict.fromkeys(both, MarkState.WAITING)
    await stage.press("ana", "deny")
    assert await stage.marks() == dict.fromkeys(both, MarkState.REFUSED)


@pytest.mark.parametrize("text", ["never mind", "no", "nein", "stop", "cancel"])
async def test_a_request_whose_question_is_put_away_has_come_to_nothing(stage, text):
    await asked(stage, "restart nginx on web-9")
    await stage.say("ben", text, event="C1/17.5", remote="17.5")
    assert await stage.app.store.read(lambda u: u.asked(stage.thread)) is None
    assert await stage.marks() == {
        "mark:C1/17.1": MarkState.REFUSED,
        "mark:C1/17.5": MarkState.DONE,
    }


async def test_so_has_one_whose_question_is_put_away_by_its_button(stage):
    await asked(stage, "restart nginx on web-9")
    question = await stage.card()
    await stage.press("ben", "dismiss", question, value=f"@{question.id}")
    assert await stage.marks() == {"mark:C1/17.1": MarkState.REFUSED}


async def test_so_has_one_whose_question_another_request_passes_over(stage):
    await asked(stage, "restart nginx on web-9")
    await stage.say("ben", "reload nginx on web-1", event="C1/17.5", remote="17.5")
    assert await stage.marks() == {
        "mark:C1/17.1": MarkState.REFUSED,
        "mark:C1/17.5": MarkState.WAITING,
    }


async def test_a_question_that_is_asked_on_marks_its_request(stage):
    await asked(stage, "restart nginx on web-9")
    await stage.say("ben", "web-8", event="C1/17.5", remote="17.5")
    assert (await stage.marks())["mark:C1/17.1"] == MarkState.ASKED


async def test_an_answer_of_which_no_plan_can_be_made_marks_its_request_too(stage):
    await asked(stage, "restart nginx in 900 days")
    assert await stage.marks() == {"mark:C1/17.1": MarkState.ASKED}
    await stage.say("ben", "web-1", event="C1/17.5", remote="17.5")
    both = {"mark:C1/17.1", "mark:C1/17.5"}
    assert await stage.marks() == dict.fromkeys(both, MarkState.REFUSED)


async def test_a_change_that_can_not_be_made_is_not_marked_as_done(stage):
    await asked(stage)
    await stage.say("ben", "at 9:00 in 900 days", event="C1/17.5", remote="17.5")
    await stage.say("ben", "in 900 days instead", event="C1/17.6", remote="17.6")
    assert (await stage.marks())["mark:C1/17.6"] is MarkState.REFUSED
    assert (await stage.marks())["mark:C1/17.1"] is MarkState.WAITING


async def test_an_option_that_is_pressed_makes_the_request_wait_and_deleting_it_takes_it_back(
    stage,
):
    await asked(stage, "restart nginx on web-9")
    options = next(c for c in await stage.cards() if any(b.id == "option" for b in c.buttons))
    option = next(b for b in options.buttons if b.id == "option")
    await stage.press("ben", "option", options, value=option.value)
    assert await stage.marks() == {"mark:C1/17.1": MarkState.WAITING}
    await stage.ears.on_deleted(stage.thread, "C1/17.1")
    assert await stage.marks() == {"mark:C1/17.1": MarkState.REFUSED}


async def test_what_somebody_may_not_do_is_not_marked_as_done(stage):
    await asked(stage)
    await stage.say("ana", "not web-1", event="C1/17.5", remote="17.5")
    assert (await stage.marks())["mark:C1/17.5"] is MarkState.REFUSED
    await stage.say("ana", "stop", event="C1/17.6", remote="17.6")
    assert (await stage.marks())["mark:C1/17.6"] is MarkState.DONE


async def test_what_is_asked_beside_anothers_question_is_marked_as_asked(stage):
    await asked(stage, "restart nginx on web-9")
    await stage.say("ana", "restart nginx on web-8", event="C1/17.5", remote="17.5")
    assert (await stage.marks())["mark:C1/17.5"] is MarkState.ASKED


async def test_without_a_message_of_the_platform_there_is_no_mark(stage):
    await stage.say("ben", "how is web-1?")
    assert await stage.marks() == {}
