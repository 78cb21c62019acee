"""Who spoke last in a conversation, also where that met silence: words may be said to them."""

from __future__ import annotations

from bot.domain.messages import Message, Person, ThreadRef
from bot.pipeline.open_question import spoken_beside
from bot.ports import Unit

_NOBODY_KNOWN = "?"
"""Stands for an account of nobody's."""


def _key(thread: ThreadRef) -> str:
    return f"spoke-last/{thread}"


def spoke(unit: Unit, thread: ThreadRef, by: Person | None) -> None:
    """They did; a thread of one's own has nobody else in it."""
    name = by.name if by is not None else _NOBODY_KNOWN
    if thread.is_room and unit.get(_key(thread)) != name:
        unit.put(_key(thread), name)


def unheard(unit: Unit, thread: ThreadRef, by: Person | None) -> None:
    """They did, and met silence: what is said next may be to that."""
    spoken_beside(unit, thread)
    spoke(unit, thread, by)


def is_between(unit: Unit, message: Message, person: Person) -> bool:
    """Whether somebody else did, and now this is said to nobody by name."""
    return not message.addressed and unit.get(_key(message.thread)) not in (None, person.name)
