"""What an import found, and the file in `inventory.d/` that it becomes.

Nothing is guessed and nothing is dropped silently: what was taken, what was skipped and why,
and what cannot be honoured are three lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from bot.adapters.files.first_start import write_private
from bot.adapters.files.inventory_file import IMPORTED, load_inventory, misplaced, written
from bot.adapters.files.marked_yaml import read
from bot.domain.inventory import Host
from bot.domain.naming import NAME, RESERVED
from bot.errors import ConfigError


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
            self.skipped.append(
                (host.name, "a host's name has letters, digits, '.', '_' and '-', at most 63")
            )
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


def taken_before(inventory: Path, source: str) -> set[str]:
    """Hosts of an earlier import of the same source: they are replaced, not skipped."""
    return {str(name) for name in read(target_of(inventory, source)).section(("hosts",))}


def save(inventory: Path, found: Imported) -> Path:
    """Write what was taken to `inventory.d/`, replacing an earlier import of that source.

    Raises:
        ConfigError: the inventory would not load with it, or it can't be written;
            everything is as it was.
    """
    target = target_of(inventory, found.source)
    note = (
        f"Imported from {found.source}. Importing it again replaces this file:\n"
        "say what you want otherwise in inventory.yaml, which wins."
    )
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        before = target.read_text(encoding="utf-8") if target.exists() else None
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
