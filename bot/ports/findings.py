"""What `./overseer check` finds out about a chat platform."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was tried (`bot token`), how it is, and whether it is as it should be.

    `cure` is what to do about it; empty where there is nothing to do.
    """

    name: str
    said: str
    cure: str = ""
    well: bool = True
