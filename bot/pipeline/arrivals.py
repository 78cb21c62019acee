"""What a card's copy in a direct message told of as it came, so that it is not told once more.

A copy that arrives asks for the votes of its moment by itself; what is asked for later is an edit
of it, which notifies nobody, and is told beside it.
"""

from __future__ import annotations

from bot.domain.posts import Post
from bot.ports import Unit

ARRIVED_WITH = "arrived with"
"""The box of what is kept: surface/post of a copy → under which key its first message told."""


def arrived(unit: Unit, copy: Post, key: str) -> None:
    """A copy is new, and tells of what is said under this key."""
    unit.keep(ARRIVED_WITH, _of(copy), key)


def told(unit: Unit, copy: Post, key: str) -> bool:
    """Whether a copy told of what is said under this key as it came."""
    return bool(unit.kept(ARRIVED_WITH, _of(copy)) == key)


def _of(copy: Post) -> str:
    return f"{copy.place.surface}/{copy.id}"
