"""The policies, parsed and checked once: every question is put to this handle.

A file that does not parse, does not fit the schema, or has a `forbid` without `@id` and
`@reason` stops the start (or the reload) with file, line and cure. An answer is *allowed*
only when Cedar says Allow **and** no policy erred: Cedar skips a policy that errs, and a
skipped `forbid` must never open a door.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cedarpy

from bot.domain.messages import Person, Role
from bot.domain.plans import Impact
from bot.errors import ConfigError
from bot.gate.faults import Statement, cure_of, plain, statements, word_of
from bot.gate.mentions import mentions_of, unknown_in
from bot.gate.schema import (
    CONTEXT,
    LADDER,
    PRINCIPAL,
    RESOURCE,
    ROLE,
    absent_in,
    parameter_types,
    schema_text,
)
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Action

PLACEHOLDER = re.compile(r"\{(\w+)\}")
WORDS = frozenset(
    {"who", "roles", "what", "hosts", "targets", "production", "groups", "busy", "level",
     "admins", "approvers", "channel", "environments", "elsewhere",
     "strays"}
)  # fmt: skip
"""What a `@reason` may fill in, besides the names of parameters; see `reasons`."""

_REMEMBERED = 4096


@dataclass(frozen=True)
class Rule:
    """A policy as reasons speak of it. `votes` and `impact` raise what is asked.

    `actions` are those that its head names, as `cdn.purge` or `cdn.*`; none: it is about any.
    """

    id: str
    forbids: bool
    reason: str
    line: int
    votes: int = 0
    impact: Impact | None = None
    actions: frozenset[str] = frozenset()

    def names(self, action: Action) -> bool:
        """Whether its head names the action, or all actions of its skill."""
        return not self.actions.isdisjoint({action.name, f"{action.skill}.*"})


@dataclass(frozen=True)
class Inquiry:
    """One question: may this person do this with this action under these circumstances?"""

    person: str
    roles: frozenset[Role]
    action: str
    may: str
    context: str
    """JSON with sorted keys."""


@dataclass(frozen=True)
class Answer:
    """Cedar's answer. `rules` are the policies that decided; none when nothing permitted it."""

    allowed: bool
    rules: tuple[Rule, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def forbids(self) -> tuple[Rule, ...]:
        """The policies that forbade it."""
        return tuple(r for r in self.rules if r.forbids)


class Policies:
    """A validated policy set with its schema."""

    def __init__(self, text: str, path: str, catalog: Catalog) -> None:
        """Parse and check.

        Raises:
            ConfigError: with the file, the line and the cure.
        """
        self.text = text
        self.path = path
        self.schema = schema_text(catalog, absent_in(text, catalog))
        self.parameter_types = parameter_types(catalog)
        self._catalog = catalog
        self._statements = statements(text)
        self._set = self._parse()
        self._schema = cedarpy.Schema.from_str(self.schema)
        self._check()
        parsed = json.loads(cedarpy.policies_to_json_str(text))
        self.rules = self._read_rules(parsed)
        mentions = mentions_of(parsed["staticPolicies"])
        self.named = mentions.named(PRINCIPAL)
        self.reads = mentions.names
        self.digest = hashlib.sha256(f"{text}\0{self.schema}".encode()).hexdigest()
        self._people: dict[frozenset[tuple[str, frozenset[Role]]], cedarpy.Entities] = {}
        self._answers: dict[Inquiry, Answer] = {}

    # -- asking ------------------------------------------------------------------------------

    def answer(self, inquiries: Sequence[Inquiry]) -> tuple[Answer, ...]:
        """Cedar's answers, in order. Equal inquiries are asked once and remembered."""
        new = [i for i in dict.fromkeys(inquiries) if i not in self._answers]
        if new:
            if len(self._answers) + len(new) > _REMEMBERED:
                self._answers.clear()
                new = list(dict.fromkeys(inquiries))
            entities = self._entities(frozenset((i.person, i.roles) for i in new))
            requests = [_request(i) for i in new]
            results = cedarpy.is_authorized_batch(requests, self._set, entities, self._schema)
            for inquiry, result in zip(new, results, strict=True):
                self._answers[inquiry] = self._answer(result)
        return tuple(self._answers[i] for i in inquiries)

    def _answer(self, result: cedarpy.AuthzResult) -> Answer:
        errors = tuple(self._explain(e) for e in result.diagnostics.errors)
        decided = result.decision is cedarpy.Decision.Allow
        rules = tuple(self.rules[policy] for policy in result.diagnostics.reasons)
        return Answer(
            allowed=decided and not errors,
            rules=tuple(sorted(rules, key=lambda r: r.line)),
            errors=errors,
        )

    def _explain(self, error: str) -> str:
        """An error of the engine with the policy's own id and line instead of its number."""
        number = re.search(r"`(policy\d+)`", error)
        rule = self.rules.get(number.group(1)) if number else None
        if rule is None or number is None:
            return error
        return error.replace(number.group(0), f"{rule.id} ({self.path}:{rule.line})")

    def _entities(self, people: frozenset[tuple[str, frozenset[Role]]]) -> cedarpy.Entities:
        """The persons with their roles, parsed once per set of people."""
        if people not in self._people:
            if len(self._people) > 64:
                self._people.clear()
            entities = [*_roles(), *(_person(name, roles) for name, roles in people)]
            self._people[people] = cedarpy.Entities.from_json_str(
                json.dumps(entities), self._schema
            )
        return self._people[people]

    def stands_for(self, person: Person) -> tuple[str, frozenset[Role]]:
        """The name and roles by which policies tell this person from others.

        Persons of the same roles whom no policy names are one to the policies: a question
        about 50 approvers is asked once.
        """
        return (person.name if person.name in self.named else "", person.roles)

    def circumstances(self, record: Mapping[str, Any]) -> str:
        """The context as JSON, cut down to what some policy looks at."""
        if self.reads is not None:
            record = {name: value for name, value in record.items() if name in self.reads}
        return json.dumps(record, sort_keys=True, separators=(",", ":"))

    # -- loading -----------------------------------------------------------------------------

    def _parse(self) -> cedarpy.PolicySet:
        try:
            return cedarpy.PolicySet.from_str(self.text)
        except ValueError as error:
            broken, message = self._first_broken(str(error))
            raise self._fault(message, broken) from error

    def _first_broken(self, message: str) -> tuple[Statement | None, str]:
        """The statement that does not parse by itself, and what the parser says of it."""
        for statement in self._statements:
            try:
                cedarpy.PolicySet.from_str(statement.text)
            except ValueError as error:
                return statement, str(error)
        return None, message

    def _check(self) -> None:
        """Validate against the schema; the first error in the file's order is raised."""
        result = cedarpy.validate_policies(self.text, self._schema)
        if result.validation_passed:
            return
        errors = sorted(result.errors, key=lambda e: _number(e.policy_id))
        first = errors[0]
        raise self._fault(first.error, self._statement(first.policy_id))

    def _statement(self, policy_id: str) -> Statement | None:
        at = _number(policy_id)
        return self._statements[at] if at < len(self._statements) else None

    def _fault(self, error: str, statement: Statement | None, cure: str = "") -> ConfigError:
        line = statement.line_of(word_of(error)) if statement is not None else None
        attributes = [*(a.name for a in CONTEXT), "params", *self.parameter_types]
        names = [a.name for a in self._catalog]
        return ConfigError(
            plain(error),
            path=self.path,
            line=line,
            cure=cure or cure_of(error, actions=names, attributes=attributes),
        )

    def _read_rules(self, parsed: dict[str, Any]) -> dict[str, Rule]:
        if parsed.get("templates"):
            where = self._statement(min(parsed["templates"], key=_number))
            cure = "Name the person or the role instead."
            raise self._fault("A policy with ?principal or ?resource is a template.", where, cure)
        rules: dict[str, Rule] = {}
        for policy_id in sorted(parsed["staticPolicies"], key=_number):
            where = self._statement(policy_id)
            if unknown := unknown_in(parsed["staticPolicies"][policy_id], self.parameter_types):
                raise self._fault(f"There is no `{unknown[0]}`.", where, unknown[1])
            rule = self._read_rule(policy_id, parsed["staticPolicies"][policy_id], where)
            if any(rule.id == other.id for other in rules.values()):
                cure = f'Give this one another @id than "{rule.id}".'
                raise self._fault(f"Two policies have the @id `{rule.id}`.", where, cure)
            rules[policy_id] = rule
        return rules

    def _read_rule(self, policy_id: str, spec: dict[str, Any], where: Statement | None) -> Rule:
        notes: dict[str, str] = {k: v or "" for k, v in (spec.get("annotations") or {}).items()}
        forbids = spec["effect"] == "forbid"
        for name in ("id", "reason"):
            if forbids and not notes.get(name, "").strip():
                cure = f'Write @{name}("…") above it: people are told why, with the way out.'
                raise self._fault(f"A forbid has no @{name}.", where, cure)
        filled_in = PLACEHOLDER.findall(notes.get("reason", ""))
        if unknown := set(filled_in) - WORDS - set(self.parameter_types):
            name = min(unknown)
            cure = f"Known are {', '.join(sorted(WORDS))} and the parameters of actions."
            raise self._fault(f"A @reason can't fill in `{{{name}}}`.", where, cure)
        votes, impact = notes.get("votes", ""), notes.get("impact", "")
        if votes and not re.fullmatch(r"[1-9]\d?", votes):
            raise self._fault("`@votes` is not a number.", where, 'Write @votes("2").')
        if impact and impact not in set(Impact):
            cure = "It is low, medium or high."
            raise self._fault(f"`{impact}` is no @impact.", where, cure)
        return Rule(
            id=notes.get("id") or policy_id,
            forbids=forbids,
            reason=notes.get("reason", ""),
            line=where.line if where is not None else 0,
            votes=int(votes) if votes else 0,
            impact=Impact(impact) if impact else None,
            actions=frozenset(_named(spec.get("action") or {})),
        )


def _named(head: Mapping[str, Any]) -> Iterator[str]:
    """The actions in a policy's head: `action == A`, `action in A`, `action in [A, B]`."""
    for entity in [*(head.get("entities") or ()), head.get("entity") or {}]:
        if "id" in entity:
            yield str(entity["id"])


def _number(policy_id: str) -> int:
    """The place in the file that Cedar's `policy7` means."""
    digits = policy_id.removeprefix("policy")
    return int(digits) if digits.isdigit() else 1 << 30


def _request(inquiry: Inquiry) -> dict[str, Any]:
    return {
        "principal": {"type": PRINCIPAL, "id": _uid(inquiry.person, inquiry.roles)},
        "action": {"type": "Action", "id": inquiry.action},
        "resource": {"type": RESOURCE, "id": inquiry.may},
        "context": inquiry.context,
    }


def _uid(name: str, roles: Iterable[Role]) -> str:
    """A named person, or `(operator)`: anybody with these roles. No person's key has brackets."""
    return name or f"({'+'.join(sorted(roles))})"


def _person(name: str, roles: frozenset[Role]) -> dict[str, Any]:
    parents = [{"type": ROLE, "id": role.value} for role in sorted(roles)]
    return {"uid": {"type": PRINCIPAL, "id": _uid(name, roles)}, "attrs": {}, "parents": parents}


def _roles() -> Iterator[dict[str, Any]]:
    """The ladder of roles: each is in the one below it."""
    for at, role in enumerate(LADDER):
        below = [{"type": ROLE, "id": LADDER[at - 1].value}] if at else []
        yield {"uid": {"type": ROLE, "id": role.value}, "attrs": {}, "parents": below}
