"""A server of the terminal over scripted ears, and a link to it."""

import pytest

from tests.rigs.terminal_server import Server


@pytest.fixture
def server(tmp_path):
    it = Server(tmp_path / "home")
    yield it
    it.stop()


@pytest.fixture
def link(server):
    return server.connect()
