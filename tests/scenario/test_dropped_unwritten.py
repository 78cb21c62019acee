"""A stop whose drop can't be written: what it meant is dropped all the same, and never planned."""

from contextlib import contextmanager

import pytest

from bot.domain.runs import PlanState
from bot.errors import StoreBusyError
from tests.scenario.being_read import (
    ASKED,
    PRE_APPROVED,
    elsewhere,
    heard,
    is_none_and_says_so,
    nothing_comes_of_it,
    plans,
    stage,
)
from tests.scenario.stage import Stage
from tests.scenario.test_busy_database import full
from tests.scenario.test_deleted_in_time import Delayed

__all__ = ["stage"]

pytestmark = pytest.mark.asyncio


def busy():
    return StoreBusyError("The database is locked by another program. Nothing was done.")


@contextmanager
def unreadable(stage, times=10**6):
    """Nothing can be read, so many times."""
    store, left = stage.app.store, [times]
    reading = store.read

    async def read(work):
        if left[0] > 0:
            left[0] -= 1
            raise busy()
        return await reading(work)

    store.read = read
    try:
        yield
    finally:
        store.read = reading


@pytest.mark.parametrize("text", ["stop", "cancel everything", "stop everything", "stopp", "wait"])
async def test_a_stop_on_a_full_disk_drops_what_a_model_reads_and_says_so_at_once(stage, text):
    async with stage:
        await heard(stage)
        with full(stage):
            reply = await stage.say("ana", text, settle=False)
            await stage.until(lambda: stage.given["models"].left == 1)
            assert reply.accepted
            assert "Dropped 1 request of yours that was still being read." in reply.text
        await nothing_comes_of_it(stage)
        assert "A stop came before I had read that" in str(await stage.ears.thread(stage.thread))


@pytest.mark.parametrize("reads", [1, 2, 3, 10**6])
@pytest.mark.parametrize("text", ["stop", "stop everything", "wait"])
async def test_nor_is_it_lost_where_nothing_can_be_looked_up(stage, text, reads):
    async with stage:
        await heard(stage)
        with unreadable(stage, reads):
            await stage.say("ana", text, settle=False)
            await stage.until(lambda: stage.given["models"].left == 1)
        await nothing_comes_of_it(stage)


async def looked_at_when_the_stop_comes(stage, text):
    """A stop that can't be written is said when hosts have been read, and nothing is stored yet."""
    asking, app = stage.app.pipeline._asking, stage.app
    sealed, stops, writing = asking._sealed, [], app.store.write

    async def none_of_a_stop(work, **how):
        if how.get("first"):  # a message that is taken in
            raise busy()
        return await writing(work, **how)

    def stop(plan, verdict):
        stops.append(True)
        return sealed(plan, verdict)

    async def after_the_stop(work):
        if stops:
            stops.clear()
            app.store.write = none_of_a_stop
            replies.append(await stage.say("ana", "stop", thread=elsewhere(stage), settle=False))
            app.store.write = writing
        return await writing(work)

    replies = []
    asking._sealed, asking._store = stop, Delayed(app.store, after_the_stop)
    await stage.say("ana", text)
    return replies[0]


@pytest.mark.parametrize("settings", ["", PRE_APPROVED])
async def test_what_is_looked_at_for_its_plan_is_withdrawn_by_a_stop_that_is_not_written(
    tmp_path, settings
):
    stage = Stage(tmp_path)
    stage.home.settings.write_text(settings)
    stage.service("web-3", "nginx")
    async with stage:
        reply = await looked_at_when_the_stop_comes(stage, ASKED)
        assert "Dropped 1 request of yours" in reply.text
        (found,) = await plans(stage)
        assert found.state is PlanState.CANCELLED
        assert stage.changes() == []


async def test_a_revision_that_is_looked_at_then_is_none_and_says_so(tmp_path):
    found = await is_none_and_says_so(tmp_path, looked_at_when_the_stop_comes)
    assert found.state is PlanState.WAITING
