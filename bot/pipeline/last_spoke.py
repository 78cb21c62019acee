"""Who spoke last in a conversation, also where that met silence: words may be said to them.

said, and not behind another's words   its sayer is the last
said behind another's words            nobody is, until it is answered: what met silence ("hmm")
                                       was said to people, and so may be what is said next
met silence, and names somebody        likewise: "what do you think, chris?"
said by Overseer's name in what is     nobody takes that for words to themselves: who spoke
another's                              before still counts as the last beside its sayer
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.messages import Message, Person, ThreadRef
from bot.ports import Unit

_NOBODY_KNOWN = "?"
"""Stands for an account of nobody's, and for whoever spoke to people."""
_UNANSWERED = "@"
"""With this and its message stands whoever spoke behind another and has no answer yet."""


def _key(thread: ThreadRef) -> str:
    return f"spoke-last/{thread}"


def _last(unit: Unit, thread: ThreadRef) -> list[str]:
    kept = unit.get(_key(thread)) or ""
    return kept.splitlines() if isinstance(kept, str) else list(kept["by"])  # of an older version


def _put(unit: Unit, thread: ThreadRef, last: list[str], at: datetime) -> None:
    unit.put(_key(thread), {"by": last, "at": at.isoformat()})


def _is_past(unit: Unit, message: Message) -> bool:
    """Whether a message that was missed was said before what was said last."""
    kept = unit.get(_key(message.thread))
    if not message.missed or not kept or isinstance(kept, str):
        return False
    return message.at < datetime.fromisoformat(kept["at"])


def overseer_asks(unit: Unit, thread: ThreadRef) -> None:
    """It has called who is to decide: what they say next is said behind that."""
    if thread.is_room:
        _put(unit, thread, [], unit.now)


def begins(unit: Unit, thread: ThreadRef, by: Person, gave: Person) -> None:
    """It is theirs from now on, and `gave` has said so: what both say next is behind nobody."""
    if thread.is_room:
        _put(unit, thread, [by.name, gave.name], unit.now)


def spoke(unit: Unit, message: Message, by: Person, *, theirs: bool) -> None:
    """They did, and are heard; a thread of one's own has nobody else in it.

    `theirs`: the conversation is, or nobody's.
    """
    thread = message.thread
    if not thread.is_room or _is_past(unit, message):
        return
    last, now = _last(unit, thread), [by.name]
    if message.addressed and not theirs and last:
        now = last if by.name in last else [*last, by.name]
    elif is_between(unit, message, by):
        now = [f"{_UNANSWERED}{message.event_id}"]
    _put(unit, thread, now, message.at)


def unheard(unit: Unit, message: Message, by: Person | None, *, told: bool) -> bool:
    """They did, and were not taken in; `told`: Overseer has answered them.

    Whether that counts: not where what was said since was heard before.
    """
    thread = message.thread
    if not thread.is_room or _is_past(unit, message):
        return False
    known = by is not None and (told or not is_between(unit, message, by))
    _put(unit, thread, [by.name if by is not None and known else _NOBODY_KNOWN], message.at)
    return True


def answered(unit: Unit, message: Message) -> None:
    """What was said behind another's words is answered: they are the last, if none spoke since."""
    _becomes(unit, message, message.person or _NOBODY_KNOWN)


def met_silence(unit: Unit, message: Message) -> None:
    """What was said behind another's words was said to people, as it turned out."""
    _becomes(unit, message, _NOBODY_KNOWN)


def _becomes(unit: Unit, message: Message, name: str) -> None:
    kept, mark = unit.get(_key(message.thread)), f"{_UNANSWERED}{message.event_id}"
    if kept and not isinstance(kept, str) and mark in kept["by"]:
        by = [name if each == mark else each for each in kept["by"]]
        unit.put(_key(message.thread), {**kept, "by": by})


def is_between(unit: Unit, message: Message, person: Person) -> bool:
    """Whether somebody else did, and now this is said to nobody by name."""
    last = _last(unit, message.thread)
    return not message.addressed and bool(last) and person.name not in last
