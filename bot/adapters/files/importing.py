"""Hosts from elsewhere: an Ansible inventory (JSON, YAML or INI) or `~/.ssh/config`.

Nothing is guessed and nothing is dropped silently: the report lists what was taken, what was
skipped and why, and what cannot be honoured.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.adapters.files.ansible_ini import expanded, parse_ini
from bot.adapters.files.first_start import write_private
from bot.adapters.files.inventory_file import IMPORTED, RESERVED, written
from bot.domain.inventory import PRODUCTION, Connection, ConnectionKind, Host, SudoMode
from bot.errors import ConfigError

ENVIRONMENTS = {
    "production": PRODUCTION, "prod": PRODUCTION, "live": PRODUCTION,
    "staging": "staging", "stage": "staging", "test": "test", "testing": "test", "qa": "test",
    "dev": "development", "development": "development", "lab": "lab", "research": "research",
}  # fmt: skip
"""Group names that say which environment a host is in."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_HONOURED = frozenset(
    {"ansible_host", "ansible_port", "ansible_user", "ansible_connection",
     "ansible_ssh_private_key_file", "ansible_private_key_file", "ansible_ssh_host",
     "ansible_ssh_port", "ansible_ssh_user"}
)  # fmt: skip
_SECRETS = frozenset(
    {"ansible_password", "ansible_ssh_pass", "ansible_become_password", "ansible_become_pass",
     "ansible_sudo_pass"}
)  # fmt: skip


