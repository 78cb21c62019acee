"""What happens inside Overseer itself: the closed registry behind `Call`.

Each operation runs in the unit of work that records its attempt, so that its effect and its
result commit together. The person is the requester, never an argument that a parser chose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.conversation.holders import steers
from bot.domain.events import Event
from bot.domain.inventory import ConnectionKind
from bot.domain.messages import Person
from bot.domain.runs import RUN_ENDED, RUN_HALTED, RunState
from bot.errors import ConflictError, NotAllowedError
from bot.execution.ledger import write_cancelled
from bot.gate.approval_desk import ApprovalDesk, may_withdraw
from bot.pipeline.helping import help_for
from bot.pipeline.history import history as history_of
from bot.pipeline.history import show as show_one
from bot.pipeline.spoken import Spoken
from bot.ports import OPERATIONS, Caller, Operation, Unit, World
from bot.skillkit.catalog import Catalog

Registry = Mapping[str, Operation]


def registry(world: Callable[[], World], catalog: Catalog, desk: ApprovalDesk) -> Registry:
    """Every operation by name.

    Raises:
        ConflictError: the registry and `bot.ports.OPERATIONS` differ.
    """

    def hosts(unit: Unit, caller: Caller, arguments: Mapping[str, Any]) -> Any:
        del unit
        spoken = Spoken(world(), caller.thread)
        listed = _hosts(world(), str(arguments.get("group") or ""))
        here = [host for host in listed if spoken.host(host["name"])]
        others = len(listed) - len(here)
        return {"hosts": here, "elsewhere": others} if others else here

    def history(unit: Unit, caller: Caller, arguments: Mapping[str, Any]) -> Any:
        return history_of(unit, caller, arguments, world())

    def show(unit: Unit, caller: Caller, arguments: Mapping[str, Any]) -> Any:
        return show_one(unit, caller, int(arguments["plan"]), world())

    def cancel(unit: Unit, caller: Caller, arguments: Mapping[str, Any]) -> Any:
        return _cancel(unit, caller.person, int(arguments["plan"]), desk)

    def helping(unit: Unit, caller: Caller, arguments: Mapping[str, Any]) -> Any:
        del unit
        return help_for(caller, str(arguments.get("topic") or ""), catalog, world())

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
    if not may_withdraw(person, stored.plan) and not steers(unit, stored.plan, person.name):
        shown = desk.display(stored.plan.requester)
        raise NotAllowedError(f"Only {shown}, an approver or an admin may cancel #{number}.")
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
