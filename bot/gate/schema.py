"""The Cedar schema: what a policy may name. Pure; derived from the catalogue, not written.

    principal   Person, in Roles       admin includes approver, operator and viewer
    action      an action of the catalogue, in the groups of its effect and of its skill
    resource    May::"request", May::"run_unasked" or May::"approve": the question
    context     one record for every action; each attribute is optional and tested with `has`

Facts about targets are folded into the context (counts, names, groups) rather than made
entities, so that a verdict on 1,000 hosts builds no 1,000 entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.domain.messages import Role
from bot.skillkit.catalog import Catalog
from bot.skillkit.contract import Params

REQUEST, RUN_UNASKED, APPROVE = "request", "run_unasked", "approve"
QUESTIONS = (REQUEST, RUN_UNASKED, APPROVE)
RESOURCE = "May"
PRINCIPAL = "Person"
ROLE = "Role"

LADDER = (Role.VIEWER, Role.OPERATOR, Role.APPROVER, Role.ADMIN)
"""Each role includes those before it."""


@dataclass(frozen=True)
class Attribute:
    """One attribute of the context, with its Cedar type and what it means."""

    name: str
    type: str
    says: str


CONTEXT = (
    Attribute("targets", "Long", "how many hosts the step touches"),
    Attribute("hosts", "Set<String>", "their names"),
    Attribute("groups", "Set<String>", "every group that one of them is in"),
    Attribute("environments", "Set<String>", "every environment that one of them is in"),
    Attribute("production", "Bool", "at least one of them is production"),
    Attribute("batch", "Long", "how many at a time; 0 is all at once"),
    Attribute("in_process", "Bool", "it happens inside Overseer and touches no host"),
    Attribute("raw", "Bool", "the command is the requester's own words"),
    Attribute("impact", "String", '"low", "medium" or "high": from effect, environment, targets'),
    Attribute("force_production", "Bool", "the request says --force-production"),
    Attribute("because", "String", "the reason that the requester gave"),
    Attribute("destructive_targets", "Long", "hosts of all destructive steps of the plan together"),
    Attribute("every_host", "Bool", "those are all hosts of an inventory of several"),
    Attribute(
        "whole_groups", "Set<String>",
        "groups (and environments) whose every production host, two or more, the plan hits "
        "at once with this action",
    ),
    Attribute("busy", "Bool", "another run is changing one of the targets"),
    Attribute("autonomy", "String", '"cautious", "proactive" or "scheduled": the strictest target'),
    Attribute("pre_approved", "Bool", "the pre-approved list in overseer.yaml covers the step"),
    Attribute("unlinked", "Bool", "who asks is an account that belongs to nobody in people.yaml"),
    Attribute(
        "out_of_channel", "Bool",
        "a target is in no environment of the channel in which it is asked",
    ),
    Attribute("own_plan", "Bool", "approve: it is this person's own plan"),
    Attribute("solo", "Bool", "approve: and this person, an admin, is the only one who could"),
    Attribute("previewed", "Bool", "the hosts were read and the commands are known"),
    Attribute("commands", "Set<String>", "the exact commands, once previewed"),
    Attribute("sudo", "Bool", "one of them runs as root"),
    Attribute("unread", "Long", "hosts that could not be read"),
)  # fmt: skip

_PLAIN_TYPES = {"string": "String", "integer": "Long", "boolean": "Bool"}
_NAMED_ACTION = re.compile(r'Action::"([a-z][a-z0-9_]*\.(?:[a-z0-9_]+|\*))"')
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def parameter_types(catalog: Catalog) -> dict[str, str]:
    """Cedar types of all parameters of all actions by name, where the actions agree on one.

    `hosts` is left out: the context has it, resolved.
    """
    found: dict[str, set[str]] = {}
    for action in catalog:
        for name, kind in _types_of(action.params):
            found.setdefault(name, set()).add(kind)
    return {
        name: next(iter(types))
        for name, types in sorted(found.items())
        if name != "hosts" and len(types) == 1 and "" not in types and _IDENTIFIER.match(name)
    }


@lru_cache(maxsize=500)
def _types_of(params: type[Params]) -> tuple[tuple[str, str], ...]:
    """The Cedar types of an action's parameters by name, empty where there is none.

    A reload asks again for the actions that it had; pydantic takes a while to describe them.
    """
    schema = params.model_json_schema()
    definitions = schema.get("$defs", {})
    properties = schema.get("properties", {})
    return tuple((name, _cedar_type(spec, definitions)) for name, spec in properties.items())


def _cedar_type(spec: dict[str, Any], definitions: dict[str, Any]) -> str:
    """The Cedar type of a JSON-schema property; empty when there is none."""
    if "$ref" in spec:
        return _cedar_type(definitions.get(spec["$ref"].rpartition("/")[2], {}), definitions)
    for joined in ("anyOf", "oneOf", "allOf"):
        if joined in spec:
            types = {_cedar_type(s, definitions) for s in spec[joined] if s.get("type") != "null"}
            return next(iter(types)) if len(types) == 1 else ""
    if spec.get("type") == "array":
        inside = _cedar_type(spec.get("items", {}), definitions)
        return f"Set<{inside}>" if inside in _PLAIN_TYPES.values() else ""
    return _PLAIN_TYPES.get(str(spec.get("type", "")), "")


def absent_in(text: str, catalog: Catalog) -> tuple[str, ...]:
    """What policies name of skills that are disabled now: their mend must not need a policy's."""
    gone = {disabled.name for disabled in catalog.disabled}
    return tuple(
        sorted(
            name
            for name in set(_NAMED_ACTION.findall(text))
            if name.partition(".")[0] in gone and name not in catalog
        )
    )


