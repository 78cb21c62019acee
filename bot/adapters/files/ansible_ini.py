"""Ansible's INI inventory: `[group]`, `[group:children]`, `[group:vars]`, host ranges."""

from __future__ import annotations

import re
import shlex

from bot.adapters.files.ansible_groups import Groups
from bot.errors import ConfigError

MOST = 10_000
"""Hosts that one range may stand for."""

_SECTION = re.compile(r"\[([^\]:]+)(?::(\w+))?\]\s*(?:[#;].*)?")
_RANGE = re.compile(r"\[(\w+):(\w+)(?::(\d+))?\]")
_PORT = re.compile(r"([^:\[\]]+):(\d{1,5})")


def expanded(pattern: str) -> list[str]:
    """`web[01:03].lan` as its names; anything else as itself.

    Raises:
        ValueError: the range is no range, or stands for too many.
    """
    match = _RANGE.search(pattern)
    if match is None:
        return [pattern]
    low, high, stride = match[1], match[2], int(match[3] or 1)
    numbers = low.isdigit() and high.isdigit()
    if not numbers and not (len(low) == len(high) == 1 and (low + high).isascii()):
        raise ValueError(f"{match[0]} is no range like [01:20] or [a:f]")
    first, last = (int(low), int(high)) if numbers else (ord(low), ord(high))
    if stride < 1 or last < first or last - first > MOST * stride:
        raise ValueError(f"{match[0]} is no range of 1 to {MOST} hosts")
    items = [str(n).zfill(len(low)) if numbers else chr(n) for n in range(first, last + 1, stride)]
    rest = expanded(pattern[match.end() :])
    if len(items) * len(rest) > MOST:
        raise ValueError(f"{pattern} stands for more than {MOST} hosts")
    return [pattern[: match.start()] + item + tail for item in items for tail in rest]


def parse_ini(text: str, path: str) -> Groups:
    """What the file says.

    Raises:
        ConfigError: a line that is neither a section, a host, a group nor a variable.
    """
    groups = Groups()
    group, kind = "ungrouped", ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        try:
            section = _SECTION.fullmatch(line)
            if section:
                group, kind = section[1].strip(), section[2] or ""
                if kind not in {"", "children", "vars"}:
                    raise ValueError(f"[{group}:{kind}] is neither :children nor :vars")
            elif kind == "vars":
                key, value = _variable(line)
                groups.group_vars.setdefault(group, {})[key] = value
            elif kind == "children":
                groups.parents.setdefault(line.split()[0], []).append(group)
            else:
                _host_line(line, group, groups)
        except ValueError as error:
            raise ConfigError(
                f"{error}.", path=path, line=number,
                cure="Is this an Ansible inventory? `ansible-inventory -i FILE --list` tells.",
            ) from error  # fmt: skip
    return groups


def _variable(line: str) -> tuple[str, str]:
    key, equals, value = line.partition("=")
    if not equals:
        raise ValueError("A variable is written name=value")
    return key.strip(), _unquoted(re.sub(r"\s+#.*", "", value).strip())


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _host_line(line: str, group: str, groups: Groups) -> None:
    words = shlex.split(line, comments=True)
    if not words:
        return
    variables = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not equals:
            raise ValueError(f"After a host come name=value pairs, not {word!r}")
        variables[key] = _unquoted(value)
    pattern = words[0]
    port = _PORT.fullmatch(pattern) or re.fullmatch(r"(.*\]\S*):(\d{1,5})", pattern)
    if port:
        pattern = port[1]
        variables.setdefault("ansible_port", port[2])
    for host in expanded(pattern):
        groups.add(host, group, dict(variables))
