"""The configuration files of a home, told apart by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bot.adapters.files.inventory_file import IMPORTED
from bot.settings import Home


def contents(home: Home) -> dict[str, str]:
    """Each file that a reload reads, by its name in the home, with the SHA-256 of its bytes."""
    parts = sorted((home.path / IMPORTED).glob("*.yaml"))
    paths = [home.settings, home.inventory, *parts, home.people, home.policies]
    return {
        str(path.relative_to(home.path)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.is_file()
    }


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The files that differ, came or went, in the order in which they are read."""
    return tuple(
        name for name in dict.fromkeys([*after, *before]) if before.get(name) != after.get(name)
    )
