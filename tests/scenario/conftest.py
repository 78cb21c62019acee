"""The stage that most suites play on: nginx runs on each web server."""

import pytest

from tests.scenario.stage import Stage


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made
