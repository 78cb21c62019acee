"""Serving: from the start to a signal."""

import asyncio
import gc
import os
import signal
from types import SimpleNamespace

from bot import lifecycle


class Serving:
    """An app that has nothing to do but to start and to stop."""

    def __init__(self):
        self.done = []
        self.kept = [[] for _ in range(1000)]  # an empty dict is no work for the collector
        self.clock = SimpleNamespace(sleep=lambda _: asyncio.Event().wait())

    async def start(self):
        self.done.append("start")

    async def stop(self):
        self.done.append("stop")


async def test_what_the_start_has_made_is_spared_by_the_collector_once_it_is_ready():
    app = Serving()
    before = gc.get_freeze_count()

    async def ready():
        app.done.append("ready")
        assert gc.get_freeze_count() == before, "it would have to wait for that"
        os.kill(os.getpid(), signal.SIGTERM)

    try:
        async with asyncio.timeout(20):
            await lifecycle.serve(app, ready=ready, say=print)
        assert gc.get_freeze_count() > before + len(app.kept)
        assert not any(one is app.kept for one in gc.get_objects())
    finally:
        gc.unfreeze()
        gc.collect()
        gc.freeze()  # as after what was collected: see tests/conftest.py
    assert app.done == ["start", "ready", "stop"]


async def test_an_interrupt_that_was_caught_while_it_was_made_ends_it():
    """Ctrl-C cancels what is at work then, and libraries may catch that."""
    app, at_work = Serving(), asyncio.Event()

    async def ready():
        app.done.append("ready")

    async def run():
        try:
            at_work.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass
        await lifecycle.serve(app, ready=ready, say=print)

    task = asyncio.create_task(run())
    await at_work.wait()
    task.cancel()
    async with asyncio.timeout(20):
        await asyncio.wait((task,))
    assert "ready" not in app.done
    assert app.done[-1] == "stop"
