"""Who was told that their stop stopped nothing is known as long as that run goes on."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.pipeline import stop_unheard
from bot.pipeline.stop_unheard import TOLD
from tests.scenario.rooms_told import asked, stage  # noqa: F401
from tests.scenario.stage import RESTART

pytestmark = pytest.mark.asyncio


async def known(stage):
    await stage.owed()
    return await stage.app.store.read(lambda u: u.kept_keys(TOLD))


async def stops(stage):
    return (await stage.say("chris", "whoa stop", addressed=False, settle=False)).text


async def told(stage):
    """Ben's run goes on, and Chris has been told what would stop it."""
    stage.hosts.hang(RESTART)
    await asked(stage)
    await stage.press("ana", "approve", await stage.card(), settle=False)
    await stage.until(stage.changes)
    assert "`stop 1` stops #1" in await stops(stage)
    assert not await stops(stage), "once"
    assert await known(stage) == ("1",)


async def test_it_is_forgotten_when_the_run_is_over(stage):
    await told(stage)
    stage.release(RESTART)
    await stage.settle()
    assert (await stage.card(1)).state == "DONE"
    assert await known(stage) == ()


async def test_a_start_forgets_what_was_left_a_few_at_a_time(stage, monkeypatch):
    monkeypatch.setattr(stop_unheard, "AT_ONCE", 2)
    await told(stage)

    def leave(unit):
        for key in ("7", "8", "9"):  # nobody knows these plans
            unit.keep(TOLD, key, ["chris"])

    await stage.app.store.write(leave)
    for kept in (("1", "9"), ("1",)):
        await stage.crash()
        await stage.revive()
        assert await known(stage) == kept
    stage.release(RESTART)
