"""A card is one for everybody; whoever looks at it sees the buttons that are theirs."""

import re

import pytest

from bot.adapters.web.thread_view import item_html
from bot.delivery.drawing import seen_by
from bot.domain.cards import card_for
from bot.domain.messages import ThreadRef
from tests.scenario.ended_plans import denied, expired, withdrawn
from tests.scenario.rooms import Rooms
from tests.scenario.stage import PEOPLE, RESTART, Stage, keys, words

pytestmark = pytest.mark.asyncio
EVERYBODY = ("ana", "ben", "chris", "vera")
ALONE = "people:\n  ana: {display: Ana, roles: [admin], identities: ['web:ana']}\n"


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        made.service("web-1", "nginx", "active")
        made.service("web-2", "nginx", "active")
        yield made


@pytest.mark.parametrize(
    ("asks", "may"), [("ben", {"ana", "chris"}), ("ana", {"chris"}), ("chris", {"ana"})]
)
async def test_approve_is_for_those_who_may(stage, asks, may):
    await stage.say(asks, "restart nginx on web-1")
    card = await stage.card()
    assert {p for p in ("ana", "ben", "chris", "vera") if "approve" in keys(card_for(card, p))} == (
        may
    )
    for person in may:
        own = card_for(card, person)
        assert keys(own) == keys(card) - {"change"}
        assert own.footer == card.footer
    own = card_for(card, asks)
    names = " or ".join(sorted(name.title() for name in may))
    assert own.footer[0] == f"Approve is for {names}."
    assert {"deny", "cancel", "why"} <= keys(own)


async def test_change_is_for_the_requester_alone(stage):
    await stage.say("ben", "restart nginx on web-1")
    waiting = await stage.card()
    await stage.press("chris", "deny", waiting, text="not today")
    denied = await stage.card(1)
    await stage.say("ben", "stop nginx on web-1 and web-2")
    refused = await stage.card()
    await stage.say("ben", "restart nginx on web-2", plan_only=True)
    for card in (waiting, denied, refused, await stage.card()):
        assert {p for p in EVERYBODY if "change" in keys(card_for(card, p))} == {"ben"}, card.state
    reply = await stage.press("ana", "change", await stage.card())
    assert not reply.accepted
    assert "to change" in reply.text


async def test_the_page_draws_it_for_the_person_who_looks(stage):
    await stage.say("ana", "restart nginx on web-1")
    item = (await stage.items())[-1]
    people = stage.ears.people()
    assert 'data-button="approve"' not in item_html(item, people, "ana")
    assert "Approve is for Chris." in item_html(item, people, "ana")
    assert 'data-button="approve"' in item_html(item, people, "chris")


async def test_a_lone_administrator_keeps_it(tmp_path):
    async with Stage(tmp_path, people=ALONE) as stage:
        stage.service("web-1", "nginx", "active")
        await stage.say("ana", "restart nginx on web-1")
        card = card_for(await stage.card(), "ana")
        assert "approve" in keys(card)
        stage.home.people.write_text(PEOPLE)
        await stage.app.reload(by="ana")
        card = await stage.card()
        assert "approve" not in keys(card_for(card, "ana")), "somebody else may now"
        assert "approve" in keys(card_for(card, "chris"))


async def offered(stage):
    """Who sees *Approve* on the newest card, and in whose list it waits."""
    card = await stage.card()
    sees = {p for p in EVERYBODY if "approve" in keys(card_for(card, p))}
    lists = {p for p in EVERYBODY if await stage.ears.waiting(p)}
    return sees, lists


async def roles(stage, **roles):
    """Give people other roles, and load that."""
    text = PEOPLE
    for name, role in roles.items():
        text = re.sub(rf"({name}:.*roles: )\[\w+]", rf"\1[{role}]", text)
    stage.home.people.write_text(text)
    await stage.app.reload(by="ana")


async def test_what_waits_for_somebody_is_what_they_may_approve_also_when_roles_have_changed(stage):
    await stage.say("ben", "restart nginx on web-1")
    assert await offered(stage) == ({"ana", "chris"}, {"ana", "chris"})
    await roles(stage, vera="approver", chris="viewer")
    assert await offered(stage) == ({"ana", "vera"}, {"ana", "vera"})
    assert not (await stage.press("chris", "approve")).accepted
    assert (await stage.press("vera", "approve")).accepted


async def test_where_nobody_may_approve_nobody_is_offered_it_and_it_says_whom_to_invite(stage):
    await stage.say("ben", "restart nginx on web-1")
    await roles(stage, ana="operator", chris="operator")
    assert await offered(stage) == (set(), set())
    afterwards = card_for(await stage.card(), "ben")
    await stage.say("ben", "restart nginx on web-2")
    assert await offered(stage) == (set(), set())
    for card in (afterwards, card_for(await stage.card(), "ben")):
        assert "./overseer people invite NAME --role approver" in card.footer[0]
        assert "Nobody here may approve this" in words(card)
    await roles(stage)
    assert await offered(stage) == ({"ana", "chris"}, {"ana", "chris"})
    assert "Nobody here may approve this" not in words(await stage.card())


