"""The stages that most suites play on: nginx runs on each web server."""

import pytest

from bot.testing.scripted_models import ScriptedModels
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage


@pytest.fixture
async def stage(tmp_path):
    async with Stage(tmp_path) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        yield made


@pytest.fixture
def staged(tmp_path):
    """One that is made of what its models say."""

    def make(*says):
        stage = Stage(tmp_path, models=ScriptedModels(*says), prompting=Plainly())
        for host in ("web-1", "web-2", "web-3"):
            stage.service(host, "nginx")
        return stage

    return make
