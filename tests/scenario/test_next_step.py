"""What goes on with a plan that waits is its next step or a request of its own, as they choose."""

import pytest

from tests.scenario.rooms import Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def room(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
            made.service(host, "redis", "active")
        await made.hear("UBEN", "restart nginx on web-1")
        yield made


async def steps(room, number):
    stored = await room.app.store.read(lambda u: u.plan(number))
    return stored and [(s.action, s.params.get("service"), s.hosts) for s in stored.plan.steps]


NGINX = ("service.restart", "nginx", ("web-1",))
REDIS = ("service.restart", "redis", ("web-1",))


@pytest.mark.parametrize("text", ["and restart redis", "then restart redis", "also restart redis"])
async def test_it_can_be_the_next_step_on_the_hosts_of_the_plan(room, text):
    await room.hear("UBEN", text)
    assert "Shall that be its next step" in words((await room.cards())[-1])
    assert await steps(room, 2) is None
    await room.hear("UBEN", "its next step", addressed=False)
    assert await steps(room, 1) == [NGINX, REDIS]


async def test_it_can_be_a_request_of_its_own(room):
    await room.hear("UBEN", "and reboot it")
    await room.hear("UBEN", "a request of its own", addressed=False)
    assert await steps(room, 1) == [NGINX]
    assert await steps(room, 2) == [("host.reboot", None, ("web-1",))]


async def test_what_is_said_of_another_host_is_a_request_of_its_own(room):
    await room.hear("UBEN", "and restart redis on web-2")
    assert await steps(room, 2) == [("service.restart", "redis", ("web-2",))]


async def test_nobody_elses_plan_is_gone_on_with(room):
    await room.hear("UANA", "and restart redis")
    assert "next step" not in words((await room.cards())[-1])
