"""The ways on of a run that waits for a decision, as words: those that its card offers."""

from __future__ import annotations

from bot.conversation.holders import steerer
from bot.domain.plans import Plan
from bot.domain.runs import RUN_HALTED, Run
from bot.domain.wording import listed
from bot.intent.rules.deciding import SAYABLE
from bot.pipeline import receivers
from bot.pipeline.steering import receiver_of
from bot.ports import Unit, World
from bot.reporting.reader import Reader

_ON = frozenset({"retry", "skip", "mark_done", "recheck", "again"})
MOST_NAMED = 4
"""People who may decide, by their names; the rest is counted."""
_HARMLESS = frozenset({"retry", "recheck", "again"})
"""What does no more than was approved, or only looks."""


def offered(unit: Unit, plan: int) -> tuple[str, ...]:
    """The buttons that the card of a plan has now; none where it has no card yet."""
    card = unit.card(f"plan-{plan}")
    return tuple(button.id for button in card[1].buttons) if card else ()


def onward(buttons: tuple[str, ...]) -> str:
    """The one way in which a run can go on, where there is but one; else empty.

    That is where its votes hold no more, and so it only asks for new ones.
    """
    on = [each for each in dict.fromkeys(buttons) if each in _ON]
    return on[0] if len(on) == 1 and on[0] in _HARMLESS else ""


def told(plan: int, buttons: tuple[str, ...], *, of: str = "", already: bool = False) -> str:
    """What may be said instead; `of` is whose decision it is, `already`: it was to be halted."""
    ways = listed([f"`{SAYABLE[each]}`" for each in buttons if each in SAYABLE], "or")
    if not ways:
        return f"#{plan} waits for no such decision; its card shows how it stands."
    decision = f"a decision of {of}" if of else "a decision"
    stands = "has halted already and waits" if already else "waits"
    return f"#{plan} {stands} for {decision}: say {ways}, or press a button on its card."


def decision(unit: Unit, plan: Plan, run: Run | None, world: World, reader: Reader) -> str:
    """Who may decide about a halted run, and by which words; empty: it has not halted."""
    if run is None or run.state not in RUN_HALTED:
        return ""
    buttons = offered(unit, plan.id)
    if (receiver := receiver_of(run, world.people)) is not None:
        return told(plan.id, buttons, of=f"{reader.who(receiver)} or an admin")
    names = receivers.deciders(run, (steerer(unit, plan), plan.requester), world)
    who = [reader.who(name) for name in names[:MOST_NAMED]]
    rest = [f"{len(names) - len(who)} more"] if len(names) > len(who) else []
    return told(plan.id, buttons, of=listed([*who, *rest], "or"))
