"""Who may vote in one place has the card of what was asked in another sent to them, and votes."""

import pytest

from bot.domain.messages import ButtonPress, Identity, ThreadRef
from bot.domain.posts import PostKind
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.rooms_told import Elsewhere, Slack
from tests.scenario.stage import RESTART

pytestmark = pytest.mark.asyncio

BEFORE = """
people:
  ana: {display: Ana, roles: [admin], identities: ['web:ana']}
  ben: {display: Ben, roles: [operator], identities: ['web:ben', 'slack:UBEN']}
  chris: {display: Chris, roles: [approver], identities: ['web:chris']}
"""
LINKED = BEFORE.replace("'web:chris'", "'web:chris', 'discord:77'")
DM = ThreadRef(surface="discord", channel="900", thread="dm")


class Places(Rooms):
    """Two chat platforms; Chris is linked on one of them after Ben has asked on the other."""

    _start = Slack._start
    owed = Slack.owed

    def __init__(self, path):
        super().__init__(path, people=BEFORE)

    def _attached(self):
        return [self, Elsewhere()], []

    async def linked(self, people=LINKED):
        self.home.people.write_text(people)
        await self.app.reload(by="ana")

    async def wants(self, account="77", button="here", thread=DM):
        """They ask what it is, and press the button below the answer."""
        await self.hear(account, "show plan 1", thread=thread)
        (found,) = [b for b in (await self.card_in(thread)).buttons if b.id == button]
        return await self.click(account, button, thread=thread, value=found.value)

    async def copies(self):
        return [p for p in await self.owed(PostKind.CARD) if p.reader]

    async def arrives(self, post, remote="D.1"):
        await self.app.store.write(lambda u: u.sent(post.id, remote, post.version))


