"""What was said while nobody heard it, and is heard now: what it can't be any more. Pure.

    said before Overseer came   words among people in a thread into which it was called later: they
                                were none of its business, and are none now that it reads them
    said before a stop          a stop that was obeyed since drops it, as it drops what is read

Both are held against what a platform's own numbers say of the order (they grow with time, on Slack
and on Discord), and against the time where there is none.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.conversation.unread import Whose
from bot.domain.messages import Message, ThreadRef
from bot.ports import Unit

OBEYED = "obeyed"
MOST = 500
"""Stops that are remembered, the newest."""


def called_in(unit: Unit, message: Message) -> None:
    """Overseer's conversation begins with this message: what stands before it is not for it."""
    thread = message.thread
    if thread.is_room and not thread.is_direct and message.remote not in ("", thread.thread):
        unit.put(_called(thread), message.remote)


def was_there(unit: Unit, message: Message) -> bool:
    """Whether Overseer was in the conversation when a message was said there."""
    since = _number(unit.get(_called(message.thread)) or "")
    said = _number(message.remote)
    return since is None or said is None or said >= since


def obeyed(unit: Unit, whose: Whose, at: datetime, said: Message | None = None) -> None:
    """A stop was obeyed at a time; `said`: the message that was it."""
    entry: dict[str, Any] = {
        **asdict(whose),
        "thread": whose.thread.model_dump(mode="json") if whose.thread else None,
        "at": at.isoformat(),
        "of": [said.thread.surface, said.remote] if said is not None else ["", ""],
    }
    unit.put(OBEYED, [*(unit.get(OBEYED) or ()), entry][-MOST:])


def is_void(unit: Unit, message: Message, person: str) -> bool:
    """Whether a stop that means it was obeyed after it had been said."""
    for kept in unit.get(OBEYED) or ():
        entry = dict(kept)
        at, (surface, remote) = datetime.fromisoformat(entry.pop("at")), entry.pop("of")
        thread = entry.pop("thread")
        whose = Whose(thread=ThreadRef.model_validate(thread) if thread else None, **entry)
        if not whose.means(message.event_id, person, message.thread):
            continue
        stop = _number(remote) if surface == message.thread.surface else None
        said = _number(message.remote)
        before = said < stop if stop is not None and said is not None else message.at < at
        if before:
            return True
    return False


def _called(thread: ThreadRef) -> str:
    return f"called/{thread}"


def _number(remote: str) -> Decimal | None:
    try:
        found = Decimal(remote)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
