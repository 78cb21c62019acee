"""Fixtures: `from tests.rigs.overseer_fixtures import overseer, served  # noqa: F401`."""

import pytest

from tests.rigs.overseers import LAB, Overseer


@pytest.fixture
def overseer(tmp_path):
    """A home that nobody has started yet."""
    one = Overseer(tmp_path / "home")
    yield one
    one.end()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A running Overseer that the tests of a module share: they change nothing that lasts."""
    one = Overseer(tmp_path_factory.mktemp("served") / "home")
    one.home.mkdir()
    (one.home / "inventory.yaml").write_text(LAB)
    one.server = one.start()
    yield one
    one.end()
