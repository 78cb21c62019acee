"""Fixtures of the suites that run on all surfaces.

pytest_plugins = ("tests.rigs.surfaces.fixtures",)
"""

import pytest

from tests.rigs.slack_emulator import SlackEmulator
from tests.rigs.surfaces.at_discord import AtDiscord
from tests.rigs.surfaces.at_slack import AtSlack
from tests.rigs.surfaces.at_terminal import AtTerminal
from tests.rigs.surfaces.at_web import AtWeb, Windows
from tests.rigs.surfaces.every import SURFACES


@pytest.fixture(scope="session")
def emulated_slack(tmp_path_factory):
    emulator = SlackEmulator(tmp_path_factory.mktemp("slack"))
    yield emulator
    emulator.stop()


@pytest.fixture(scope="session")
def windows():
    windows = Windows()
    yield windows
    windows.close()


@pytest.fixture
def front_of(request):
    """A front by its name; what it needs is started when it is first asked for."""

    def made(name):
        match name:
            case "web":
                return AtWeb(request.getfixturevalue("windows"))
            case "slack":
                return AtSlack(request.getfixturevalue("emulated_slack"))
            case "terminal":
                return AtTerminal()
        return AtDiscord()

    return made


@pytest.fixture(params=SURFACES)
def front(request, front_of):
    """Each surface in turn."""
    return front_of(request.param)
