"""What Discord brings late, as a connection is taken up again, counts as it was written."""

import time

import pytest

from bot.adapters.discord.progress import id_at
from tests.rigs.discord_guild import BEN
from tests.rigs.discord_parts import platform_on

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(("ago", "late"), [(60, True), (1, False)])
async def test_what_comes_late_counts_as_it_was_written(wire, ears, ago, late):
    platform = platform_on(wire)
    await platform.start(ears)
    await wire.until(lambda: wire.identified)
    written = time.time() - ago
    wire._last_id = id_at(written)
    wire.says(BEN, "skip")
    await wire.until(lambda: ears.heard)
    await platform.stop()
    (said,) = ears.heard
    assert not said.missed
    assert (abs(said.at.timestamp() - written) < 0.01) == late
    assert late or said.at.timestamp() >= written - 0.01
