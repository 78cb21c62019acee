"""Who spoke last in a conversation, also where that met silence: words may be said to them."""

from __future__ import annotations

from bot.domain.messages import Message, Person, ThreadRef
from bot.pipeline.open_question import spoken_beside
from bot.ports import Unit

_NOBODY_KNOWN = "?"
"""Stands for an account of nobody's."""


def _key(thread: ThreadRef) -> str:
    return f"spoke-last/{thread}"


def _last(unit: Unit, thread: ThreadRef) -> list[str]:
    return (unit.get(_key(thread)) or "").splitlines()


def spoke(unit: Unit, thread: ThreadRef, by: Person | None, *, to_bot: bool = False) -> None:
    """They did; a thread of one's own has nobody else in it.

    `to_bot`: by Overseer's name, in what is not theirs. Nobody takes that for words to themselves,
    so whoever spoke before still counts as the last beside them.
    """
    if not thread.is_room:
        return
    name = by.name if by is not None else _NOBODY_KNOWN
    last = _last(unit, thread)
    now = [name]
    if to_bot and last:
        now = last if name in last else [*last, name]
    if now != last:
        unit.put(_key(thread), "\n".join(now))


def unheard(unit: Unit, thread: ThreadRef, by: Person | None) -> None:
    """They did, and met silence: what is said next may be to that."""
    spoken_beside(unit, thread)
    spoke(unit, thread, by)


def is_between(unit: Unit, message: Message, person: Person) -> bool:
    """Whether somebody else did, and now this is said to nobody by name."""
    last = _last(unit, message.thread)
    return not message.addressed and bool(last) and person.name not in last
