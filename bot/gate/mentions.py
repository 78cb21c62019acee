"""What a policy speaks of, read from Cedar's JSON form of it. Pure.

Two uses: what no policy looks at need not be sent, so that verdicts are quick and alike; and a
misspelt name is an error. Cedar's validator lets some pass: `context has prodction && …` is
simply never true, and a forbid behind it would guard nothing. So is `context.params.service ==
"sshd"`, for that service is called `ssh`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.naming import MisnamedError, service_name
from bot.gate.schema import CONTEXT, LADDER, QUESTIONS, RESOURCE, ROLE

Path = tuple[str, ...]

_CONTEXT = {"Var": "context"}
_SERVICE = ("params", "service")


@dataclass(frozen=True)
class Mentions:
    """Attributes of the context as paths, entities as (type, id)."""

    attributes: frozenset[Path]
    entities: frozenset[tuple[str, str]]
    whole_context: bool
    """Some policy uses the context as a value, so all of it counts."""

    @property
    def names(self) -> frozenset[str] | None:
        """The context's attributes that are looked at; None for all."""
        return None if self.whole_context else frozenset(p[0] for p in self.attributes)

    def named(self, kind: str) -> frozenset[str]:
        """The ids of the entities of one type."""
        return frozenset(name for found, name in self.entities if found == kind)


def mentions_of(policy: Any) -> Mentions:
    """What a policy, or a set of them, speaks of."""
    paths: set[Path] = set()
    whole = False
    for node, under_attribute in _nodes(policy):
        if node == _CONTEXT and not under_attribute:
            whole = True
        for operator in (".", "has"):
            path = _path(node.get(operator))
            if path:
                paths.add(path)
    return Mentions(frozenset(paths), frozenset(_entities(policy)), whole)


def unknown_in(policy: Any, parameters: Collection[str]) -> tuple[str, str] | None:
    """The first name that does not exist, and what to do about it; None when all do."""
    found = mentions_of(policy)
    attributes = [*(a.name for a in CONTEXT), "params"]
    for path in sorted(found.attributes):
        known: Collection[str] = parameters if path[:1] == ("params",) and path[1:] else attributes
        name = path[1] if known is parameters else path[0]
        if name not in known:
            return name, _nearest(name, known)
    for kind, known in ((RESOURCE, QUESTIONS), (ROLE, [role.value for role in LADDER])):
        for name in sorted(found.named(kind)):
            if name not in known:
                return name, f"{kind} is one of {', '.join(known)}."
    for said in _services(policy):
        if (name := _one_name(said)) != said:
            return said, f"Write {name}: a service has one name here, however people say it."
    return None


def _services(policy: Any) -> Iterator[str]:
    """What the parameter `service` is compared with."""
    for node, _ in _nodes(policy):
        for operator in ("==", "!=", "contains", "in"):
            sides = node.get(operator)
            if isinstance(sides, dict):
                pair = [sides.get("left"), sides.get("right")]
                if any(isinstance(s, dict) and _path(s.get(".")) == _SERVICE for s in pair):
                    yield from (text for side in pair for text in _literals(side))


def _literals(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("Value"), str):
            yield node["Value"]
        for inner in node.get("Set") or ():
            yield from _literals(inner)


def _one_name(said: str) -> str:
    try:
        return service_name(said)
    except MisnamedError:
        return said


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    return f"{meant}`./overseer policy schema` prints everything a policy may name."


def _nodes(node: Any, *, under_attribute: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every mapping of the tree, and whether an attribute is taken of it."""
    if isinstance(node, dict):
        yield node, under_attribute
        for key, value in node.items():
            if key in {".", "has"} and isinstance(value, dict):
                yield from _nodes(value.get("left"), under_attribute=True)
            else:
                yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


def _path(access: Any) -> Path:
    """`context.params.service` as ("params", "service"); empty when it is not of the context."""
    if not isinstance(access, dict) or "attr" not in access:
        return ()
    left, attribute = access.get("left"), str(access["attr"])
    if left == _CONTEXT:
        return (attribute,)
    inner = _path(left.get(".")) if isinstance(left, dict) else ()
    return (*inner, attribute) if inner else ()


def _entities(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("type"), str) and isinstance(node.get("id"), str):
            yield node["type"], node["id"]
        for value in node.values():
            yield from _entities(value)
    elif isinstance(node, list):
        for value in node:
            yield from _entities(value)
