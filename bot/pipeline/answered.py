"""The answer to a message, its event, its sign and the end of its waiting, all at once. Pure."""

from __future__ import annotations

from bot.domain.cards import Card, ThreadItem
from bot.domain.events import Event
from bot.domain.messages import Message, Person
from bot.domain.posts import MarkState
from bot.pipeline import pending
from bot.pipeline.marking import marked
from bot.pipeline.open_question import asks, said_beside
from bot.ports import Unit
from bot.reporting.mouth import put

_BESIDE = frozenset({"refusal", "state", "why"})
"""Kinds of answers to what was said beside an open question: a mere "ok" may be to one of them."""


def told(
    unit: Unit,
    message: Message,
    person: Person,
    kind: str,
    text: str,
    card: Card,
    mark: MarkState = MarkState.DONE,
) -> ThreadItem | None:
    """Store it; `mark` is what came of the message, and of those that it completes."""
    if kind in _BESIDE and asks(unit, message.thread, person.name):
        said_beside(unit, message.thread)
    unit.append(
        Event(
            kind="request.answered", at=unit.now, person=person.name,
            data={"kind": kind, "text": text},
        )
    )  # fmt: skip
    for each in (message.event_id, *pending.answered(unit, message.event_id)):
        marked(unit, message.thread, each, mark)
    pending.done(unit, message.event_id)
    return put(unit, message.thread, card)
