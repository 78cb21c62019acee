"""What a model put in and nobody said, as cards name it: all of it, whatever it comes to.

Runs of numbered names are one word. What is longer than a row holds stands in the file that is
attached to the plan's card, one name a line, and the row tells how many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.marked import literal
from bot.domain.wording import listed, ranged

FEW = 5
"""So many are named in the order in which they were found, and as they are."""
ROOM = 900
"""Characters of such names that a row of a card holds."""


def told(marks: Collection[str]) -> str:
    """`“web-3” and “restart nginx”`, each once.

    >>> told(["web-1", "db-1", "web-2", "web-3", "web-4", "web-5"])
    '“db-1” and “web-1…web-5”'
    """
    once: Sequence[str] = list(dict.fromkeys(marks))
    return listed([f"“{literal(name)}”" for name in (once if len(once) <= FEW else ranged(once))])


def is_long(marks: Collection[str]) -> bool:
    """Whether the names of them all are more than a row holds."""
    return len(told(marks)) > ROOM
