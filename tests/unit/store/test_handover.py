"""The writer and the event loop share one interpreter."""

import sys

import pytest

from bot.adapters.store.writer import HANDOVER_S
from tests.rigs.stores import opened


@pytest.mark.parametrize("before", [0.005, 0.0001])
async def test_a_loop_that_is_at_something_keeps_no_unit_waiting(tmp_path, before):
    usual = sys.getswitchinterval()
    sys.setswitchinterval(before)
    try:
        store = opened(tmp_path / "overseer.db")
        assert sys.getswitchinterval() == pytest.approx(min(before, HANDOVER_S), abs=2e-6)
        await store.close()
    finally:
        sys.setswitchinterval(usual)
