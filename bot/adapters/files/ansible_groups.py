"""Ansible's groups: who is in which, and whose variables win."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Resolved:
    """A host with its groups (nearest first, parents included) and its variables."""

    name: str
    groups: list[str]
    variables: dict[str, Any]


@dataclass
class Groups:
    """What an inventory says, before anything is inherited."""

    members: dict[str, list[str]] = field(default_factory=dict)
    parents: dict[str, list[str]] = field(default_factory=dict)
    group_vars: dict[str, dict[str, Any]] = field(default_factory=dict)
    host_vars: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, host: str, group: str, variables: dict[str, Any]) -> None:
        """Put a host into a group; what is said of it adds up."""
        groups = self.members.setdefault(host, [])
        if group not in groups:
            groups.append(group)
        self.host_vars.setdefault(host, {}).update(variables)

    def resolved(self) -> list[Resolved]:
        """Every host: its own variables beat those of its groups, nearer groups beat farther."""
        found = []
        for host, groups in self.members.items():
            lineage = self.lineage(groups)
            variables = dict(self.group_vars.get("all", {}))
            for name in reversed(lineage):
                variables |= self.group_vars.get(name, {})
            found.append(Resolved(host, lineage, variables | self.host_vars.get(host, {})))
        return found

    def lineage(self, groups: list[str]) -> list[str]:
        """Groups with everything above them, nearest first, each once."""
        lineage: list[str] = []
        todo = list(groups)
        while todo:
            name = todo.pop(0)
            if name not in lineage:
                lineage.append(name)
                todo += self.parents.get(name, [])
        return lineage
