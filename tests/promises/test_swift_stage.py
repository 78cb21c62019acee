"""The stage of the short histories: its loop does all the store's work, and nobody else does."""

import threading

import pytest

from bot.testing.manual_clock import ManualClock
from tests.promises.swift_stage import LoopStore


@pytest.mark.parametrize("lag", [0, 2])
async def test_no_thread_of_the_stores_waits_for_what_the_loop_does(tmp_path, lag):
    """One that had only just begun waited where the loop's own jobs come, and closing for it."""
    before = set(threading.enumerate())
    store = LoopStore(tmp_path / "overseer.db", ManualClock(), lag=lag)
    await store.write(lambda u: u.put("mark", 1))
    assert await store.read(lambda u: u.get("mark")) == 1
    assert set(threading.enumerate()) <= before
    await store.close()
