"""When a plan starts is changed in its thread without a mention, as everything else of it is."""

import pytest

from tests.scenario.rooms import PEOPLE, Rooms, silent
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio

# The stage's clock stands at 09:00 UTC; Ben means Berlin's time, an hour ahead.
BERLIN = PEOPLE.replace("'slack:UBEN']", "'slack:UBEN'], timezone: Europe/Berlin")


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=BERLIN) as made:
        made.service("web-1", "nginx", "active")
        yield made


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("do it at 23:00", "23:00 CET"),
        ("at 23:00", "23:00 CET"),
        ("do it tonight at 22:00", "22:00 CET"),
        ("in two hours", "12:00 CET"),
    ],
)
async def test_a_start_is_set_without_a_mention(stage, text, starts):
    await stage.hear("UBEN", "restart nginx on web-1")
    assert silent(await stage.hear("UBEN", text, addressed=False))
    card = await stage.card()
    assert (card.plan, card.revision, card.state) == (1, 2, "WAITING")
    assert f"STARTS {starts}" in " ".join(words(card).split())


@pytest.mark.parametrize("text", ["now instead", "do it now"])
async def test_and_taken_away(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1 at 23:00")
    await stage.hear("UBEN", text, addressed=False)
    card = await stage.card()
    assert (card.plan, card.revision, card.state) == (1, 2, "WAITING")
    assert "STARTS" not in words(card)


async def test_nor_do_others_move_it(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    assert silent(await stage.hear("UCHRIS", "do it at 23:00", addressed=False))
    assert (await stage.card()).revision == 1
