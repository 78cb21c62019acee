"""YAML that remembers its lines, so that every complaint names file, line and cure.

Keys are always text, as they are written: a host may be called `no` or `007`.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import typing
from collections.abc import Hashable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.constructor import SafeConstructor

from bot.domain.naming import MisnamedError
from bot.errors import ConfigError, MisplacedError

Where = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)

_DEEPER = "[{-"
"""Each of these may open a level by itself; one that is only indented takes a line."""
_HIDES = re.compile(r"[\"'#]")
"""What stands behind one of these may be text, and close nothing."""
_DEEP = 1_000
_CAREFULLY = re.compile(r"[\t!?\ufeff\u0085\u2028\u2029]|[|>]\S*#")
"""What the quick loader lets pass, or reads in another way."""

_CURES = {
    "tuple_type": "Write a list: [a, b].",
    "frozen_set_type": "Write a list: [a, b].",
    "string_type": "Write one word or a quoted text.",
    "dict_type": "Write `key: value` lines below it.",
    "model_type": "Write `key: value` lines below it.",
    "int_parsing": "Write a whole number.",
    "int_type": "Write a whole number.",
    "float_parsing": "Write a number.",
    "float_type": "Write a number.",
    "bool_parsing": "Write true or false.",
    "bool_type": "Write true or false.",
    "finite_number": "Write a number.",
}
_SHAPES = {
    "missing": "is missing",
    "tuple_type": "must be a list", "frozen_set_type": "must be a list",
    "string_type": "must be a text", "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "greater_than_equal": "must be at least {ge}", "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}", "less_than": "must be less than {lt}",
    "string_too_long": "may have {max_length} characters at most", "string_too_short": "is empty",
    "finite_number": "must be a finite number",
    "int_parsing": "must be a whole number", "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number", "float_type": "must be a number",
    "bool_parsing": "must be true or false", "bool_type": "must be true or false",
}  # fmt: skip


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
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where)

    def error(self, where: Where, sentence: str, *, cure: str = "") -> ConfigError:
        """A complaint about a place in this file."""
        return ConfigError(sentence, path=self.path, line=self.line(where), cure=cure)

    def section(self, where: Where = ()) -> dict[str, Any]:
        """The mapping at a place ({} when it is empty or missing).

        Raises:
            ConfigError: something else stands there.
        """
        found: Any = self.data
        for depth in range(len(where) + 1):
            if found is None:
                return {}
            if not isinstance(found, dict):
                name = ".".join(map(str, where[:depth])) or "The file"
                raise self.error(
                    where[:depth], f"{name} must be a mapping.", cure="Write `key: value` lines."
                )
            if depth < len(where):
                found = found.get(where[depth])
        return typing.cast("dict[str, Any]", found)

    def build(self, model: type[M], data: Any, where: Where) -> M:
        """Validate `data` from `where` as a model.

        Raises:
            ConfigError: naming the first wrong field, its line and what it may be.
        """
        try:
            return model.model_validate(data)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            first = found[0]
            if first["type"] == "missing":  # because it is misspelt, perhaps
                first = next((e for e in found if e["type"] == "extra_forbidden"), first)
            inner = first["loc"]
            place = (*where, *inner)
            field = ".".join(str(part) for part in place)
            if first["type"] == "extra_forbidden":
                known = _fields(model, inner[:-1])
                near = difflib.get_close_matches(str(inner[-1]), known, 1)
                cure = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
                raise self.error(place, f"{field} is not known here.", cure=cure) from error
            if first["type"] == "enum":
                allowed = first.get("ctx", {}).get("expected", "")
                raise self.error(
                    place, f"{field} has no such value.", cure=f"Write {allowed}."
                ) from error
            said = first.get("ctx", {}).get("error")
            if isinstance(said, MisnamedError):
                raise self.error(place, f"{field}: {said}", cure=said.cure) from error
            if isinstance(said, MisplacedError):
                place = (*place, *said.where)
                field = ".".join(map(str, place))
                raise self.error(place, f"{field} {said}.", cure=said.cure) from error
            if said is not None:
                raise self.error(place, f"{field}: {said}.") from error
            shape = _SHAPES.get(first["type"], "is wrong ({message})")
            told = shape.format(**first.get("ctx", {}), message=first["msg"])
            cure = _CURES.get(first["type"], "")
            if first["type"] == "missing":
                cure = f"Write `{inner[-1]}: …` there."
            raise self.error(place, f"{field} {told}.", cure=cure) from error


def _fields(model: type[BaseModel], where: tuple[str | int, ...]) -> list[str]:
    """The fields of the model that stands at a place inside a model."""
    for part in where:
        field = model.model_fields.get(str(part))
        inner = _model_in(field.annotation) if field else None
        if field is not None and inner is not None:
            model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in typing.get_args(annotation) if (m := _model_in(a))), None)


class _AsWritten(SafeConstructor):
    """Takes keys as they are written."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        self.flatten_mapping(node)
        return {
            str(key.value): self.construct_object(value, deep=deep) for key, value in node.value
        }


