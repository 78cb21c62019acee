"""What a copy told of as it came is known as long as it can be asked for again, and no longer."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.pipeline import arrivals
from tests.scenario.rooms_told import asked, stage  # noqa: F401


async def known(stage):
    """How many copies are known by what they came with."""
    await stage.owed()
    return len(await stage.app.store.read(lambda u: u.kept_keys(arrivals.ARRIVED_WITH)))


@pytest.mark.parametrize(
    ("who", "what"), [("ana", "deny"), ("ana", "approve"), ("ben", "cancel"), ("", "")]
)
async def test_it_does_not_grow_with_the_plans_that_are_over(stage, who, what):
    for number in range(1, 4):
        await stage.say("ben", "restart nginx on web-1", event=f"C1/18.{number}")
        assert await known(stage) == 2  # Ana's and Chris's
        if who:
            await stage.press(who, what, await stage.card(number), text="not now")
        else:
            await stage.later(minutes=31)
        assert await known(stage) == 0


async def test_it_is_known_until_no_vote_can_be_withdrawn(stage):
    await asked(stage, "restart nginx on web-1 at 23:00")
    await stage.press("ana", "approve")
    assert (await stage.card(1)).state == "SCHEDULED"
    assert await known(stage) == 2
    await stage.press("ana", "unvote", await stage.card(1))
    assert await known(stage) == 2


async def test_a_start_forgets_what_an_earlier_version_has_left(stage):
    await asked(stage)
    await stage.owed()  # the copies are
    copies = await stage.app.store.read(lambda u: u.copies("slack", 9))
    await stage.press("ana", "deny", text="not now")
    await stage.say("ben", "restart nginx on web-2 as its certificate is new", event="C1/18.2")
    kept = await known(stage)

    def as_before(unit):
        for each in copies:
            arrivals.arrived(unit, each, "votes:1:1")
        unit.keep(arrivals.ARRIVED_WITH, "slack/99999", "votes:7:1")  # its post is gone
        unit.keep(arrivals.ARRIVED_WITH, "odd", "votes:8:1")

    await stage.app.store.write(as_before)
    assert await known(stage) == kept + 3
    await stage.crash()
    await stage.revive()
    assert await known(stage) == kept == 2
