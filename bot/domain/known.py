"""How a chat platform calls an account or a channel. Others' words, made harmless here.

Keys are written as in the settings: `slack:U024BE7LH`, `discord:81384788765712384`. Whoever gives
an account its name may call it after somebody else, so that a name never stands alone: it is
quoted, and the account said to be nobody's.
"""

from __future__ import annotations

from bot.domain.harmless import one_line
from bot.domain.marked import literal
from bot.domain.messages import Frozen, Outside
from bot.domain.wording import shortened

BOX = "called"
"""The box of what is kept: an account or a channel → its name."""
MOST = 60
"""Characters of a name."""


class Known(Frozen):
    """A name as the platform tells it; empty: none that others may know. `link` leads there.

    `outside`: why an account is none of the team's.
    """

    name: str = ""
    link: str = ""
    outside: Outside | None = None


def known(name: str, link: str = "", outside: Outside | None = None) -> Known:
    """What a platform tells, without what would hide, move or mark anything beside it."""
    said = shortened(" ".join(literal(one_line(name)).split()), MOST)
    safe = link if link.startswith("https://") else ""
    return Known(name=said, link=safe, outside=outside)


def strangers(name: str) -> str:
    """How an account of nobody's is called: `“Max” (not linked)`."""
    return f"“{name}” (not linked)"
