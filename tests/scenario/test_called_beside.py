"""Whom a platform knows to be called beside a change is neither its time nor its place."""

import pytest

from bot.adapters.slack import text as texts
from tests.scenario.rooms import Rooms

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        made.service("web-1", "nginx", "active")
        yield made


@pytest.mark.parametrize(
    "mention", ["<@U0999ABCD>", "<@U0999ABCD|max>", "<!subteam^S123|@sre>", "<!subteam^S123>"]
)
@pytest.mark.parametrize("said", ["restart nginx on web-1 {}", "restart nginx on web-1, {}"])
async def test_an_account_of_nobodys_or_a_group_is_not_asked_about(stage, said, mention):
    raw = said.format(mention)
    await stage.hear("UBEN", texts.heard(raw, "UBOT"), called=texts.called(raw))
    card = await stage.card()
    assert (card.title, card.state) == ("restart nginx on web-1", "WAITING")


async def test_what_was_only_typed_is(stage):
    await stage.hear("UBEN", "restart nginx on web-1 @max")
    assert (await stage.card()).state == "QUESTION"
