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
        self.kept = [{} for _ in range(1000)]
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
