"""What a model takes in though the request names it to leave it alone. Pure.

Such a name is marked like what nobody has said, and yet it was said: "sauf web-2", "Non riavviare
nginx". Whoever approves is to read that it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain import unsaid
from bot.domain.intents import Intent
from bot.intent.model.grounds import Grounds


def unwanted(model: Intent, grounds: Grounds) -> Iterator[str]:
    """A sentence on it, if there is anything."""
    spared = grounds.here.every - grounds.here.hosts
    names = [
        name
        for wish in model.wishes
        for name in wish.unsaid
        if name in spared or _stands_in(grounds.spoken, name)
    ]
    if names:
        it = "it" if len(set(names)) == 1 else "them"
        yield f"The request names {unsaid.told(names)} to be left alone, and this takes {it} in."


def _stands_in(text: str, name: str) -> bool:
    """Whether it does, as a word of its own: a folder is not what is in it."""
    return bool(re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w/-]|\.\w)", text, re.IGNORECASE))
