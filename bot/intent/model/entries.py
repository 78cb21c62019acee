"""What a model is told of the actions and of the ways to run a plan, as plain JSON. Pure.

All of it is derived: types and bounds from the pydantic models' own schema, meanings from
their docstrings, effect and summary from the action.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.intents import PlanOptions
from bot.skillkit.contract import Action

WAYS = (
    "on_failure", "batch", "stop_at_first_failure", "parallel_steps", "step_timeout_s",
    "keep_order", "start",
)  # fmt: skip
"""The ways of running a plan that a model may name: fields of `PlanOptions`. Not among them is
`force_production`: that counts only in the person's own words."""

_ORDINARY = {
    "string": "text", "integer": "integer", "number": "number", "boolean": "true or false",
}  # fmt: skip
_LONG_PATTERN = 120


def entry_of(action: Action) -> dict[str, Any]:
    """An action as the catalogue in the prompt shows it.

    A parameter that may be left out ends in `?`. `means` is there where the parameters' own
    docstring says what one of them means.
    """
    schema = action.params.model_json_schema()
    entry: dict[str, Any] = {"action": action.name, "effect": action.effect.value}
    if action.summary:
        entry["does"] = action.summary
    entry["params"] = _params(schema)
    if means := _meaning(schema):
        entry["means"] = means
    if action.raw:
        entry["raw"] = True
    return entry


def grouped(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The entries with those of the same parameters told together, in the order of the first."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        shared = {key: entry[key] for key in ("params", "means", "raw") if key in entry}
        told = f"{entry['effect']}: {entry.get('does', '')}".rstrip(" :")
        group = found.setdefault(repr(shared), {"actions": {}, **shared})
        group["actions"][entry["action"]] = told
    return list(found.values())


def ways() -> dict[str, Any]:
    """The ways as the prompt shows them, with what they mean."""
    schema = PlanOptions.model_json_schema()
    known = {"properties": {name: schema["properties"][name] for name in WAYS}}
    params = _params({**schema, **known, "required": WAYS})
    return {"ways": params, "means": _meaning(schema)}


def _params(schema: Mapping[str, Any]) -> dict[str, str]:
    required, defs = schema.get("required", ()), schema.get("$defs", {})
    return {
        name if name in required else f"{name}?": _type(name, spec, defs)
        for name, spec in schema.get("properties", {}).items()
    }


def _meaning(schema: Mapping[str, Any]) -> str:
    """The sentences that speak of a parameter."""
    said = " ".join(schema.get("description", "").split())
    return " ".join(s for s in re.split(r"(?<=[.!?]) (?=[A-Z`])", said) if "`" in s)


def _type(name: str, spec: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    if name == "hosts":
        return "hosts"
    for joined in ("anyOf", "oneOf", "allOf"):
        if joined in spec:
            types = [_type("", one, defs) for one in spec[joined] if one.get("type") != "null"]
            return " or ".join(dict.fromkeys(types)) + _rest(name, spec)
    return _plain(spec, defs) + _rest(name, spec)


def _plain(spec: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    """One type without alternatives."""
    if "$ref" in spec:
        return _type("", defs.get(str(spec["$ref"]).rpartition("/")[2], {}), defs)
    if "const" in spec or "enum" in spec:
        return " or ".join(repr(v) for v in spec.get("enum", [spec.get("const")]))
    kind = str(spec.get("type", ""))
    if kind == "array":
        return f"list of {_type('', spec.get('items', {}), defs)}"
    text = _ORDINARY.get(kind, kind or "anything")
    least, most = spec.get("minimum"), spec.get("maximum")
    if least is not None or most is not None:
        text += f" {'' if least is None else least}..{'' if most is None else most}"
    pattern = str(spec.get("pattern", ""))
    if pattern and len(pattern) <= _LONG_PATTERN:
        text += f" like {pattern}"
    return text


def _rest(name: str, spec: Mapping[str, Any]) -> str:
    """What the schema says beside the type: its own words, and the value when nothing is said."""
    said = " ".join(str(spec.get("description", "")).split())
    default = spec.get("default")
    left_out = name and default not in (None, "", False, [], {})
    return (f" ({said})" if said else "") + (f", else {default!r}" if left_out else "")
