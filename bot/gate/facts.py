"""What a policy may know about one step, computed from a question. Pure.

The inventory is the truth about a host, not what the asker says of it. When a plan is
there, its batches, commands and flags count, and it must be the plan that the asks describe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.commands import Script, Shell, Upload, shown
from bot.domain.inventory import PRODUCTION, Host, Inventory
from bot.domain.naming import MisnamedError, service_name
from bot.domain.plans import Effect, Impact, Plan, Step
from bot.gate.autonomy import is_pre_approved, level_for
from bot.ports import Ask, Bounds, GateQuestion
from bot.settings import AutonomyLevel, AutonomySettings
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Action

MANY = 5
"""More targets than this weigh one grade more."""


@dataclass(frozen=True)
class Estate:
    """An inventory, indexed once: hosts by name, production hosts by group and environment."""

    inventory: Inventory
    hosts: Mapping[str, Host]
    production: Mapping[str, frozenset[str]]
    services: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, inventory: Inventory) -> Estate:
        """Index it."""
        groups: dict[str, set[str]] = {}
        for host in inventory.hosts:
            if host.is_production:
                for name in (*host.groups, PRODUCTION):
                    groups.setdefault(name, set()).add(host.name)
        return cls(
            inventory=inventory,
            hosts={h.name: h for h in inventory.hosts},
            production={name: frozenset(hosts) for name, hosts in groups.items()},
            services={one_name(s.name): frozenset(s.hosts) for s in inventory.services if s.hosts},
        )


@dataclass(frozen=True, kw_only=True)
class StepFacts:
    """One step as the policies see it; `context` makes Cedar's record of it."""

    action: Action
    what: str
    hosts: tuple[Host, ...]
    params: Mapping[str, Any]
    batch: int
    impact: Impact
    level: AutonomyLevel
    pre_approved: bool
    force_production: bool
    because: str
    destructive_targets: int
    every_host: bool
    whole_groups: tuple[str, ...]
    held: Mapping[str, int] = field(default_factory=dict)
    unlinked: bool = False
    bounds: Bounds | None = None
    told_of: tuple[Host, ...] = ()
    """Hosts that a step inside Overseer is asked about by name."""
    reach: frozenset[str] = frozenset()
    preview: Mapping[str, Any] = field(default_factory=dict)

    @property
    def production_hosts(self) -> tuple[str, ...]:
        """The names of its production targets."""
        return tuple(h.name for h in self.hosts if h.is_production)

    @property
    def touches_production(self) -> bool:
        """Whether it does; a change with no host that could tell counts as if it did."""
        unknown = _unknown_to_all(self.action, self.hosts)
        return unknown or any(h.is_production for h in self.hosts)

    @property
    def strays(self) -> tuple[Host, ...]:
        """What it is done on, or asked about, that is not spoken of in the channel."""
        bounds = self.bounds
        if bounds is None:
            return ()
        named = (*self.hosts, *self.told_of)
        return tuple(h for h in named if h.environment not in bounds.environments)

    @property
    def out_of_channel(self) -> bool:
        """Whether there are any; a change with no host that could tell counts as production."""
        if self.bounds is None or PRODUCTION in self.bounds.environments:
            return bool(self.strays)
        return bool(self.strays) or _unknown_to_all(self.action, self.hosts)

    def context(self, types: Mapping[str, str]) -> dict[str, Any]:
        """The record for Cedar; `types` are those of the parameters that the schema knows."""
        record: dict[str, Any] = {
            "targets": len(self.hosts),
            "hosts": [h.name for h in self.hosts],
            "groups": sorted({g for h in self.hosts for g in h.groups}),
            "environments": sorted({h.environment for h in self.hosts}),
            "production": self.touches_production,
            "batch": self.batch,
            "in_process": self.action.in_process,
            "raw": self.action.raw,
            "impact": self.impact.value,
            "force_production": self.force_production,
            "destructive_targets": self.destructive_targets,
            "every_host": self.every_host,
            "whole_groups": list(self.whole_groups),
            "busy": bool(self.held),
            "autonomy": self.level.value,
            "pre_approved": self.pre_approved,
            "unlinked": self.unlinked,
            "out_of_channel": self.out_of_channel,
            **self.preview,
        }
        if self.because:
            record["because"] = self.because
        params = {n: v for n, v in self.params.items() if _fits(v, types.get(n, ""))}
        return {**record, "params": params}


def _fits(value: Any, kind: str) -> bool:
    """Whether a JSON value has this Cedar type; others are left out, and `has` says so."""
    if kind.startswith("Set<"):
        inside = kind[4:-1]
        return isinstance(value, (list, tuple)) and all(_fits(v, inside) for v in value)
    if kind == "Long":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    return isinstance(value, {"String": str, "Bool": bool}.get(kind, ()))


def _unknown_to_all(action: Action, hosts: Sequence[Host]) -> bool:
    """Whether it changes something and nobody can tell what: a request goes anywhere."""
    return not hosts and not action.in_process and action.effect.changes


def impact_of(effect: Effect, *, raw: bool, production: bool, targets: int) -> Impact:
    """How much harm a step could do: from effect, environment and number of targets."""
    if not effect.changes:
        return Impact.LOW
    if raw:
        return Impact.HIGH
    grade = (effect is Effect.DESTRUCTIVE) + production + (targets > MANY)
    return (Impact.LOW, Impact.MEDIUM, Impact.HIGH, Impact.HIGH)[grade]


