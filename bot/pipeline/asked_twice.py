"""What only repeats beside a plan that waits: "again", "do it". It asks for nothing a second time.

Nor does what comes to the very same by words that name nothing of it: "can we do this now?".

What was asked last is asked for still, so a plan like it would want votes beside it, and run after
it. When it is decided, has run or is over, the same words ask for it anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.threads import spoken_of
from bot.domain.intents import Intent, ParseContext, Question, SmallTalk, Understanding, Wish
from bot.domain.messages import Message, ThreadRef
from bot.domain.plans import Plan
from bot.domain.repeats import goes_ahead, repeats
from bot.domain.revisions import intent_of
from bot.domain.runs import PlanState
from bot.intent.rules.not_understood import is_unclear
from bot.ports import PlanFilter, Store, Unit

_NOW = re.compile(r"\b(?:now|at once|right away|immediately)\b", re.IGNORECASE)


async def judged(
    read: Understanding, message: Message, stood: ParseContext, store: Store
) -> Understanding:
    """A message as it is to be answered: how the plan of which it speaks stands, if that waits.

    Where nothing was asked before, as it `stood`, nothing is looked up.
    """
    if not stood.request:
        return read
    said = read.picks or message.text
    goes = goes_ahead(said)
    unclear = goes and isinstance(read.outcome, Question) and is_unclear(read.outcome)
    if not isinstance(read.outcome, Intent) and not unclear:
        return read
    shown = message.plan_only or read.plan_only  # it asks nobody for anything
    if shown:
        return read
    intent = read.outcome if isinstance(read.outcome, Intent) else None
    asks = None if goes or repeats(said) else intent
    person = message.person or ""
    stands = await store.read(lambda u: _stands(u, message.thread, person, asks, said))
    told = SmallTalk(text=stands, answers=True, stands=True)
    return read.model_copy(update={"outcome": told}) if stands else read


def _stands(unit: Unit, thread: ThreadRef, person: str, asks: Intent | None, said: str) -> str:
    """How the plan that they speak of waits; empty: it does not, or is another than one `asks`."""
    for newest in unit.plans(PlanFilter(thread=thread, limit=1)):
        stored = spoken_of(unit, newest, person)
        if asks is not None and not _is_meant(stored.plan, asks, said):
            continue
        waits = "votes" if stored.state is PlanState.WAITING else ""
        begins = stored.state is PlanState.APPROVED and stored.plan.start is not None
        if begins and unit.run(stored.plan.id) is None:
            waits = "its time"
        if waits:
            number = stored.plan.id
            sooner = " `now instead` begins it at once." if begins and _NOW.search(said) else ""
            return f"#{number} asks for that already, and waits for {waits}.{sooner}"
    return ""


def _is_meant(plan: Plan, asks: Intent, said: str) -> bool:
    """Whether what is asked for is this plan, which the words can mean only as "it".

    How it is to be done, when, and why are this plan's, or not said.
    """
    low, wished = said.casefold(), intent_of(plan).wishes
    names = {*plan.hosts, *(str(wish.params.get("service") or plan.title) for wish in wished)}
    names |= {wish.action.partition(".")[2] for wish in wished}  # "restart it again" says it anew
    if any(name.casefold() in low for name in names) or asks.reason not in ("", plan.reason):
        return False
    ways, has = asks.options.model_dump(exclude_defaults=True), plan.asked.model_dump()
    same = all(has[name] == way for name, way in ways.items())
    return same and _deeds(asks.wishes) == _deeds(wished)


def _deeds(wishes: Sequence[Wish]) -> list[tuple[str, list[tuple[str, str]]]]:
    def params(wish: Wish) -> list[tuple[str, str]]:
        found = {**wish.params, "hosts": sorted(wish.params.get("hosts") or ())}
        return sorted((name, str(value)) for name, value in found.items())

    return [(wish.action, params(wish)) for wish in wishes]
