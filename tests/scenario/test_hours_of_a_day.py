"""Who is asked for the hour of a day that they named, and says the hour, means that day."""

import pytest

from tests.scenario.rooms import PEOPLE, Rooms

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE) as made:  # it is a Sunday, the 1st of March, 09:00
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def begins(stage, plan=1):
    start = (await stage.app.store.read(lambda u: u.plan(plan))).plan.start
    return start and f"{start:%d %H:%M}"


DAYS = [
    ("tomorrow", "at 15:30", "02 15:30"), ("tomorrow", "15:30", "02 15:30"), ("tomorrow", "09:00", "02 09:00"),
    ("on friday", "at 15:30", "06 15:30"),
    ("tomorrow", "friday at 10:00", "06 10:00"), ("tomorrow", "in 2 hours", "01 11:00"),
]  # fmt: skip


@pytest.mark.parametrize(("day", "hour", "moment"), DAYS)
@pytest.mark.parametrize("addressed", [True, False])
async def test_an_hour_is_one_of_the_day_that_was_named(stage, day, hour, moment, addressed):
    await stage.hear("UBEN", f"restart nginx on web-1 {day}")
    await stage.hear("UBEN", hour, addressed=addressed)
    assert await begins(stage) == moment


@pytest.mark.parametrize(("day", "hour", "moment"), DAYS[:4])
async def test_so_it_is_where_a_plan_is_put_off(stage, day, hour, moment):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", day)
    await stage.hear("UBEN", hour)
    assert await begins(stage) == moment
