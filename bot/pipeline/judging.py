"""What the gate is asked about a plan that is stored already."""

from __future__ import annotations

from bot.domain.plans import Plan
from bot.errors import NotAllowedError
from bot.ports import Ask, GateQuestion, World
from bot.skillkit.catalog import Catalog


def question_of(plan: Plan, world: World, catalog: Catalog) -> GateQuestion:
    """What the gate is asked about a stored plan, in today's world.

    Hosts that have left the inventory are left out here; the plan's frozen targets are
    compared by `Running.recheck`.
    """
    requester = world.people.named(plan.requester)
    if requester is None:
        raise NotAllowedError(f"{plan.requester} is no longer in people.yaml.")
    asks = []
    for step in plan.steps:
        found = [world.inventory.host(name) for name in step.hosts]
        asks.append(
            Ask(
                action=step.action,
                effect=step.effect.value,
                raw=step.raw,
                params=step.params,
                hosts=tuple(h for h in found if h is not None),
                batch=step.batch,
                in_process=step.action in catalog and catalog.action(step.action).in_process,
            )
        )
    return GateQuestion(
        person=requester,
        asks=tuple(asks),
        inventory=world.inventory,
        people=world.people,
        force_production=plan.force_production,
        reason=plan.reason,
        plan=plan,
    )
