"""Outline → plan: reads the facts, then computes every command on every target.

Hosts are read in parallel under one deadline; one that does not answer in time is named
and never dropped silently. Each step is expanded as if the earlier ones had succeeded, so
that "stop redis, reboot, start redis" is one approval.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bot.domain.inventory import OVERSEER, ConnectionKind, Host, SudoMode, Target
from bot.domain.plans import Step, TargetPlan
from bot.domain.wording import folded, listed
from bot.errors import OverseerError
from bot.planning.planner import Outline, OutlineStep
from bot.ports import HostRunner, Store
from bot.settings import HostSettings
from bot.skillkit.contract import Fact
from bot.skillkit.expand import expand

LATE_S = 1.0

INSIDE = Host(name=OVERSEER, environment="overseer")
INSIDE_TARGET = Target(
    name=OVERSEER, kind=ConnectionKind.LOCAL, environment="overseer", sudo=SudoMode.NONE
)


@dataclass(frozen=True)
class Preview:
    """The steps with their commands, and what could not be read.

    `unread` pairs a host with the sentence that says why. `late` are hosts that were not waited
    for: who they are is seen when they are read.
    """

    steps: tuple[Step, ...]
    unread: tuple[tuple[str, str], ...] = ()
    late: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Seen:
    """What is known of one host."""

    target: Target
    facts: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    late: bool = False
    stuck: str = ""
    """The change that can't be made on it: no later one of the plan is made there either."""


class Previewer:
    """Looks at hosts on behalf of plans."""

    def __init__(self, hosts: HostRunner, store: Store, settings: HostSettings) -> None:
        """Read through `hosts`; take expected durations from `store`."""
        self._hosts = hosts
        self._store = store
        self._settings = settings

    async def preview(
        self, outline: Outline, *, without: Collection[str] = (), hurry: bool = False
    ) -> Preview:
        """Compute every command; hosts in `without` are left out by the person's choice.

        In a `hurry`, which is for reads that run unasked, a host of which nothing needs to be
        known is not waited for longer than `LATE_S`: the others would wait with it.

        Raises:
            SkillError: a skill broke the protocol.
        """
        hosts = [h for h in outline.looked_at if h.name not in without]
        wanted = _facts_by_host(outline)
        seen = dict(
            zip(
                [h.name for h in hosts],
                await asyncio.gather(
                    *(self._look(h, wanted.get(h.name, ()), hurry=hurry) for h in hosts)
                ),
                strict=True,
            )
        )
        targets = {h.name for h in outline.hosts}
        unread = tuple((n, s.problem) for n, s in seen.items() if s.problem and n in targets)
        usual = await self._usual(outline)
        steps = []
        for step in outline.steps:
            parts = _expanded(step, seen, without)
            if parts:
                steps.append(_as_step(step, parts, usual.get(step.action.name)))
        kept = {s.id for s in steps}
        steps = [
            s.model_copy(update={"needs": tuple(n for n in s.needs if n in kept)}) for s in steps
        ]
        late = tuple(name for name, s in seen.items() if s.late and name in targets)
        warnings = (*_warnings(steps), *_routes(steps, outline.hosts))
        return Preview(tuple(steps), unread, late, warnings)

    async def _look(self, host: Host, facts: Sequence[Fact[Any]], *, hurry: bool) -> _Seen:
        """Connect, freeze the identity, read the facts; a problem is a sentence, never raised."""
        seen, reached = _Seen(_unseen(host)), False
        brief = hurry and not facts and self._settings.facts_deadline > LATE_S
        within = f"within {self._settings.facts_deadline:g} s"
        try:
            async with asyncio.timeout(LATE_S if brief else self._settings.facts_deadline):
                seen.target = await self._hosts.identify(host)
                reached = True
                read = [self._read(seen, fact) for fact in facts]
                # All of them end before one is told, so that none goes on unwatched.
                for said in await asyncio.gather(*read, return_exceptions=True):
                    if said is not None:
                        raise said
        except TimeoutError:
            if brief:
                seen.late = True
                return seen
            late = sorted({_plain(f.name) for f in facts if f.name not in seen.facts})
            seen.problem = f"{host.name} did not answer {within}."
            if reached:
                seen.problem = (
                    f"{host.name} answers, but reading its {listed(late)} was not done {within}. "
                    "Try again, or raise hosts.facts_deadline in overseer.yaml."
                )
        except OverseerError as error:
            seen.problem = str(error)
        return seen

    async def _read(self, seen: _Seen, fact: Fact[Any]) -> None:
        result = await self._hosts.read(
            seen.target, fact.command, timeout_s=self._settings.facts_deadline
        )
        try:
            seen.facts[fact.name] = fact.parse(result)
        except Exception as error:  # whatever a host prints must not topple the request
            raise OverseerError(
                f"I could not understand what {seen.target.name} said of {fact.name}: {error}."
            ) from error

    async def _usual(self, outline: Outline) -> dict[str, float]:
        """What each action usually takes on one target, in seconds, where it is known."""
        # What a raw command takes says nothing of another one.
        names = {
            s.action.name for s in outline.steps if s.action.effect.changes and not s.action.raw
        }
        if not names:
            return {}
        found = await self._store.read(lambda u: {name: u.durations(name) for name in names})
        return {name: median(times) for name, times in found.items() if times}


