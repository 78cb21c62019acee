"""A prompt compiled: every value it speaks of is declared, and goes in as data. Pure.

The body has two parts, divided by the line `<!-- fitted -->`. The *stable* one comes first and
speaks only of what is equal from request to request, so that a provider's cache keeps it; the
*fitted* one of what was chosen for this request.

Whatever `{{ … }}` gives is written as JSON (`quoting.quoted`), in a prompt of the user's own
too: no name and no sentence goes in as it is, and what could have it so is refused. Nothing is
global, nothing can be included, and the sandbox keeps a body from reaching beyond the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, Undefined, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.domain.prompts import PromptFile
from bot.errors import ConfigError
from bot.intent.model.quoting import quoted

BORDER = "<!-- fitted -->"
_NAME = "<prompt>"
_RAW = (nodes.FilterBlock, nodes.CallBlock, nodes.ScopedEvalContextModifier)
"""What changes a value after it has become data."""

Values = Mapping[str, Any]
"""Plain JSON by the names that a body may speak of."""


@dataclass(frozen=True, eq=False)
class PromptTemplate:
    """A prompt that can be filled in. Make it with `PromptTemplate.compiled`.

    `called` is its name and version, as `PromptFile.called`.
    """

    called: str
    file: PromptFile
    _stable: Template
    _fitted: Template

    @classmethod
    def compiled(cls, file: PromptFile, *, stable: Values, fitted: Values) -> PromptTemplate:
        """Compile a prompt, and fill it in once.

        `stable` and `fitted` are examples of what each part may speak of, with every value
        there: what can't be written with them would fail at somebody's request.

        Raises:
            ConfigError: the body is no Jinja2, has not two parts, speaks of what is not declared
                (or the other way round) or not known, or can't be filled in. The line is given.
        """
        lines = file.body.split("\n")
        borders = [n for n, line in enumerate(lines) if line.strip() == BORDER]
        if len(borders) != 1:
            raise ConfigError(
                f"The body has {len(borders) or 'no'} line{'s'[: len(borders) != 1]} `{BORDER}`.",
                path=file.path, line=file.begins + (borders[1] if borders else 0),
                cure="Write one, where what changes from request to request begins.",
            )  # fmt: skip
        at = borders[0]
        above = _Part(file, "\n".join(lines[:at]), file.begins)
        below = _Part(file, "\n".join(lines[at + 1 :]), file.begins + at + 1)
        _held_against(file, above.names() | below.names())
        above.must_be_known(stable, "above")
        below.must_be_known(fitted, "below")
        made = cls(file.called, file, above.compiled(), below.compiled())
        for part, template, values in (
            (above, made._stable, stable),
            (below, made._fitted, fitted),
        ):
            part.filled(template, values)
        return made

    def stable(self, values: Values) -> str:
        """The first part.

        Raises:
            ConfigError: the body can't be filled in with these values.
        """
        return _Part(self.file, "", self.file.begins).filled(self._stable, values)

    def fitted(self, values: Values) -> str:
        """The second part; see `stable`."""
        return _Part(self.file, "", self.file.begins).filled(self._fitted, values)


_TOO_DEEP = (RecursionError, MemoryError, SyntaxError)
"""What Jinja2's and Python's compilers come upon; the latter knows twenty blocks in each other."""


def _held_against(file: PromptFile, used: Mapping[str, int]) -> None:
    """What is declared is used, and what is used declared."""
    for name, line in sorted(used.items(), key=lambda item: item[1]):
        if name not in file.inputs:
            raise ConfigError(
                f"The body speaks of {name}, which is not among the inputs.", path=file.path,
                line=line, cure=f"Add {name} to `inputs`, or correct the name.",
            )  # fmt: skip
    for name, line in file.inputs.items():
        if name not in used:
            raise ConfigError(
                f"The body does not speak of the input {name}.", path=file.path, line=line,
                cure="Use it, or take it out of `inputs`.",
            )  # fmt: skip


@dataclass(frozen=True)
class _Part:
    """One part of a body, and the line of the file in which it begins."""

    file: PromptFile
    text: str
    begins: int

    def names(self) -> dict[str, int]:
        """The names that the part wants from outside, each with the line of its first use."""
        tree, names = self._parsed()
        found: dict[str, int] = {}
        for name in sorted(names):
            uses = [n.lineno for n in tree.find_all(nodes.Name) if n.name == name]
            found[name] = self.begins + min(uses, default=1) - 1
        return found

    def must_be_known(self, values: Values, where: str) -> None:
        for name, line in self.names().items():
            if name not in values:
                raise self._error(
                    f"There is no {name} {where} the line `{BORDER}`.", line,
                    f"Known there: {', '.join(sorted(values))}.",
                )  # fmt: skip

    def compiled(self) -> Template:
        try:
            code = _ENVIRONMENT.compile(self._padded(), _NAME, _NAME)
        except TemplateError as error:
            raise self._broken(error) from error
        except _TOO_DEEP as error:
            raise self._deep() from error
        return Template.from_code(_ENVIRONMENT, code, {}, None)

    def filled(self, template: Template, values: Values) -> str:
        """Not the padding, and no blank lines at either end."""
        try:
            return template.render(dict(values)).strip("\n") + "\n"
        except Exception as error:  # whatever a body of the user's own comes upon
            said = str(error).rstrip(".") or type(error).__name__
            raise self._error(
                f"It can't be filled in: {said}.", _line_in(error), "Correct that line."
            ) from error

    def _parsed(self) -> tuple[nodes.Template, set[str]]:
        try:
            tree = _ENVIRONMENT.parse(self.text)
            names = find_undeclared_variables(tree)
        except TemplateError as error:
            raise self._broken(error, above=self.begins - 1) from error
        except _TOO_DEEP as error:
            raise self._deep() from error
        for raw in tree.find_all(_RAW):
            raise self._error(
                "A prompt has no `{% filter %}`, `{% call %}` or `{% autoescape %}`.",
                self.begins + raw.lineno - 1, "They would put values in as they are; use `{{ }}`.",
            )  # fmt: skip
        return tree, names

    def _broken(self, error: TemplateError, *, above: int = 0) -> ConfigError:
        line = getattr(error, "lineno", None)
        return self._error(
            f"This is no Jinja2: {str(error.message).rstrip('.')}.",
            above + line if line else None, "Correct that line, or the block that it belongs to.",
        )  # fmt: skip

    def _deep(self) -> ConfigError:
        return self._error(
            "Its blocks or brackets are nested too deeply to be read.", self.begins,
            "Nest fewer of them within each other.",
        )  # fmt: skip

    def _padded(self) -> str:
        """So that the lines of errors count as in the file."""
        return "\n" * (self.begins - 1) + self.text

    def _error(self, sentence: str, line: int | None, cure: str) -> ConfigError:
        return ConfigError(sentence, path=self.file.path, line=line, cure=cure)


def _line_in(error: BaseException) -> int | None:
    """The line of the body that raised; Jinja2 puts it into the traceback."""
    line, at = None, error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == _NAME:
            line = at.tb_lineno
        at = at.tb_next
    return line


def _as_data(value: Any) -> str:
    """What `{{ … }}` writes.

    Raises:
        UndefinedError: there is no such value.
    """
    return str(value) if isinstance(value, Undefined) else quoted(value)


_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, finalize=_as_data, autoescape=False, loader=None,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_ENVIRONMENT.globals.clear()
