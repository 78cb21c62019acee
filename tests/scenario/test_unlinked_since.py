"""An account that was unlinked since it spoke says and votes nothing any more (promises 7, 11)."""

import pytest

from bot.domain.messages import ThreadRef
from bot.pipeline.pending import GONE
from tests.scenario.rooms import PEOPLE, ROOM, Rooms
from tests.scenario.test_clicks_survive import killed_at

pytestmark = pytest.mark.asyncio
DANA = "  dana: {display: Dana, roles: [approver], identities: ['web:dana', 'os:dana']}\n"
THEIRS, NOBODYS = "'web:chris', 'slack:UCHRIS'", "'web:chris'"
NOT_DANAS, DANAS = "'os:dana'", "'os:dana', 'slack:UCHRIS'"
LATER = "restart nginx on web-3 in 10 minutes"


@pytest.fixture
async def rooms(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE + DANA) as made:
        made.service("web-3", "nginx", "active")
        yield made


async def restarted(rooms, *changes):
    """`people.yaml` says something else from the next start on."""
    people = rooms.home.people.read_text()
    for former, now in changes:
        assert former in people
        people = people.replace(former, now)
    rooms.home.people.write_text(people)
    await rooms.crash()
    await rooms.revive()
    await rooms.settle()


async def its_time_comes(rooms):
    await rooms.later(seconds=700)
    await rooms.settle()
    cards = [item.card for item in await rooms.ears.thread(ROOM) if item.card is not None]
    return cards[-1].state if cards else ""


async def test_its_click_is_not_done_after_a_crash(rooms):
    await rooms.hear("UBEN", "restart nginx on web-3")
    press = rooms.click("UCHRIS", "approve")
    await killed_at(rooms, (rooms.app.pipeline._desk, "vote"), press=press)
    people = rooms.home.people.read_text()
    rooms.home.people.write_text(people.replace(THEIRS, NOBODYS))
    await rooms.revive()
    await rooms.settle()
    assert (await rooms.card_in(ROOM)).state == "WAITING"
    assert rooms.changes() == []


async def test_its_words_are_not_read_after_a_crash_and_the_thread_says_so(rooms):
    pipeline = rooms.app.pipeline
    saying = rooms.hear("UCHRIS", "restart nginx on web-3")
    await killed_at(rooms, (pipeline._hearing, "_answered"), press=saying)
    people = rooms.home.people.read_text()
    rooms.home.people.write_text(people.replace(THEIRS, NOBODYS))
    await rooms.revive()
    await rooms.later(seconds=5)
    await rooms.settle()
    said = await rooms.ears.thread(ROOM)
    assert [item.card.body[0].text for item in said if item.card is not None] == [GONE]
    assert not await rooms.ears.is_reading(ROOM)


async def test_its_vote_does_not_count_when_the_run_would_begin(rooms):
    await rooms.hear("UBEN", LATER)
    await rooms.click("UCHRIS", "approve")
    assert (await rooms.card_in(ROOM)).state == "SCHEDULED"
    await restarted(rooms, (THEIRS, NOBODYS))
    assert await its_time_comes(rooms) not in ("DONE", "RUNNING", "SCHEDULED")
    assert rooms.changes() == []


async def test_a_vote_counts_as_long_as_the_account_is_its_voters(rooms):
    await rooms.hear("UBEN", LATER)
    await rooms.click("UCHRIS", "approve")
    await restarted(rooms, ("'slack:UVERA'", "'slack:UVERA2'"))
    assert await its_time_comes(rooms) == "DONE"


async def test_one_account_is_no_two_voters_whoevers_it_becomes(rooms):
    rooms.home.settings.write_text("approval: {votes: 2}\n")
    await restarted(rooms)
    await rooms.hear("UBEN", "restart nginx on web-3")
    await rooms.click("UCHRIS", "approve")
    await restarted(rooms, (THEIRS, NOBODYS), (NOT_DANAS, DANAS))
    await rooms.click("UCHRIS", "approve")
    assert rooms.changes() == []


UNASKED = "autonomy: {level: scheduled, pre_approved: [{action: service.restart}]}\n"


@pytest.fixture
async def unasked(rooms):
    """Ben's restart of web-3 is to begin in ten minutes, and needs no vote."""
    rooms.home.settings.write_text(UNASKED)
    await restarted(rooms)
    await rooms.hear("UBEN", LATER)
    assert (await rooms.card_in(ROOM)).state == "SCHEDULED"
    return rooms


async def test_what_it_asked_for_and_needs_no_vote_does_not_begin(unasked):
    await restarted(unasked, (", 'slack:UBEN'", ""))
    assert await its_time_comes(unasked) not in ("DONE", "RUNNING", "SCHEDULED")
    assert unasked.changes() == []
    why = str(await unasked.card_in(ROOM))
    assert "The account by which Ben asked for it is no longer theirs" in why


async def test_what_its_requester_still_may_ask_for_begins(unasked):
    await restarted(unasked, ("'slack:UVERA'", "'slack:UVERA2'"))
    assert await its_time_comes(unasked) == "DONE"


async def test_what_was_asked_on_the_page_needs_no_account_of_a_chat(rooms):
    rooms.home.settings.write_text(UNASKED)
    await restarted(rooms)
    page = ThreadRef(surface="web", channel="ben", thread="t1")
    await rooms.hear("ben", LATER, thread=page)
    await restarted(rooms, ("'slack:UBEN'", "'slack:UBEN2'"))
    await its_time_comes(rooms)
    assert [host for host, _ in rooms.changes()] == ["web-3"]


async def test_what_an_account_of_nobodys_may_ask_for_later_is_still_its(rooms):
    rooms.home.settings.write_text("chat: {unlinked: reads}\n")
    await restarted(rooms)
    await rooms.hear("USTRANGER", "check nginx on web-3 in 10 minutes")
    assert (await rooms.card_in(ROOM)).state == "SCHEDULED"
    await restarted(rooms)
    assert await its_time_comes(rooms) == "ANSWER"


async def test_what_runs_by_its_vote_pauses_before_its_next_step(rooms):
    restart = ("systemctl", "restart", "--", "nginx.service")
    rooms.service("web-1", "nginx", "active")
    rooms.hosts.hang(restart)
    await rooms.hear("UBEN", "restart nginx on web-1, then restart nginx on web-3")
    await rooms.click("UCHRIS", "approve")
    assert (await rooms.card_in(ROOM)).state == "RUNNING"
    people = rooms.home.people.read_text()
    rooms.home.people.write_text(people.replace(THEIRS, NOBODYS))
    await rooms.app.reload(by="ana")
    rooms.release(restart)
    await rooms.settle()
    assert (await rooms.card_in(ROOM)).state == "PAUSED"
    assert [host for host, _ in rooms.changes()] == ["web-1"]
