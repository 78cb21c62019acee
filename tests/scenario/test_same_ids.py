"""Deliveries of two surfaces that bear the same id are two: neither takes the other's place."""

import asyncio
from itertools import permutations

import pytest

from bot.domain.messages import ButtonPress, Identity, ThreadRef
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


async def test_what_is_said_into_a_room_from_the_page_takes_no_message_of_the_rooms_place(rooms):
    """A page's program chooses its ids, and may choose those that a room gives next."""
    await rooms.hear("UBEN", "restart nginx on web-1")
    for account, text, surface in (("ben", "not web-1", "web"), ("UBEN", "also on web-2", "slack")):
        message = rooms._message(account, text, ROOM, "C1/17.2")
        identity = Identity(surface=surface, account=account)
        message = message.model_copy(update={"identity": identity, "person": "ben"})
        await rooms.ears.on_message(message)
        await rooms.settle()
    assert [text for _, text in await rooms.said()][1:] == ["not web-1", "also on web-2"]


@pytest.mark.parametrize("button", ["why", "say"])
async def test_nor_does_a_press_of_its_card_elsewhere_take_the_place_of_one_there(rooms, button):
    await rooms.hear("UBEN", "restart nginx on web-1")
    card = await rooms.card_in(ROOM)

    def press(surface, account, person, button, value=""):
        return ButtonPress(
            event_id="click/17.1", thread=ROOM, identity=Identity(surface=surface, account=account),
            person=person, button=button, plan=card.plan, revision=card.revision,
            digest=card.digest, value=value, at=rooms.clock.now(),
        )  # fmt: skip

    await rooms.ears.on_button(press("web", "ben", "ben", button, "show plan 1"))
    await rooms.settle()
    if button == "say":
        await rooms.ears.on_button(press("slack", "UBEN", "ben", "say", "what waits?"))
        await rooms.settle()
        assert [text for _, text in await rooms.said()][1:] == ["show plan 1", "what waits?"]
    else:
        await rooms.ears.on_button(press("slack", "UCHRIS", "chris", "approve"))
        await rooms.settle()
        assert len(rooms.changes()) == 1
