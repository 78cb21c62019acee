"""Whose a conversation in a room is: who asked first in it, or whom they handed it to.

They alone answer what Overseer asked them, and change their plans in words; so after a handover
does the one whom it was handed to, for everybody who held it before. A conversation that is its
person's own anyway (the page's, the terminal's) has no holder.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.events import Event
from bot.domain.messages import ThreadRef
from bot.ports import Unit


def begin(unit: Unit, thread: ThreadRef, person: str) -> None:
    """The first who asks in a room holds the conversation."""
    if thread.is_room and not held_by(unit, thread):
        unit.put(_key(thread), [person])


def held_by(unit: Unit, thread: ThreadRef) -> tuple[str, ...]:
    """Everybody who has held it, who does now last; empty where nobody does."""
    return tuple(unit.get(_key(thread)) or ())


def holder(unit: Unit, thread: ThreadRef) -> str:
    """Who holds it; empty where nobody does."""
    held = held_by(unit, thread)
    return held[-1] if held else ""


def speaks_for(held: Sequence[str], person: str, other: str) -> bool:
    """Whether what `other` was asked and has asked for here is `person`'s to answer and change."""
    return person == (held[-1] if other in held else other)


def hand(unit: Unit, thread: ThreadRef, by: str, to: str) -> bool:
    """Let somebody else hold it, with the question that is open; False unless it is `by`'s."""
    held = held_by(unit, thread)
    if not held or held[-1] != by or by == to:
        return False
    unit.put(_key(thread), [*(name for name in held if name != to), to])
    asked = unit.asked(thread)
    if asked is not None and speaks_for(held, by, asked[2]):
        unit.ask(thread, asked[0], asked[1], to)
    unit.append(
        Event(kind="thread.handed", at=unit.now, person=by, data={"to": to, "thread": str(thread)})
    )
    return True


def _key(thread: ThreadRef) -> str:
    return f"holder/{thread}"
