"""The number of a plan is given in the unit that stores it, or shows its first card. Pure.

So nothing is written down before there is something to show, and no number is left without a card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.plans import Plan, digest_of
from bot.pipeline import pending
from bot.ports import Unit

Within = Callable[[Unit], int]
"""Gives the number of a request in the unit that needs it."""
UNNUMBERED = 0
"""The number of a plan that has none yet."""


@dataclass
class Number:
    """The number under which a request is answered, once it is `known`.

    `event` is the message's.
    """

    event: str
    known: int | None

    def within(self, unit: Unit) -> int:
        """It, given now if it wasn't; the same one when a restart asks for it again."""
        return self.known or pending.reserve(unit, self.event)


def numbered(plan: Plan, number: int) -> Plan:
    """The plan under its number; one that was judged has its digest then, which binds that."""
    if plan.id == number:
        return plan
    plan = plan.model_copy(update={"id": number})
    if plan.verdict is None:
        return plan
    return plan.model_copy(update={"digest": digest_of(plan, plan.verdict.policy)})
