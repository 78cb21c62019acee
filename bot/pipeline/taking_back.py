"""Whether words take back what is still being read in their conversation: "wait", "never mind".

Where a question is open for whoever says it, a second thought answers that question; what they have
said to it and is being read is taken back with it, but for a request that stands by itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.conversation.unread import Unread
from bot.domain.intents import ParseContext, Understanding
from bot.domain.messages import Message, People, Person
from bot.errors import StoreBusyError
from bot.intent.rules.hasty import is_halt, is_second_thought
from bot.pipeline import pending, standing_then
from bot.pipeline.open_question import asked_card
from bot.ports import Store, Unit

_log = structlog.get_logger(__name__)


class TakingBack:
    """Looks at what a message may take back."""

    def __init__(
        self,
        store: Store,
        unread: Unread,
        read: Callable[[str, ParseContext], Awaitable[Understanding]],
        people: Callable[[], People],
    ) -> None:
        """`read` is what the rules make of words."""
        self._store = store
        self._unread = unread
        self._read = read
        self._people = people

    async def is_meant(self, message: Message, person: Person) -> bool:
        """Whether it drops what this person has said there and is being read."""
        if message.pressed or not self._unread.is_reading(person.name, message.thread):
            return False
        if is_halt(message.text):
            return True
        if not is_second_thought(message.text):
            return False
        try:
            said = await self._store.read(lambda u: self._said_to(u, message, person))
        except StoreBusyError as error:  # a question can't be answered now either
            _log.warning("what is asked can't be looked up", said=message.event_id, why=str(error))
            return True
        if said is None:
            return True
        for text, context in said:
            found = await self._read(text, context)
            if not (found.apart or found.beside):
                return True
        return False

    def _said_to(
        self, unit: Unit, message: Message, person: Person
    ) -> list[tuple[str, ParseContext]] | None:
        """What they said to the question that they are asked; None: they are asked none."""
        card = asked_card(unit, message.thread, person.name)
        if not card:
            return None
        people = self._people()
        return [
            (each.text, standing_then.known(unit, each, person, people))
            for each in pending.said_to(unit, message.thread, card)
        ]
