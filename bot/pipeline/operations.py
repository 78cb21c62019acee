"""What happens inside Overseer itself: the closed registry behind `Call`.

Each operation runs in the unit of work that records its attempt, so that its effect and its
result commit together. The person is the requester, never an argument that a parser chose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.events import Event
from bot.domain.inventory import ConnectionKind, Inventory
from bot.domain.messages import Person, Role
from bot.domain.runs import RUN_ENDED, RUN_HALTED, RunState
from bot.errors import ConflictError, NotAllowedError
from bot.execution.ledger import write_cancelled
from bot.gate.approval_desk import ApprovalDesk, may_withdraw
from bot.pipeline.history import history as history_of
from bot.pipeline.history import show as show_one
from bot.ports import OPERATIONS, Operation, Unit, World
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Action

_NOBODY = "nobody-by-this-name"
Registry = Mapping[str, Operation]


def registry(world: Callable[[], World], catalog: Catalog, desk: ApprovalDesk) -> Registry:
    """Every operation by name.

    Raises:
        ConflictError: the registry and `bot.ports.OPERATIONS` differ.
    """

    def hosts(unit: Unit, person: Person, arguments: Mapping[str, Any]) -> Any:
        del unit, person
        return _hosts(world(), str(arguments.get("group") or ""))

    def history(unit: Unit, person: Person, arguments: Mapping[str, Any]) -> Any:
        return history_of(unit, person, arguments, world())

    def show(unit: Unit, person: Person, arguments: Mapping[str, Any]) -> Any:
        return show_one(unit, person, int(arguments["plan"]), world())

    def cancel(unit: Unit, person: Person, arguments: Mapping[str, Any]) -> Any:
        return _cancel(unit, person, int(arguments["plan"]), desk)

    def helping(unit: Unit, person: Person, arguments: Mapping[str, Any]) -> Any:
        del unit
        return _help(catalog, person, str(arguments.get("topic") or ""), world().inventory)

    found: dict[str, Operation] = {
        "host.list": hosts, "plan.history": history, "plan.show": show,
        "plan.cancel": cancel, "help.show": helping,
    }  # fmt: skip
    if set(found) != set(OPERATIONS):
        raise ConflictError(f"The registry of operations lacks {set(OPERATIONS) ^ set(found)}.")
    return found


def _hosts(world: World, group: str) -> list[dict[str, Any]]:
    return [
        {
            "name": h.name, "groups": list(h.groups), "environment": h.environment,
            "connection": h.connection.kind.value,
            "address": "" if h.connection.kind is ConnectionKind.LOCAL else h.connection.address,
        }
        for h in sorted(world.inventory.hosts, key=lambda h: h.name)
        if not group or group in h.groups or group == h.environment
    ]  # fmt: skip


# -- cancel ---------------------------------------------------------------------------------


def _cancel(unit: Unit, person: Person, number: int, desk: ApprovalDesk) -> dict[str, Any]:
    """Withdraw a plan that waits, or stop one that runs: never gated for those who may."""
    stored = unit.plan(number)
    if stored is None:
        raise ConflictError(f"There is no plan #{number}.")
    if not may_withdraw(person, stored.plan):
        raise NotAllowedError(
            f"Only {stored.plan.requester}, an approver or an admin may cancel #{number}."
        )
    run = unit.run(number)
    if run is None:
        decided = desk.cancel_in(unit, number, stored.plan.revision, by=person.name)
        return {"plan": number, "state": decided.stored.state.value, "text": decided.text}
    if run.state in RUN_ENDED:
        raise ConflictError(f"#{number} has ended already.")
    if run.state in RUN_HALTED:
        write_cancelled(unit, number, by=person.name)
        text = f"#{number} stops here; its hosts are free."
        return {"plan": number, "state": RunState.CANCELLED.value, "text": text}
    unit.save_run(run.model_copy(update={"stopping": True}))
    unit.append(
        Event(
            kind="run.decided", at=unit.now, plan=number, person=person.name,
            data={"button": "stop"},
        )
    )  # fmt: skip
    text = f"#{number} starts nothing more; what runs ends by itself."
    return {"plan": number, "state": run.state.value, "text": text}


# -- help -----------------------------------------------------------------------------------


def _help(catalog: Catalog, person: Person, topic: str, inventory: Inventory) -> dict[str, Any]:
    """What can be asked; the examples name a host that exists."""
    host = min(inventory.names(), key=lambda name: (name != "localhost", name), default="web-1")
    wanted = topic.strip().lower()
    found = [a for a in catalog if not wanted or _matches(a, wanted, catalog)]
    return {
        "topic": topic,
        "actions": [
            {"name": a.name, "summary": a.summary, "example": a.example.format(host=host)}
            for a in found
        ],
        "may": _may(person),
        "disabled": [{"name": d.name, "why": str(d)} for d in catalog.disabled],
    }


def _matches(action: Action, topic: str, catalog: Catalog) -> bool:
    stem = topic.rstrip("s")
    skill = catalog.skills[action.skill]
    return (
        topic in (action.skill, action.name)
        or stem in (action.skill, action.name.partition(".")[2])
        or stem in action.summary.lower()
        or stem in skill.summary.lower()
    )


def _may(person: Person) -> str:
    if person.has(Role.ADMIN):
        return "You are an admin: you may ask for everything and approve others' plans."
    if person.has(Role.APPROVER):
        return "You may ask for changes and approve others' plans."
    if person.has(Role.OPERATOR):
        return "You may ask for changes; somebody else approves them."
    return "You may look at everything; changes are for operators."