def schema_text(catalog: Catalog, absent: Iterable[str] = ()) -> str:
    """The schema as Cedar text, commented: what `./overseer policy schema` prints.

    `absent` actions may be named by a policy although nothing can do them now.
    """
    params = parameter_types(catalog)
    lines = [
        "// What policies.cedar may name. Made from the catalogue of actions; do not edit.",
        "",
        "// Who: a role includes those before it: viewer, operator, approver, admin.",
        f"entity {ROLE} in [{ROLE}];",
        f"entity {PRINCIPAL} in [{ROLE}];",
        "",
        "// Which question is asked of person and action.",
        f"entity {RESOURCE};  // its ids: {', '.join(QUESTIONS)}",
        "",
        "// With which parameters. One record for all actions; test each with `has`.",
        "type Params = {",
        *(f"  {name}?: {kind}," for name, kind in params.items()),
        "};",
        "",
        "// Under which circumstances. The same for every action; test each with `has`.",
        "type Circumstances = {",
    ]
    for attribute in CONTEXT:
        lines += [f"  // {attribute.says}", f"  {attribute.name}?: {attribute.type},"]
    lines += ["  params?: Params,", "};", "", "// Groups of actions: by effect and by skill."]
    lines += [
        'action "change";',
        'action "read";',
        'action "write", "destructive" in ["change"];',
        *(f'action "{skill}.*";' for skill in catalog.skills),
        "",
        "// The catalogue.",
    ]
    for action in catalog:
        lines.append(
            f'action "{action.name}" in ["{action.effect.value}", "{action.skill}.*"] appliesTo '
            f"{{ principal: {PRINCIPAL}, resource: {RESOURCE}, context: Circumstances }};"
        )
    lines += _absent(absent)
    return "\n".join(lines) + "\n"


def _absent(names: Iterable[str]) -> Iterator[str]:
    """Declarations of what a disabled skill could do. Its group needs one action, also where a
    policy names none: Cedar refuses a policy that is about nothing."""
    found: dict[str, set[str]] = {}
    for name in names:
        skill = name.partition(".")[0]
        found.setdefault(skill, {f"{skill}.disabled"}).add(name)
    for skill, actions in found.items():
        yield f'action "{skill}.*";'
        for name in sorted(actions - {f"{skill}.*"}):
            yield (
                f'action "{name}" in ["{skill}.*"] appliesTo '
                f"{{ principal: {PRINCIPAL}, resource: {RESOURCE}, context: Circumstances }};"
            )
