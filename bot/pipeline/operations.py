"""What happens inside Overseer itself: the closed registry behind `Call`.

Each operation runs in the unit of work that records its attempt, so that its effect and its
result commit together. The person is the requester, never an argument that a parser chose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.commands import shown
from bot.domain.events import Event
from bot.domain.inventory import ConnectionKind, Inventory
from bot.domain.messages import Person, Role
from bot.domain.plans import Plan, short
from bot.domain.runs import RUN_ENDED, RUN_HALTED, RunState, StepState
from bot.errors import ConflictError, NotAllowedError
from bot.execution.ledger import write_cancelled
from bot.gate.approval_desk import ApprovalDesk, may_withdraw
from bot.ports import OPERATIONS, Operation, PlanFilter, StoredPlan, Unit, World
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import DURATION_UNITS, Action

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
        return _history(unit, person, arguments, world())

    def show(unit: Unit, person: Person, arguments: Mapping[str, Any]) -> Any:
        return _show(unit, person, int(arguments["plan"]), world())

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


# -- history --------------------------------------------------------------------------------


def zone_of(person: Person, world: World) -> tzinfo | None:
    """The reader's zone; None is the server's own."""
    name = person.timezone or world.settings.timezone
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _history(
    unit: Unit, person: Person, arguments: Mapping[str, Any], world: World
) -> list[dict[str, Any]]:
    zone = zone_of(person, world)
    hosts = arguments.get("hosts") or [None]
    who = arguments.get("person")
    if who in ("me", "i", "my"):
        who = person.name
    elif who:
        known = world.people.named(str(who)) or next(
            (p for p in world.people.persons if p.display.casefold() == str(who).casefold()), None
        )
        who = known.name if known else _NOBODY
    found: dict[int, StoredPlan] = {}
    for host in hosts:
        wanted = PlanFilter(
            host=host,
            service=arguments.get("service"),
            person=who,
            since=since(str(arguments.get("since") or ""), unit.now, zone),
            limit=50,
        )
        found |= {s.plan.id: s for s in unit.plans(wanted)}
    kept = [s for s in found.values() if not _is_inside(s.plan)]
    return [_entry(unit, s, zone) for s in sorted(kept, key=lambda s: -s.plan.id)[:50]]


def since(text: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    """`2d`, `today`, `yesterday` or a date, as a time; None for an empty text."""
    if not text:
        return None
    here = now.astimezone(zone)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    if text == "today":
        return midnight
    if text == "yesterday":
        return midnight - timedelta(days=1)
    if re.fullmatch(r"(\d+[smhdw])+", text):
        parts = re.findall(r"(\d+)([smhdw])", text)
        return now - timedelta(seconds=sum(int(n) * DURATION_UNITS[u] for n, u in parts))
    try:
        return datetime.fromisoformat(text).replace(tzinfo=here.tzinfo)
    except ValueError as error:
        raise ConflictError(f"I don't know when {text!r} is.") from error


def _is_inside(plan: Plan) -> bool:
    """Whether a plan only looked at Overseer itself: the history leaves such out."""
    return bool(plan.steps) and not plan.effect.changes and plan.hosts == ("overseer",)


def _entry(unit: Unit, stored: StoredPlan, zone: tzinfo | None) -> dict[str, Any]:
    plan = stored.plan
    run = unit.run(plan.id)
    approvals = [v.person for v in unit.votes(plan.id, plan.revision) if v.ballot == "approve"]
    state = run.state.value if run is not None else stored.state.value
    return {
        "plan": plan.id,
        "title": plan.title,
        "requester": plan.requester,
        "at": plan.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "state": state,
        "reason": plan.reason or stored.reason,
        "voters": approvals,
        "outcome": _outcome(unit, plan) if run is not None else "nothing ran",
        "hosts": list(plan.hosts),
    }


def _outcome(unit: Unit, plan: Plan) -> str:
    attempts = unit.attempts(plan.id)
    good = sum(
        a.state in (StepState.SUCCEEDED, StepState.SKIPPED) and not a.left_out for a in attempts
    )
    skipped = sum(a.left_out for a in attempts)
    undone = sum(a.state is StepState.UNDONE for a in attempts)
    total = sum(len(step.targets) for step in plan.steps)
    said = f"{good} of {total} done"
    said += f", {skipped} skipped" if skipped else ""
    return said + (f", {undone} taken back" if undone else "")


def _show(unit: Unit, person: Person, number: int, world: World) -> dict[str, Any] | None:
    stored = unit.plan(number)
    if stored is None:
        return None
    plan, zone = stored.plan, zone_of(person, world)
    decided = stored.decided_at
    return _entry(unit, stored, zone) | {
        "request": plan.request,
        "digest": short(plan.digest) if plan.digest else "",
        "decided_by": stored.decided_by,
        "decided_at": decided.astimezone(zone).strftime("%Y-%m-%d %H:%M") if decided else "",
        "steps": [
            {
                "number": number,
                "title": step.title,
                "hosts": list(step.hosts),
                "commands": list(dict.fromkeys(shown(c) for t in step.targets for c in t.commands)),
            }
            for number, step in enumerate(plan.steps, 1)
        ],
        "attempts": [
            {
                "step": a.step,
                "host": a.host,
                "state": a.state.value,
                "note": a.note,
                "duration_s": (a.ended_at - a.started_at).total_seconds()
                if a.ended_at and a.started_at
                else None,
            }
            for a in unit.attempts(number)
        ],
    }


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