async def test_what_somebody_asked_who_is_gone_since_waits_for_nobody(stage):
    await stage.say("ben", "restart nginx on web-1")
    stage.home.people.write_text("\n".join(x for x in PEOPLE.splitlines() if "ben:" not in x))
    await stage.app.reload(by="ana")
    assert await offered(stage) == (set(), set())
    assert "ben is no longer in people.yaml" in words(await stage.card())


async def test_a_decision_is_handed_to_one_of_those_who_may_decide(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve")
    card = await stage.card()
    hand = next(b for b in card.buttons if b.id == "handover")
    assert [c.label for c in hand.choices] == ["Ana", "Chris"]
    assert [hand.chosen(t) for t in ("1", "chris", "Ana", "9", "x")] == (
        ["ana", "chris", "ana", "9", "x"]
    )
    await stage.press("ben", "handover", card, text=hand.chosen("1"))
    card = await stage.card()
    assert "handed to Ana" in card.lines[1]
    hand = next(b for b in card.buttons if b.id == "handover")
    assert [c.label for c in hand.choices] == ["Ben", "Chris"]


async def test_who_is_alone_can_hand_over_to_nobody(tmp_path):
    async with Stage(tmp_path, people=ALONE) as stage:
        stage.service("web-1", "nginx", "active")
        stage.broken.add(("web-1", "nginx"))
        await stage.say("ana", "restart nginx on web-1")
        await stage.press("ana", "approve")
        card = await stage.card()
        assert card.state == "NEEDS A DECISION"
        assert "handover" not in keys(card)
        stage.home.people.write_text(PEOPLE)
        await stage.app.reload(by="ana")
        assert "handover" in keys(await stage.card()), "there is somebody now"


# -- asking again ----------------------------------------------------------------------------------


async def sees(stage, button, plan=1):
    card = await stage.card(plan)
    assert button in keys(seen_by(card, "")), "in a channel stands everybody's"
    return {p for p in EVERYBODY if button in keys(card_for(card, p))}


async def planned(stage):
    await stage.say("ben", "restart nginx on web-1", plan_only=True)


async def not_read(stage):
    stage.hosts.machine("web-2").down = True
    await stage.say("ben", "restart nginx on web-1 and web-2")


@pytest.mark.parametrize(
    ("ends", "button"),
    [
        (withdrawn, "again"), (expired, "again"), (denied, "again"), (planned, "again"),
        (not_read, "again"), (not_read, "without"),
    ],
)  # fmt: skip
async def test_to_ask_again_is_for_whose_it_is_and_admins(stage, ends, button):
    await ends(stage)
    assert await sees(stage, button) == {"ana", "ben"}
    for who in ("chris", "vera"):
        reply = await stage.press(who, button, await stage.card(1))
        assert (reply.accepted, reply.text) == (False, "Only Ben or an admin may do that.")
    assert (await stage.press("ana", button, await stage.card(1))).accepted


async def test_to_queue_it_is_as_well(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ana", "restart nginx on web-1")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    await stage.say("ben", "restart nginx on web-1")
    assert await sees(stage, "queue", 2) == await sees(stage, "again", 2) == {"ana", "ben"}
    stage.release(RESTART)
    await stage.settle()


@pytest.mark.parametrize("ends", [withdrawn, expired, denied])
async def test_who_has_the_conversation_since_asks_again(tmp_path, ends):
    async with Rooms(tmp_path) as stage:
        stage.service("web-1", "nginx", "active")
        await ends(stage)
        await stage.hear("UBEN", "hand over to chris")
        assert await sees(stage, "again") == {"ana", "ben", "chris"}
        assert (await stage.press("chris", "again", await stage.card(1))).accepted


async def test_a_paused_run_is_looked_at_again_by_to_whom_it_was_handed(stage):
    stage.thread = ThreadRef(surface="web", channel="ben", thread="x1")  # that stays Ben's
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    people = stage.home.people.read_text()
    stage.home.people.write_text(people.replace("approver", "viewer"))
    await stage.app.reload(by="ana")
    stage.release(RESTART)
    await stage.settle()
    stage.home.people.write_text(people)
    await stage.app.reload(by="ana")
    assert await sees(stage, "again") == {"ana", "ben"}
    await stage.press("ben", "handover", await stage.card(1), text="chris")
    assert await sees(stage, "again") == {"ana", "ben", "chris"}
    assert (await stage.press("chris", "again", await stage.card(1))).accepted
