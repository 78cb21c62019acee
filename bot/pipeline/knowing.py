"""Which services exist, when the inventory does not list them: the units read from the hosts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.domain.inventory import Host
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

    async def read(self) -> tuple[str, ...]:
        """Every unit that any host has, sorted; empty when the inventory lists services.

        A host that can't be read adds nothing: requests about it are questions then.
        """
        world = self._world()
        skill = self._catalog.skills.get("service")
        fact = skill.facts.get("units") if skill else None
        if fact is None or world.inventory.services:
            return ()
        room = asyncio.Semaphore(AT_ONCE)
        deadline = world.settings.hosts.facts_deadline

        async def one(host: Host) -> Sequence[str]:
            async with room:
                return await self._of(host, fact, deadline)

        found = await asyncio.gather(*(one(host) for host in world.inventory.hosts))
        return tuple(sorted({name for names in found for name in names}))

    async def _of(self, host: Host, fact: Fact[Sequence[str]], deadline: float) -> Sequence[str]:
        try:
            async with asyncio.timeout(deadline):
                target = await self._hosts.identify(host)
                return fact.parse(await self._hosts.read(target, fact.command, timeout_s=deadline))
        except (OverseerError, TimeoutError, ValueError):
            return ()
