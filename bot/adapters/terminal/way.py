"""Whether the way to a socket is ours: nobody else can put another folder or link on it.

As sshd judges the way to `authorized_keys`, every folder on it counts, not only the last. What a
sticky folder such as /tmp holds can be taken away by its owner alone, so there the owner decides.
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator
from pathlib import Path

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def weak_spot(folder: Path, owners: Collection[int]) -> Path | None:
    """The first thing on the way to `folder` that others than `owners` (user ids) can change.

    Both the way that is written and the one that it leads to over links. In the folder itself
    others may not even make new names.

    Raises:
        OSError: something of it is not there, or can't be looked at.
    """
    real = folder.resolve(strict=True)
    for place in dict.fromkeys((*_down_to(folder), *_down_to(real))):
        found = place.lstat()
        if found.st_uid not in owners:
            return place
        if stat.S_ISLNK(found.st_mode) or not found.st_mode & OTHERS_WRITE:
            continue
        if place in (folder, real) or not found.st_mode & stat.S_ISVTX:
            return place
    return None


def _down_to(folder: Path) -> Iterator[Path]:
    """From the root to the folder, links as links."""
    yield from reversed((folder, *folder.parents))
