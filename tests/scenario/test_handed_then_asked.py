"""What somebody asks anew in a conversation that they have handed over is theirs, as before."""

import pytest

from bot.domain.cards import card_for
from bot.domain.messages import Outside
from tests.scenario.rooms import ROOM, silent
from tests.scenario.stage import keys
from tests.scenario.test_handed_over import PLACES, made

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=["web", "slack", "discord"])
async def stage(tmp_path, request):
    async with made(tmp_path, PLACES[request.param]) as opened:
        await opened.says("ben", "restart nginx on web-1")
        await opened.says("ben", "hand over to chris")
        yield opened


@pytest.fixture
async def room(tmp_path):
    async with made(tmp_path, ROOM) as opened:
        await opened.hear("UBEN", "restart nginx on web-1")
        await opened.hear("UBEN", "hand over to chris")
        yield opened


async def asked(stage):
    return await stage.app.store.read(lambda u: u.asked(stage.thread))


async def test_who_asks_is_asked(stage):
    await stage.says("ben", "restart nginx on web-9")
    question = await stage.card()
    assert (question.state, question.standing) == ("QUESTION", "for Ben")
    assert (await asked(stage))[2] == "ben"
    press = {"button": "option", "card": question, "value": question.buttons[1].value}
    refused = await stage.presses("chris", **press)
    assert (refused.accepted, refused.text) == (False, "That question is for Ben.")
    assert (await stage.presses("ben", **press)).accepted
    plan = await stage.asked(2)
    assert (plan.requester, plan.formerly) == ("ben", ())


async def test_and_changes_what_comes_of_it_alone(stage):
    await stage.says("ben", "restart nginx on web-2")
    card = await stage.card(2)
    assert not [line for line in card.lines if "handed over" in line]
    assert "change" in keys(card_for(card, "ben"))
    assert "change" not in keys(card_for(card, "chris"))
    await stage.says("ben", "also on web-3")
    assert [(await stage.card(n)).revision for n in (1, 2)] == [1, 2]
    await stage.presses("chris", "change", await stage.card(1))
    await stage.says("chris", "also on web-3")
    assert [(await stage.card(n)).revision for n in (1, 2)] == [2, 2]
    assert (await stage.asked(2)).askers == ("ben",)


async def test_it_stays_theirs_when_the_conversation_goes_on_to_a_third(room):
    await room.hear("UBEN", "restart nginx on web-2")
    await room.hear("UBEN", "restart nginx on web-9")
    await room.hear("UCHRIS", "hand over to ana")
    assert (await asked(room))[2] == "ben"
    refused = await room.presses("chris", "change", await room.card(1))
    assert "Ana's to change" in refused.text
    assert (await room.presses("ben", "change", await room.card(2))).accepted


async def test_it_goes_with_the_conversation_that_came_back_to_them(room):
    await room.hear("UBEN", "restart nginx on web-2")
    await room.hear("UCHRIS", "hand it back")
    await room.hear("UBEN", "hand over to ana")
    assert "handed over to Ana" in (await room.card(2)).lines
    assert (await room.presses("ana", "change", await room.card(2))).accepted


async def test_what_was_said_before_goes_to_whom_it_was_handed(room):
    """Ben asks; while that is read, the conversation that he has back goes on to Ana."""
    await room.hear("UCHRIS", "hand it back")
    async with room.app.pipeline._hearing.locks.of(ROOM):
        await room.says("ben", "restart nginx on web-9", settle=False)
        await room.says("ben", "hand over to ana", settle=False)
    await room.settle()
    assert (await asked(room))[2] == "ana"


async def test_who_has_it_is_heard_without_a_mention_and_the_other_is_not(room):
    await room.hear("UBEN", "restart nginx on web-2")
    assert silent(await room.hear("UBEN", "also on web-3", addressed=False))
    assert (await room.card(2)).revision == 1


# -- of no use -------------------------------------------------------------------------------------