class _Loader(_AsWritten, yaml.SafeLoader):
    """Reads all YAML, and says well what is none."""

    def close(self) -> None:
        self.dispose()


class _QuickLoader(_AsWritten, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads the same in a tenth of the time, where PyYAML was built for it."""

    def close(self) -> None:
        self.dispose()


def read(path: Path) -> Marked:
    """Read a YAML file; a missing or empty one is empty.

    Raises:
        ConfigError: it can't be read, is no YAML, or a key stands in it twice.
    """
    return parsed(text_of(path) if path.exists() else "", str(path))


def text_of(path: Path) -> str:
    """The text of a file.

    Raises:
        ConfigError: it can't be read, or is no UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(
            "It is not UTF-8 text.", path=str(path),
            line=error.object[: error.start].count(b"\n") + 1, cure="Save it as UTF-8.",
        ) from error  # fmt: skip
    except OSError as error:
        raise ConfigError(f"It can't be read: {error.strerror}.", path=str(path)) from error


def parsed(text: str, path: str) -> Marked:
    """YAML that was read already; `path` is the name that complaints give.

    Raises:
        ConfigError: it is no YAML, or a key stands in it twice.
    """
    try:
        if _is_plain(text):
            with suppress(yaml.YAMLError):  # the other one says what is wrong
                return _loaded(text, path, _QuickLoader)
        return _loaded(text, path, _Loader)
    except yaml.YAMLError as error:
        raise broken(error, path) from error
    except (ValueError, RecursionError) as error:  # an impossible date; a thousand brackets
        raise ConfigError(f"This is no valid YAML: {error}.", path=path) from error


def _is_plain(text: str) -> bool:
    """Whether the quick loader may have it; it dies of what is nested many thousands deep."""
    if _CAREFULLY.search(text):
        return False
    return sum(map(text.count, _DEEPER)) < _DEEP or _levels(text) < _DEEP


def _levels(text: str) -> int:
    """No more levels than so many are open at once in it.

    What a line opens is closed at its end where its brackets are as many on both sides, and none
    of them can be within a text. What it opens by dashes is within its indentation.
    """
    open_still = deepest = 0
    for line in text.splitlines():
        dashes, opened = line.count("-"), line.count("[") + line.count("{")
        closes = opened == line.count("]") + line.count("}") and not _HIDES.search(line)
        open_still += 0 if closes else opened
        indented = len(line) - len(line.lstrip(" "))
        deepest = max(deepest, 2 * (indented + dashes) + opened)
    return open_still + deepest


def _loaded(text: str, path: str, loader_of: type[Any]) -> Marked:
    lines: dict[Where, int] = {}
    with closing(loader_of(text)) as loader:
        node = loader.get_single_node()
        _walk(node, (), lines, path, set())
        data = None if node is None else loader.construct_document(node)
    return Marked(path, data, lines, hashlib.sha256(text.encode()).hexdigest())


def broken(error: yaml.YAMLError, path: Path | str) -> ConfigError:
    """What the parser says, as a sentence with a line."""
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or error
    return ConfigError(
        f"This is no valid YAML: {said}.",
        path=str(path),
        line=mark.line + 1 if mark else None,
        cure="Check indentation, colons and quotes on that line and the one above.",
    )


def _walk(
    node: yaml.Node | None, at: Where, lines: dict[Where, int], path: str, walked: set[int]
) -> None:
    """Note the line of everything below a node; what an alias repeats is noted once."""
    if node is None or id(node) in walked:
        return
    walked.add(id(node))
    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                raise ConfigError(
                    f"{name} stands here twice.", path=path, line=line,
                    cure=f"The first one is in line {seen[name]}; keep one of them.",
                )  # fmt: skip
            seen[name] = line
            lines[(*at, name)] = line
            _walk(value, (*at, name), lines, path, walked)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*at, index)] = value.start_mark.line + 1
            _walk(value, (*at, index), lines, path, walked)
