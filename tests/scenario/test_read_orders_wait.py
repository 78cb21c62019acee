"""An order that is read with its conversation waits for a busy database, and is not lost."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.runs import PlanState
from bot.errors import StoreBusyError
from bot.pipeline import pending
from tests.scenario.rooms import ROOM
from tests.scenario.stage import words
from tests.scenario.test_stops_among_words import stage  # noqa: F401 - a fixture
from tests.scenario.test_talk_among_people import waits

pytestmark = pytest.mark.asyncio


async def state(stage):
    return (await stage.app.store.read(lambda u: u.plan(1))).state


async def last_card(stage):
    return words((await stage.cards())[-1])


@pytest.mark.parametrize("text", ["never mind", "forget it", "cancel it"])
async def test_it_is_done_as_soon_as_the_database_can_be_used(stage, text, monkeypatch):
    await waits(stage)
    desk, times = stage.app.pipeline._hearing._stopping._desk, []
    cancel = desk.cancel

    async def busy(*said, **more):
        times.append(said)
        if len(times) == 1:
            raise StoreBusyError("The database is busy.")
        return await cancel(*said, **more)

    monkeypatch.setattr(desk, "cancel", busy)
    await stage.hear("UBEN", text)
    assert await state(stage) is PlanState.WAITING
    assert not stage.app.pipeline._dropping.unread.is_reading("ben", ROOM)
    await stage.later(minutes=2)
    assert await state(stage) is PlanState.CANCELLED
    assert "#1 is withdrawn; nothing ran." in await last_card(stage)
    assert await stage.app.store.read(pending.waiting) == ()


@pytest.mark.parametrize("text", ["never mind", "cancel it"])
async def test_done_and_not_told_it_is_told_what_was_done(stage, text):
    await waits(stage)
    stage.says_nothing_once()
    await stage.hear("UBEN", text)
    assert await state(stage) is PlanState.CANCELLED
    await stage.later(minutes=2)
    assert "#1 is withdrawn; nothing ran." in await last_card(stage)
    assert await stage.app.store.read(pending.waiting) == ()
