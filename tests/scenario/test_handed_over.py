"""Handing over: in words, wherever the conversation is; the one who has it then steers what is open."""

import asyncio
import itertools
from dataclasses import replace

import pytest

from bot.adapters.web.routes import may_read
from bot.domain.cards import card_for
from bot.domain.messages import ButtonPress, Identity, ThreadRef
from bot.domain.runs import RunState
from bot.pipeline.drawn_from import drawn_from
from tests.scenario.rooms import DIRECT, ROOM, Rooms
from tests.scenario.stage import keys

_ids = itertools.count(1)
pytestmark = pytest.mark.asyncio

EVERYWHERE = """
people:
  ana: {display: Ana, roles: [admin], identities: ['os:ana', 'slack:UANA', 'discord:31', 'slack:ana', 'discord:ana']}
  ben: {display: Ben, roles: [operator], identities: ['os:ben', 'slack:UBEN', 'discord:32', 'slack:ben', 'discord:ben']}
  chris: {display: Chris, roles: [approver], identities: ['os:chris', 'slack:UCHRIS', 'discord:33', 'slack:chris', 'discord:chris']}
  vera: {display: Vera, roles: [viewer], identities: ['slack:UVERA', 'slack:vera']}
  eva1: {display: Eva Short, roles: [operator], identities: ['slack:UEVA1', 'slack:eva1', 'discord:eva1']}
  eva2: {display: Eva Long, roles: [operator], identities: ['slack:UEVA2', 'slack:eva2', 'discord:eva2']}
"""
PLACES = {
    "web": ThreadRef(surface="web", channel="ben", thread="x1"),
    "terminal": ThreadRef(surface="terminal", channel="ben", thread="x1"),
    "slack": ROOM,
    "discord": ThreadRef(surface="discord", channel="77", thread="78"),
}


class Places(Rooms):
    """People speak and press by name, in one conversation."""

    def __init__(self, path, place=ROOM, **more):
        super().__init__(path, people=EVERYWHERE, **more)
        self.thread = place

    async def says(self, who, text, **more):
        return await self.say(who, text, thread=self.thread, surface=self._front(), **more)

    async def presses(self, who, button, card=None, *, value="", text=""):
        card = card or await self.card()
        reply = await self.ears.on_button(
            ButtonPress(
                event_id=f"p{next(_ids)}", thread=self.thread,
                identity=Identity(surface=self._front(), account=who), person=who,
                button=button, plan=card.plan, revision=card.revision, digest=card.digest,
                value=value, text=text, at=self.clock.now(),
            )
        )  # fmt: skip
        await self.settle()
        return reply

    def _front(self):
        return {"terminal": "os"}.get(self.thread.surface, self.thread.surface)

    async def asked(self, plan=1):
        return (await self.app.store.read(lambda u: u.plan(plan))).plan


@pytest.fixture(params=PLACES, ids=str)
async def stage(tmp_path, request):
    async with made(tmp_path, PLACES[request.param]) as opened:
        yield opened


@pytest.fixture
async def room(tmp_path):
    async with made(tmp_path, ROOM) as opened:
        yield opened


def made(path, place):
    stage = Places(path, place)
    for host in ("web-1", "web-2", "web-3"):
        stage.service(host, "nginx", "active")
    return stage


# -- on every surface ------------------------------------------------------------------------------


async def test_a_plan_goes_to_whom_it_is_handed_and_back(stage):
    await stage.says("ben", "restart nginx on web-1")
    assert (await stage.says("ben", "hand over to Chris")).accepted
    assert "Chris's now" in str((await stage.card()).body)
    card = await stage.card(1)
    assert "handed over to Chris" in card.lines
    assert "change" in keys(card_for(card, "chris"))
    assert "change" not in keys(card_for(card, "ben"))
    refused = await stage.presses("ben", "change", card)
    assert (refused.accepted, "Chris's to change" in refused.text) == (False, True)
    assert (await stage.says("chris", "also on web-2")).accepted
    assert (await stage.card(1)).revision == 2
    await stage.says("chris", "hand it back")
    await stage.says("ben", "not web-2")
    assert (await stage.card(1)).revision == 3
    assert (await stage.asked()).askers == ("chris", "ben")


