"""Who may do what, and what somebody has approved, is told from what is written down."""

import pytest

from tests.scenario.rooms import Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def room(tmp_path):
    async with Rooms(tmp_path) as made:
        made.service("web-1", "nginx", "active")
        yield made


async def last(room):
    return words((await room.cards())[-1])


async def test_whose_roles_they_are_is_told_to_those_who_stand_there_themselves(room):
    await room.hear("UBEN", "who are the admins?")
    assert "Admin: Ana." in await last(room)
    await room.hear("UBEN", "who approves?")
    assert "Approver: Chris. Admin: Ana. Whose votes a plan needs" in await last(room)


async def test_who_approves_is_told_of_the_plan_where_one_was_asked_for(room):
    await room.hear("UBEN", "restart nginx on web-1")
    await room.hear("UBEN", "who approves?")
    assert "#1 waits for 1 vote." in await last(room)


async def test_what_somebody_approved_is_in_their_history(room):
    await room.hear("UBEN", "restart nginx on web-1")
    await room.click("UCHRIS", "approve")
    await room.hear("UBEN", "what did chris approve yesterday?")
    assert "chris approved #1." in await last(room)
    await room.hear("UBEN", "what did ana do today?")
    assert "approved" not in await last(room)


async def test_it_is_the_service_whose_restart_failed(room):
    room.broken.add(("web-1", "nginx"))
    await room.hear("UBEN", "restart nginx on web-1")
    await room.click("UCHRIS", "approve")
    for text in ("is it up?", "why is it down?"):
        await room.hear("UBEN", text)
        assert "Nginx has failed on web-1" in await last(room) or "nginx has failed" in await last(room)  # fmt: skip


async def test_a_look_inside_overseer_leaves_no_host_to_mean(room):
    await room.hear("UBEN", "show plan history")
    await room.hear("UBEN", "is it up?")
    assert "overseer is not in the inventory" not in await last(room)
