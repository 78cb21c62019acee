"""One conversation, on each of the surfaces: what people do there, and what they see."""

import asyncio
import contextlib

import pytest

from tests.rigs.surfaces.town import Play, Town

pytest_plugins = ("tests.rigs.surfaces.fixtures",)

RESTART = ("systemctl", "restart", "--", "nginx.service")
ASKED = "restart nginx on web-1"


@pytest.fixture
def scene(tmp_path, front):
    """A conversation to be had on each surface in turn."""

    @contextlib.asynccontextmanager
    async def opened(**more):
        async with Town(tmp_path, front, **more) as town:
            yield Play(town, front)

    return opened


async def test_what_is_asked_is_answered(scene):
    async with scene() as play:
        card = await play.begun("is nginx up on web-1?", state="ANSWER")
        assert "nginx is up on web-1" in card.text
        assert not play.town.changes()


async def test_a_question_is_answered_by_a_button(scene):
    async with scene() as play:
        card = await play.begun("restart nginx on web-9", state="QUESTION")
        assert "web-9 is not in the inventory" in card.text
        await play.press("ben", "web-1")
        plan = await play.sees(state="WAITING")
        assert "systemctl restart -- nginx.service" in plan.text
        assert "web-1" in plan.text


async def test_what_is_approved_runs_and_its_card_stays_one(scene):
    async with scene() as play:
        waits = await play.begun(ASKED, state="WAITING")
        assert "systemctl restart -- nginx.service" in waits.text
        await play.press("chris", "Approve")
        done = await play.sees(state="DONE")
        assert play.town.changes() == [("web-1", RESTART)]
        assert done.message == waits.message
        assert not done.offers("Approve")
        assert not done.offers("Deny")
        if play.front.done_sign:
            await play.signed(play.front.done_sign)


async def test_what_is_denied_does_not_run_and_tells_why(scene):
    async with scene() as play:
        await play.begun(ASKED, state="WAITING")
        await play.press("chris", "Deny", "not during the sale")
        card = await play.sees(state="DENIED")
        assert "not during the sale" in card.text
        assert not card.offers("Approve")
        assert not play.town.changes()


async def test_who_may_not_approve_is_told_so_alone(scene):
    async with scene() as play:
        await play.begun(ASKED, state="WAITING")
        seen = await play.sees("vera", state="WAITING")
        if play.front.refuses:
            assert not seen.offers("Approve")
            assert seen.text != (await play.sees("chris")).text
        else:
            await play.press("vera", "Approve")
            assert "approve" in (await play.told("vera")).lower()
        assert "0 of 1 vote" in (await play.sees()).text
        assert not play.town.changes()


async def test_a_run_is_seen_while_it_goes_on(scene):
    async with scene() as play:
        play.town.hosts.hang(RESTART)
        await play.begun(ASKED, state="WAITING")
        await play.press("chris", "Approve")
        runs = await play.sees(state="RUNNING")
        assert runs.offers("Stop")
        assert "web-1" in runs.text
        play.town.release(RESTART)
        done = await play.sees(state="DONE")
        assert done.message == runs.message


async def test_a_failure_shows_its_output_and_leaves_the_decision(scene):
    async with scene() as play:
        play.town.broken.add(("web-1", "nginx"))
        await play.begun(ASKED, state="WAITING")
        await play.press("chris", "Approve")
        halted = await play.sees(state="NEEDS A DECISION")
        assert "Job for nginx.service failed" in halted.text
        assert halted.offers("Retry")
        assert halted.offers("Hand over")
        await play.press("ben", "Stop here")
        ended = await play.sees(state="FAILED")
        assert not ended.offers("Retry")


async def test_what_failed_is_tried_again(scene):
    async with scene() as play:
        play.town.broken.add(("web-1", "nginx"))
        await play.begun(ASKED, state="WAITING")
        await play.press("chris", "Approve")
        await play.sees(state="NEEDS A DECISION")
        play.town.broken.clear()
        await play.press("ben", "Retry")
        await play.sees(state="DONE")
        assert play.town.changes() == [("web-1", RESTART)] * 2


async def test_what_is_said_next_revises_the_plan(scene):
    async with scene() as play:
        first = await play.begun(ASKED, state="WAITING")
        await play.front.answer(play.talk, "ben", "make that web-2")
        again = await play.sees(state="WAITING", text="web-2")
        assert again.message == first.message
        await play.press("chris", "Approve")
        await play.sees(state="DONE")
        assert play.town.changes() == [("web-2", RESTART)]


async def test_a_conversation_is_handed_over_in_words(scene):
    async with scene() as play:
        await play.begun(ASKED, state="WAITING")
        await play.sees("chris")

        async def handed():
            events = await play.town.app.store.read(lambda u: u.events())
            return any(event.kind == "thread.handed" for event in events)

        await play.front.answer(play.talk, "ben", "hand over to chris")
        await play.town.sees(handed)
        await play.front.answer(play.talk, "chris", "make that web-2")

        async def revised():
            stored = await play.town.app.store.read(lambda u: u.plan(1))
            return stored.plan if stored.plan.revision == 2 else None

        plan = await play.town.sees(revised)
        assert (plan.hosts, plan.askers) == (("web-2",), ("ben", "chris"))
        assert plan.verdict.approvers == ("ana",)


async def test_what_is_cancelled_can_no_longer_be_approved(scene):
    async with scene() as play:
        await play.begun(ASKED, state="WAITING")
        await play.sees("chris")
        late = await play.front.old(play.talk, "chris", "Approve")
        await play.press("ben", "Cancel")
        card = await play.sees(state="CANCELLED")
        assert not card.offers("Approve")
        if play.front.late:
            await late()
            assert await play.told("chris")
        await asyncio.sleep(0.1)
        assert not play.town.changes()


async def test_a_button_from_before_a_restart_still_counts(scene):
    async with scene(settings="approval: {votes: 2}\n") as play:
        before = await play.begun(ASKED, state="WAITING")
        await play.press("ana", "Approve")
        await play.sees(text="1 of 2 votes")
        old = await play.front.old(play.talk, "chris", "Approve")
        await play.town.restart()
        await old()
        done = await play.sees(state="DONE")
        assert play.town.changes() == [("web-1", RESTART)]
        assert done.message == before.message