async def test_a_question_goes_with_it_and_its_card_says_so(stage):
    await stage.says("ben", "restart nginx on web-9")
    question = await stage.card()
    await stage.says("ben", "hand over to chris")
    asked = next(c for c in await stage.cards() if c.id == question.id)
    assert (asked.standing, asked.serial) == ("for Chris", question.serial + 1)
    value = asked.buttons[0].value
    press = {"button": "option", "value": value}
    refused = await stage.presses("ben", **press)
    assert (refused.accepted, refused.text) == (False, "That question is for Chris.")
    assert (await stage.presses("chris", **press)).accepted
    assert (await stage.asked()).requester == "chris"


async def test_the_decision_about_a_halted_run_goes_with_it(stage):
    stage.broken.add(("web-1", "nginx"))
    await stage.says("ben", "restart nginx on web-1")
    await stage.press("ana", "approve", await stage.card(1))
    await stage.says("ben", "übergib an Chris")
    card = await stage.card(1)
    assert "handed to Chris" in card.lines[1]
    assert (await stage.app.store.read(lambda u: u.run(1))).decider == "chris"
    assert (await stage.press("chris", "end", card)).accepted
    assert (await stage.card(1)).state == "FAILED"


async def test_nobody_else_hands_it_over(stage):
    await stage.says("ben", "restart nginx on web-1")
    reply = await stage.says("ana", "hand over to ana")
    assert not reply.accepted
    assert ("Ben's to hand over" if stage.thread.is_room else "somebody else's") in reply.text
    assert (await stage.app.store.read(lambda u: u.events()))[-1].kind != "thread.handed"


# -- a conversation that was one's own -------------------------------------------------------------


@pytest.mark.parametrize("surface", ["web", "terminal"])
async def test_who_has_a_page_of_somebody_elses_reads_it_until_it_goes_back(tmp_path, surface):
    async with made(tmp_path, PLACES[surface]) as stage:
        chris = stage.app.world.people.named("chris")

        async def theirs():
            listed = [t.thread for t in await stage.ears.threads("chris")]
            return listed == [str(stage.thread)], await may_read(stage.ears, chris, stage.thread)

        await stage.says("ben", "restart nginx on web-1")
        assert await theirs() == (False, False)
        await stage.says("ben", "hand over to chris")
        assert await theirs() == (True, True)
        await stage.says("chris", "also on web-2")
        await stage.says("chris", "hand back")
        assert await theirs() == (False, False)
        assert "somebody else's" in (await stage.says("chris", "also on web-3")).text
        assert "somebody else's" in (await stage.says("ana", "also on web-3")).text


async def test_the_button_of_a_halted_run_opens_nobodys_own_conversation(tmp_path):
    async with made(tmp_path, PLACES["web"]) as stage:
        stage.broken.add(("web-1", "nginx"))
        await stage.says("ben", "restart nginx on web-1")
        await stage.press("ana", "approve", await stage.card(1))
        await stage.press("ben", "handover", await stage.card(1), text="chris")
        assert "somebody else's" in (await stage.says("chris", "also on web-2")).text
        assert (await stage.press("chris", "retry", await stage.card(1))).accepted


async def test_a_direct_message_is_nobody_elses(room):
    await room.hear("UBEN", "restart nginx on web-1", thread=DIRECT)
    told = await room.hear("UBEN", "hand over to chris", thread=DIRECT)
    assert "Nobody else reads" in told.text
    assert not await room.events("thread.handed")


async def test_a_decision_from_a_direct_message_leaves_the_conversation_where_it_was(room):
    room.broken.add(("web-1", "nginx"))
    await room.hear("UBEN", "restart nginx on web-1", thread=DIRECT)
    await room.press("ana", "approve", await room.card_in(DIRECT))
    assert (await room.click("UBEN", "handover", thread=DIRECT, text="chris")).accepted
    await room.press("chris", "end", await room.card_in(DIRECT))
    await room.hear("UBEN", "restart nginx on web-2", thread=DIRECT)
    await room.hear("UBEN", "also on web-3", thread=DIRECT)
    assert (await room.card_in(DIRECT, 2)).revision == 2


# -- whom ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hand over to eva", "Eva Short (eva1) or Eva Long (eva2)"),
        ("hand over to nobody", "I don't know 'nobody'"),
        ("@U999 takes this", "I don't know '@U999'"),
        ("hand over to me", "yours already"),
        ("hand it back", "Nobody had this conversation before you"),
    ],
)
async def test_a_name_that_is_nobodys_or_several_peoples_is_said_so(room, text, told):
    await room.hear("UBEN", "restart nginx on web-1")
    reply = await room.hear("UBEN", text, addressed=False)
    assert not reply.accepted
    assert told in reply.text
    assert not await room.events("thread.handed")


