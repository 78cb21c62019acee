"""The reaction on a request: its state at a glance, from the moment it was heard.

A mark is owed beside the state that it tells, in the same unit of work, and only where the
platform has a message to put it on.
"""

from __future__ import annotations

from bot.domain.messages import Message, ThreadRef
from bot.domain.posts import Mark, MarkState, PostKind, mark_key
from bot.ports import Unit


def heard(unit: Unit, message: Message) -> None:
    """A message was taken in."""
    if message.remote and message.thread.is_room:
        _owe(
            unit,
            message.thread,
            message.event_id,
            Mark(message=message.remote, state=MarkState.HEARD),
        )


def marked(unit: Unit, thread: ThreadRef, event_id: str, state: MarkState) -> None:
    """What the message asked for stands so now; nothing where the message bears no mark."""
    for post in unit.posts_of(mark_key(event_id)):
        if isinstance(post.body, Mark) and post.place == thread:
            _owe(unit, thread, event_id, Mark(message=post.body.message, state=state))


def _owe(unit: Unit, thread: ThreadRef, event_id: str, mark: Mark) -> None:
    unit.owe(thread, mark_key(event_id), PostKind.MARK, mark, card=mark_key(event_id))
