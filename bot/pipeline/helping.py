"""What somebody may ask for, and how: the catalogue as the gate would judge it for them, here."""

from __future__ import annotations

from typing import Any

from bot.domain.inventory import Host
from bot.domain.messages import Person, Role
from bot.domain.plans import Decision
from bot.domain.wording import listed
from bot.ports import Ask, Bounds, Caller, GateQuestion, World
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Action


def help_for(caller: Caller, topic: str, catalog: Catalog, world: World) -> dict[str, Any]:
    """What can be asked; the examples name a host on which it can be.

    `barred` are actions that there are, and that the caller may ask for on no host from here.
    """
    wanted = topic.strip().lower()
    found, barred = [], []
    bounds = world.bounds(caller.thread)
    for action in catalog:
        if wanted and not _matches(action, wanted, catalog):
            continue
        host = _where(action, caller.person, world, bounds)
        if host is None:
            barred.append(action.name)
        else:
            found.append((action, host))
    return {
        "topic": topic,
        "actions": [
            {"name": a.name, "summary": a.summary, "example": a.example.format(host=host)}
            for a, host in found
        ],
        "barred": barred,
        "may": _may(caller.person, bounds),
        "disabled": [{"name": d.name, "why": str(d)} for d in catalog.disabled],
    }


_OWN_PLANS = frozenset({"plan.cancel"})
_ASK = frozenset({Role.OPERATOR, Role.APPROVER, Role.ADMIN})
"""Who asks for plans, or decides about others'."""


def _where(action: Action, person: Person, world: World, bounds: Bounds | None) -> str | None:
    """The host that an example names: one on which they may ask for it; None: there is none.

    What the gate lets anybody ask for, and only who has asked for the plan or decides about it may
    do, is for those who may have asked for one.
    """
    if action.name in _OWN_PLANS and not person.roles & _ASK:
        return None
    samples = world.sample(world.inventory.hosts)
    places: list[tuple[Host, ...]] = [(host,) for host in samples]
    if action.in_process or action.hostless or not places:
        places = [()]
    for hosts in places:
        asked = Ask(
            action=action.name, effect=action.effect.value, raw=action.raw, params={},
            hosts=hosts, in_process=action.in_process,
        )  # fmt: skip
        question = GateQuestion(
            person=person, asks=(asked,), inventory=world.inventory, people=world.people,
            bounds=bounds,
        )  # fmt: skip
        if world.gate.judge(question).decision is not Decision.DENY:
            return (hosts or samples)[0].name if hosts or samples else "web-1"
    return None


def _matches(action: Action, topic: str, catalog: Catalog) -> bool:
    stem = topic.rstrip("s")
    skill = catalog.skills[action.skill]
    return (
        topic in (action.skill, action.name)
        or stem in (action.skill, action.name.partition(".")[2])
        or stem in action.summary.lower()
        or stem in skill.summary.lower()
    )


def _may(person: Person, bounds: Bounds | None) -> str:
    here = f" {bounds.called} is for {listed(bounds.environments)}." if bounds else ""
    return _role(person) + here


def _role(person: Person) -> str:
    if not person.linked:
        return "Your account belongs to nobody here: you may look, and nothing else."
    if person.has(Role.ADMIN):
        return "You are an admin: you may ask for everything and approve others' plans."
    if person.has(Role.APPROVER):
        return "You may ask for changes and approve others' plans."
    if person.has(Role.OPERATOR):
        return "You may ask for changes; somebody else approves them."
    return "You may look at everything; changes are for operators."
