"""Reaching a host as the right user: who it must be, how a command becomes root there."""

from __future__ import annotations

import asyncio
import secrets as tokens
from abc import ABC, abstractmethod
from collections.abc import Sequence

from bot.adapters.hosts.carrier import Carrier, Ended, Machine, SilentError
from bot.adapters.hosts.quoting import after_mark, closed_stdin, with_sudo
from bot.adapters.hosts.sentences import sudo_failed, unanswered
from bot.domain.commands import SecretRef
from bot.domain.inventory import Host, SudoMode, Target
from bot.errors import HostError, HostKeyChangedError, SecretError
from bot.ports import Clock, Secrets
from bot.settings import HostSettings


class Access(ABC):
    """What every way of running something on a host needs."""

    def __init__(
        self, settings: HostSettings, secrets: Secrets, clock: Clock, *, runs_dir: str = ""
    ) -> None:
        """`runs_dir` is where attempts are kept on the host; empty: each user's own place."""
        self._settings = settings
        self._secrets = secrets
        self._clock = clock
        self._runs_dir = runs_dir

    @abstractmethod
    def host_of(self, target: Target) -> Host:
        """The host as the current inventory has it."""

    @abstractmethod
    async def reach(self, host: Host, *, fresh: bool = False) -> Carrier:
        """A carrier to the host; `fresh` does not take one that is there already."""

    async def reach_again(self, host: Host, silent: SilentError) -> Carrier:
        """Another carrier, where the one that was there is silent and the host may be well.

        It is half of `connect_timeout` that a connection may be silent, and the other half that a
        new one has: a host that hangs is unreachable after the same time, warm or cold.

        Raises:
            HostUnreachableError: nobody answers there either.
        """
        within = self._settings.connect_timeout
        try:
            async with asyncio.timeout(within - silent.seconds):
                return await self.reach(host)
        except TimeoutError as error:
            raise unanswered(host.name, silent.place, within) from error

    async def value(self, reference: str) -> str:
        """A secret's value; empty for no reference."""
        return await self._secrets.resolve(SecretRef(reference=reference)) if reference else ""

    async def privileged(
        self, host: Host, machine: Machine, argv: tuple[str, ...], secret: str, *, sudo: bool
    ) -> tuple[tuple[str, ...], bytes]:
        """The argv as the right user, and what it reads: sudo's password, then the secret."""
        stdin = secret.encode()
        if not sudo or machine.is_root:
            return argv, stdin
        if host.connection.sudo is not SudoMode.PASSWORD:
            return self.as_root(host, machine, argv), stdin
        if secret:
            mark = tokens.token_hex(8)
            argv, stdin = after_mark(argv, mark), f"{mark}\n{secret}".encode()
        else:
            argv = closed_stdin(argv)
        return self.as_root(host, machine, argv), await self.sudo_line(host, machine) + stdin

    def as_root(self, host: Host, machine: Machine, argv: Sequence[str]) -> tuple[str, ...]:
        """The argv behind sudo, where that is needed."""
        return with_sudo(
            argv,
            host.connection.sudo,
            host=host.name,
            user=machine.user,
            is_root=machine.is_root,
        )

    async def sudo_line(self, host: Host, machine: Machine) -> bytes:
        """The line that sudo reads, if it reads one."""
        if host.connection.sudo is not SudoMode.PASSWORD or machine.is_root:
            return b""
        password = await self.value(host.connection.sudo_password)
        if not password:
            raise SecretError(
                f"{host.name} is listed with `sudo: password` and without a `sudo_password`.",
                cure="Run ./overseer secret set NAME and write `sudo_password: store:NAME`.",
            )
        return f"{password}\n".encode()

    async def sudo_works(self, host: Host, carrier: Carrier) -> bool:
        """Whether `true` can be run as root.

        Raises:
            HostSudoError: the inventory names no way to become root.
        """
        argv = self.as_root(host, carrier.machine, ("true",))
        stdin = await self.sudo_line(host, carrier.machine)
        return (await carrier.execute(argv, unheard, stdin=stdin)).status == 0

    async def blame_sudo(self, host: Host, carrier: Carrier, ended: Ended, stderr: str) -> None:
        """Raise when it was sudo that failed, and not the command behind it."""
        said = [line for line in stderr.splitlines() if "sudo" in line]
        if ended.status in {1, 127} and said and not await self.sudo_works(host, carrier):
            raise sudo_failed(host, carrier.machine.user, "\n".join(said))


def unheard(data: bytes, is_error: bool) -> None:
    """A feed for what nobody asked about."""


def same(target: Target, machine: Machine) -> Machine:
    """The machine, if it is still the one that the plan froze.

    Raises:
        HostKeyChangedError: it has another host key.
        HostError: it has another address, port or user.
    """
    if machine.fingerprint != target.fingerprint:
        raise HostKeyChangedError(
            f"{target.name} is not the machine that was planned for: its host key was "
            f"{target.fingerprint or 'none'} and is {machine.fingerprint or 'none'}.",
            host=target.name,
            fingerprint=machine.fingerprint,
            cure="Ask again to plan for the machine that is there now.",
        )
    was = f"{target.user}@{target.address}:{target.port}"
    now = f"{machine.user}@{machine.address}:{machine.port}"
    if was != now:
        raise HostError(
            f"{target.name} has moved since the plan was made: it was {was} and is {now}.",
            host=target.name,
            cure="Ask again to plan for the place where it is now.",
        )
    return machine
