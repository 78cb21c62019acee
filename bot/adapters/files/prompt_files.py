"""What a language model is asked: the files of `prompts/`, and those of a home instead of them.

A file is front matter between two lines of `---`, then the body:

    ---
    name: plan
    version: 1
    inputs: [actions, hosts]
    ---
    You are …

The body is Jinja2; `bot.intent.model` compiles it and holds it against the inputs.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.adapters.files.marked_yaml import Marked, parsed, text_of
from bot.adapters.files.settings_file import shipped
from bot.domain.prompts import PromptFile
from bot.errors import ConfigError

_FENCE = "---"


class _Front(BaseModel):
    """The front matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: Annotated[int, Field(ge=1, strict=True)]
    inputs: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")], ...]


def load_prompts(own: Path | None = None) -> dict[str, PromptFile]:
    """Every prompt by its name; a file in the folder `own` stands in for the one that ships.

    Raises:
        ConfigError: a file can't be read, its front matter is wrong, or `own` has a file of a
            name that nothing asks for. The line is given.
    """
    found = _in(shipped("prompts", holding="plan.md"))
    if own is None or not own.is_dir():
        return found
    for name, file in _in(own).items():
        if name not in found:
            near = difflib.get_close_matches(name, found, 1) or sorted(found)
            raise ConfigError(
                f"There is no prompt called {name}.", path=file.path,
                cure=f"Rename the file, such as to {near[0]}.md, or remove it.",
            )  # fmt: skip
        found[name] = file.model_copy(update={"own": True})
    return found


def _in(folder: Path) -> dict[str, PromptFile]:
    """The prompts of one folder."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.md"))}


def _read(path: Path) -> PromptFile:
    lines = text_of(path).splitlines()
    if not lines or lines[0].rstrip() != _FENCE:
        raise ConfigError(
            "A prompt begins with front matter.", path=str(path), line=1,
            cure="Write `---`, then name, version and inputs, then `---`.",
        )  # fmt: skip
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        raise ConfigError(
            "The front matter has no end.", path=str(path), line=1,
            cure="Write a line of `---` before the body.",
        )  # fmt: skip
    above = parsed("\n".join(["", *lines[1:end]]), str(path))  # so that lines count as in the file
    front = above.build(_Front, above.section(), ())
    if front.name != path.stem:
        raise above.error(
            ("name",), f"The file is called {path.name}, and its prompt {front.name}.",
            cure=f"Write `name: {path.stem}`.",
        )  # fmt: skip
    return PromptFile(
        name=front.name, version=front.version, inputs=_each_once(front.inputs, above),
        body="\n".join(lines[end + 1 :]) + "\n", begins=end + 2, path=str(path),
    )  # fmt: skip


def _each_once(inputs: tuple[str, ...], above: Marked) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, name in enumerate(inputs):
        if name in found:
            raise above.error(("inputs", number), f"{name} stands here twice.")
        found[name] = above.line(("inputs", number)) or 1
    return found
