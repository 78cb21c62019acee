"""What is said right behind Overseer's own question answers it, in whatever words."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from tests.scenario.rooms import DIRECT
from tests.scenario.stage import words
from tests.scenario.test_stops_among_words import stage  # noqa: F401 - a fixture
from tests.scenario.test_talk_among_people import told

pytestmark = pytest.mark.asyncio


async def plans(stage, number=1):
    """The plan's start, as hour, day and month, and what it does; empty: there is none."""
    stored = await stage.app.store.read(lambda u: u.plan(number))
    if stored is None:
        return ""
    start = f"{stored.plan.start:%H %d.%m} " if stored.plan.start else ""
    return start + " ".join(step.action for step in stored.plan.steps)


TONIGHT = ["10pm please", "at 22:00 please", "ok 10pm", "hm, 10pm", "make it 10pm", "at 10pm then",
           "let's say 10pm", "10pm is fine", "10pm, thanks", "at 10 please", "at ten", "22h"]  # fmt: skip


@pytest.mark.parametrize("text", TONIGHT)
async def test_an_hour_among_other_words_is_that_of_the_day(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1 tonight")
    await stage.hear("UBEN", text, addressed=False)
    assert await plans(stage) == "22 01.03 service.restart"


@pytest.mark.parametrize(
    ("asked", "text", "planned"),
    [
        ("restart nginx on web-1 tonight", "now", "service.restart"),
        ("restart nginx on web-1 tonight", "not tonight, tomorrow at 6", "06 02.03 service.restart"),
        ("restart nginx on web-1 friday", "at 7pm please", "19 06.03 service.restart"),
        ("restart nginx on web-1 tomorrow morning", "7 please", "07 02.03 service.restart"),
        ("restart nginx on web-1 after lunch", "at 13:00", "13 01.03 service.restart"),
        ("restart nginx on web-1 after lunch", "in 20 minutes", "09 01.03 service.restart"),
        ("reboot web-3 this weekend", "saturday at 22:00", "22 07.03 host.reboot"),
        ("restart nginx on web-1 after lunch", "without a time", "service.restart"),
        ("restart nginx on web-1 if it's down", "do it now", "service.restart"),
        ("restart nginx on web-1 if it's down", "yes, now", "service.restart"),
        ("restart nginx on web-1 if it's down", "look first", "host.status"),
        ("restart web-1", "the whole machine", "host.reboot"),
        ("restart web-1", "not a service, the host", "host.reboot"),
        ("restart web-1", "reboot it", "host.reboot"),
        ("ben said: restart nginx on web-1", "please", "service.restart"),
        ("ben said: restart nginx on web-1", "yes I do", "service.restart"),
        ("ben said: restart nginx on web-1", "do it", "service.restart"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("addressed", [True, False])
async def test_it_is_taken_in_their_own_words(stage, asked, text, planned, addressed):
    await stage.hear("UBEN", asked)
    await stage.hear("UBEN", text, addressed=addressed)
    assert await plans(stage) == planned


async def test_in_a_direct_message_it_is_as_well(stage):
    await stage.hear("UBEN", "restart nginx on web-1 after lunch", thread=DIRECT)
    await stage.hear("UBEN", "not then, at 13:00", thread=DIRECT)
    assert await plans(stage) == "13 01.03 service.restart"


@pytest.mark.parametrize("text", ["after dinner", "in 2 or 3 weeks", "after lunch"])
async def test_what_is_no_answer_that_can_be_read_is_told_what_is_one(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1 tonight")
    said = await told(stage, text)
    assert f"I can't take “{text}” for an answer. Say a time, as in “at 22:00”" in said
    assert "today at 22:00" in said
    assert await stage.app.store.read(lambda u: u.asked(stage.thread)) is not None


@pytest.mark.parametrize("text", ["thanks", "hmm", "is chris around?", "foo bar", "ana, at 10pm"])
async def test_what_is_said_to_people_meets_silence(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1 tonight")
    assert await told(stage, text) == ""


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("restart web-1", "reboot it"),
        ("ben said: restart nginx on web-1", "please"),
        ("restart nginx on web-1 tonight", "10pm please"),
    ],
)
async def test_behind_somebody_elses_words_it_may_be_to_those(stage, asked, text):
    await stage.hear("UBEN", asked)
    await stage.hear("UCHRIS", "shall I look at it?", addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert await plans(stage) == ""


NO_ANSWERS = [
    ("restart web-1", "not the whole machine"), ("restart web-1", "the machine is slow"),
    ("restart web-1", "don't reboot it"), ("restart web-1", "reboot later"),
    ("restart nginx on web-1 if it's down", "don't do it now"),
    ("restart nginx on web-1 if it's down", "I'll do it now"),
    ("restart nginx on web-1 tonight", "tomorrow is a holiday"),
    ("restart nginx on web-1 tonight", "not now"), ("restart nginx", "web-1 or web-2"),
    ("ben said: restart nginx on web-1", "please don't"),
    ("ben said: restart nginx on web-1", "of course not"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "text"), NO_ANSWERS)
@pytest.mark.parametrize("addressed", [True, False])
async def test_what_says_something_else_is_none(stage, asked, text, addressed):
    await stage.hear("UBEN", asked)
    await stage.hear("UBEN", text, addressed=addressed)
    assert await plans(stage) == ""


@pytest.mark.parametrize("text", ["by the way", "on it", "in any case", "at 10 there is a meeting"])
async def test_what_only_begins_like_an_answer_meets_silence(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1 tonight")
    assert await told(stage, text) == ""


@pytest.mark.parametrize("text", ["please", "of course", "now"])
async def test_nothing_is_ended_by_a_loose_yes(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "should I stop it?", addressed=False)
    await stage.hear("UBEN", text, addressed=False)
    assert "WAITING" in words((await stage.cards())[0])


async def test_the_one_plan_of_a_conversation_is_shown_without_its_number(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    assert "#1 restart nginx on web-1" in await told(stage, "show me the plan")
    await stage.hear("UBEN", "restart nginx on web-2")
    assert "Which plan, by its number?" in await told(stage, "show me the plan")
    assert "#1 restart nginx on web-1" in await told(stage, "1")
