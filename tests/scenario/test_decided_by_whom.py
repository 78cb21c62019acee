"""Of several halted runs, only those are offered to choose that are the person's to decide."""

import pytest

from tests.scenario.rooms import PEOPLE, ROOM, Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
OTTO = "  otto: {display: Otto, roles: [operator], identities: ['web:otto', 'slack:UOTTO']}\n"
ACCOUNTS = {"ben": "UBEN", "otto": "UOTTO"}


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE + OTTO) as made:
        for number in range(1, 4):
            made.service(f"web-{number}", "nginx", "active")
        yield made


async def halted(stage, *owners):
    """A run of each of them, on web-1, web-2 and so on; each needs a decision."""
    for number, owner in enumerate(owners, 1):
        stage.broken.add((f"web-{number}", "nginx"))
        await stage.hear(ACCOUNTS[owner], f"restart nginx on web-{number}")
        await stage.press("ana", "approve", await stage.card_in(ROOM, number))
        assert (await stage.card_in(ROOM, number)).state == "NEEDS A DECISION"
    stage.broken.clear()


async def asked(stage, account, text):
    """What is answered, and what is offered to choose."""
    await stage.hear(account, text)
    card = await stage.card_in(ROOM)
    return words(card).strip(), [b.label for b in card.buttons if b.label != "never mind"]


async def pressed(stage):
    found = await stage.events("run.decided")
    return [(each.plan, each.person, each.data["button"]) for each in found]


async def test_who_may_decide_one_of_two_is_asked_about_that_one(stage):
    await halted(stage, "ben", "otto")
    said, offered = await asked(stage, "UOTTO", "retry")
    assert "Only Ben, an approver or an admin decides about #1. Do you mean #2?" in said
    assert offered == ["#2"]
    assert await pressed(stage) == []


@pytest.mark.parametrize("answer", ["yes", "#2"])
async def test_what_is_answered_then_is_done(stage, answer):
    await halted(stage, "ben", "otto")
    await stage.hear("UOTTO", "retry")
    await stage.hear("UOTTO", answer)
    assert await pressed(stage) == [(2, "otto", "retry")]


async def test_the_number_of_anothers_is_refused_as_ever(stage):
    await halted(stage, "ben", "otto")
    await stage.hear("UOTTO", "retry")
    await stage.hear("UOTTO", "retry #1")
    assert "decides about #1" in words(await stage.card_in(ROOM))
    assert await pressed(stage) == []


@pytest.mark.parametrize("answer", ["1", "#1"])
async def test_nor_is_the_one_that_is_left_meant_by_the_number_of_anothers(stage, answer):
    await halted(stage, "ben", "otto")
    await stage.hear("UOTTO", "retry")
    await stage.hear("UOTTO", answer)
    assert await pressed(stage) == []


@pytest.mark.parametrize("text", ["retry", "skip it", "roll back"])
async def test_who_may_decide_both_chooses_of_both(stage, text):
    await halted(stage, "ben", "otto")
    said, offered = await asked(stage, "UCHRIS", text)
    assert "#1 and #2 need a decision. Which do you mean?" in said
    assert offered == ["#1", "#2"]


async def test_of_three_those_are_left_that_are_theirs(stage):
    await halted(stage, "ben", "otto", "otto")
    said, offered = await asked(stage, "UOTTO", "retry")
    assert "decides about #1. Which do you mean?" in said
    assert offered == ["#2", "#3"]


async def test_whose_none_is_hears_whose_they_are_and_nothing_is_asked(stage):
    await halted(stage, "ben", "ben")
    said, offered = await asked(stage, "UOTTO", "retry")
    assert said == (
        "Only Ben, an approver or an admin decides about #1."
        " Only Ben, an approver or an admin decides about #2."
    )
    assert offered == []
    assert await stage.app.store.read(lambda u: u.asked(ROOM)) is None


async def test_what_is_handed_over_is_offered_to_its_receiver_alone(stage):
    await halted(stage, "ben", "ben")
    await stage.press("ben", "handover", await stage.card_in(ROOM, 1), text="otto")
    said, offered = await asked(stage, "UBEN", "retry")
    assert "#1 was handed to Otto: Otto or an admin decides about it now. Do you mean #2?" in said
    assert offered == ["#2"]


async def test_what_is_no_decision_stays_among_them(stage):
    await halted(stage, "ben")
    await stage.hear("UOTTO", "restart nginx on web-2")
    said, offered = await asked(stage, "UOTTO", "undo it")
    assert offered == ["withdraw #2\trestart nginx on web-2"]
    assert "decides about #1. Is this what you mean?" in said


async def test_other_questions_are_asked_as_they_are(stage):
    await halted(stage, "ben", "otto")
    said, _ = await asked(stage, "UOTTO", "restart nginx")
    assert "where" in said.lower() or "which" in said.lower()
