"""Nobody is asked for a text that could come to nothing: it is refused at the click."""

import pytest

from bot.domain.cards import card_for
from bot.domain.messages import ButtonPress, Identity
from bot.errors import StoreBusyError
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.stage import keys, words
from tests.scenario.test_revisions import TWO_VOTES

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


async def asked(stage, account, button, card=None):
    """What somebody is told who presses it, before a form is opened; empty: it opens."""
    card = card or await stage.card()
    identity = Identity(surface="slack", account=account)
    owner = stage.ears.people().owner(identity)
    press = ButtonPress(
        event_id=f"form-{account}", thread=ROOM, identity=identity, button=button,
        person=owner.name if owner else None, plan=card.plan, revision=card.revision,
        digest=card.digest, at=stage.clock.now(),
    )  # fmt: skip
    told = await stage.ears.turned_away(press)
    return told.text if told is not None else ""


async def test_who_may_not_vote_is_told_so_before_they_type_why_not(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    assert "you are a viewer" in await asked(stage, "UVERA", "deny")
    assert await asked(stage, "UCHRIS", "deny") == ""
    assert await asked(stage, "UBEN", "deny") == "", "whose own it is withdraws it"
    assert (await stage.card()).state == "WAITING", "nothing was done by asking"
    reply = await stage.click("UVERA", "deny", text="no")
    assert reply.text == await asked(stage, "UVERA", "deny"), "what is typed meets the same"


async def test_what_has_been_decided_or_asked_anew_opens_no_form(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    old = await stage.card()
    await stage.hear("UBEN", "also on web-2", addressed=False)
    assert "changed since" in await asked(stage, "UCHRIS", "deny", old)
    await stage.click("UCHRIS", "deny", text="not today")
    assert "Chris denied" in await asked(stage, "UANA", "deny")


async def test_who_has_approved_may_still_say_no(tmp_path):
    rooms = Rooms(tmp_path)
    rooms.home.policies.write_text(rooms.home.policies.read_text() + TWO_VOTES)
    async with rooms as stage:
        stage.service("web-1", "nginx", "active")
        await stage.hear("UBEN", "restart nginx on web-1")
        await stage.click("UCHRIS", "approve")
        assert (await stage.card()).standing == "1 of 2 votes"
        for account, name in (("UCHRIS", "chris"), ("UANA", "ana")):
            assert await asked(stage, account, "deny") == ""
            assert "deny" in keys(card_for(await stage.card(), name))
        assert "*Withdraw my vote*" in (await stage.click("UCHRIS", "approve")).text
        assert (await stage.click("UCHRIS", "deny", text="no, wait")).accepted
        card = await stage.card()
        assert (card.state, "Chris said no" in words(card)) == ("DENIED", True)
        assert not (await stage.click("UANA", "approve")).accepted


async def test_a_form_that_comes_too_late_is_not_opened(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    card = await stage.card()
    stage.clock.set(card.ends)
    assert "Nobody decided" in await asked(stage, "UCHRIS", "deny", card)


async def test_a_decision_that_is_not_theirs_to_hand_over_asks_for_nobody(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.click("UCHRIS", "approve")
    assert (await stage.card()).state == "NEEDS A DECISION"
    assert "decides" in await asked(stage, "UVERA", "handover")
    assert await asked(stage, "UBEN", "handover") == ""


async def test_where_nothing_is_left_to_decide_nobody_is_asked_to_whom_nor_heard_if_they_say(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    waiting = await stage.card()
    assert await asked(stage, "UBEN", "handover", waiting) == (
        "#1 waits for no decision: it has not begun."
    )
    await stage.click("UCHRIS", "approve")
    done = "#1 waits for no decision: it is done."
    assert await asked(stage, "UBEN", "handover") == done
    assert (await stage.click("UBEN", "handover", text="chris")).text == done


async def test_a_button_of_an_older_revision_asks_for_nothing(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    old = await stage.card()
    await stage.hear("UBEN", "also on web-2", addressed=False)
    for button in ("handover", "change", "retry"):
        assert "of an older revision of #1" in await asked(stage, "UBEN", button, old)
    assert await asked(stage, "UBEN", "output", old) == ""


async def test_a_database_that_can_not_be_read_keeps_no_form_closed(stage, monkeypatch):
    await stage.hear("UBEN", "restart nginx on web-1")

    async def busy(work):
        raise StoreBusyError("The database is busy.")

    card = await stage.card()
    monkeypatch.setattr(stage.app.pipeline._pressing.beforehand._store, "read", busy)
    told = await asked(stage, "UVERA", "deny", card)
    assert told == ""


async def test_on_the_page_and_in_a_terminal_the_button_is_for_those_whose_no_counts(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    card = await stage.card()
    seen = {p for p in ("ana", "ben", "chris", "vera") if "deny" in keys(card_for(card, p))}
    assert seen == {"ana", "ben", "chris"}
