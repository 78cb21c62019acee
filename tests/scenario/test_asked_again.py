"""What somebody else than its requester brings back by a button is theirs: four eyes see it anew."""

import pytest

from bot.domain.cards import card_for
from bot.domain.messages import ThreadRef
from bot.domain.runs import RunState
from bot.pipeline.asked_again import MOST
from tests.scenario.ended_plans import denied, expired, withdrawn
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.rooms_told import Slack
from tests.scenario.stage import PEOPLE, RESTART, Stage, keys, words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def room(tmp_path):
    async with Rooms(tmp_path) as made:
        await opened(made)
        yield made


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        await opened(made)
        yield made


async def opened(stage):
    for host in ("web-1", "web-2"):
        stage.service(host, "nginx", "active")


async def stored(stage, plan=1):
    return await stage.app.store.read(lambda u: u.plan(plan))


async def nobody_approves_alone(stage, who="ana", plan=1):
    """Who brought it back has no vote on it, nor has who asked for it first; Chris has."""
    card = await stage.card(plan)
    assert card.state == "WAITING", words(card)
    found = (await stored(stage, plan)).plan
    assert (found.requester, found.formerly) == (who, ("ben",))
    assert found.verdict.approvers == tuple(n for n in ("ana", "chris") if n != who)
    for name in (who, "ben"):
        assert "approve" not in keys(card_for(card, name))
        reply = await stage.press(name, "approve", card)
        assert not reply.accepted
        assert "own plan" in reply.text
        as_well = "This is yours as well: you asked for it before it became"
        assert (as_well in reply.text) == (name == "ben")
    assert (await stored(stage, plan)).state.value == "waiting"


async def not_read(stage):
    stage.hosts.machine("web-1").down = True
    await stage.say("ben", "restart nginx on web-1 and web-2")
    assert (await stage.card(1)).state == "NOT READ"
    stage.hosts.machine("web-1").down = False


async def left_out(stage):
    await not_read(stage)
    stage.hosts.machine("web-1").down = True


async def drafted(stage):
    await stage.say("ben", "restart nginx on web-1", plan_only=True)


async def nothing_to_do(stage):
    stage.service("web-1", "nginx", "inactive")
    await stage.say("ben", "stop nginx on web-1")
    assert (await stage.card(1)).state == "NOTHING TO DO"
    stage.service("web-1", "nginx", "active")


