"""A card whose message somebody has deleted: it is posted anew, once.

What is to be approved, stopped or decided must stand somewhere. Deleted again it stays away:
somebody means it, or something there deletes all that Overseer says.
"""

from __future__ import annotations

from typing import Final

from bot.domain.posts import Post, PostKind
from bot.ports import Unit

ANEW: Final = "anew"
"""The box of what is kept: surface/post → when it was found to be gone."""


def is_posted_anew(unit: Unit, post: Post) -> bool:
    """Let a card whose message is gone be posted again; False where it is given up."""
    key = f"{post.place.surface}/{post.id}"
    if post.kind is not PostKind.CARD or unit.kept(ANEW, key) is not None:
        return False
    unit.keep(ANEW, key, unit.now.isoformat())
    unit.sent(post.id, "", -1)  # nothing of it is there
    return True
