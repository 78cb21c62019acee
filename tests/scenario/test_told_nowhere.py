"""The card names who may vote and can't be written to anywhere."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from tests.scenario.rooms_told import PEOPLE, asked, stage  # noqa: F401
from tests.scenario.stage import Stage, words

pytestmark = pytest.mark.asyncio


async def line(stage, plan=1):
    """What the card says of them; None: nothing."""
    body = (await stage.card(plan)).body
    rows = [b for b in body if getattr(b, "label", "") == "not told"]
    return rows[0].spans[0].text if rows else None


async def people(stage, change):
    stage.home.people.write_text(change(stage.home.people.read_text()))
    await stage.app.reload(by="ben")
    await stage.app.pipeline.tick()
    await stage.app.drawn()


async def test_it_is_who_has_no_account_where_anybody_is_written_to(stage):
    await asked(stage)
    assert await line(stage) == "Dana: page only", "Chris is written to in Discord"
    await people(stage, lambda text: text.replace("'discord:77'", "'os:chris'"))
    assert await line(stage) == "Chris and Dana: page only"


async def test_who_is_linked_meanwhile_is_no_longer(stage):
    await asked(stage)
    await people(stage, lambda text: text.replace("'web:dana'", "'web:dana', 'slack:UDANA'"))
    assert await line(stage) is None


async def test_who_asks_for_it_and_approves_it_alone_knows_of_it(stage):
    alone = "people:\n  ben: {display: Ben, roles: [admin], identities: ['web:ben', 'room:ben']}\n"
    await people(stage, lambda _: alone)
    await asked(stage)
    assert "may vote: Ben" in words(await stage.card(1))
    assert await line(stage) is None


async def test_where_nobody_is_written_to_it_says_nothing_of_anybody(tmp_path):
    async with Stage(tmp_path, people=PEOPLE) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1")
        assert (await stage.card(1)).state == "WAITING"
        assert "not told" not in words(await stage.card(1))
