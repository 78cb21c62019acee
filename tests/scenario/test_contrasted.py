""" "not web-1, web-2" puts web-2 in the place of web-1, or takes both away where both are meant."""

import pytest

from tests.scenario.rooms import Rooms

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def room(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
            made.service(host, "redis", "active")
        yield made


async def plan(room):
    (step,) = (await room.app.store.read(lambda u: u.plan(1))).plan.steps
    return step.params.get("service"), step.hosts


@pytest.mark.parametrize("addressed", [True, False])
async def test_what_the_plan_has_not_comes_in_the_place_of_what_it_has(room, addressed):
    await room.hear("UBEN", "restart nginx on web-1")
    await room.hear("UBEN", "not web-1, web-2", addressed=addressed)
    assert await plan(room) == ("nginx", ("web-2",))
    await room.hear("UBEN", "not nginx, redis", addressed=addressed)
    assert await plan(room) == ("redis", ("web-2",))


async def test_what_the_plan_has_goes(room):
    await room.hear("UBEN", "restart nginx on web-1, web-2 and db-1")
    await room.hear("UBEN", "not web-1, web-2")
    assert await plan(room) == ("nginx", ("db-1",))


async def test_one_name_alone_goes_and_nothing_comes_for_it(room):
    await room.hear("UBEN", "restart nginx on web-1 and web-2")
    await room.hear("UBEN", "not web-1, please")
    assert await plan(room) == ("nginx", ("web-2",))
