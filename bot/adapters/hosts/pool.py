"""One warm SSH connection per host, opened when needed and closed when idle."""

from __future__ import annotations

import asyncio
from typing import cast

from bot.adapters.hosts.carrier import CutError, Machine, SilentError
from bot.adapters.hosts.dial import Client, Dialler, Way
from bot.adapters.hosts.greeting import ODD, PROBE, Hearing
from bot.adapters.hosts.link import Link
from bot.adapters.hosts.local import boot_id
from bot.adapters.hosts.sentences import lost
from bot.domain.inventory import Host
from bot.errors import HostUnreachableError
from bot.settings import HostSettings


class Pool:
    """The open connections. One attempt to connect per host at a time, whoever waits for it."""

    def __init__(self, dialler: Dialler, settings: HostSettings) -> None:
        """Nothing is opened yet."""
        self._dialler = dialler
        self._settings = settings
        self._links: dict[str, Link] = {}
        self._opening: dict[str, asyncio.Task[Link]] = {}
        self._own_boot = boot_id()

    async def get(self, host: Host, *, fresh: bool = False) -> Link:
        """The host's connection, opened now where there is none that serves.

        An attempt to connect outlives those who wait for it: who asks again later joins it.
        """
        link = self._warm(host)
        if link is not None and not fresh:
            return link
        opening = self._opening.get(host.name)
        if opening is None or opening.get_name() != repr(host.connection):
            self._drop(host.name)
            opening = asyncio.create_task(self._opened(host), name=repr(host.connection))
            self._opening[host.name] = opening
            opening.add_done_callback(lambda task: self._over(host.name, task))
        return await asyncio.shield(opening)

    async def _opened(self, host: Host) -> Link:
        self._make_room()
        link = await self._open(host)
        self._drop(host.name)
        self._links[host.name] = link
        self._rest(link)
        return link

    def _over(self, name: str, task: asyncio.Task[Link]) -> None:
        if self._opening.get(name) is task:
            del self._opening[name]
        if not task.cancelled():
            task.exception()  # whoever would have waited may have gone

    def _warm(self, host: Host) -> Link | None:
        """The open connection, unless it is gone or the inventory says otherwise by now."""
        link = self._links.get(host.name)
        if link is None:
            return None
        if link.connection.is_closed() or link.configured != host.connection:
            self._drop(host.name)
            return None
        return link

    def _drop(self, name: str) -> None:
        link = self._links.pop(name, None)
        if link is not None:
            link.close()

    def _make_room(self) -> None:
        """Close the connection that has been idle for longest when there are too many."""
        if len(self._links) < self._settings.max_connections:
            return
        idle = [(link.idle.when(), name) for name, link in self._links.items() if link.idle]
        if idle:
            self._drop(min(idle)[1])
        else:
            raise HostUnreachableError(
                f"All {self._settings.max_connections} connections are in use.",
                host="",
                cure="Ask for fewer hosts at once, or raise hosts.max_connections.",
            )

    def _rest(self, link: Link) -> None:
        """Nobody needs it: close it when that lasts."""

        def close() -> None:
            for name, other in list(self._links.items()):
                if other is link:
                    self._drop(name)

        if link.idle is not None:
            link.idle.cancel()
        loop = asyncio.get_running_loop()
        link.idle = loop.call_later(self._settings.idle_close, close)

    async def _open(self, host: Host) -> Link:
        way = self._dialler.way(host)
        connection = await self._dialler.dial(host, way)
        try:
            async with asyncio.timeout(self._settings.connect_timeout):
                link = Link(
                    connection, host.connection, Machine(), cast("Client", connection.get_owner()),
                    patience_s=self._settings.connect_timeout / 2,
                    keepalive_s=self._dialler.keepalive_s,
                )  # fmt: skip
                link.machine = await self._probe(host, way, link)
        except (TimeoutError, SilentError) as error:
            connection.abort()
            raise HostUnreachableError(
                f"{host.name} accepts the login and then runs nothing.",
                host=host.name,
                cure="Look at its load and its disks.",
            ) from error
        except CutError as cut:
            connection.abort()
            raise lost(host.name, str(cut)) from cut
        except BaseException:
            connection.abort()
            raise
        link.spare = self._rest
        return link

    async def _probe(self, host: Host, way: Way, link: Link) -> Machine:
        """Ask who answers, and see that arguments arrive as they were sent."""
        hearing = Hearing()
        await link.greet(("sh", "-c", PROBE, "overseer", ODD), hearing)
        greeting = hearing.greeting(host.name, way.user)
        boot = greeting.boot_id
        key = link.connection.get_server_host_key()
        peer = link.connection.get_extra_info("peername") or ("",)
        ours = link.connection.get_extra_info("sockname") or ("", 0)
        return Machine(
            address=way.address,
            port=way.port,
            user=way.user,
            fingerprint=key.get_fingerprint() if key else "",
            boot_id=boot,
            is_root=greeting.is_root,
            is_self=bool(boot) and boot == self._own_boot and peer[0] == ours[0],
        )

    async def close(self) -> None:
        """Close every connection and wait until they are."""
        opening = list(self._opening.values())
        for task in opening:
            task.cancel()
        await asyncio.gather(*opening, return_exceptions=True)
        links = list(self._links.values())
        self._links.clear()
        for link in links:
            link.close()
        for link in links:
            await link.connection.wait_closed()
