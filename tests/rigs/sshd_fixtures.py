"""Fixtures on real sshd: `pytest_plugins = ("tests.rigs.sshd_fixtures",)`."""

import pytest

from tests.rigs import sshd
from tests.rigs.ssh_runners import make_runner


@pytest.fixture(scope="session")
def rig():
    """Five hosts for all suites of the session; who breaks one mends it again."""
    reason = sshd.why_not()
    if reason:
        pytest.skip(reason)
    rig = sshd.five_hosts()
    yield rig
    rig.stop()


@pytest.fixture
async def ssh(rig):
    """A runner with no connection yet."""
    runner = make_runner(rig)
    yield runner
    await runner.close()