@pytest.fixture
async def stage(tmp_path):
    async with Places(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx")
        await made.hear("UBEN", "restart nginx on web-1 and web-2, one at a time")
        yield made


async def test_who_is_linked_since_has_it_sent_and_votes_on_it_there(stage):
    assert await stage.copies() == []
    await stage.linked()
    reply = await stage.wants()
    assert reply.text == "The card of #1 is on its way to your direct messages with me."
    (copy,) = await stage.copies()
    assert (str(copy.place), copy.reader, copy.card) == ("discord/@77/", "chris", "plan-1")
    await stage.arrives(copy)
    await stage.app._speaker.refresh(1)
    card = await stage.card_in(ROOM, plan=1)
    assert "Chris told " in str(card.body)
    stage.thread = ROOM
    pressed = await stage.press("chris", "approve", card)  # with what the copy carries
    assert pressed.accepted
    assert stage.changes() == [("web-1", RESTART), ("web-2", RESTART)]
    assert [p.remote for p in await stage.copies()] == ["D.1"]  # it follows


async def test_what_stands_there_is_not_sent_twice_and_is_drawn_anew(stage):
    await stage.linked()
    await stage.wants()
    (copy,) = await stage.copies()
    assert "on its way" in (await stage.wants()).text
    await stage.arrives(copy)
    assert await stage.copies() == []
    assert "stands in your direct messages" in (await stage.wants()).text
    assert [p.id for p in await stage.copies()] == [copy.id]  # deleted there, it is posted anew


@pytest.mark.parametrize("digits", [30, 5_000])
async def test_a_number_that_no_plan_can_have_is_none(stage, digits):
    """It is its own card's plan that is meant then."""
    reply = await stage.click("UBEN", "here", value="9" * digits)
    assert "The card of #1 is on its way" in reply.text


async def test_what_was_refused_is_tried_again(stage):
    await stage.linked()
    await stage.wants()
    (copy,) = await stage.copies()
    await stage.app.store.write(lambda u: u.give_up(copy.id, "They take no messages."))
    assert await stage.copies() == []
    reply = await stage.wants()
    assert (
        reply.text
        == "I'm trying again to send you the card of #1. Last time: They take no messages."
    )
    assert [p.id for p in await stage.copies()] == [copy.id]


async def test_a_copy_that_was_asked_for_is_told_of_once(stage):
    await stage.linked()
    await stage.hear("UBEN", "not web-2")
    assert (await stage.card_in(ROOM, plan=1)).revision == 2
    for post in await stage.copies():  # Chris was linked when it was asked anew
        await stage.app.store.write(lambda u, p=post: u.give_up(p.id, "They take no messages."))
    await stage.linked(LINKED.replace("discord:77", "discord:78"))
    await stage.wants("78")
    assert [str(p.place) for p in await stage.copies()] == ["discord/@78/"]
    await stage.hear("UBEN", "hand over to ana")
    await stage.app.store.write(lambda u: u.put("noticed", 0))
    assert [p.key for p in await stage.owed() if p.reader == "chris"] == []


async def test_what_a_list_offered_is_sent_though_it_was_revised_since(stage):
    await stage.linked()
    listed = await stage.card_in(ROOM, plan=1)
    await stage.hear("UBEN", "not web-2")
    reply = await stage.ears.on_button(
        ButtonPress(
            event_id="k1", thread=DM, identity=Identity(surface="discord", account="77"),
            person="chris", button="here", plan=1, revision=listed.revision, digest=listed.digest,
            at=stage.clock.now(),
        )
    )  # fmt: skip
    assert reply.accepted
    assert (await stage.card_in(ROOM, plan=1)).revision == 2


@pytest.mark.parametrize("how", ["cancelled", "done"])
async def test_of_what_is_over_none_is_sent(stage, how):
    await stage.linked()
    await stage.hear("77", "show plan 1", thread=DM)
    stage.thread = ROOM
    card = await stage.card_in(ROOM, plan=1)
    await stage.press(*(("ben", "cancel") if how == "cancelled" else ("chris", "approve")), card)
    reply = await stage.click("77", "here", thread=DM, value="1")
    assert not reply.accepted
    assert reply.text.startswith("Nothing is to be decided about #1 any more.")
    await stage.hear("77", "show plan 1", thread=DM)
    assert (await stage.card_in(DM)).buttons == ()


async def test_of_a_run_that_needs_a_decision_it_is(stage):
    await stage.linked()
    stage.broken.add(("web-1", "nginx"))
    stage.thread = ROOM
    await stage.press("chris", "approve", await stage.card_in(ROOM, plan=1))
    assert (await stage.wants()).accepted
    (copy,) = await stage.copies()
    assert copy.reader == "chris"


async def test_in_whose_direct_messages_it_was_asked_it_stands_already(stage):
    people = LINKED.replace("'slack:UBEN'", "'slack:UBEN', 'discord:66'")
    await stage.linked(people)
    theirs = ThreadRef(surface="discord", channel="901", thread="dm")
    await stage.hear("66", "restart nginx on web-2 because of the new certificate", thread=theirs)
    reply = await stage.click("66", "here", thread=theirs)
    assert "stands in your direct messages" in reply.text
    (copy,) = [p for p in await stage.copies() if p.card == "plan-2"]
    assert copy.reader == "chris"  # who may vote


async def test_where_its_card_stands_and_on_the_page_nothing_is_offered(stage):
    await stage.hear("UBEN", "show plan 1")
    assert (await stage.card_in(ROOM)).buttons == ()
    page = ThreadRef(surface="web", channel="chris", thread="x1")
    await stage.say("chris", "show plan 1", thread=page)
    assert (await stage.card_in(page)).buttons == ()
    reply = await stage.press("chris", "here", await stage.card_in(ROOM, plan=1))
    assert reply.text.startswith("I can't send a direct message here;")


async def test_an_account_of_nobody_is_sent_none(stage):
    await stage.linked()
    await stage.hear("77", "show plan 1", thread=DM)
    reply = await stage.click("79", "here", thread=DM, value="1")
    assert not reply.accepted
    assert await stage.copies() == []


async def test_a_card_that_an_account_had_as_somebody_elses_is_not_shown_to_its_new_owner(stage):
    await stage.linked()
    await stage.wants()
    (copy,) = await stage.copies()
    await stage.arrives(copy)
    await stage.linked(BEFORE.replace("'web:ana'", "'web:ana', 'discord:77'"))
    reply = await stage.wants()
    assert reply.text == "The card of #1 was sent to somebody else here before."


async def test_what_asks_for_a_decision_as_it_comes_is_not_followed_by_a_call(stage):
    stage.broken.add(("web-1", "nginx"))
    stage.thread = ROOM
    await stage.press("chris", "approve", await stage.card_in(ROOM, plan=1))
    await stage.linked()
    assert (await stage.wants()).accepted
    (copy,) = await stage.copies()
    await stage.arrives(copy)
    await stage.app.store.write(lambda u: u.put("noticed", 0))
    assert [p.key for p in await stage.owed() if p.reader == "chris"] == []
