"""What is told of a stop that is said to nobody in another's conversation: how it is done.

Colleagues say "whoa stop" and "cancel it" to each other, so that by a role alone such words stop
nothing, and of who may not stop it none do. One who means it would else take silence for a stop.
It is told them alone, once for each plan, as applause is; what they say to Overseer by its name is
answered as always. Who was told is forgotten when the run is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from bot.conversation.holders import steerer
from bot.domain.intents import Control
from bot.domain.messages import Message, People, Person, Reply
from bot.domain.plans import Plan
from bot.domain.runs import RUN_ENDED, Run
from bot.domain.wording import listed, number_in
from bot.intent.rules.control import is_among_people
from bot.intent.rules.stop_clauses import clause_in
from bot.pipeline import overheard
from bot.pipeline.stoppable import may_stop, moving
from bot.pipeline.whose_words import whose
from bot.ports import Store, Unit

TOLD: Final = "told no stop"
"""The box of what is kept: a plan's number → who was told."""
AT_ONCE = 200
"""Plans of which it is forgotten at one start."""
_THEIRS = (
    "That stopped nothing, as it may have been said to somebody here: `stop {numbers}` stops "
    "{plans}, and so does *Stop* on {cards}."
)
_ANOTHERS = (
    "That stopped nothing: {owner}, an approver or an admin may stop {plans}, by `stop {numbers}` "
    "or *Stop* on {cards}."
)


async def answered(
    message: Message, person: Person, stop: Control | None, store: Store, people: People
) -> Reply:
    """What comes of words to nobody in another's conversation: mostly silence.

    `stop` is the one that the whole of them is, and that was not theirs to say there.

    Raises:
        StoreBusyError: that they are told can't be written down.
    """
    reply = await whose(message, person, store, people)
    stop = stop or _among(message.text)
    if reply.text or stop is None or is_among_people(message.text):
        return reply
    text = await store.write(lambda u: _told(u, message, person, stop, people))
    return Reply(accepted=not text, text=text, thread=message.thread if text else None)


def _among(text: str) -> Control | None:
    """The stop among other words, be it of one run or of both."""
    clause = clause_in(text) if overheard.is_for_all(text) else None
    both = clause is not None and clause.sure and clause.every
    return Control(verb="stop") if both else overheard.stop_among(text)


def _told(unit: Unit, message: Message, person: Person, stop: Control, people: People) -> str:
    """The sentence; empty: nothing that it can mean runs there, or they have been told."""
    whose: dict[str, list[int]] = {}
    for plan in _meant(unit, message, person, stop):
        names = list(unit.kept(TOLD, str(plan.id)) or ())
        if person.name in names:
            continue
        unit.keep(TOLD, str(plan.id), [*names, person.name])
        owner = "" if may_stop(unit, plan, person) else people.shown(steerer(unit, plan))
        whose.setdefault(owner, []).append(plan.id)
    return " ".join(_how(owner, sorted(numbers)) for owner, numbers in whose.items())


def _meant(unit: Unit, message: Message, person: Person, stop: Control) -> list[Plan]:
    """What runs there that it can mean: the newest, those of its numbers, or both."""
    runs = [stored.plan for stored in moving(unit, message.thread, person)]
    if numbers := {number_in(stop.scope), *stop.also} - {None}:
        return [plan for plan in runs if plan.id in numbers]
    clause = clause_in(message.text)
    return runs[: 2 if clause is not None and clause.every else 1]


def _how(owner: str, plans: list[int]) -> str:
    """What stops these; `owner`: whose they are, where they may not."""
    return (_ANOTHERS if owner else _THEIRS).format(
        owner=owner,
        plans=listed([f"#{number}" for number in plans]),
        numbers=listed([str(number) for number in plans]),
        cards="its card" if len(plans) == 1 else "their cards",
    )


def follow(unit: Unit, plan: int, run: Run | None) -> None:
    """Forget who was told of a run that is over: nobody is told of such."""
    if run is None or run.state in RUN_ENDED:
        unit.drop(TOLD, str(plan))


def left(unit: Unit) -> tuple[str, ...]:
    """Keys of what is kept of such runs; the oldest `AT_ONCE`."""
    over = (key for key in unit.kept_keys(TOLD) if _is_over(unit, int(key)))
    return tuple(islice(over, AT_ONCE))


def forget(unit: Unit, keys: Sequence[str]) -> None:
    """Forget these, which can't begin again."""
    for key in keys:
        unit.drop(TOLD, key)


def _is_over(unit: Unit, plan: int) -> bool:
    run = unit.run(plan)
    return run is None or run.state in RUN_ENDED