def facts_of(
    question: GateQuestion,
    catalog: Catalog,
    autonomy: AutonomySettings,
    estate: Estate,
    *,
    as_said: bool = False,
) -> tuple[StepFacts, ...]:
    """The facts of each step. The question must have passed `integrity.faults_of`.

    `as_said`: as if nobody had spoken of batches, for a model that did so unasked.
    """
    plan = question.plan
    asks = question.asks
    destroyed = {
        h.name
        for a in asks
        if catalog.action(a.action).effect is Effect.DESTRUCTIVE
        for h in a.hosts
    }
    every_host = len(estate.hosts) > 1 and destroyed >= set(estate.hosts)
    forced = question.force_production and (plan is None or plan.force_production)
    other = {h: p for h, p in (question.holders or {}).items() if plan is None or p != plan.id}
    steps = plan.steps if plan is not None else (None,) * len(asks)
    batches = [s.batch if s is not None else a.batch for a, s in zip(asks, steps, strict=True)]
    if as_said:
        batches = [0] * len(asks)
    found = []
    for at, (ask, step, batch) in enumerate(zip(asks, steps, batches, strict=True)):
        action = catalog.action(ask.action)
        hosts = tuple(estate.hosts[h.name] for h in ask.hosts)
        service = one_name(str(ask.params.get("service", "")))
        destructive = action.effect is Effect.DESTRUCTIVE
        production = any(h.is_production for h in hosts) or _unknown_to_all(action, hosts)
        found.append(
            StepFacts(
                action=action,
                what=_what(action, ask, catalog),
                hosts=hosts,
                params={**ask.params, "service": service} if service else ask.params,
                batch=batch,
                impact=impact_of(
                    action.effect, raw=action.raw, production=production, targets=len(hosts)
                ),
                level=level_for(hosts, autonomy),
                pre_approved=is_pre_approved(action.name, hosts, service, autonomy),
                force_production=forced,
                because=question.reason,
                destructive_targets=len(destroyed) if destructive else 0,
                every_host=destructive and every_host,
                whole_groups=_whole_groups(at, asks, plan, batches, estate),
                held={h.name: other[h.name] for h in hosts if h.name in other},
                unlinked=not question.person.linked,
                bounds=question.bounds,
                told_of=_told_of(ask, estate),
                reach=frozenset(
                    host.environment
                    for each in asks
                    for host in (*each.hosts, *_told_of(each, estate))
                ),
                preview=_preview(plan, step),
            )
        )
    return tuple(found)


def _told_of(ask: Ask, estate: Estate) -> tuple[Host, ...]:
    """The hosts that a step inside Overseer is asked about; of one that has left nobody is told."""
    names = ask.params.get("hosts") if ask.in_process else None
    return tuple(estate.hosts[name] for name in names or () if name in estate.hosts)


def _what(action: Action, ask: Ask, catalog: Catalog) -> str:
    """The step in the card's words; the action's name when it has none for these parameters."""
    try:
        return action.title(catalog.params(ask.action, ask.params))
    except Exception:  # noqa: BLE001 - a title is only words; a skill's slip must not stop a verdict
        return action.name


def one_name(service: str) -> str:
    """The one name of a service; what can't be a name is left to `integrity` as it is."""
    try:
        return service_name(service)
    except MisnamedError:
        return service


def _whole_groups(
    at: int, asks: Sequence[Ask], plan: Plan | None, batches: Sequence[int], estate: Estate
) -> tuple[str, ...]:
    """The production groups that this action takes as a whole, at once.

    Several steps with the same action (and service) count together: parts of a group in
    separate steps are the group. So do steps that run the same command, whatever the service
    was called: a host may know one unit by many names. One step that names all and goes in
    smaller batches is a rolling change, which is the way out.
    """
    ask, running = asks[at], _programs(plan, at)
    service = one_name(str(ask.params.get("service", "")))
    same = [
        ({h.name for h in other.hosts}, batch)
        for number, (other, batch) in enumerate(zip(asks, batches, strict=True))
        if other.action == ask.action
        and (
            one_name(str(other.params.get("service", ""))) == service
            or not running.isdisjoint(_programs(plan, number))
        )
    ]
    together: set[str] = set().union(*(hosts for hosts, _ in same))
    running_it = estate.services.get(service)
    touched = {g for h in ask.hosts for g in (*estate.hosts[h.name].groups, PRODUCTION)}
    whole = []
    for group in sorted(touched & set(estate.production)):
        members = estate.production[group]
        if running_it is not None:
            members &= running_it
        if len(members) < 2 or not members <= together:  # a group of one host is no mass
            continue
        covering = [batch for hosts, batch in same if members <= hosts]
        rolling = covering and all(0 < batch < len(members) for batch in covering)
        if not rolling:
            whole.append(group)
    return tuple(whole)


def _programs(plan: Plan | None, at: int) -> frozenset[tuple[str, ...]]:
    """What one step of the plan runs, once it is known."""
    if plan is None:
        return frozenset()
    commands = (c for part in plan.steps[at].targets for c in part.commands)
    return frozenset(c.argv for c in commands if isinstance(c, Shell))


def _preview(plan: Plan | None, step: Step | None) -> dict[str, Any]:
    """What only the second judgement knows."""
    if plan is None or step is None:
        return {"previewed": False}
    commands = [c for part in step.targets for c in part.commands]
    return {
        "previewed": True,
        "commands": sorted({shown(c) for c in commands}),
        "sudo": any(isinstance(c, Shell | Script | Upload) and c.sudo for c in commands),
        "unread": len(plan.unread),
    }