async def test_who_could_not_answer_there_gets_nothing(tmp_path):
    async with made(tmp_path, PLACES["discord"]) as stage:
        await stage.says("ben", "restart nginx on web-1")
        reply = await stage.says("ben", "hand over to vera")
        assert "no account of Vera's in Discord" in reply.text


async def test_where_nothing_was_asked_there_is_nothing_to_hand_over(room):
    assert "nothing to hand over" in (await room.hear("UBEN", "hand over to chris")).text


async def test_a_host_that_takes_over_is_none_of_this(room):
    await room.hear("UBEN", "restart nginx on web-1")
    await room.hear("UBEN", "web-2 takes over", addressed=False)
    assert not await room.events("thread.handed")


# -- four eyes -------------------------------------------------------------------------------------


async def may_vote(stage, plan=1):
    verdict = (await stage.asked(plan)).verdict
    return set(verdict.approvers)


async def test_handing_over_alone_changes_no_vote(room):
    await room.hear("UCHRIS", "restart nginx on web-1")
    await room.hear("UCHRIS", "hand over to ana")
    assert "own plan" in (await room.click("UCHRIS", "approve")).text
    assert (await room.asked()).requester == "chris"
    assert (await room.click("UANA", "approve")).accepted, "she has only got it, and asked nothing"


async def test_who_got_it_and_changed_it_does_not_approve_it(room):
    await room.hear("UBEN", "restart nginx on web-1")
    await room.hear("UBEN", "hand over to chris")
    await room.hear("UCHRIS", "also on web-2")
    assert await may_vote(room) == {"ana"}
    assert "own plan" in (await room.click("UCHRIS", "approve")).text
    assert (await room.click("UANA", "approve")).accepted


async def test_who_handed_a_question_over_does_not_approve_its_answer(room):
    await room.hear("UCHRIS", "restart nginx on web-9")
    await room.hear("UCHRIS", "hand over to ben")
    await room.hear("UBEN", "web-1", addressed=False)
    stored = await room.asked()
    assert (stored.requester, stored.formerly) == ("ben", ("chris",))
    assert await may_vote(room) == {"ana"}
    assert "own plan" in (await room.click("UCHRIS", "approve")).text


async def test_nor_when_the_answer_led_to_another_question(room):
    await room.hear("UCHRIS", "restart ngin on web-9")
    await room.hear("UCHRIS", "hand over to ben")
    await room.hear("UBEN", "web-1", addressed=False)
    assert (await room.card()).state == "QUESTION", "now of the service"
    await room.hear("UBEN", "nginx", addressed=False)
    assert (await room.asked()).formerly == ("chris",)


async def test_nor_when_overseer_was_killed_between_the_answer_and_its_plan(room):
    await room.hear("UCHRIS", "restart nginx on web-9")
    await room.hear("UCHRIS", "hand over to ben")
    async with room.killed():
        await room.say("ben", "web-1", addressed=False, settle=False)
    assert (await room.asked()).formerly == ("chris",)


async def test_an_account_that_was_nobodys_when_it_asked_is_its_persons_when_it_votes(tmp_path):
    """Asked as an account of nobody's, handed over once it was linked."""
    strangers = EVERYWHERE.replace(", 'slack:UCHRIS'", "")
    settings = "chat: {unlinked: reads}\nautonomy: {level: cautious}\n"
    async with Places(tmp_path, ROOM, settings=settings) as stage:
        stage.home.people.write_text(strangers)
        await stage.app.reload(by="ana")
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx", "active")
        await stage.hear("UCHRIS", "is nginx up on web-1?")
        assert (await stage.card(1)).state == "WAITING"
        stage.home.people.write_text(EVERYWHERE)
        await stage.app.reload(by="ana")
        assert (await stage.hear("UCHRIS", "hand over to ben")).accepted
        await stage.hear("UBEN", "also on web-2", addressed=False)
        stored = await stage.asked()
        assert (stored.requester, stored.formerly) == ("ben", ("slack:UCHRIS",))
        assert "chris" not in await may_vote(stage)
        assert "own plan" in (await stage.click("UCHRIS", "approve")).text


