"""One `HostRunner` for all hosts: each call goes where its host is."""

from __future__ import annotations

from collections.abc import Callable

from bot.adapters.hosts.local import LocalRunner
from bot.domain.commands import CommandResult, SecretRef
from bot.domain.inventory import ConnectionKind, Host, Inventory, Target
from bot.ports import Clock, Cut, Found, Hear, HostCheck, HostCommand, HostRunner, Secrets
from bot.settings import Home, HostSettings


class Hosts:
    """Routes by the kind of connection. SSH's library is imported at the first SSH host."""

    def __init__(
        self,
        inventory: Callable[[], Inventory],
        settings: HostSettings,
        home: Home,
        secrets: Secrets,
        clock: Clock,
        *,
        local: HostRunner | None = None,
        ssh: HostRunner | None = None,
    ) -> None:
        """`inventory` gives the current one, so that a reload counts at once."""
        self._inventory = inventory
        self._settings = settings
        self._home = home
        self._secrets = secrets
        self._clock = clock
        self._local = local or LocalRunner(inventory, settings, secrets, clock)
        self._ssh = ssh

    def _runner(self, kind: ConnectionKind) -> HostRunner:
        if kind is ConnectionKind.LOCAL:
            return self._local
        if self._ssh is None:
            from bot.adapters.hosts.ssh import SshRunner

            self._ssh = SshRunner(
                self._inventory, self._settings, self._home, self._secrets, self._clock
            )
        return self._ssh

    async def identify(self, host: Host) -> Target:
        """See `HostRunner`."""
        return await self._runner(host.connection.kind).identify(host)

    async def read(
        self, target: Target, command: HostCommand, *, timeout_s: float, hear: Hear | None = None
    ) -> CommandResult:
        """See `HostRunner`."""
        runner = self._runner(target.kind)
        return await runner.read(target, command, timeout_s=timeout_s, hear=hear)

    async def change(
        self,
        target: Target,
        command: HostCommand,
        *,
        attempt: str,
        timeout_s: float,
        killable: bool = True,
        hear: Hear | None = None,
        cut: Cut | None = None,
    ) -> CommandResult:
        """See `HostRunner`."""
        return await self._runner(target.kind).change(
            target, command, attempt=attempt, timeout_s=timeout_s, killable=killable, hear=hear,
            cut=cut,
        )  # fmt: skip

    async def find(
        self, target: Target, attempt: str, *, sudo: bool, secret: SecretRef | None = None
    ) -> Found:
        """See `HostRunner`."""
        return await self._runner(target.kind).find(target, attempt, sudo=sudo, secret=secret)

    async def follow(
        self,
        target: Target,
        attempt: str,
        *,
        sudo: bool,
        timeout_s: float,
        secret: SecretRef | None = None,
        hear: Hear | None = None,
        cut: Cut | None = None,
    ) -> CommandResult:
        """See `HostRunner`."""
        return await self._runner(target.kind).follow(
            target, attempt, sudo=sudo, timeout_s=timeout_s, secret=secret, hear=hear, cut=cut
        )

    async def kill(self, target: Target, attempt: str, *, sudo: bool) -> None:
        """See `HostRunner`."""
        await self._runner(target.kind).kill(target, attempt, sudo=sudo)

    async def forget(self, target: Target, attempt: str, *, sudo: bool) -> None:
        """See `HostRunner`."""
        await self._runner(target.kind).forget(target, attempt, sudo=sudo)

    async def reboot_wait(self, target: Target, old_boot_id: str, *, timeout_s: float) -> str:
        """See `HostRunner`."""
        runner = self._runner(target.kind)
        return await runner.reboot_wait(target, old_boot_id, timeout_s=timeout_s)

    async def check(self, host: Host) -> HostCheck:
        """See `HostRunner`."""
        return await self._runner(host.connection.kind).check(host)

    async def offered_key(self, host: Host) -> tuple[str, str]:
        """See `HostRunner`."""
        return await self._runner(host.connection.kind).offered_key(host)

    async def close(self) -> None:
        """See `HostRunner`."""
        await self._local.close()
        if self._ssh is not None:
            await self._ssh.close()
