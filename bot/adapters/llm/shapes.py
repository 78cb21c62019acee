"""The closed schema of an answer, and the prompt as an endpoint gets it.

Where an endpoint takes no schema, the schema stands in the prompt: behind the stable part, so that
this too is equal from request to request and stays in a provider's cache.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import BaseModel

from bot.ports import Prompt
from bot.settings import Structured

_IN_WORDS = (
    "Answer with one JSON object that fits this JSON schema. No other text, no code fence:\n"
)
_NOISE = {"title", "default"}


@cache
def closed_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `shape` as strict endpoints want it.

    Every object is closed and requires all its fields (OpenAI's structured outputs: "all fields
    must be required", "additionalProperties: false must always be set", no default values), and
    a `$ref` stands alone. Shared: not to be changed by who gets it.
    """
    schema = shape.model_json_schema()
    closed: dict[str, Any] = _closed(schema, schema.get("$defs", {}))
    return closed


def _closed(node: Any, defs: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_closed(each, defs) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node and len(node) > 1:
        target = defs[node["$ref"].removeprefix("#/$defs/")]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    closed: dict[str, Any] = {}
    for key, value in node.items():
        if key in {"properties", "$defs"}:
            closed[key] = {name: _closed(each, defs) for name, each in value.items()}
        elif key not in _NOISE:
            closed[key] = _closed(value, defs)
    if closed.get("type") == "object":
        closed["additionalProperties"] = False
        closed["required"] = list(closed.get("properties", {}))
    return closed


@cache
def _in_words(shape: type[BaseModel]) -> str:
    schema = json.dumps(closed_schema(shape), ensure_ascii=False, separators=(",", ":"))
    return _IN_WORDS + schema


def stable_part(prompt: Prompt, level: Structured) -> str:
    """The part that is equal from request to request, with the schema where it must be told."""
    if level is Structured.TEXT or level is Structured.JSON:
        return f"{prompt.stable}\n\n{_in_words(prompt.schema)}".lstrip()
    return prompt.stable


def system_text(prompt: Prompt, level: Structured) -> str:
    """All of it but the turns, in one text: many a local server takes one system message only."""
    return "\n\n".join(part for part in (stable_part(prompt, level), prompt.fitted) if part)