async def blocked(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ana", "restart nginx on web-1")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    await stage.say("ben", "restart nginx on web-1")


async def missed(stage):
    await stage.say("ben", "restart nginx on web-1 at 11:00")
    await stage.press("chris", "approve")
    await stage.crash()
    await stage.clock.advance(140 * 60)
    await stage.revive()
    await stage.later(seconds=2)
    assert (await stage.card(1)).state == "MISSED"


async def drifted(stage):
    stage.hosts.hang(RESTART)
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.press("chris", "approve", settle=False)
    await stage.until(stage.changes)
    await reload(stage, "approver", "viewer")
    stage.release(RESTART)
    await stage.settle()
    assert (await stage.card(1)).state == "PAUSED"
    await reload(stage, "viewer", "approver", name="chris")


async def reload(stage, was, will, name="chris"):
    people = stage.home.people.read_text().splitlines()
    lines = [x.replace(was, will) if x.strip().startswith(f"{name}:") else x for x in people]
    stage.home.people.write_text("\n".join(lines))
    await stage.app.reload(by="ana")


@pytest.mark.parametrize(
    ("ends", "button"),
    [
        (denied, "again"), (withdrawn, "again"), (expired, "again"), (not_read, "again"),
        (left_out, "without"), (drafted, "again"), (nothing_to_do, "again"), (missed, "again"),
        (drifted, "again"),
    ],
)  # fmt: skip
async def test_an_admin_who_brings_it_back_asks_for_it(stage, ends, button):
    await ends(stage)
    reply = await stage.press("ana", button, await stage.card(1))
    assert reply.text == "#1 is asked for in your name now, no longer in Ben's."
    await nobody_approves_alone(stage)
    await stage.press("chris", "approve", await stage.card(1))
    assert (await stage.card(1)).state == "DONE"


async def test_so_it_is_with_what_waits_behind_another_run(stage):
    await blocked(stage)
    card = await stage.card(2)
    assert card.state == "BLOCKED"
    assert (await stage.press("ana", "queue", card)).accepted
    await nobody_approves_alone(stage, plan=2)
    stage.release(RESTART)
    await stage.settle()


@pytest.mark.parametrize("who", ["ana", "chris"])
async def test_so_it_is_with_what_a_run_has_left_when_its_votes_have_expired(stage, who):
    stage.broken.add(("web-2", "nginx"))
    await stage.say("ben", "restart nginx on web-1 and web-2")
    await stage.later(minutes=25)
    await stage.press("chris", "approve", await stage.card(1))
    await stage.later(minutes=10)
    assert "anew" in (await stage.press(who, "retry", await stage.card(1))).text
    await nobody_approves_alone(stage, who, plan=2)
    shown = {"ana": "Ana", "chris": "Chris"}[who]
    assert f"asked again for what #1 has left by {shown}" in (await stage.card(2)).lines


async def test_who_asked_for_it_asks_again_as_before(stage):
    await denied(stage)
    reply = await stage.press("ben", "again", await stage.card(1))
    assert reply.accepted
    assert not reply.text
    found = (await stored(stage)).plan
    assert (found.requester, found.formerly) == ("ben", ())
    assert "denied by Chris: “not today”; asked again by Ben" in (await stage.card(1)).lines
    assert (await stage.press("ana", "approve", await stage.card(1))).accepted


async def test_it_is_judged_by_what_they_may_ask_for(stage):
    await stage.say("ana", "stop nginx on web-1")
    await stage.press("ana", "cancel")
    await stage.say("ana", "hand over to vera")  # nothing is open: a viewer may have it
    await reload(stage, "viewer", "operator", name="vera")
    await reload(stage, "operator", "viewer", name="vera")
    assert (await stage.press("vera", "again", await stage.card(1))).accepted
    assert (await stage.card(1)).state == "REFUSED"
    assert "you are a viewer" in words(await stage.card(1))


# -- what is told ----------------------------------------------------------------------------------

SAID = "denied by Chris: “not today”; asked again by Ana"


async def test_the_denial_stays_on_the_card_and_in_the_books(stage):
    await denied(stage)
    await stage.press("ana", "again", await stage.card(1))
    assert SAID in (await stage.card(1)).lines
    await stage.press("chris", "approve", await stage.card(1))
    assert SAID in (await stage.card(1)).lines, "also on its run's card"
    for text in ("show plan 1", "what happened today?"):
        await stage.say("ana", text)
        assert SAID in words(await stage.card()), text


async def test_it_stays_however_often_others_bring_it_back(tmp_path):
    dana = "  dana: {display: Dana, roles: [admin], identities: ['web:dana']}\n"
    async with Stage(tmp_path, people=PEOPLE + dana) as stage:
        await opened(stage)
        await denied(stage)
        for who in ("ana", "dana") * (MOST // 2 + 1):
            await stage.press("ana", "cancel", await stage.card(1))
            assert (await stage.press(who, "again", await stage.card(1))).accepted
        card = await stage.card(1)
        assert card.revision > MOST + 1
        assert SAID in card.lines
        assert len((await stored(stage)).plan.before) == MOST


async def test_the_log_has_who_asked_again_and_what_it_was(stage):
    await denied(stage)
    await stage.press("ana", "again", await stage.card(1))
    log = await stage.app.store.read(lambda u: u.log(limit=50))
    (event,) = [e for e in log if e.kind == "plan.again"]
    assert (event.person, event.plan) == ("ana", 1)
    assert event.data == {
        "revision": 2, "button": "again", "was": "denied", "by": "chris", "reason": "not today",
    }  # fmt: skip
    (drafted,) = [e for e in log if e.kind == "plan.drafted" and e.data["revision"] == 2]
    assert drafted.person == "ana"


async def test_on_somebody_elses_page_it_is_theirs_and_can_be_withdrawn_though_not_changed(stage):
    stage.thread = ThreadRef(surface="web", channel="ben", thread="x1")
    await denied(stage)
    await stage.press("ana", "again", await stage.card(1))
    await nobody_approves_alone(stage)
    reply = await stage.press("ana", "change", await stage.card(1))
    assert not reply.accepted
    assert "that conversation of Ben's" in reply.text
    assert (await stage.press("ana", "cancel", await stage.card(1))).accepted


async def test_what_is_changed_after_a_denial_keeps_it_too(stage):
    await denied(stage)
    await stage.say("ben", "on web-2 instead")
    card = await stage.card(1)
    assert (card.state, card.revision) == ("WAITING", 2)
    assert "denied by Chris: “not today”; changed since" in card.lines


async def test_what_only_changes_says_nothing_of_it(stage):
    await stage.say("ben", "restart nginx on web-1")
    await stage.say("ben", "also on web-2")
    assert (await stored(stage)).plan.before == ()


WHERE = [("here", "slack/C1/17.1", ("ben",)), ("on the page", "slack/@UBEN/", ())]


@pytest.mark.parametrize(("where", "place", "concerns"), WHERE)
async def test_who_asked_first_is_told_once_that_it_is_anothers(tmp_path, where, place, concerns):
    async with Slack(tmp_path) as stage:
        await opened(stage)
        if where != "here":
            stage.thread = ThreadRef(surface="web", channel="ben", thread="x1")
        await denied(stage)
        await stage.press("ana", "again", await stage.card(1))
        (post,) = [p for p in await stage.owed() if p.key.startswith("again:")]
        assert (str(post.place), post.body.concerns) == (place, concerns)
        assert post.body.text == (
            "Ana asks again for what you asked for: #1 restart nginx on web-1, which was denied by "
            "Chris: “not today”. It is theirs now, not yours."
        )
        await stage.say("ana", "also on web-2")
        assert len([p for p in await stage.owed() if p.key.startswith("again:")]) == 1


async def test_who_asks_again_themselves_tells_nobody_of_it(tmp_path):
    async with Slack(tmp_path) as stage:
        await opened(stage)
        await denied(stage)
        await stage.press("ben", "again", await stage.card(1))
        assert not [p for p in await stage.owed() if p.key.startswith("again:")]


async def test_who_gave_the_conversation_away_and_asks_again_has_that_for_themselves(room):
    await room.hear("UANA", "restart nginx on web-1")
    await room.hear("UANA", "hand over to ben")
    await room.click("UBEN", "cancel")
    assert (await room.click("UBEN", "again")).accepted
    assert (await stored(room)).plan.requester == "ben"
    await room.click("UBEN", "cancel")
    assert (await room.click("UANA", "again")).accepted
    assert (await stored(room)).plan.requester == "ana"
    assert "change" in keys(card_for(await room.card_in(ROOM, 1), "ana"))
    assert "change" not in keys(card_for(await room.card_in(ROOM, 1), "ben"))


async def test_a_paused_run_goes_on_only_with_anothers_vote(stage):
    await drifted(stage)
    await stage.press("ana", "again", await stage.card(1))
    assert "paused; asked again by Ana" in (await stage.card(1)).lines
    run = await stage.app.store.read(lambda u: u.run(1))
    assert run.state is RunState.DRIFTED
    assert not (await stage.press("ana", "approve", await stage.card(1))).accepted
    assert len(stage.changes()) == 1


async def test_why_an_approver_who_asked_first_may_not_vote_stands_on_the_card(room):
    await room.hear("UCHRIS", "restart nginx on web-1")
    assert "asked for it before" not in words(await room.card_in(ROOM, 1))
    await room.hear("UCHRIS", "hand over to ana")
    await room.hear("UANA", "also on web-2")
    card = words(await room.card_in(ROOM, 1))
    assert "Nobody here may approve this: Ana and Chris asked for it" in card
    assert "not Chris, who asked for it before" in card
    await reload(room, "viewer", "approver", name="vera")
    card = words(await room.card_in(ROOM, 1))
    assert "Nobody here may" not in card
    assert "may vote: Vera (told " in card or "may vote: Vera ·" in card
    assert "not Chris, who asked for it before" in card
