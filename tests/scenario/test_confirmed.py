"""What nobody may approve as it stands says so, and what would help does help."""

import re

import pytest

from tests.scenario.stage import Stage, keys, words


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as stage:
        yield stage


async def test_the_answer_that_a_card_asks_for_lets_it_be_approved(stage):
    await stage.say("ana", "run rm x on web-1")
    card = await stage.card(1)
    assert (card.standing, "approve" in keys(card)) == ("nobody may approve it", False)
    (answer,) = re.findall(r"answers “([^”]+)”", words(card))
    await stage.say("ana", answer)
    card = await stage.card(1)
    assert (card.standing, "approve" in keys(card)) == ("0 of 1 vote", True)
    assert (await stage.press("chris", "approve")).accepted
