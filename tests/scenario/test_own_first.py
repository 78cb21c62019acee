"""Where two people have asked in one conversation, "it" and "again" mean one's own."""

import pytest

from tests.scenario.rooms import PEOPLE, Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
OTTO = "  otto: {display: Otto, roles: [operator], identities: ['web:otto', 'slack:UOTTO']}\n"


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE + OTTO) as made:
        for host in ("web-1", "web-2", "web-3"):
            for service in ("nginx", "redis"):
                made.service(host, service, "active")
        await made.hear("UBEN", "restart nginx on web-1")
        await made.hear("UOTTO", "restart redis on web-2")
        yield made


async def said(stage):
    items = await stage.ears.thread(stage.thread)
    return words([item.card for item in items if item.card is not None][-1])


async def test_is_it_done_is_about_ones_own(stage):
    await stage.hear("UBEN", "is it done?")
    assert "#1, restart nginx on web-1" in await said(stage)
    await stage.hear("UOTTO", "is it done?")
    assert "#2, restart redis on web-2" in await said(stage)
    await stage.hear("UANA", "is it done?")  # who has asked for neither
    assert "#2, restart redis on web-2" in await said(stage)


@pytest.mark.parametrize("text", ["again", "do it again", "the same on web-1"])
async def test_again_is_ones_own(stage, text):
    own = next(card for card in await stage.cards() if card.plan == 1)
    await stage.press("chris", "deny", own, text="not now")
    await stage.hear("UBEN", text)
    assert [c.title for c in await stage.cards() if c.plan == 3] == ["restart nginx on web-1"]


async def test_who_has_asked_for_nothing_means_the_last(stage):
    await stage.hear("UANA", "do the same on web-3")
    assert [c.title for c in await stage.cards() if c.plan == 3] == ["restart redis on web-3"]


@pytest.mark.parametrize(("hours", "service"), [(0.5, "nginx on web-1"), (2, "redis on web-2")])
async def test_what_is_over_for_long_is_meant_no_more(tmp_path, hours, service):
    async with Rooms(tmp_path, people=PEOPLE + OTTO) as stage:
        for host in ("web-1", "web-2"):
            for each in ("nginx", "redis"):
                stage.service(host, each, "active")
        await stage.hear("UBEN", "restart nginx on web-1")
        await stage.press("chris", "deny", await stage.card(), text="not now")
        await stage.later(minutes=60 * hours)
        await stage.hear("UOTTO", "restart redis on web-2")
        await stage.press("chris", "deny", await stage.card(), text="not now")
        await stage.hear("UBEN", "again")
        assert [c.title for c in await stage.cards() if c.plan == 3] == [f"restart {service}"]


async def test_what_was_handed_to_somebody_is_theirs_before_what_they_asked_for_earlier(stage):
    await stage.hear("UBEN", "restart nginx on web-3")
    await stage.hear("UBEN", "hand over to otto")
    await stage.hear("UOTTO", "again")
    assert "#3 asks for that already" in await said(stage)
