"""Ansible's INI inventory: `[group]`, `[group:children]`, `[group:vars]`, host ranges."""

from __future__ import annotations

import re
import shlex
from typing import Any

from bot.errors import ConfigError

_SECTION = re.compile(r"\[([^\]:]+)(?::(children|vars))?\]")


def expanded(pattern: str) -> list[str]:
    """`web[01:03].lan` as its names; anything else as itself."""
    match = re.search(r"\[(\w+):(\w+)(?::(\d+))?\]", pattern)
    if match is None:
        return [pattern]
    low, high, stride = match[1], match[2], int(match[3] or 1)
    if low.isdigit() and high.isdigit():
        items = [str(n).zfill(len(low)) for n in range(int(low), int(high) + 1, stride)]
    elif len(low) == len(high) == 1:
        items = [chr(n) for n in range(ord(low), ord(high) + 1, stride)]
    else:
        return [pattern]
    return [
        name
        for item in items
        for name in expanded(pattern[: match.start()] + item + pattern[match.end() :])
    ]


def parse_ini(text: str, path: str) -> list[tuple[str, list[str], dict[str, Any]]]:
    """Each host with its groups (parents included) and variables.

    Raises:
        ConfigError: a line that is neither a section, a host nor a variable.
    """
    members: dict[str, list[str]] = {}
    parents: dict[str, list[str]] = {}
    group_vars: dict[str, dict[str, str]] = {}
    host_vars: dict[str, dict[str, str]] = {}
    group, kind = "ungrouped", None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        section = _SECTION.fullmatch(line.split("#")[0].strip())
        if section:
            group, kind = section[1].strip(), section[2]
            continue
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise ConfigError(f"{error}.", path=path, line=number) from error
        if not words:
            continue
        if kind == "vars":
            key, equals, value = line.partition("=")
            if not equals:
                raise ConfigError("A variable is `name=value`.", path=path, line=number)
            group_vars.setdefault(group, {})[key.strip()] = value.strip().strip("'\"")
        elif kind == "children":
            parents.setdefault(words[0], []).append(group)
        else:
            for host in expanded(words[0]):
                members.setdefault(host, []).append(group)
                pairs = (word.partition("=") for word in words[1:] if "=" in word)
                host_vars.setdefault(host, {}).update({k: v for k, _, v in pairs})
    found = []
    for host, groups in members.items():
        lineage = _lineage(groups, parents)
        variables: dict[str, Any] = dict(group_vars.get("all", {}))
        for name in reversed(lineage):
            variables |= group_vars.get(name, {})
        found.append((host, lineage, variables | host_vars.get(host, {})))
    return found


def _lineage(groups: list[str], parents: dict[str, list[str]]) -> list[str]:
    """The groups of a host, nearest first, each once."""
    lineage: list[str] = []
    todo = list(groups)
    while todo:
        name = todo.pop(0)
        if name not in lineage:
            lineage.append(name)
            todo += parents.get(name, [])
    return lineage
