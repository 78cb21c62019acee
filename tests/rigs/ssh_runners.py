"""Runners for the rig's hosts, with time as it is and secrets that a test names."""

import os

from bot.adapters.hosts.ssh import SshRunner
from bot.adapters.machine import SystemClock
from bot.domain.commands import SecretRef
from bot.errors import SecretError
from bot.settings import HostSettings
from tests.rigs import sshd


class TestSecrets:
    """References and what they stand for."""

    __test__ = False

    def __init__(self, **values):
        self.values = {"env:RIG_SUDO": sshd.SUDO_PASSWORD, **values}

    async def resolve(self, ref: SecretRef) -> str:
        if ref.reference not in self.values:
            raise SecretError(f"The secret {ref.reference} is not set.")
        return self.values[ref.reference]


def make_runner(rig, *, secrets=None, keepalive_s=10.0, clock=None, **settings):
    """An SshRunner on the rig's hosts that trusts the rig's list alone."""
    values = {"ssh_config": "", "known_hosts": os.devnull, "connect_timeout": 5.0} | settings
    return SshRunner(
        lambda: rig.inventory,
        HostSettings(**values),
        rig.home,
        secrets or TestSecrets(),
        clock or SystemClock(),
        keepalive_s=keepalive_s,
    )
