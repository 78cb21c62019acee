"""YAML that remembers its lines, so that every complaint names file, line and cure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import ConfigError

Where = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Marked:
    """A file's content with the line of each key and item.

    `version` is the SHA-256 of the text.
    """

    path: str
    data: Any
    lines: dict[Where, int]
    version: str

    def line(self, where: Where) -> int | None:
        """The line of a place, or of the nearest one around it."""
        while where:
            if where in self.lines:
                return self.lines[where]
            where = where[:-1]
        return None

    def error(self, where: Where, sentence: str, *, cure: str = "") -> ConfigError:
        """A complaint about a place in this file."""
        return ConfigError(sentence, path=self.path, line=self.line(where), cure=cure)

    def section(self, where: Where = ()) -> dict[str, Any]:
        """The mapping at a place ({} when it is empty or missing).

        Raises:
            ConfigError: something else stands there.
        """
        found: Any = self.data
        for key in where:
            found = (found or {}).get(key)
        if found is None:
            return {}
        if not isinstance(found, dict):
            name = ".".join(map(str, where)) or "the file"
            raise self.error(where, f"{name} must be a mapping (`key: value` lines).")
        return found

    def build(self, model: type[M], data: Any, where: Where) -> M:
        """Validate `data` from `where` as a model.

        Raises:
            ConfigError: naming the first wrong field, its line and what it may be.
        """
        try:
            return model.model_validate(data)
        except ValidationError as error:
            first = error.errors()[0]
            place = (*where, *first["loc"])
            field = ".".join(str(part) for part in place)
            known = ", ".join(model.model_fields)
            if first["type"] == "extra_forbidden":
                raise self.error(
                    place, f"{field} is not known here.", cure=f"Known: {known}."
                ) from error
            raise self.error(place, f"{field}: {first['msg']}.") from error


def read(path: Path) -> Marked:
    """Read a YAML file; a missing or empty one is empty.

    Raises:
        ConfigError: it can't be read, is no YAML, or a key stands in it twice.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"It can't be read: {error}.", path=str(path)) from error
    lines: dict[Where, int] = {}
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        _walk(node, (), lines, str(path))
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(
            f"This is no valid YAML: {getattr(error, 'problem', None) or error}.",
            path=str(path),
            line=mark.line + 1 if mark else None,
            cure="Check indentation, colons and quotes on that line.",
        ) from error
    return Marked(str(path), data, lines, hashlib.sha256(text.encode()).hexdigest())


def _walk(node: yaml.Node | None, at: Where, lines: dict[Where, int], path: str) -> None:
    """Note the line of everything below a node."""
    if node is None:
        return
    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            line = key.start_mark.line + 1
            if name in seen:
                raise ConfigError(f"{name} stands here twice.", path=path, line=line)
            seen.add(name)
            lines[(*at, name)] = line
            _walk(value, (*at, name), lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*at, index)] = value.start_mark.line + 1
            _walk(value, (*at, index), lines, path)
