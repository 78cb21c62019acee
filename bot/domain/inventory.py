"""Hosts, groups, services: what exists, as the inventory file says.

A host without an environment counts as production. `Target` is a host frozen into a plan,
with the identity that was seen when the plan was made.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from bot.domain.messages import Frozen
from bot.domain.naming import (
    OVERSEER,
    PRODUCTION,
    environment_name,
    group_name,
)

__all__ = [
    "OVERSEER", "PRODUCTION", "Connection", "ConnectionKind", "Environment", "Group", "Host",
    "Inventory", "Service", "SudoMode", "Target",
]  # fmt: skip

Environment = Annotated[str, AfterValidator(environment_name)]
"""Folded, so that `Prod` is production to every guard."""
Group = Annotated[str, AfterValidator(group_name)]


class ConnectionKind(StrEnum):
    """How a host is reached."""

    SSH = "ssh"
    LOCAL = "local"


class SudoMode(StrEnum):
    """How a command becomes root there.

    `root` means the login is root already, so that no sudo is needed.
    """

    NONE = "none"
    PASSWORDLESS = "passwordless"
    PASSWORD = "password"  # noqa: S105 - a mode, not a secret
    ROOT = "root"


class Connection(Frozen):
    """The way to a host. Secrets are references (`env:`, `file:`, `command:`, `store:`).

    `address` empty means the host's name, looked up in ssh_config. `None` in `port` and
    `user` leaves them to ssh_config. `sudo_password` and `password` are secret references.
    """

    kind: ConnectionKind = ConnectionKind.SSH
    address: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    user: str = ""
    identity_file: str = ""
    proxy_jump: str = ""
    password: str = ""
    passphrase: str = ""
    sudo: SudoMode = SudoMode.PASSWORDLESS
    sudo_password: str = ""


class Host(Frozen):
    """One machine of the inventory."""

    name: str
    groups: tuple[Group, ...] = ()
    environment: Environment = PRODUCTION
    connection: Connection = Connection()
    labels: dict[str, str] = {}

    @property
    def is_production(self) -> bool:
        """Whether the guarded rules apply."""
        return self.environment == PRODUCTION


class Service(Frozen):
    """A known service: the unit's name without `.service`, and what people call it."""

    name: str
    aliases: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


class Inventory(Frozen):
    """Everything that exists. `others` keeps the sections that later skills read (vms …)."""

    hosts: tuple[Host, ...] = ()
    services: tuple[Service, ...] = ()
    others: dict[str, Any] = {}
    version: str = ""

    def host(self, name: str) -> Host | None:
        """The host with exactly this name."""
        return next((h for h in self.hosts if h.name == name), None)

    def names(self) -> tuple[str, ...]:
        """Every host's name, sorted."""
        return tuple(sorted(h.name for h in self.hosts))

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Group name to sorted host names; `all` is not among them."""
        found: dict[str, list[str]] = {}
        for host in self.hosts:
            for group in host.groups:
                found.setdefault(group, []).append(host.name)
        return {group: tuple(sorted(names)) for group, names in sorted(found.items())}

    def within(self, environments: Collection[str]) -> Inventory:
        """The same with the hosts of these environments alone, as a version of its own."""
        hosts = tuple(host for host in self.hosts if host.environment in environments)
        version = f"{self.version} {' '.join(sorted(environments))}" if self.version else ""
        return self.model_copy(update={"hosts": hosts, "version": version})

    def environments(self) -> dict[str, tuple[str, ...]]:
        """Environment name to sorted host names."""
        found: dict[str, list[str]] = {}
        for host in self.hosts:
            found.setdefault(host.environment, []).append(host.name)
        return {name: tuple(sorted(hosts)) for name, hosts in sorted(found.items())}


class Target(Frozen):
    """A host frozen into a plan.

    `fingerprint` is the SHA-256 of the host key seen at preview, empty for local;
    `boot_id` is what it answered then, and is no part of the digest (a reboot is no change
    of identity). `user` and `address` are those the connection really used.
    """

    name: str
    kind: ConnectionKind = ConnectionKind.SSH
    address: str = ""
    port: int = 22
    user: str = ""
    fingerprint: str = ""
    boot_id: str = ""
    environment: str = PRODUCTION
    groups: tuple[str, ...] = ()
    sudo: SudoMode = SudoMode.PASSWORDLESS
    is_self: bool = False

    @property
    def seen(self) -> bool:
        """Whether its identity is frozen; a read that nobody approves may begin before that."""
        return self.kind is ConnectionKind.LOCAL or bool(self.fingerprint)
