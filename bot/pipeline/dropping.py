"""Dropping what is still being read: in memory at once, and written, so that no start finds it.

A stop of any scope does it: one's own requests wherever they were said, those of the conversation
in which it was said, or everybody's. Each that was dropped says so where it was said.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bot.conversation.unread import Unread, Whose
from bot.domain.intents import Control, SmallTalk
from bot.domain.marked import literal
from bot.domain.messages import Person, ThreadRef
from bot.domain.wording import count, shortened
from bot.errors import StoreBusyError
from bot.pipeline import late, pending
from bot.pipeline.stopping import may_freeze
from bot.ports import Store, Unit

_log = structlog.get_logger(__name__)

UNREAD = "unread"
"""The scope of a stop that means what is being read, and nothing that runs or waits."""

_QUOTED = 120
"""Characters of a request that are quoted."""


def overtaken(text: str) -> SmallTalk:
    """What is said of a request that a stop overtook."""
    quoted = shortened(" ".join(text.split()), _QUOTED)
    return SmallTalk(
        text=f"Dropped: “{literal(quoted)}”. A stop came before I had read that, so nothing of it "
        "ran. Say it again if you still want it.",
        overtaken=True,
    )


def told_dropped(dropped: Mapping[str, str], person: str) -> str:
    """`Dropped 2 requests of yours that were still being read.`; empty where none was."""
    if not dropped:
        return ""
    own = " of yours" if set(dropped.values()) == {person} else ""
    were = "was" if len(dropped) == 1 else "were"
    return f"Dropped {count(len(dropped), 'request')}{own} that {were} still being read."


def meant_by(control: Control, thread: ThreadRef, person: Person) -> Whose | None:
    """Whose requests a control drops; None: a resume, or the stop of one plan, drops none."""
    if control.verb == "resume" or control.scope.isdecimal():
        return None
    if control.scope == UNREAD:
        return Whose(person=person.name, thread=thread, here=True)
    every = control.scope == "all" and may_freeze(person)
    return Whose(person=person.name, thread=thread, everybody=every)


class Dropping:
    """Drops requests that are no plan yet."""

    def __init__(self, store: Store, unread: Unread) -> None:
        """`unread` are those that this process is at; the store may keep more."""
        self._store = store
        self.unread = unread

    def at_once(self, whose: Whose | None) -> dict[str, str]:
        """Drop those that this process is at: message → person."""
        return self.unread.drop(whose) if whose is not None else {}

    async def drop(self, whose: Whose) -> dict[str, str]:
        """Drop them, and write it down: message → person.

        Raises:
            StoreBusyError: it can't be written; they are dropped as long as this process lives.
        """
        dropped = self.at_once(whose)
        return dropped | await self._store.write(lambda unit: _obeyed(unit, whose))

    async def try_to(self, whose: Whose) -> dict[str, str]:
        """The same; where it can't be written, only what is in memory."""
        dropped = self.at_once(whose)
        try:
            return dropped | await self._store.write(lambda unit: _obeyed(unit, whose))
        except StoreBusyError as error:
            _log.warning("what a stop has dropped is not written", why=str(error))
            return dropped


def stopped(unit: Unit, whose: Whose) -> dict[str, str]:
    """Void what is meant and waits for its answer, whoever is at it: message → person."""
    return pending.stop(unit, whose.means)


def _obeyed(unit: Unit, whose: Whose) -> dict[str, str]:
    if not whose.event:
        late.obeyed(unit, whose, unit.now)
    return stopped(unit, whose)