def _plain(fact: str) -> str:
    """A fact's name without what it was asked for: `package.updates`."""
    return re.split("[:,]", fact, maxsplit=1)[0]


def skeleton(outline: Outline) -> Preview:
    """The steps with their targets and no command: what is known before any host is touched."""
    return Preview(
        tuple(
            _as_step(
                step,
                [TargetPlan(target=_unseen(h)) for h in step.hosts]
                or [TargetPlan(target=INSIDE_TARGET)],
                None,
            )
            for step in outline.steps
        )
    )


def _facts_by_host(outline: Outline) -> dict[str, tuple[Fact[Any], ...]]:
    """The facts that the steps declare, each once per host."""
    wanted: dict[str, dict[str, Fact[Any]]] = {}
    for step in outline.steps:
        for fact in step.action.facts(step.params):
            for host in (*step.hosts, *step.looks):
                wanted.setdefault(host.name, {})[fact.name] = fact
    return {name: tuple(facts.values()) for name, facts in wanted.items()}


def _unseen(host: Host) -> Target:
    """A target that could not be asked: what the inventory says of it."""
    return Target(
        name=host.name,
        kind=host.connection.kind,
        address=host.connection.address or host.name,
        port=host.connection.port or 22,
        user=host.connection.user,
        environment=host.environment,
        groups=host.groups,
        sudo=host.connection.sudo,
    )


def _expanded(
    step: OutlineStep, seen: Mapping[str, _Seen], without: Collection[str]
) -> list[TargetPlan]:
    """A step's part on each target; what it leaves behind goes into `seen` for later steps."""
    if not step.hosts:
        others = {h.name: seen[h.name].facts for h in step.looks if h.name in seen}
        return [expand(step.action, step.params, INSIDE, INSIDE_TARGET, {}, others).plan]
    parts: list[TargetPlan] = []
    for host in step.hosts:
        if host.name in without:
            continue
        known = seen[host.name]
        if known.problem:
            parts.append(TargetPlan(target=known.target, cannot=known.problem))
            continue
        changes = step.action.effect.changes
        if changes and known.stuck:
            parts.append(
                TargetPlan(target=known.target, cannot=f"{known.stuck} can't be done first")
            )
            continue
        done = expand(step.action, step.params, host, known.target, known.facts)
        known.facts.update(done.leaves)
        if changes and done.plan.cannot:
            known.stuck = step.action.title(step.params)
        parts.append(done.plan)
    # Overseer's own host comes last, so that losing it costs the others nothing.
    return sorted(parts, key=lambda part: part.target.is_self)


def _routes(steps: Sequence[Step], hosts: Sequence[Host]) -> list[str]:
    """Sentences on hosts through which others of the plan are reached."""
    changing = {h for s in steps if s.effect.changes for h in s.hosts}
    said = []
    for name in sorted(changing):
        behind = [h.name for h in hosts if h.name != name and _jump(h) == name]
        if behind:
            are = "is" if len(behind) == 1 else "are"
            said.append(f"{folded(behind)} {are} reached through {name}, which this changes.")
    return said


def _jump(host: Host) -> str:
    """The last host on the way to a host: `ops@bastion:22` is `bastion`."""
    return host.connection.proxy_jump.rpartition(",")[2].rpartition("@")[2].partition(":")[0]


def _as_step(step: OutlineStep, parts: Sequence[TargetPlan], usual: float | None) -> Step:
    action = step.action
    params = step.params.model_dump(mode="json", exclude_none=True)
    return Step(
        id=step.id,
        action=action.name,
        action_version=action.version,
        effect=action.effect,
        title=action.title(step.params),
        params=params,
        words=step.words,
        needs=step.needs,
        targets=tuple(parts),
        batch=step.batch,
        stop_at_first_failure=step.stop_at_first_failure,
        timeout_s=step.timeout_s,
        repeatable=action.repeatable,
        killable=action.killable,
        cuts_connection=action.cuts_connection,
        raw=action.raw,
        undo_says=action.undo_says,
        may_break=action.may_break,
        expected_s=usual,
        unsaid=step.unsaid,
        alone=step.alone,
    )


def _warnings(steps: Sequence[Step]) -> tuple[str, ...]:
    """Sentences about the plan as a whole."""
    said: list[str] = []
    for number, step in enumerate(steps):
        own = [t.target.name for t in step.targets if t.target.is_self and step.effect.changes]
        if not own:
            continue
        if step.cuts_connection:
            said.append(f"{own[0]} is Overseer's own host: I go down with it and come back after.")
        elif len(step.targets) > 1:
            said.append(f"{own[0]} is Overseer's own host, so it is done last in its step.")
        if step.cuts_connection and number + 1 < len(steps):
            said.append(
                "The order you gave is kept, although later steps follow Overseer's own reboot."
            )
    return tuple(said)
