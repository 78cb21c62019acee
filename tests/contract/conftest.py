"""An empty store, and the clock that it goes by."""

import pytest

from tests.rigs.stores import Ticking, opened


@pytest.fixture
def clock():
    return Ticking()


@pytest.fixture
async def store(tmp_path, clock):
    store = opened(tmp_path / "overseer.db", clock)
    yield store
    await store.close()
