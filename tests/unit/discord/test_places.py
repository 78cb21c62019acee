"""A request has its thread, also where its words can be no thread's name."""

import pytest

from bot.adapters.discord.faults import RestError
from bot.adapters.discord.places import UNNAMED, Places, Spot
from bot.domain.messages import ThreadRef

pytestmark = pytest.mark.asyncio
PLACE = ThreadRef(surface="discord", channel="3000", thread="17")


class Discord:
    """Refuses some names of threads."""

    def __init__(self, refuses, fault):
        self.refuses, self.fault, self.named = refuses, fault, []

    async def ask(self, method, path, *, body=None, **_):
        assert (method, path) == ("POST", "/channels/3000/messages/17/threads")
        self.named.append(body["name"])
        if self.refuses(body["name"]):
            raise self.fault
        return {"id": "17"}


def fault(status, code):
    return RestError("no", status=status, code=code)


async def titled(place):
    return "restart the bad word"


@pytest.mark.parametrize("code", [50035, 200000, 0])
async def test_a_name_that_the_server_does_not_take_is_another_one(code):
    discord = Discord(lambda name: "bad" in name, fault(400, code))
    assert await Places(discord, titled).spot(PLACE) == Spot("17")
    assert discord.named == ["restart the bad word", UNNAMED]


async def test_where_no_name_is_taken_it_is_not_tried_for_ever():
    discord = Discord(lambda _: True, fault(400, 50035))
    with pytest.raises(RestError):
        await Places(discord, titled).spot(PLACE)
    assert len(discord.named) == 2


@pytest.mark.parametrize(("status", "code"), [(401, 0), (403, 0), (502, 0)])
async def test_what_is_not_the_names_fault_is_told(status, code):
    discord = Discord(lambda _: True, fault(status, code))
    with pytest.raises(RestError):
        await Places(discord, titled).spot(PLACE)
    assert len(discord.named) == 1
