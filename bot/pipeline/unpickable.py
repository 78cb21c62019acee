"""What no press of a model's choice does, whatever is written on it: that is only to be said.

No model may offer it (`bot.intent.model.choices`), but what was harmless as it was offered may not
be any more: a run has halted since, say.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.conversation.threads import context_of
from bot.domain.intents import Control, ParseContext, Understanding
from bot.domain.messages import Person, ThreadRef
from bot.errors import ConflictError
from bot.intent.model.measuring import DECIDE_IT, SAY_IT
from bot.intent.rules.deciding import decides
from bot.ports import Store

Read = Callable[[str, ParseContext], Awaitable[Understanding]]


async def refuse_steering(
    text: str, thread: ThreadRef, person: Person, store: Store, read: Read
) -> None:
    """See that a sentence would stop, resume, withdraw and decide nothing, were it typed there.

    Raises:
        ConflictError: it would.
    """
    if isinstance((await read(text, ParseContext())).outcome, Control):
        raise ConflictError(SAY_IT.text)
    here = await store.read(lambda u: context_of(u, thread, person.name))
    if not here.halted:
        return
    here = here.model_copy(update={"question": None})
    if decides((await read(text, here)).outcome, here):
        raise ConflictError(DECIDE_IT.text)
