"""Whether somebody can open a conversation that a link leads to.

Slack opens a private channel, a group message and a direct message for those alone who are in it,
and a link into another one is no use to anybody. Who is in it is not asked: everybody may enter
what has a name that all may know, and who has spoken somewhere was there.
"""

from __future__ import annotations

from bot.domain.known import BOX, Known
from bot.domain.messages import ThreadRef
from bot.ports.store import Unit

CLOSED = frozenset({"slack"})
"""Platforms that open nothing for who is not in it; others say no more than that one may not."""


def openable(unit: Unit, thread: ThreadRef, person: str) -> bool:
    """Whether this person, by name, can open it as far as is known."""
    if thread.surface not in CLOSED:
        return True
    said = unit.kept(BOX, thread.place)
    if said is not None and Known.model_validate(said).name:
        return True
    return any(i.kind == "said" and i.person == person for i in unit.thread(thread))
