"""Which services there are to be managed: the units read from the hosts.

Where the inventory lists the services, only the machine that Overseer runs on is read: that
costs no connection, and tells whether it runs systemd at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.domain.inventory import ConnectionKind, Host
from bot.errors import OverseerError
from bot.ports import HostRunner, World
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Fact

AT_ONCE = 20


class KnownUnits:
    """Reads unit names through the fact that a skill offers as `units`."""

    def __init__(self, hosts: HostRunner, catalog: Catalog, world: Callable[[], World]) -> None:
        """Nothing is read before `read`."""
        self._hosts = hosts
        self._catalog = catalog
        self._world = world

    async def read(self) -> dict[str, tuple[str, ...]]:
        """The units of each host that was read; none where systemd does not run.

        A host that can't be read is left out: requests about it are questions then.
        """
        world = self._world()
        skill = self._catalog.skills.get("service")
        fact = skill.facts.get("units") if skill else None
        if fact is None:
            return {}
        hosts = [
            host
            for host in world.inventory.hosts
            if not world.inventory.services or host.connection.kind is ConnectionKind.LOCAL
        ]
        room = asyncio.Semaphore(AT_ONCE)
        deadline = world.settings.hosts.facts_deadline

        async def one(host: Host) -> Sequence[str] | None:
            async with room:
                return await self._of(host, fact, deadline)

        found = await asyncio.gather(*map(one, hosts))
        return {
            host.name: tuple(names)
            for host, names in zip(hosts, found, strict=True)
            if names is not None
        }

    async def _of(
        self, host: Host, fact: Fact[Sequence[str]], deadline: float
    ) -> Sequence[str] | None:
        try:
            async with asyncio.timeout(deadline):
                target = await self._hosts.identify(host)
                return fact.parse(await self._hosts.read(target, fact.command, timeout_s=deadline))
        except (OverseerError, TimeoutError, ValueError):
            return None
