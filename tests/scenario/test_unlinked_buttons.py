"""What an account has asked for by a button, and needs no vote, goes when the account is unlinked."""

import pytest

from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.stage import RESTART

pytestmark = pytest.mark.asyncio
SETTINGS = """
autonomy: {level: scheduled, pre_approved: [{action: service.restart}]}
run: {decision_minutes: 90}
"""
LATER = "restart nginx on web-3 in 10 minutes"
BENS, ANAS = ", 'slack:UBEN'", ", 'slack:UANA'"
GONE = "The account by which {who} asked for it is no longer theirs"


@pytest.fixture
async def rooms(tmp_path):
    async with Rooms(tmp_path, settings=SETTINGS) as made:
        for host in ("web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


async def unlinked(rooms, account):
    """It was stolen, say."""
    people = rooms.home.people.read_text()
    assert account in people
    rooms.home.people.write_text(people.replace(account, ""))
    await rooms.app.reload(by="chris")


async def state(rooms, plan=1):
    return (await rooms.card_in(ROOM, plan)).state


async def its_time_comes(rooms):
    await rooms.later(seconds=700)
    return await state(rooms)


async def nothing_ran(rooms, who):
    """And its card says why."""
    assert rooms.changes() == []
    assert await state(rooms) not in ("DONE", "RUNNING", "SCHEDULED", "QUEUED")
    assert GONE.format(who=who) in str(await rooms.card_in(ROOM))


async def withdrawn(rooms):
    await rooms.hear("UBEN", LATER)
    await rooms.click("UBEN", "cancel")


async def unread(rooms):
    rooms.hosts.machine("web-2").down = True
    await rooms.hear("UBEN", "restart nginx on web-2, web-3 in 10 minutes")
    assert await state(rooms) == "NOT READ"


async def only_shown(rooms):
    await rooms.hear("UBEN", LATER, plan_only=True)


@pytest.mark.parametrize(
    ("ends", "button"), [(withdrawn, "again"), (unread, "without"), (only_shown, "again")]
)
async def test_what_its_button_has_asked_for_again_does_not_begin(rooms, ends, button):
    await ends(rooms)
    assert (await rooms.click("UBEN", button)).accepted
    assert await state(rooms) == "SCHEDULED"
    await unlinked(rooms, BENS)
    await its_time_comes(rooms)
    await nothing_ran(rooms, "Ben")


async def test_nor_what_an_admins_has_brought_back_of_somebody_elses(rooms):
    """Whoever asked for it at first, and from wherever."""
    await withdrawn(rooms)
    assert (await rooms.click("UANA", "again")).accepted
    await unlinked(rooms, ANAS)
    await its_time_comes(rooms)
    await nothing_ran(rooms, "Ana")


async def test_nor_what_it_has_queued(rooms):
    rooms.broken.add(("web-3", "nginx"))
    await rooms.hear("UANA", "restart nginx on web-3")
    assert await state(rooms) == "NEEDS A DECISION"
    before = rooms.changes()
    await rooms.hear("UBEN", "restart nginx on web-3")
    assert (await rooms.click("UBEN", "queue")).accepted
    assert await state(rooms, 2) == "QUEUED"
    await unlinked(rooms, BENS)
    await rooms.press("ana", "end", await rooms.card_in(ROOM, 1))
    await rooms.later(seconds=2)
    assert rooms.changes() == before
    assert GONE.format(who="Ben") in str(await rooms.card_in(ROOM, 2))


async def test_nor_what_it_has_asked_for_of_what_a_run_has_left(rooms):
    rooms.broken.add(("web-3", "nginx"))
    await rooms.hear("UBEN", "restart nginx on web-3")
    await rooms.later(minutes=31)
    await rooms.hear("UCHRIS", "stop everything")
    assert "anew" in (await rooms.click("UBEN", "retry")).text
    assert await state(rooms, 2) == "QUEUED"
    await unlinked(rooms, BENS)
    rooms.broken.clear()
    await rooms.hear("UCHRIS", "resume")
    await rooms.later(seconds=2)
    assert rooms.changes() == [("web-3", RESTART)], "the first time"
    assert GONE.format(who="Ben") in str(await rooms.card_in(ROOM, 2))


async def test_what_was_asked_for_again_begins_while_the_account_is_theirs(rooms):
    await withdrawn(rooms)
    await rooms.click("UBEN", "again")
    await unlinked(rooms, ANAS)
    assert await its_time_comes(rooms) == "DONE"


async def test_so_does_what_was_asked_for_again_on_the_page(rooms):
    """By whatever account it had been asked for before."""
    await withdrawn(rooms)
    assert (await rooms.press("ben", "again", await rooms.card_in(ROOM))).accepted
    await unlinked(rooms, BENS)
    assert await its_time_comes(rooms) == "DONE"
