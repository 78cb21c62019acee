"""`cancel plan 7` is what `stop 7` is: no plan of its own, and refused in a sentence."""

import pytest

from bot.domain.messages import Outside
from tests.scenario.rooms import Rooms, silent
from tests.scenario.stage import Stage, words


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1")
        yield stage


@pytest.mark.parametrize("text", ["cancel plan 1", "withdraw #1", "please cancel #1"])
async def test_who_may_not_is_told_in_one_sentence(stage, text):
    await stage.say("vera", text)
    card = await stage.card()
    assert words(card).strip() == "Only Ben, an approver or an admin may stop #1."
    assert card.plan is None
    assert (await stage.card(1)).state == "WAITING"


async def test_whose_it_is_withdraws_it(stage):
    await stage.say("ben", "cancel plan 1")
    assert words(await stage.card()).strip() == "#1 is withdrawn; nothing ran."
    assert (await stage.card(1)).state == "CANCELLED"


@pytest.mark.parametrize("text", ["cancel plan 1 and show plan 1", "what if I cancel plan 1?"])
async def test_with_more_said_it_is_a_plan(stage, text):
    await stage.say("ben", text)
    assert (await stage.card()).plan == 2


@pytest.mark.parametrize(("who", "offered"), [("vera", False), ("ben", True), ("chris", True)])
async def test_help_offers_it_to_who_may_have_something_to_cancel(stage, who, offered):
    await stage.say(who, "help")
    assert ("cancel plan 90" in words(await stage.card())) is offered


# -- at the door -----------------------------------------------------------------------------------


@pytest.fixture
async def room(tmp_path):
    async with Rooms(tmp_path) as room:
        room.service("web-1", "nginx")
        await room.hear("UBEN", "restart nginx on web-1")
        yield room


NUMBERED = pytest.mark.parametrize("text", ["cancel plan 1", "cancel #1", "withdraw #1"])


@NUMBERED
async def test_of_who_may_stop_it_needs_no_mention(room, text):
    await room.hear("UCHRIS", text, addressed=False)
    assert (await room.card(1)).state == "CANCELLED"


@NUMBERED
async def test_of_who_is_known_it_is_heard_from_everywhere(room, text):
    assert (await room.hear("UBEN", text, outside=Outside.GUEST)).accepted
    assert (await room.card(1)).state == "CANCELLED"


@pytest.mark.parametrize(
    ("account", "text"),
    [("UVERA", "cancel plan 1"), ("UCHRIS", "cancel"), ("UCHRIS", "cancel it"),
     ("UCHRIS", "cancel plan 1 and show plan 1"), ("UCHRIS", "what if I cancel plan 1?")],
)  # fmt: skip
async def test_other_words_and_others_meet_silence(room, account, text):
    before = await room.items()
    assert silent(await room.hear(account, text, addressed=False))
    assert await room.items() == before


async def test_without_a_number_it_is_nothing_that_is_heard_of_a_guest(room):
    assert not (await room.hear("UBEN", "cancel", outside=Outside.GUEST)).accepted
    assert (await room.card(1)).state == "WAITING"


# -- the button ------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", ["UBEN", "UCHRIS", "UANA"])
async def test_who_may_withdraw_it_in_words_may_press_cancel(room, account):
    assert (await room.click(account, "cancel")).text == "#1 is withdrawn; nothing ran."
    assert (await room.card(1)).state == "CANCELLED"


async def test_who_may_not_is_told_the_same_by_both(room):
    pressed = await room.click("UVERA", "cancel")
    assert not pressed.accepted
    await room.hear("UVERA", "cancel plan 1")
    assert words(await room.card()).strip() == pressed.text
    assert (await room.card(1)).state == "WAITING"
