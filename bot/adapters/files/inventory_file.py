"""`inventory.yaml`, and the imported parts in `inventory.d/`, as one `Inventory`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from bot.adapters.files.marked_yaml import Marked, read
from bot.domain.inventory import (
    OVERSEER,
    PRODUCTION,
    Connection,
    ConnectionKind,
    Host,
    Inventory,
    Service,
)

IMPORTED = "inventory.d"
RESERVED = frozenset({"all", "everything", OVERSEER})

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


SECRETS = ("password", "passphrase", "sudo_password")
"""Fields of a connection that hold a reference, never a secret itself."""

_REFERENCE = re.compile(r"(env|file|command|store):.+", re.DOTALL)


class _HostEntry(BaseModel):
    """A host as the file writes it. `connection` may be just `local` or `ssh`."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    groups: tuple[str, ...] = ()
    environment: str = PRODUCTION
    connection: Connection = Connection()
    labels: dict[str, str] = {}


class _ServiceEntry(BaseModel):
    """A service as the file writes it when it has more than a name."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    aliases: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


def load_inventory(path: Path) -> Inventory:
    """Read the inventory and everything in `inventory.d/` beside it.

    A host of `inventory.yaml` that was imported too keeps what was imported, but for what
    `inventory.yaml` says of it: importing again loses no edit.

    Raises:
        ConfigError: broken YAML, an unknown key, a bad name, a secret in clear, or a host
            that two files claim.
    """
    files = [read(path)]
    folder = path.parent / IMPORTED
    if folder.is_dir():
        files += [read(part) for part in sorted(folder.glob("*.yaml"))]
    hosts: dict[str, Host] = {}
    homes: dict[str, Marked] = {}
    services: dict[str, Service] = {}
    others: dict[str, Any] = {}
    for file in files:
        for name, host in _hosts(file).items():
            if name in hosts and homes[name] is files[0] and file is not files[0]:
                hosts[name] = _amended(host, hosts[name])
                continue
            if name in hosts:
                first = homes[name]
                raise file.error(
                    ("hosts", name),
                    f"{name} is in {first.path}:{first.line(('hosts', name))} already.",
                    cure="Keep one of them.",
                )
            hosts[name], homes[name] = host, file
        services |= _services(file)
        others |= {k: v for k, v in file.section().items() if k not in ("hosts", "services")}
    _no_clashes(hosts, homes)
    version = hashlib.sha256("".join(f.version for f in files).encode()).hexdigest()
    return Inventory(
        hosts=tuple(hosts.values()),
        services=tuple(services.values()),
        others=others,
        version=version,
    )


def _amended(imported: Host, own: Host) -> Host:
    """An imported host with what the person's own file says instead."""
    said = own.model_fields_set
    connection = imported.connection.model_copy(
        update={name: getattr(own.connection, name) for name in own.connection.model_fields_set}
    )
    return Host(
        name=own.name,
        groups=own.groups or imported.groups,
        environment=own.environment if "environment" in said else imported.environment,
        connection=connection,
        labels={**imported.labels, **own.labels},
    )


def _hosts(file: Marked) -> dict[str, Host]:
    found: dict[str, Host] = {}
    for raw_name, raw in file.section(("hosts",)).items():
        name, where = str(raw_name), ("hosts", str(raw_name))
        if not _NAME.fullmatch(name) or name.lower() in RESERVED:
            raise file.error(
                where,
                f"{name!r} can't be a host's name.",
                cure="Use letters, digits, '.', '_' and '-', beginning with a letter or digit.",
            )
        entry = dict(raw or {}) if isinstance(raw, dict | None) else raw
        if not isinstance(entry, dict):
            raise file.error(where, f"{name} must be a mapping (`groups:`, `environment:` …).")
        if isinstance(entry.get("connection"), str):
            entry["connection"] = {"kind": entry["connection"]}
        _only_references(file, entry.get("connection"), (*where, "connection"))
        built = file.build(_HostEntry, entry, where)
        found[name] = Host(
            name=name,
            groups=built.groups,
            connection=built.connection,
            labels=built.labels,
            **({"environment": built.environment or PRODUCTION} if "environment" in entry else {}),
        )
    return found


def _only_references(file: Marked, connection: object, where: tuple[str | int, ...]) -> None:
    for key in SECRETS:
        value = connection.get(key) if isinstance(connection, dict) else None
        if value and not (isinstance(value, str) and _REFERENCE.fullmatch(value)):
            raise file.error(
                (*where, key),
                f"{key} must be a reference to a secret, not the secret.",
                cure=f"Run ./overseer secret set NAME, write `{key}: store:NAME`; if a password "
                "stood here, change it.",
            )


def _services(file: Marked) -> dict[str, Service]:
    """`services: [nginx, redis]`, `{nginx: [web server]}` or `{nginx: {aliases: [web server]}}`."""
    raw = file.section().get("services")
    if raw is None:
        return {}
    if isinstance(raw, list):
        for number, name in enumerate(raw):
            if not isinstance(name, str | int):
                raise file.error(
                    ("services", number), "A service in a list is just its name.",
                    cure="For aliases write `services: {nginx: [web server]}`.",
                )  # fmt: skip
        return {str(name): Service(name=str(name)) for name in raw}
    found: dict[str, Service] = {}
    for name, entry in file.section(("services",)).items():
        details = {"aliases": entry} if isinstance(entry, list) else entry or {}
        built = file.build(_ServiceEntry, details, ("services", name))
        found[name] = Service(name=name, aliases=built.aliases, hosts=built.hosts)
    return found


def _no_clashes(hosts: dict[str, Host], homes: dict[str, Marked]) -> None:
    """A group named like a host would make words ambiguous."""
    groups = {group for host in hosts.values() for group in host.groups}
    for name in hosts:
        if name in groups:
            raise homes[name].error(
                ("hosts", name), f"{name} is a host and a group.", cure="Rename one of them."
            )


def written(hosts: Sequence[Host], *, comment: str) -> str:
    """Hosts as the text of an inventory file, one line each."""
    lines = [f"# {line}" for line in comment.splitlines()]
    lines.append("hosts:" if hosts else "hosts: {}")
    for host in hosts:
        parts = []
        if host.groups:
            parts.append(f"groups: [{', '.join(map(_scalar, host.groups))}]")
        parts.append(f"environment: {_scalar(host.environment)}")
        connection = _connection(host.connection)
        if connection:
            parts.append(f"connection: {{{connection}}}")
        lines.append(f"  {_scalar(host.name)}: {{{', '.join(parts)}}}")
    return "\n".join(lines) + "\n"


def _connection(there: Connection) -> str:
    changed = there.model_dump(mode="json", exclude_defaults=True)
    if there.kind is ConnectionKind.LOCAL:
        changed = {"kind": "local"} | changed
    return ", ".join(f"{key}: {_scalar(value)}" for key, value in changed.items())


def _scalar(value: object) -> str:
    """A value as YAML: bare when that reads back as the same value, else as a JSON string."""
    text = str(value)
    bare = re.fullmatch(r"[A-Za-z0-9_./@~-]+(:[A-Za-z0-9_./@~-]+)*", text)
    if bare and yaml.safe_load(text) == value:
        return text
    return json.dumps(text, ensure_ascii=False)
