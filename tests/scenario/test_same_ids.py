"""Deliveries of two surfaces that bear the same id are two: neither takes the other's place."""

import asyncio
from itertools import permutations

import pytest

from bot.domain.messages import ThreadRef
from tests.scenario.rooms import PEOPLE, ROOM, Rooms

pytestmark = pytest.mark.asyncio
PAGE = ThreadRef(surface="web", channel="ana", thread="t")
TERMINAL = ThreadRef(surface="terminal", channel="chris", thread="t")


@pytest.fixture
async def rooms(tmp_path):
    people = PEOPLE.replace("'web:chris'", "'web:chris', 'terminal:chris'")
    async with Rooms(tmp_path, people=people) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


async def states(rooms):
    places = {"slack": ROOM, "web": PAGE, "terminal": TERMINAL}
    return {
        name: [i.card.title for i in await rooms.ears.thread(place) if i.card is not None]
        for name, place in places.items()
    }


SAID = {
    "slack": ("UBEN", "restart nginx on web-1", ROOM),
    "web": ("ana", "restart nginx on web-2", PAGE),
    "terminal": ("chris", "restart nginx on web-3", TERMINAL),
}


@pytest.mark.parametrize("order", list(permutations(SAID)))
async def test_each_is_answered_also_by_the_next_process(rooms, order):
    async def never(*_, **__):
        await asyncio.Event().wait()

    rooms.app.pipeline._hearing._answered = never
    for surface in order:
        account, text, place = SAID[surface]
        message = rooms._message(account, text, place, "C1/17.1")
        assert (await rooms.ears.on_message(message)).accepted
        assert (await rooms.ears.on_message(message)).accepted  # delivered twice
    assert len(await rooms.app.store.read(lambda u: u.kept_keys("pending"))) == len(SAID)
    await rooms.crash()
    await rooms.revive()
    await rooms.later(seconds=5)
    await rooms.settle()
    assert await states(rooms) == {name: [text] for name, (_, text, _) in SAID.items()}
