"""The policy's own examples: `policy-tests.yaml`, run by `./overseer policy test`.

    people:    {ana: [admin], ben: [operator]}
    hosts:     {web-1: {groups: [web], environment: production}}
    autonomy:  {level: proactive}         # for all examples; left out: the live settings
    tests:
      - name: an operator may ask for a restart in production
        who: ben
        do: service.restart
        with: {service: nginx}
        hosts: [web-1]
        expect: ask
        because: [production-asks]

More keys of an example: `steps` (several of do, with, hosts, batch), `batch`, `force_production`,
`reason` (why, as the requester says it: the policy's `context.because`),
`busy: {web-1: 90}`, `autonomy`, `votes`, `people` (who exists, instead of all), `unlinked`
(`who` is an account that belongs to nobody), `channel` (the environments that are spoken of where
it is asked), and of the expectation `impact`, `approvers`, `solo`. `because` lists ids that must
be among the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.inventory import (
    PRODUCTION,
    Environment,
    Group,
    Host,
    Inventory,
    Service,
)
from bot.domain.messages import Identity, People, Person, Role, nobody
from bot.domain.plans import Decision, Impact, Verdict
from bot.errors import ConfigError
from bot.gate.cedar import CedarGate
from bot.ports import Ask, Bounds, GateQuestion
from bot.settings import AutonomySettings


class _Closed(BaseModel):
    """Part of the file: a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class _Step(_Closed):
    do: str
    parameters: dict[str, Any] = Field(default={}, alias="with")
    hosts: tuple[str, ...] = ()
    batch: Annotated[int, Field(ge=0)] = 0


class _Host(_Closed):
    groups: tuple[Group, ...] = ()
    environment: Environment = PRODUCTION


class Example(_Closed):
    """One example of the file."""

    name: str
    who: str
    do: str = ""
    parameters: dict[str, Any] = Field(default={}, alias="with")
    hosts: tuple[str, ...] = ()
    batch: Annotated[int, Field(ge=0)] = 0
    steps: tuple[_Step, ...] = ()
    reason: str = ""
    force_production: bool = False
    busy: dict[str, int] = {}
    autonomy: AutonomySettings | None = None
    votes: Annotated[int, Field(ge=1)] | None = None
    people: tuple[str, ...] | None = None
    unlinked: bool = False
    channel: tuple[Environment, ...] = ()
    expect: Decision
    because: tuple[str, ...] = ()
    impact: Impact | None = None
    approvers: tuple[str, ...] | None = None
    solo: bool | None = None

    def all_steps(self) -> tuple[_Step, ...]:
        """The steps, whether written as one or as a list."""
        if self.steps:
            return self.steps
        return (_Step(do=self.do, parameters=self.parameters, hosts=self.hosts, batch=self.batch),)


class _File(_Closed):
    people: dict[str, tuple[Role, ...]]
    hosts: dict[str, _Host] = {}
    services: dict[str, tuple[str, ...]] = {}
    autonomy: AutonomySettings | None = None
    tests: tuple[Example, ...] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class ExampleResult:
    """How one example went. `problems` says what differs, expected and got; empty is good."""

    name: str
    line: int
    verdict: Verdict
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the policy says what the example expects."""
        return not self.problems


@dataclass(frozen=True)
class PolicyTestReport:
    """All results, in the file's order."""

    path: str
    results: tuple[ExampleResult, ...]

    @property
    def ok(self) -> bool:
        """Whether every example holds."""
        return all(r.ok for r in self.results)

    def lines(self) -> tuple[str, ...]:
        """The table as plain text: a line per example, what differs under those that fail."""
        found: list[str] = []
        for result in self.results:
            word = "ok  " if result.ok else "FAIL"
            found.append(f"{word}  {result.verdict.decision.value:5}  {result.name}")
            if not result.ok:
                found.append(f"      {self.path}:{result.line}")
                found += [f"      {problem}" for problem in result.problems]
                found += [f"      said: {r.text} [{r.id}]" for r in result.verdict.reasons]
        failed = sum(not r.ok for r in self.results)
        total = len(self.results)
        end = f"{failed} of {total} examples fail." if failed else f"All {total} examples hold."
        return (*found, end)


def run_policy_tests(text: str, path: str, gate: CedarGate) -> PolicyTestReport:
    """Judge every example with the gate's policies.

    Raises:
        ConfigError: the file is broken, or names a person, host or action that isn't there.
    """
    content, lines = _read(text, path)
    results = []
    for example, line in zip(content.tests, lines, strict=True):
        question = _question(example, content, gate, path, line)
        autonomy = example.autonomy or content.autonomy
        judge = gate
        if autonomy is not None or example.votes is not None:
            judge = gate.under(autonomy, example.votes)
        verdict = judge.judge(question)
        problems = tuple(_problems(example, verdict))
        results.append(
            ExampleResult(name=example.name, line=line, verdict=verdict, problems=problems)
        )
    return PolicyTestReport(path, tuple(results))


