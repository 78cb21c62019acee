"""Hosts from an Ansible inventory: `ansible-inventory --list` output, YAML or INI."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.adapters.files.ansible_groups import Groups, Resolved
from bot.adapters.files.ansible_host import host_of
from bot.adapters.files.ansible_ini import expanded, parse_ini
from bot.adapters.files.imported import Imported
from bot.adapters.files.marked_yaml import broken
from bot.errors import ConfigError

DEEPEST = 50
"""Groups inside each other."""
_YAML = (".yaml", ".yml")
LISTED = "Give the output of: ansible-inventory -i {} --list"


def read_ansible(path: Path, *, known: Collection[str] = ()) -> Imported:
    """Take hosts from an Ansible inventory.

    Raises:
        ConfigError: the file can't be read or is none of the three.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(
            "It is not UTF-8 text.", path=str(path), cure=LISTED.format(path.name)
        ) from error
    except OSError as error:
        raise ConfigError(
            f"It can't be read: {error.strerror}.",
            path=str(path), cure=LISTED.format(path.name),
        ) from error  # fmt: skip
    if text.startswith("#!"):
        raise ConfigError(
            "This is a program, and importing runs none.",
            path=str(path), cure=LISTED.format(path.name),
        )  # fmt: skip
    found = Imported(path.name)
    if text.lstrip().startswith("{") and (path.suffix not in _YAML or _is_listed(text)):
        hosts = _from_json(text, path)
    else:
        hosts = (_from_yaml(text, path) if _is_yaml(text, path) else parse_ini(text, str(path))
                 ).resolved()  # fmt: skip
        for folder in ("group_vars", "host_vars"):
            if (path.parent / folder).is_dir():
                found.unhonoured.append(
                    (f"{folder}/", f"not read; {LISTED.format(path.name).lower()} has it all")
                )
    for each in sorted(hosts, key=lambda h: h.name):
        host = host_of(each, found)
        if host is not None:
            found.take(host, known)
    return found


def _is_listed(text: str) -> bool:
    """Whether it is what `ansible-inventory --list` prints, whatever the file is called."""
    try:
        return "_meta" in json.loads(text)
    except (ValueError, RecursionError):
        return False


def _is_yaml(text: str, path: Path) -> bool:
    if path.suffix in _YAML:
        return True
    return bool(re.match(r"(\s*#[^\n]*\n|\s*\n)*(---\s*\n|[\w.-]+:\s*\n)", text))


def _from_json(text: str, path: Path) -> list[Resolved]:
    """What Ansible has resolved itself: only the groups are left to trace."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        why = getattr(error, "msg", "its groups stand too deep")
        raise ConfigError(
            f"It begins like the output of `ansible-inventory --list`, and is no JSON: {why}.",
            path=str(path), line=getattr(error, "lineno", None), cure=LISTED.format("INVENTORY"),
        ) from error  # fmt: skip
    groups = Groups()
    meta = data.get("_meta")
    hostvars = meta.get("hostvars") if isinstance(meta, dict) else None
    if not isinstance(hostvars, dict):
        raise ConfigError(
            "This has no `_meta.hostvars`, as `ansible-inventory --list` output has.",
            path=str(path), cure=LISTED.format("INVENTORY"),
        )  # fmt: skip
    for group, entry in data.items():
        if group != "_meta" and isinstance(entry, dict):
            for child in _listed(entry, "children", path):
                groups.parents.setdefault(child, []).append(group)
            for host in _listed(entry, "hosts", path):
                groups.add(host, group, {})
    for host, values in hostvars.items():
        groups.members.setdefault(host, [])
        groups.host_vars[host] = dict(values) if isinstance(values, dict) else {}
    return groups.resolved()


def _listed(entry: Mapping[str, Any], key: str, path: Path) -> list[str]:
    names = entry.get(key) or []
    if not isinstance(names, list):
        raise ConfigError(f"`{key}` is no list.", path=str(path), cure=LISTED.format("INVENTORY"))
    return [str(name) for name in names]


class _Loader(yaml.SafeLoader):
    """Takes Ansible's own tags as a mapping with the tag's name; nothing is decrypted."""


def _tagged(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, str]:
    del loader, node
    return {f"__ansible_{suffix}": ""}


_Loader.add_multi_constructor("!", _tagged)


def _from_yaml(text: str, path: Path) -> Groups:
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise broken(error, path) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"This is no valid YAML: {error}.", path=str(path)) from error
    groups = Groups()
    _collect(data, None, groups, path)
    return groups


def _collect(data: object, parent: str | None, groups: Groups, path: Path, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise ConfigError(
            "Its groups stand inside themselves, or too deep.",
            path=str(path), cure=LISTED.format(path.name),
        )  # fmt: skip
    for raw_name, entry in _mapping(data, parent or "The file", path).items():
        group = str(raw_name)
        if parent is not None and parent not in groups.parents.setdefault(group, []):
            groups.parents[group].append(parent)
        entry = _mapping(entry, group, path)
        unknown = sorted(set(map(str, entry)) - {"hosts", "children", "vars"})
        if unknown:
            raise ConfigError(
                f"The group {group} has {unknown[0]!r}; Ansible knows hosts, children and vars.",
                path=str(path), cure=LISTED.format(path.name),
            )  # fmt: skip
        shared = _mapping(entry.get("vars"), f"{group}.vars", path)
        groups.group_vars.setdefault(group, {}).update(shared)
        for pattern, variables in _mapping(entry.get("hosts"), f"{group}.hosts", path).items():
            try:
                names = expanded(str(pattern))
            except ValueError as error:
                raise ConfigError(f"{error}.", path=str(path)) from error
            for name in names:
                groups.add(name, group, _mapping(variables, str(pattern), path))
        if entry.get("children"):
            _collect(entry["children"], group, groups, path, depth + 1)


def _mapping(value: object, name: str, path: Path) -> dict[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(
            f"{name} must be a mapping in an Ansible inventory.",
            path=str(path), cure=LISTED.format(path.name),
        )  # fmt: skip
    return value
