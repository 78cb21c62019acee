"""What an import found, and the file in `inventory.d/` that it becomes.

Nothing is guessed and nothing is dropped silently: what was taken, what was skipped and why,
and what cannot be honoured are three lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.adapters.files.inventory_file import (
    IMPORTED,
    hosts_in,
    load_inventory,
    misplaced,
    written,
)
from bot.adapters.files.marked_yaml import read
from bot.domain.inventory import Host
from bot.domain.naming import NAME, RESERVED, odd_in
from bot.errors import ConfigError
from bot.settings.private import write_private


@dataclass
class Imported:
    """What an import found. `skipped` and `unhonoured` pair a name with the reason."""

    source: str
    hosts: list[Host] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    unhonoured: list[tuple[str, str]] = field(default_factory=list)

    def take(self, host: Host, known: Collection[str]) -> None:
        """Take a host, or skip it with the reason."""
        if not NAME.fullmatch(host.name):
            why = "a host's name has letters, digits, '.', '_' and '-', at most 63"
            self.skipped.append((host.name, why + odd_in(host.name)))
        elif host.name.lower() in RESERVED:
            self.skipped.append((host.name, "this word means something else here"))
        elif wrong := misplaced(host.connection):
            self.skipped.append((host.name, next(iter(wrong.values()))))
        elif host.name in known:
            self.skipped.append((host.name, "it is in the inventory already"))
        elif any(host.name == other.name for other in self.hosts):
            self.skipped.append((host.name, "it stands there twice"))
        else:
            self.hosts.append(host)

    def settle_groups(self, known: Collection[str], known_groups: Collection[str]) -> None:
        """Drop groups that are called like a host: a word must mean one thing."""
        names = {host.name for host in self.hosts} | set(known)
        clashes = sorted({g for host in self.hosts for g in host.groups if g in names})
        for group in clashes:
            self.unhonoured.append((group, "this group is called like a host and was left out"))
        kept = []
        for host in self.hosts:
            if host.name in known_groups:
                self.skipped.append((host.name, "a group of the inventory is called so"))
                continue
            groups = tuple(g for g in host.groups if g not in clashes)
            kept.append(host.model_copy(update={"groups": groups}))
        self.hosts = kept


def target_of(inventory: Path, source: str) -> Path:
    """The file in `inventory.d/` that an import of `source` goes to."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", source).strip("-") or "import"
    return inventory.parent / IMPORTED / f"{stem}.yaml"


@dataclass(frozen=True)
class Around:
    """What stands around an import: `own` is what inventory.yaml says, host by host; `other`
    are hosts that other imports brought; `before` are those of an earlier import of the same
    source, which are replaced, and `broken` why that one can't be read."""

    own: Mapping[str, Host]
    other: Mapping[str, Host]
    before: frozenset[str]
    broken: ConfigError | None = None

    @property
    def names(self) -> set[str]:
        """Every host that is there without this import."""
        return {*self.own, *self.other}

    @property
    def groups(self) -> set[str]:
        """Every group that is there without this import."""
        hosts = (*self.own.values(), *self.other.values())
        return {group for host in hosts for group in host.groups}

    def own_words(self, name: str) -> tuple[str, ...]:
        """The fields of a host that inventory.yaml says itself: `environment`, `user` …"""
        host = self.own.get(name)
        if host is None:
            return ()
        said = host.model_fields_set - {"name", "connection"}
        return tuple(sorted({*said, *host.connection.model_fields_set}))


def around(inventory: Path, source: str) -> Around:
    """Read every file of the inventory for an import of `source`.

    Raises:
        ConfigError: one that the import would not replace is broken.
    """
    target = target_of(inventory, source)
    other: dict[str, Host] = {}
    for part in sorted(target.parent.glob("*.yaml")):
        if part != target:
            other |= hosts_in(read(part))
    own = hosts_in(read(inventory))
    try:
        return Around(own, other, frozenset(hosts_in(read(target))))
    except ConfigError as error:
        return Around(own, other, frozenset(), error)


def kept_beside(target: Path) -> Path:
    """Where an imported file goes that can't be read any more."""
    return target.with_name(f"{target.name}.broken")


def save(inventory: Path, found: Imported, *, broken: bool = False) -> Path:
    """Write what was taken to `inventory.d/`, replacing an earlier import of that source.

    One that is `broken` may hold what somebody wrote there by hand: it is kept beside.

    Raises:
        ConfigError: the inventory would not load with it, or it can't be written;
            everything is as it was.
    """
    target = target_of(inventory, found.source)
    note = (
        f"Imported from {found.source}. Importing it again replaces this file, so change "
        "nothing here.\n"
        "Say what you want otherwise in inventory.yaml: each field that stands there wins, and\n"
        "every other one of the host stays as it is here. For example:\n"
        "  hosts: {web-3: {environment: staging, connection: {user: ops}}}"
    )
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        before = target.read_text(encoding="utf-8") if target.exists() else None
        if broken and before is not None:
            write_private(kept_beside(target), before)
        write_private(target, written(found.hosts, comment=note))
        try:
            load_inventory(inventory)
        except ConfigError:
            if before is None:
                target.unlink()
            else:
                write_private(target, before)
            raise
    except OSError as error:
        raise ConfigError(f"It can't be written: {error.strerror}.", path=str(target)) from error
    return target