def _read(text: str, path: str) -> tuple[_File, tuple[int, ...]]:
    """The file and the line of each example."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or error)
        line = mark.line + 1 if mark is not None else None
        raise ConfigError(f"{problem}.", path=path, line=line) from error
    lines = _example_lines(tree)
    try:
        return _File.model_validate(loaded), lines
    except ValidationError as error:
        first = error.errors()[0]
        where = [str(part) for part in first["loc"]]
        at = int(where[1]) if where[:1] == ["tests"] and where[1:2] and where[1].isdigit() else None
        line = lines[at] if at is not None and at < len(lines) else None
        raise ConfigError(f"{'.'.join(where)}: {first['msg']}.", path=path, line=line) from error


def _example_lines(tree: yaml.Node | None) -> tuple[int, ...]:
    if not isinstance(tree, yaml.MappingNode):
        return ()
    for key, value in tree.value:
        if key.value == "tests" and isinstance(value, yaml.SequenceNode):
            return tuple(node.start_mark.line + 1 for node in value.value)
    return ()


def _question(
    example: Example, content: _File, gate: CedarGate, path: str, line: int
) -> GateQuestion:
    hosts = {
        name: Host(name=name, groups=spec.groups, environment=spec.environment)
        for name, spec in content.hosts.items()
    }
    services = tuple(Service(name=n, hosts=where) for n, where in content.services.items())
    names = content.people if example.people is None else example.people
    persons = {
        name: Person(name=name, display=name.title(), roles=frozenset(content.people[name]))
        for name in _known(names, content.people, "person", path, line)
    }
    if not example.unlinked:
        _known([example.who], persons, "person", path, line)
    account = nobody(Identity(surface="slack", account=example.who))
    return GateQuestion(
        person=account if example.unlinked else persons[example.who],
        asks=tuple(_ask(step, hosts, gate, path, line) for step in example.all_steps()),
        inventory=Inventory(hosts=tuple(hosts.values()), services=services),
        people=People(persons=tuple(persons.values())),
        force_production=example.force_production,
        reason=example.reason,
        holders=example.busy,
        bounds=Bounds(called="#here", environments=example.channel) if example.channel else None,
    )


def _known(
    names: Sequence[str] | Mapping[str, Any],
    known: Mapping[str, Any],
    what: str,
    path: str,
    line: int,
) -> Sequence[str] | Mapping[str, Any]:
    for name in names:
        if name not in known:
            raise ConfigError(
                f"There is no {what} {name} in this file.",
                path=path,
                line=line,
                cure=f"Known: {', '.join(known)}.",
            )
    return names


def _ask(step: _Step, hosts: Mapping[str, Host], gate: CedarGate, path: str, line: int) -> Ask:
    """The step as the pipeline would put it; an unknown action stays one, for the gate to say."""
    _known(step.hosts, hosts, "host", path, line)
    action = gate.catalog.action(step.do) if step.do in gate.catalog else None
    on = {"hosts": list(step.hosts)} if step.hosts else {}
    return Ask(
        action=step.do,
        effect=action.effect.value if action is not None else "destructive",
        raw=action.raw if action is not None else False,
        params={**step.parameters, **on},
        hosts=tuple(hosts[name] for name in step.hosts),
        batch=step.batch,
        in_process=action.in_process if action is not None else False,
    )


def _problems(example: Example, verdict: Verdict) -> list[str]:
    """What differs between the example and the verdict."""
    found = []
    if verdict.decision is not example.expect:
        found.append(f"expected {example.expect.value}, got {verdict.decision.value}")
    said = {reason.id for reason in verdict.reasons}
    missing = [name for name in example.because if name not in said]
    if missing:
        found.append(
            f"expected because {', '.join(missing)}, got {', '.join(sorted(said)) or 'no reason'}"
        )
    if example.impact is not None and verdict.impact is not example.impact:
        found.append(f"expected impact {example.impact.value}, got {verdict.impact.value}")
    if example.approvers is not None and set(verdict.approvers) != set(example.approvers):
        wanted, got = ", ".join(example.approvers), ", ".join(verdict.approvers)
        found.append(f"expected approvers {wanted or 'nobody'}, got {got or 'nobody'}")
    if example.solo is not None and verdict.solo is not example.solo:
        found.append(f"expected solo {example.solo}, got {verdict.solo}")
    return found
