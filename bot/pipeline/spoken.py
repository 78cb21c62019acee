"""What may be spoken of in a channel that is bound to environments: which plans, which hosts.

A plan that was asked in the channel itself may: its refusal must be explained there.
"""

from __future__ import annotations

from bot.domain.inventory import PRODUCTION
from bot.domain.messages import ThreadRef
from bot.domain.plans import Plan
from bot.domain.wording import listed
from bot.ports import World


class Spoken:
    """The bounds of one conversation, as the settings have them now."""

    def __init__(self, world: World, thread: ThreadRef) -> None:
        """Nothing is bound where the channel isn't."""
        self._bounds = world.bounds(thread)
        self._place = thread.place
        self._environments = {host.name: host.environment for host in world.inventory.hosts}

    def host(self, name: str) -> bool:
        """Whether a host may be spoken of; one that is known no more may not."""
        return self._bounds is None or (self._environments.get(name) in self._bounds.environments)

    def plan(self, plan: Plan) -> bool:
        """Whether a plan may; a change that names no host counts as production."""
        if self._bounds is None or plan.thread.place == self._place:
            return True
        if not plan.hosts and plan.effect.changes:
            return PRODUCTION in self._bounds.environments
        return all(map(self.host, plan.hosts))

    def not_here(self, number: int) -> str:
        """What is said instead of a plan that may not."""
        if self._bounds is None:
            return f"There is no plan #{number}."
        bound = f"{self._bounds.called} is for {listed(self._bounds.environments)}"
        return f"#{number} is about other hosts: {bound}. Ask where it was asked, or me directly."
