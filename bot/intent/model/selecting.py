"""How hosts are chosen in an answer, and how chosen hosts are said in a prompt. Pure.

`hosts` in the parameters of an action is a list of entries:

    web-1           a host
    web             every host of a group
    staging         every host of an environment
    site=berlin     every host with this label
    all             every host
    web&staging     those that are in both
    !web-2          not these: any of the above behind `!`, whatever their order

A name is exactly one of the inventory's; where a group and an environment share one, the group is
meant. What is excluded goes last: `web, !web-2` and `!web-2, web` are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.inventory import Inventory
from bot.domain.wording import natural

ALL = "all"
NOT = "!"
BOTH = "&"
_FEW = 3
"""So many exceptions are still shorter to say than what is left."""


@dataclass(frozen=True)
class Selection:
    """The hosts that entries choose, sorted, and the names among them that nothing has."""

    hosts: tuple[str, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Sets:
    """Every set of hosts that has a name in an inventory. Make it with `Sets.of`."""

    everything: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    environments: Mapping[str, frozenset[str]]
    labels: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, inventory: Inventory) -> Sets:
        """Those of an inventory."""
        labels: dict[str, set[str]] = {}
        for host in inventory.hosts:
            for key, value in host.labels.items():
                labels.setdefault(f"{key}={value}", set()).add(host.name)
        return cls(
            everything=frozenset(host.name for host in inventory.hosts),
            groups={name: frozenset(of) for name, of in inventory.groups().items()},
            environments={name: frozenset(of) for name, of in inventory.environments().items()},
            labels={name: frozenset(of) for name, of in labels.items()},
        )

    def called(self, name: str) -> frozenset[str] | None:
        """The hosts of a name; None when nothing is called so."""
        if name in self.everything:
            return frozenset({name})
        if name == ALL:
            return self.everything
        for named in (self.groups, self.environments, self.labels):
            if name in named:
                return named[name]
        return None

    def chosen(self, entries: Iterable[str]) -> Selection:
        """What the entries choose; nothing, when they only exclude."""
        wanted: set[str] = set()
        spared: set[str] = set()
        unknown: list[str] = []
        for entry in entries:
            said = entry.strip()
            into = spared if said.startswith(NOT) else wanted
            said = said.removeprefix(NOT).strip()
            parts = [said] if self.called(said) is not None else said.split(BOTH)
            sets = [self.called(part.strip()) for part in parts]
            unknown += [part.strip() for part, of in zip(parts, sets, strict=True) if of is None]
            known = [of for of in sets if of is not None]
            if len(known) == len(sets):
                into |= frozenset.intersection(*known)
        return Selection(tuple(sorted(wanted - spared)), tuple(dict.fromkeys(unknown)))

    def said(self, hosts: Sequence[str]) -> list[str]:
        """Entries that choose exactly these hosts, few where whole groups are among them."""
        left = set(hosts)
        if len(self.everything) > _FEW and left == self.everything:
            return [ALL]
        named = [(name, of, of - left) for name, of in (*self.environments.items(),
                 *self.groups.items()) if self.called(name) == of]  # fmt: skip
        found: list[str] = []
        spared: set[str] = set()
        for name, of, beside in sorted(named, key=lambda n: (len(n[2]), -len(n[1]), n[0])):
            new = of & left
            if len(beside) <= min(_FEW, len(new) - 2) and len(new) > 1 + len(beside):
                found.append(name)
                spared |= beside
                left -= of
        return [
            *sorted(found, key=natural),
            *sorted(left, key=natural),
            *(f"{NOT}{name}" for name in sorted(spared, key=natural)),
        ]