async def test_who_leaves_hosts_out_of_anothers_plan_asks_for_it(room):
    room.hosts.machine("web-2").down = True
    await room.hear("UBEN", "restart nginx on web-1 and web-2")
    await room.hear("UBEN", "hand over to chris")
    assert (await room.click("UCHRIS", "without")).accepted
    stored = await room.asked()
    assert (stored.requester, stored.formerly) == ("chris", ("ben",))
    assert await may_vote(room) == {"ana"}


async def test_who_wants_done_what_was_only_to_be_shown_asks_for_it(room):
    await room.hear("UBEN", "restart nginx on web-1", plan_only=True)
    assert (await room.click("UANA", "again")).accepted
    stored = await room.asked()
    assert (stored.requester, stored.formerly) == ("ana", ("ben",))
    assert await may_vote(room) == {"chris"}


async def test_who_has_it_looked_at_again_asks_for_it(room):
    await room.hear("UBEN", "restart nginx on web-1")
    await room.hear("UBEN", "hand over to chris")
    await room.later(minutes=31)
    assert (await room.card(1)).state == "EXPIRED"
    assert (await room.click("UCHRIS", "again")).accepted
    stored = await room.asked()
    assert (stored.requester, stored.revision, stored.formerly) == ("chris", 2, ("ben",))
    assert await may_vote(room) == {"ana"}


# -- what is theirs --------------------------------------------------------------------------------


async def test_who_has_it_withdraws_it_and_stops_it(room):
    await room.hear("UBEN", "restart nginx on web-1")
    assert not (await room.click("UEVA1", "cancel")).accepted
    await room.hear("UBEN", "hand over to eva1")
    assert (await room.click("UEVA1", "cancel")).accepted
    assert (await room.card(1)).state == "CANCELLED"
    assert (await room.hear("UEVA1", "restart nginx on web-2")).accepted


@pytest.mark.parametrize("how", ["button", "words"])
async def test_who_has_it_stops_its_run(room, how):
    restart = ("systemctl", "restart", "--", "nginx.service")
    room.hosts.hang(restart)
    await room.hear("UBEN", "restart nginx on web-1")
    await room.hear("UBEN", "hand over to eva1")
    card = await room.card(1)
    approved = asyncio.ensure_future(room.press("ana", "approve", card))
    await room.until(room.changes)
    refused = await room.press("eva2", "stop", card, settle=False)
    assert refused.text == "Only Eva Short, an approver or an admin may stop #1."
    if how == "button":
        assert (await room.press("eva1", "stop", card, settle=False)).accepted
    else:
        await room.says("eva1", "cancel plan 1", settle=False)
        for _ in range(500):
            if await room.events("run.decided"):
                break
            await asyncio.sleep(0.005)
    room.release(restart)
    await approved
    await room.settle()
    decided = await room.events("run.decided")
    assert [(e.person, e.data["button"]) for e in decided] == [("eva1", "stop")]


async def test_who_has_it_decides_what_halts_later(room):
    room.broken.add(("web-1", "nginx"))
    await room.hear("UBEN", "restart nginx on web-1")
    await room.hear("UBEN", "hand over to eva1")
    await room.click("UANA", "approve")
    card = await room.card(1)
    assert "waits for Eva Short" in card.lines[1]
    assert [i.card.plan for i in await room.ears.waiting("eva1")] == [1]
    assert not [i.card.plan for i in await room.ears.waiting("eva2")]
    refused = await room.click("UEVA2", "retry")
    assert "Only Eva Short, an approver or an admin decides" in refused.text
    assert (await room.click("UEVA1", "end")).accepted


async def test_who_gave_it_away_is_told_whose_it_is_now(room):
    await room.hear("UBEN", "restart nginx on web-1")
    await room.hear("UBEN", "hand over to chris")
    await room.hear("UBEN", "not web-1")
    assert "#1 is Chris's to change" in str((await room.card()).body)


async def test_a_card_that_is_ahead_of_what_was_read_offers_to_hand_over_all_the_same(room):
    room.broken.add(("web-1", "nginx"))
    await room.hear("UBEN", "restart nginx on web-1")
    await room.press("ana", "approve", await room.card(1))
    found = await room.app.store.read(lambda u: drawn_from(u, 1, with_view=True))
    assert found.view.state is RunState.NEEDS_DECISION
    behind = replace(found, run=found.run.model_copy(update={"state": RunState.RUNNING}))
    card = room.app._speaker._card(behind, found.view)
    assert "handover" in [button.id for button in card.buttons]
