"""Imports skills by name and reads their phrases."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from bot.errors import ConfigError
from bot.skillkit.contract import Skill

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one, where PyYAML was built with it."""

BUILT_IN = ("host", "service", "package", "plan", "help")


def load(names: Sequence[str] = BUILT_IN) -> tuple[Skill, ...]:
    """The skills of these names from the package `skills`.

    Raises:
        ConfigError: a skill cannot be imported, has no SKILL, or its phrases are broken YAML.
    """
    return tuple(_load_one(name) for name in names)


def _load_one(name: str) -> Skill:
    module_name = f"skills.{name}"
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        raise ConfigError(f"The skill {name} can't be imported: {error}.") from error
    skill = getattr(module, "SKILL", None)
    if not isinstance(skill, Skill):
        raise ConfigError(f"skills/{name}/__init__.py has no SKILL.")
    file = resources.files(module_name) / "phrases.yaml"
    return replace(skill, phrases=phrases_in(file, f"skills/{name}/phrases.yaml"))


def phrases_in(file: Traversable, where: str) -> dict[str, Any]:
    """The sentences in a `phrases.yaml`; none where there is no such file.

    Raises:
        ConfigError: it is no YAML, or no mapping; `where` is the file as people know it.
    """
    try:
        loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - safe
    except FileNotFoundError:
        return {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        problem = str(getattr(error, "problem", error))
        raise ConfigError(f"{problem}.", path=where, line=line) from error
    if not isinstance(loaded, dict):
        raise ConfigError("must be a mapping.", path=where)
    return loaded
