"""What only repeats beside a plan that waits: "again", "do it". It asks for nothing a second time.

What was asked last is asked for still, so a plan like it would want votes beside it, and run after
it. When it is decided, has run or is over, the same words ask for it anew.
"""

from __future__ import annotations

from bot.conversation.threads import spoken_of
from bot.domain.intents import Intent, Question, SmallTalk, Understanding
from bot.domain.messages import Message, ThreadRef
from bot.domain.repeats import goes_ahead, repeats
from bot.domain.runs import PlanState
from bot.intent.rules.not_understood import is_unclear
from bot.ports import PlanFilter, Store, Unit


async def judged(read: Understanding, message: Message, store: Store) -> Understanding:
    """A message as it is to be answered: how the plan of which it speaks stands, if that waits."""
    said = read.picks or message.text
    goes = goes_ahead(said)
    unclear = goes and isinstance(read.outcome, Question) and is_unclear(read.outcome)
    if not isinstance(read.outcome, Intent) and not unclear:
        return read
    shown = message.plan_only or read.plan_only  # it asks nobody for anything
    if shown or not (goes or repeats(said)):
        return read
    stands = await store.read(lambda u: _stands(u, message.thread, message.person or ""))
    told = SmallTalk(text=stands, answers=True, stands=True)
    return read.model_copy(update={"outcome": told}) if stands else read


def _stands(unit: Unit, thread: ThreadRef, person: str) -> str:
    """How the plan that they speak of in a thread waits; empty: it does not."""
    for newest in unit.plans(PlanFilter(thread=thread, limit=1)):
        stored = spoken_of(unit, newest, person)
        waits = "votes" if stored.state is PlanState.WAITING else ""
        begins = stored.state is PlanState.APPROVED and stored.plan.start is not None
        if begins and unit.run(stored.plan.id) is None:
            waits = "its time"
        if waits:
            number = stored.plan.id
            return f"#{number} asks for that already, and waits for {waits}."
    return ""
