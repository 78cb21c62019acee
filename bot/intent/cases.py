"""A corpus: requests with their right answers, one JSON line each. Pure but for reading the file.

`{"id", "text", "tags", "skills", "expect": {"kind", "steps"}}`, or `expect_any` with a list.
Kinds are plan, clarify, refuse and none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.errors import ConfigError
from bot.skillkit.contract import DURATION_UNITS

KINDS = ("plan", "clarify", "refuse", "none")
_DEFAULTS: dict[str, dict[str, Any]] = {
    "release.create": {"update_dependents": True, "push": False},
    "vm.destroy": {"force_production": False},
    "vm.deploy": {"count": 1},
}
_LISTS = frozenset(("hosts", "projects", "packages"))
_DURATIONS = frozenset(("since", "duration"))
_PROSE = frozenset(("note", "query", "request", "task", "topic"))
_TARGETS = (
    "hosts", "host", "service", "packages", "vm", "scenario", "project", "projects", "job",
    "agent", "alert", "schedule", "plan", "command", "force_production", "push",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """An action with normalised parameters."""

    action: str
    params: dict[str, Any]

    def key(self) -> tuple[str, ...]:
        """The action and what it acts on."""
        return (self.action, *(f"{n}={self.params[n]}" for n in _TARGETS if n in self.params))


@dataclass(frozen=True)
class Answer:
    """A kind, with steps where it is a plan."""

    kind: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Case:
    """One line of a corpus."""

    id: str
    text: str
    tags: tuple[str, ...]
    skills: frozenset[str]
    accepted: tuple[Answer, ...]
    line: int = 0
    """Where it stands in its file, from 1."""


# -- reading a corpus --------------------------------------------------------------------


def read_corpus(path: Path) -> list[Case]:
    """The cases of a file.

    Raises:
        ConfigError: a line that is no case, a repeated id, or a file that cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The corpus can't be read: {error}.", path=str(path)) from error
    return corpus(text.split("\n"), str(path))


def corpus(lines: Iterable[str], where: str) -> list[Case]:
    """The cases of these lines; `where` is the file's name in errors.

    Raises:
        ConfigError: as `read_corpus`.
    """
    found: dict[str, Case] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = replace(_case(json.loads(line)), line=number)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            what = f"has no {error}" if isinstance(error, KeyError) else f"is no case: {error}"
            raise ConfigError(f"This line {what}.", path=where, line=number) from error
        if case.id in found:
            raise ConfigError(f"The id {case.id} is there twice.", path=where, line=number)
        found[case.id] = case
    return list(found.values())


def _case(row: dict[str, Any]) -> Case:
    expected = row["expect_any"] if "expect_any" in row else [row["expect"]]
    answers = []
    for one in expected:
        if one["kind"] not in KINDS:
            raise ValueError(f"kind is {one['kind']!r}, not one of {', '.join(KINDS)}")
        steps = one["steps"] if one["kind"] == "plan" else ()
        answers.append(Answer(one["kind"], tuple(step_of(s) for s in steps)))
    tags, skills = _names(row, "tags"), frozenset(_names(row, "skills"))
    return Case(str(row["id"]), str(row["text"]), tags, skills, tuple(answers))


def _names(row: dict[str, Any], field: str) -> tuple[str, ...]:
    found = row.get(field, []) if field == "skills" else row[field]
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(f'{field} must be a list of words, such as ["read"]')
    return tuple(found)


def step_of(raw: dict[str, Any]) -> Step:
    """A step in a form in which equal steps compare equal: defaults left out, lists sorted."""
    defaults = _DEFAULTS.get(raw["action"], {})
    params: dict[str, Any] = {}
    for name, value in raw.get("params", {}).items():
        if value is None or (name in defaults and value == defaults[name]):
            continue
        params[name] = _plain(name, value)
    return Step(raw["action"], params)


def _plain(name: str, value: Any) -> Any:
    if name in _LISTS and isinstance(value, (list, tuple)):
        return sorted(value)
    if name in _DURATIONS and isinstance(value, str) and re.fullmatch(r"(\d+[smhdw])+", value):
        return sum(int(n) * DURATION_UNITS[u] for n, u in re.findall(r"(\d+)([smhdw])", value))
    if name in _PROSE:
        return " ".join(str(value).casefold().split()).strip(" \"'`.!?")
    return value