@dataclass
class Imported:
    """What an import found. `skipped` and `unhonoured` pair a name with the reason."""

    source: str
    hosts: list[Host] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    unhonoured: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Listing:
    """An Ansible inventory, resolved: each host's groups (with parents) and variables."""

    groups: dict[str, list[str]] = field(default_factory=dict)
    variables: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_ansible(path: Path, *, known: Collection[str] = ()) -> Imported:
    """Take hosts from an Ansible inventory: `ansible-inventory --list` output, YAML or INI.

    Raises:
        ConfigError: the file can't be read or is none of the three.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"It can't be read: {error}.", path=str(path)) from error
    found = Imported(path.name)
    listing = _listing(text, path)
    for name in sorted(listing.groups):
        groups = listing.groups[name]
        host = _host(name, groups, listing.variables.get(name, {}), found)
        _take(host, found, known)
    return found


def _listing(text: str, path: Path) -> Listing:
    if text.lstrip().startswith("{"):
        try:
            return _from_json(json.loads(text))
        except (ValueError, AttributeError, TypeError) as error:
            raise ConfigError(
                f"This is no `ansible-inventory --list` output: {error}.", path=str(path)
            ) from error
    if path.suffix in (".yaml", ".yml"):
        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise ConfigError(
                f"This is no valid YAML: {getattr(error, 'problem', error)}.",
                path=str(path), line=mark.line + 1 if mark else None,
            ) from error  # fmt: skip
        if not isinstance(data, dict):
            raise ConfigError("An Ansible inventory is a mapping of groups.", path=str(path))
        listing = Listing()
        _from_yaml(data, (), {}, listing)
        return listing
    listing = Listing()
    for host, groups, variables in parse_ini(text, str(path)):
        listing.groups[host] = groups
        listing.variables[host] = variables
    return listing


def _from_json(data: Mapping[str, Any]) -> Listing:
    listing = Listing()
    parents: dict[str, list[str]] = {}
    for group, entry in data.items():
        for child in (entry or {}).get("children", []) if isinstance(entry, dict) else []:
            parents.setdefault(child, []).append(group)
    hostvars = data.get("_meta", {}).get("hostvars", {})
    for group, entry in data.items():
        if group == "_meta" or not isinstance(entry, dict):
            continue
        for host in entry.get("hosts", []):
            listing.groups.setdefault(host, []).extend(_with_parents(group, parents))
    for host in hostvars:
        listing.groups.setdefault(host, [])
    listing.variables = {host: dict(values) for host, values in hostvars.items()}
    return listing


def _with_parents(group: str, parents: Mapping[str, list[str]]) -> list[str]:
    found, todo = [], [group]
    while todo:
        one = todo.pop()
        if one not in found:
            found.append(one)
            todo += parents.get(one, [])
    return found


def _from_yaml(
    data: Mapping[str, Any], above: tuple[str, ...], inherited: Mapping[str, Any], into: Listing
) -> None:
    for group, raw in data.items():
        entry = raw or {}
        if not isinstance(entry, dict):
            continue
        names = (*above, str(group))
        shared = {**inherited, **(entry.get("vars") or {})}
        for host, variables in (entry.get("hosts") or {}).items():
            for one in expanded(str(host)):
                into.groups.setdefault(one, []).extend(names)
                merged = {**shared, **into.variables.get(one, {}), **(variables or {})}
                into.variables[one] = merged
        _from_yaml(entry.get("children") or {}, names, shared, into)


def _host(name: str, groups: list[str], variables: Mapping[str, Any], found: Imported) -> Host:
    for key in sorted(variables):
        if key in _SECRETS:
            found.unhonoured.append((name, f"{key}: set it with `./overseer secret set`"))
        elif key.startswith("ansible_") and key not in _HONOURED:
            found.unhonoured.append((name, f"{key} has no counterpart here"))
    plain = [g for g in dict.fromkeys(groups) if g not in ("all", "ungrouped")]
    environments = [ENVIRONMENTS[g.lower()] for g in plain if g.lower() in ENVIRONMENTS]
    kept = tuple(g for g in plain if g.lower() not in ENVIRONMENTS and _NAME.fullmatch(g))
    local = variables.get("ansible_connection") == "local"
    return Host(
        name=name,
        groups=kept,
        environment=environments[0] if len(set(environments)) == 1 else PRODUCTION,
        connection=Connection(
            kind=ConnectionKind.LOCAL if local else ConnectionKind.SSH,
            address=str(variables.get("ansible_host") or variables.get("ansible_ssh_host") or ""),
            port=_port(variables.get("ansible_port") or variables.get("ansible_ssh_port")),
            user=str(variables.get("ansible_user") or variables.get("ansible_ssh_user") or ""),
            identity_file=str(
                variables.get("ansible_ssh_private_key_file")
                or variables.get("ansible_private_key_file")
                or ""
            ),
            sudo=SudoMode.PASSWORDLESS,
        ),
    )


def _port(value: object) -> int | None:
    return int(str(value)) if value is not None and str(value).isdigit() else None


def _take(host: Host, found: Imported, known: Collection[str]) -> None:
    if not _NAME.fullmatch(host.name) or host.name.lower() in RESERVED:
        found.skipped.append((host.name, "its name has characters that a host's name can't have"))
    elif host.name in known:
        found.skipped.append((host.name, "it is in the inventory already"))
    elif "{{" in f"{host.connection.address}{host.connection.user}":
        found.skipped.append((host.name, "its address is a template; use ansible-inventory --list"))
    else:
        found.hosts.append(host)


def read_ssh_config(path: Path, *, known: Collection[str] = ()) -> Imported:
    """Take the named hosts of an ssh_config; how to reach them stays in that file.

    Raises:
        ConfigError: the file can't be read.
    """
    found = Imported("ssh-config")
    for name in _ssh_names(path, found, depth=0):
        _take(Host(name=name, connection=Connection()), found, known)
    return found


def _ssh_names(path: Path, found: Imported, depth: int) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"It can't be read: {error}.", path=str(path)) from error
    names: list[str] = []
    for line in lines:
        keyword, _, rest = line.strip().replace("=", " ", 1).partition(" ")
        match keyword.lower():
            case "host":
                for name in rest.split():
                    if any(c in name for c in "*?!"):
                        if name != "*":
                            found.skipped.append((name, "a pattern is no host"))
                    elif name not in names:
                        names.append(name)
            case "match":
                found.unhonoured.append((f"Match {rest}", "holds when it connects, names no host"))
            case "include" if depth < 4:
                base = path.parent
                for pattern in rest.split():
                    part = Path(pattern).expanduser()
                    whole = part if part.is_absolute() else base / part
                    for inner in sorted(whole.parent.glob(whole.name)):
                        names += _ssh_names(inner, found, depth + 1)
            case _:
                pass
    return list(dict.fromkeys(names))


def target_of(inventory: Path, source: str) -> Path:
    """The file in `inventory.d/` that an import of `source` goes to."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", source).strip("-") or "import"
    return inventory.parent / IMPORTED / f"{stem}.yaml"


def save(inventory: Path, found: Imported) -> Path:
    """Write what was taken to `inventory.d/`, replacing an earlier import of that source."""
    target = target_of(inventory, found.source)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    note = f"Imported from {found.source}. Importing it again replaces this file."
    write_private(target, written(found.hosts, comment=note))
    return target