async def test_who_may_not_ask_for_what_is_open_gets_nothing(tmp_path):
    async with made(tmp_path, ROOM) as room:
        await room.hear("UBEN", "restart nginx on web-1")
        told = await room.hear("UBEN", "hand over to vera")
        assert (told.accepted, "Vera is a viewer and may not ask for #1" in told.text) == (
            False,
            True,
        )
        assert not await room.events("thread.handed")
        await room.hear("UBEN", "hand over to eva1")
        assert len(await room.events("thread.handed")) == 1


async def test_who_only_looks_gets_what_only_looks(tmp_path):
    async with made(tmp_path, ROOM) as room:
        await room.hear("UBEN", "is nginx up on web-1?")
        assert (await room.hear("UBEN", "hand over to vera")).accepted
        assert len(await room.events("thread.handed")) == 1


@pytest.mark.parametrize("text", ["hand it back", "hand over to me", "hand over to ben"])
async def test_who_gave_it_away_takes_it_back_from_who_was_not_heard(room, text):
    assert (await room.hear("UBEN", text)).accepted
    assert "Ben's now" in str((await room.card()).body)
    assert [e.person for e in await room.events("thread.handed")] == ["ben", "ben"]
    await room.hear("UBEN", "also on web-2", addressed=False)
    assert (await room.card(1)).revision == 2


@pytest.mark.parametrize("text", ["hand it back", "hand it over to me"])
async def test_no_mention_is_needed_for_that(room, text):
    assert (await room.hear("UBEN", text, addressed=False)).accepted
    assert "Ben's now" in str((await room.card()).body)


@pytest.mark.parametrize(
    ("account", "text"), [("UBEN", "hand over to ana"), ("UANA", "hand it back")]
)
async def test_of_all_others_it_meets_silence(room, account, text):
    before = await room.items()
    assert silent(await room.hear(account, text, addressed=False))
    assert (await room.items(), len(await room.events("thread.handed"))) == (before, 1)


async def test_but_not_once_they_were(room):
    await room.hear("UCHRIS", "is nginx up on web-1?", addressed=False)
    assert silent(await room.hear("UBEN", "hand it back", addressed=False))
    await room.hear("UCHRIS", "is nginx up on web-1?")
    told = await room.hear("UBEN", "hand it back")
    assert (told.accepted, told.text) == (False, "This conversation is Chris's to hand over.")


async def test_who_had_it_and_was_not_heard_does_not_take_it_back_in_turn(room):
    assert (await room.hear("UBEN", "hand it back")).accepted
    assert not (await room.hear("UCHRIS", "hand it back")).accepted
    assert len(await room.events("thread.handed")) == 2


async def test_nor_does_anybody_else_nor_for_another(room):
    for account, text in (("UANA", "hand it back"), ("UBEN", "hand over to ana")):
        told = await room.hear(account, text)
        assert told.text == "This conversation is Chris's to hand over."


async def test_a_guest_who_is_not_heard_has_it_until_it_is_taken_back(room):
    refused = await room.hear("UCHRIS", "also on web-2", outside=Outside.GUEST)
    assert not refused.accepted
    assert (await room.hear("UBEN", "hand it back")).accepted


# -- whom a refusal names --------------------------------------------------------------------------


async def test_who_may_not_vote_is_sent_to_nobody_who_may_not_either(tmp_path):
    async with made(tmp_path, ROOM) as room:
        await room.hear("UBEN", "restart nginx on web-1")
        assert "ask Ana or Chris." in (await room.click("UBEN", "approve")).text
        await room.hear("UBEN", "hand over to ana")
        await room.hear("UANA", "also on web-2")
        says = "Thanks, but nobody approves their own plan; ask Chris."
        assert (await room.click("UANA", "approve")).text == says
        as_well = " This is yours as well: you asked for it before it became Ana's."
        assert (await room.click("UBEN", "approve")).text == says + as_well
        told = (await room.click("UVERA", "approve")).text
        assert (told.count("Chris"), told.count("Ana")) == (1, 0)
