"""What an objection comes to that is said to Overseer and changes nothing: what goes on as it was.

"don't run it" withdraws one's own plan where it is open. Said about another's, in another thread or
below a card's copy, it must never be answered as if it had been obeyed: people read that nothing
will run, and it does. So they are told what waits or runs as before, and how it is ended.
"""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.copied import below, standing
from bot.conversation.holders import steers
from bot.domain.intents import Outcome, ParseContext, Question, SmallTalk, Understanding
from bot.domain.messages import Message, People, Person, ThreadRef
from bot.domain.runs import RUN_ENDED, RUN_HALTED, PlanState, RunState
from bot.domain.wording import listed
from bot.gate.approval_desk import may_withdraw
from bot.intent.rules import revising
from bot.pipeline import unaddressed
from bot.ports import PlanFilter, Store, StoredPlan, Unit
from bot.ports.readable import readable

LOOKED_AT = 50
"""The newest plans that wait: in its thread, of theirs, and of all, whose votes are theirs."""
NAMED = 4
"""So many are named; of more it is said that there are."""

_RUNS, _HALTED, _WAITS = "runs", "halted", "waits"
Open = tuple[StoredPlan, str]
"""A plan, and which of these it is."""


async def outcome(
    read: Understanding,
    message: Message,
    person: Person,
    *,
    asked: Question | None,
    stood: ParseContext,
    store: Store,
    people: People,
) -> Outcome:
    """What a message comes out as; `asked` was open, and so its conversation `stood`."""
    if not unaddressed.is_objection(read, message, asked):
        return _beside_run(read.outcome, stood)
    goes = revising.still_goes(stood.open, stood.moving)
    if not goes:
        goes = await store.read(lambda u: stands(u, message.thread, person, people))
    return SmallTalk(text=goes) if goes else read.outcome


def _beside_run(outcome: Outcome, stood: ParseContext) -> Outcome:
    """An answer that says that nothing ran, with what runs meanwhile and is theirs to stop."""
    if not isinstance(outcome, SmallTalk | Question) or "othing ran" not in outcome.text:
        return outcome
    theirs = [run for run in stood.moving if run.mine or stood.decides]
    goes = revising.still_goes((), [run.model_copy(update={"mine": True}) for run in theirs])
    text = f"{outcome.text} {goes}".rstrip()
    return outcome.model_copy(update={"text": text})


def stands(unit: Unit, thread: ThreadRef, person: Person, people: People) -> str:
    """What goes on in a thread, else of what is theirs elsewhere; empty: nothing does."""
    found = _open(unit, thread, person)
    above = below(unit, thread, person.name)
    here = [above.plan.id] if above is not None else []
    meant = [each for each in found if each[0].plan.thread == thread or each[0].plan.id in here]
    lead = "I took nothing back by that."
    if not meant:
        there = {stored.plan.id for stored in standing(unit, thread, person.name)}
        meant = [e for e in found if e[0].plan.id in there or _concerns(unit, e, person)]
        lead = "Nothing of this conversation waits or runs, so I took nothing back."
    if not meant:
        return ""
    said = [_told(unit, each, person, people) for each in meant[:NAMED]]
    more = ["There is more: ask `what waits for me?`."] if len(meant) > NAMED else []
    return " ".join([lead, *said, *more])


def _open(unit: Unit, thread: ThreadRef, person: Person) -> list[Open]:
    """What runs or has halted, and what waits, the newest first."""
    found: dict[int, Open] = {}
    for run in unit.runs(frozenset(RunState) - RUN_ENDED):
        stored = readable(unit, run.plan)
        if stored is not None and stored.plan.effect.changes:
            found[run.plan] = (stored, _HALTED if run.state in RUN_HALTED else _RUNS)
    pending = frozenset({PlanState.WAITING, PlanState.APPROVED})
    newest = PlanFilter(states=pending, without_run=True, limit=LOOKED_AT)
    for want in (newest, replace(newest, thread=thread), replace(newest, person=person.name)):
        found.update({stored.plan.id: (stored, _WAITS) for stored in unit.plans(want)})
    return [found[number] for number in sorted(found, reverse=True)]


def _concerns(unit: Unit, found: Open, person: Person) -> bool:
    """Whether it is theirs, waits for their vote, or runs and is theirs to stop."""
    stored, how = found
    plan = stored.plan
    theirs = plan.requester == person.name or steers(unit, plan, person.name)
    return theirs or _votes(stored, person) or (how == _RUNS and may_withdraw(person, plan))


def _told(unit: Unit, found: Open, person: Person, people: People) -> str:
    stored, how = found
    plan, number = stored.plan, stored.plan.id
    ends = may_withdraw(person, plan) or steers(unit, plan, person.name)
    others = f"{people.shown(plan.requester)} or an approver"
    if how == _RUNS:
        return (
            f"#{number} runs: {f'`stop {number}` stops it' if ends else f'{others} can stop it'}."
        )
    if how == _HALTED:
        return f"#{number} needs a decision: the buttons are on its card."
    ways = [f"`stop {number}` withdraws it"] if ends else []
    if _votes(stored, person):
        ways.insert(0, "*Deny…* on its card refuses it")
    return f"#{number} still waits: {listed(ways, 'or') if ways else f'{others} can withdraw it'}."


def _votes(stored: StoredPlan, person: Person) -> bool:
    """Whether it waits for their vote."""
    plan = stored.plan
    able = plan.verdict.approvers if plan.verdict else ()
    return stored.state is PlanState.WAITING and person.name in able
