"""Fixtures on real systemd: `pytest_plugins = ("tests.rigs.systemd_fixtures",)`."""

import pytest

from tests.rigs import nspawn
from tests.rigs.nspawn_root import CannotError
from tests.rigs.whole_product import desk


@pytest.fixture(scope="session")
def systemd_rig():
    """Three booted guests for the whole session."""
    rig = nspawn.Rig()
    try:
        rig.start()
    except CannotError as error:
        rig.stop()
        pytest.skip(str(error))
    except BaseException:
        rig.stop()
        raise
    yield rig
    rig.stop()


@pytest.fixture
def guests(systemd_rig):
    """The guests as they were at first, whatever the test before has done to them."""
    systemd_rig.mend()
    return systemd_rig


@pytest.fixture
async def at(tmp_path, guests):
    """A new Overseer that knows them."""
    async with desk(tmp_path / "home", guests) as made:
        yield made


@pytest.fixture
def web_1(guests):
    return guests.guests["web-1"]


@pytest.fixture
def web_2(guests):
    return guests.guests["web-2"]


@pytest.fixture
def web_3(guests):
    return guests.guests["web-3"]
