"""What was said while nobody heard it, and is heard now: what it can't be any more. Pure.

    said before Overseer came   words among people in a thread into which it was called later: they
                                were none of its business, and are none now that it reads them
    said before a stop          a stop that was obeyed since drops it, as it drops what is read
    said before a question,     it answers no question, and changes or withdraws no plan, that
    or before a plan            nobody had seen when it was said

All are held against what a platform's own numbers say of the order (they grow with time, on Slack
and on Discord), and against the time where there is none. Of the last the time alone says it as
well, so that clocks that differ keep nobody's answer from its question.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.conversation.unread import Whose
from bot.domain.messages import Message, ThreadRef
from bot.pipeline import pending
from bot.ports import Unit
from bot.ports.readable import readable

OBEYED = "obeyed"
ASKED = "asked late"
"""Plans that were asked for by what came late, and when that was said."""
MOST = 500
"""Stops, and such plans, that are remembered, the newest."""
CLOCKS = timedelta(seconds=3)
"""So much clocks differ, and so long what comes at once may take."""


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


def came_late(unit: Unit, message: Message) -> bool:
    """Whether it was said well before it is heard, and not to what is named with it."""
    return not message.asked and unit.now - message.at > CLOCKS


def was_before(unit: Unit, message: Message, card: str, since: datetime) -> bool:
    """Whether it was said before what is on a card `since` then."""
    if since <= message.at + CLOCKS:
        return False
    posts = (p for p in unit.posts_of(card) if p.place.surface == message.thread.surface)
    shown = [number for post in posts if (number := _number(post.remote)) is not None]
    said = _number(message.remote)
    return said is None or not shown or said < min(shown)


def asked(unit: Unit, plan: int, event: str) -> None:
    """A plan is asked for by a message: if that came late, it was asked for when it was said."""
    said = pending.late_then(unit, event) if event else None
    if said is not None:
        unit.put(ASKED, [*(unit.get(ASKED) or ()), [plan, said.at.isoformat()]][-MOST:])


def is_newer(unit: Unit, message: Message, plan: int) -> bool:
    """Whether a plan was asked for since a message was said."""
    stored = readable(unit, plan, 1)
    if stored is None:
        return False
    noted = dict(unit.get(ASKED) or ())
    at = noted.get(plan)
    since = datetime.fromisoformat(at) if at else stored.plan.created_at
    return was_before(unit, message, f"plan-{plan}", since)


def _called(thread: ThreadRef) -> str:
    return f"called/{thread}"


def _number(remote: str) -> Decimal | None:
    try:
        found = Decimal(remote)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
