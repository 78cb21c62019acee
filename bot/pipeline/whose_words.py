"""What who objects to their own plan is told where the conversation is another's, and they say so
to nobody by name: whose it is, once for each plan.

There their words change and withdraw nothing, however plain they are; and silence would read as if
they had. Who was told is forgotten as the plan waits no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from bot.conversation import holders
from bot.domain.messages import Message, People, Person, Reply
from bot.domain.runs import PlanState
from bot.pipeline import overheard, unaddressed
from bot.pipeline.stoppable import is_own
from bot.ports import PlanFilter, Store, StoredPlan, Unit

TOLD: Final = "told whose"
"""The box of what is kept: a plan's number → who was told."""
AT_ONCE = 200
"""Plans of which it is forgotten at one start."""
LONGEST = 200
"""Characters of an objection; what is longer is talk among people."""
LOOKED_AT = 5
"""The newest plans of a conversation among which theirs is looked for."""
_TALK = re.compile(r"\W*(?:never ?mind|nvm)\W*", re.IGNORECASE)
"""What people say to each other of whatever it is."""
_WHOSE = (
    "This conversation is {holder}'s, so what you say in it takes nothing back: #{number} still "
    "waits, and `cancel {number}` withdraws it."
)


async def whose(message: Message, person: Person, store: Store, people: People) -> Reply:
    """What comes of words that are said to nobody in another's conversation: mostly silence.

    Raises:
        StoreBusyError: that they are told can't be written down.
    """
    said, text = message.text, ""
    is_short = len(said) <= LONGEST and _TALK.fullmatch(said) is None
    if is_short and unaddressed.objects(said) and overheard.is_for_all(said):
        text = await store.write(lambda u: _told(u, message, person, people))
    return Reply(accepted=not text, text=text, thread=message.thread if text else None)


def _told(unit: Unit, message: Message, person: Person, people: People) -> str:
    """The sentence; empty: nothing of theirs waits there, or they have been told."""
    holder = holders.holder(unit, message.thread)
    if not holder or unit.asked(message.thread) is not None:  # it is rather about the question
        return ""
    waiting = frozenset({PlanState.WAITING})
    here = unit.plans(PlanFilter(thread=message.thread, states=waiting, limit=LOOKED_AT))
    number = next((s.plan.id for s in here if is_own(unit, s.plan, person)), 0)
    names = list(unit.kept(TOLD, str(number)) or ()) if number else []
    if not number or person.name in names:
        return ""
    unit.keep(TOLD, str(number), [*names, person.name])
    return _WHOSE.format(holder=people.shown(holder), number=number)


def follow(unit: Unit, stored: StoredPlan) -> None:
    """Forget who was told of a plan that waits no more: nobody is told of such."""
    if stored.state is not PlanState.WAITING:
        unit.drop(TOLD, str(stored.plan.id))


def left(unit: Unit) -> tuple[str, ...]:
    """Keys of what is kept of such plans; the oldest `AT_ONCE`."""
    return tuple(islice(_left(unit), AT_ONCE))


def forget(unit: Unit, keys: Sequence[str]) -> None:
    """Forget these, unless the plan has come to wait again since they were found."""
    still = set(_left(unit))
    for key in keys:
        if key in still:
            unit.drop(TOLD, key)


def _left(unit: Unit) -> Iterator[str]:
    waiting = {str(number) for number, _ in unit.plans_in(PlanState.WAITING)}
    return (key for key in unit.kept_keys(TOLD) if key not in waiting)
