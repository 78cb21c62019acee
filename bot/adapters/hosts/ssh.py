"""Hosts over SSH: the `HostRunner` on pooled connections."""

from __future__ import annotations

from collections.abc import Callable

from bot.adapters.hosts.dial import Dialler
from bot.adapters.hosts.known_hosts import KnownHosts
from bot.adapters.hosts.link import Link
from bot.adapters.hosts.local import known
from bot.adapters.hosts.pool import Pool
from bot.adapters.hosts.runner import CarrierRunner
from bot.domain.inventory import Host, Inventory, Target
from bot.ports import Clock, Secrets
from bot.settings import Home, HostSettings


class SshRunner(CarrierRunner):
    """The `HostRunner` of hosts with `kind: ssh`."""

    def __init__(
        self,
        inventory: Callable[[], Inventory],
        settings: HostSettings,
        home: Home,
        secrets: Secrets,
        clock: Clock,
        *,
        runs_dir: str = "",
        keepalive_s: float = 10.0,
    ) -> None:
        """`inventory` gives the current one; `runs_dir` and `keepalive_s` are for tests."""
        super().__init__(settings, secrets, clock, runs_dir=runs_dir)
        self._inventory = inventory
        known_hosts = KnownHosts.of(home, settings)
        self._dialler = Dialler(
            inventory, settings, known_hosts, self.value, keepalive_s=keepalive_s
        )
        self._pool = Pool(self._dialler, settings)

    def host_of(self, target: Target) -> Host:
        """The host as the current inventory has it."""
        return known(self._inventory(), target)

    async def reach(self, host: Host, *, fresh: bool = False) -> Link:
        """The host's warm connection."""
        return await self._pool.get(host, fresh=fresh)

    async def offered_key(self, host: Host) -> tuple[str, str]:
        """The host's offered key as a known_hosts line, and its fingerprint."""
        return await self._dialler.offered_key(host)

    async def close(self) -> None:
        """End what is being ended, then close every connection."""
        await super().close()
        await self._pool.close()
