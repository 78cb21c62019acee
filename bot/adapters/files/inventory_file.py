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

from bot.adapters.files.known_services import check_hosts_of, services_in
from bot.adapters.files.marked_yaml import Marked, read
from bot.domain.inventory import (
    PRODUCTION,
    Connection,
    ConnectionKind,
    Environment,
    Group,
    Host,
    Inventory,
    Service,
    SudoMode,
)
from bot.domain.naming import NAME, RESERVED, odd_in

IMPORTED = "inventory.d"


SECRETS = ("password", "passphrase", "sudo_password")
"""Fields of a connection that hold a reference, never a secret itself."""

_PLACES = {
    "address": re.compile(r"(?!-)[A-Za-z0-9._:%-]{1,255}"),
    "proxy_jump": re.compile(
        r"(?!-)[A-Za-z0-9@._:%\[\]-]{1,255}( *, *(?!-)[A-Za-z0-9@._:%\[\]-]+)*"
    ),
    "user": re.compile(r"(?!-)[^\x00-\x1f\x7f]{1,255}"),
    "identity_file": re.compile(r"(?!-)[^\x00-\x1f\x7f]{1,4096}"),
}
_PLACE_CURES = {
    "address": "Write a DNS name or an IP address; a port has its own line, `port:`.",
    "proxy_jump": "Write `[user@]host[:port]`; several are separated by commas.",
    "user": "Write the name of an account there.",
    "identity_file": "Write the path of a private key.",
}

_REFERENCE = re.compile(r"(env|file|command|store):.+", re.DOTALL)


class _HostEntry(BaseModel):
    """A host as the file writes it. `connection` may be just `local` or `ssh`."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    groups: tuple[Group, ...] = ()
    environment: Environment = PRODUCTION
    connection: Connection = Connection()
    labels: dict[str, str] = {}


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
    imported: dict[str, Marked] = {}
    services: dict[str, Service] = {}
    told: dict[str, Marked] = {}
    others: dict[str, Any] = {}
    for file in files:
        for name, host in hosts_in(file).items():
            if name in hosts and name not in imported and homes[name] is files[0]:
                hosts[name], imported[name] = _amended(host, hosts[name]), file
                continue
            if name in hosts:
                first = imported.get(name, homes[name])
                raise file.error(
                    ("hosts", name),
                    f"{name} is in {first.path}:{first.line(('hosts', name))} already.",
                    cure="Keep one of them.",
                )
            hosts[name], homes[name] = host, file
            if file is not files[0]:
                imported[name] = file
        for name, service in services_in(file).items():
            services[name], told[name] = service, file
        others |= {k: v for k, v in file.section().items() if k not in ("hosts", "services")}
    _no_clashes(hosts, homes)
    for name, host in hosts.items():
        _sudo_is_whole(homes[name], host)
    check_hosts_of(services, told, hosts)
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
        groups=own.groups if "groups" in said else imported.groups,
        environment=own.environment if "environment" in said else imported.environment,
        connection=connection,
        labels={**imported.labels, **own.labels},
    )


def hosts_in(file: Marked) -> dict[str, Host]:
    """The hosts of one file by name; what it does not say of one is not in its `fields_set`.

    Raises:
        ConfigError: a bad name, an unknown key, a secret in clear.
    """
    found: dict[str, Host] = {}
    for raw_name, raw in file.section(("hosts",)).items():
        name, where = str(raw_name), ("hosts", str(raw_name))
        if not NAME.fullmatch(name) or name.lower() in RESERVED:
            raise file.error(
                where,
                f"{name!r} can't be a host's name{odd_in(name)}.",
                cure="Use letters, digits, '.', '_' and '-', beginning with a letter or digit.",
            )
        entry = dict(raw or {}) if isinstance(raw, dict | None) else raw
        if not isinstance(entry, dict):
            raise file.error(where, f"{name} must be a mapping (`groups:`, `environment:` …).")
        if isinstance(entry.get("connection"), str):
            entry["connection"] = {"kind": entry["connection"]}
        _only_references(file, entry.get("connection"), (*where, "connection"))
        built = file.build(_HostEntry, entry, where)
        _reachable(file, built.connection, (*where, "connection"))
        said = {key: getattr(built, key) for key in built.model_fields_set}
        found[name] = Host(name=name, **said)
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


def _reachable(file: Marked, there: Connection, where: tuple[str | int, ...]) -> None:
    """What could never work is said now, and not when the first plan fails."""
    for key, sentence in misplaced(there).items():
        raise file.error((*where, key), sentence, cure=_PLACE_CURES[key])


def misplaced(there: Connection) -> dict[str, str]:
    """The fields of a connection that can't be what they say, each with the sentence why."""
    values = {key: str(getattr(there, key)) for key in _PLACES}
    return {
        key: f"{key} can't be {value!r}{odd_in(value)}."
        for key, value in values.items()
        if value and not _PLACES[key].fullmatch(value)
    }


def _sudo_is_whole(file: Marked, host: Host) -> None:
    """A password that nobody can look up would fail at the first plan, and only then."""
    there, where = host.connection, ("hosts", host.name, "connection", "sudo")
    if there.sudo is SudoMode.PASSWORD and not there.sudo_password:
        raise file.error(
            where,
            f"{host.name} has `sudo: password` and no `sudo_password`.",
            cure="Run ./overseer secret set NAME, write `sudo_password: store:NAME` beside it.",
        )


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
