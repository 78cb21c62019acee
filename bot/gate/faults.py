"""Where a policy is broken and what to do about it: Cedar says *what*, this finds the line.

The engine's errors carry no position. A policy file is a row of statements that end in `;`
(strings and `//` comments may hold one too), and Cedar numbers them `policy0`, `policy1` …
in the file's order: so a statement's line is known, and the word that the error quotes is
looked for inside the statement. Pure.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_QUOTED = re.compile(r"`([^`]+)`|'([^']+)'")
_AFTER_COLON = re.compile(r": @?([^\s:]+(?:::[^\s]+)?)$")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_OPTIONAL = re.compile(r"optional attribute `(?:\w+\.)*(\w+)`")
_ATTRIBUTE = re.compile(r"attribute `(?:\w+\.)*(\w+)`")
_ACTION = re.compile(r'unrecognized action `Action::"([^"]*)"`')
_ENTITY = re.compile(r"unrecognized entity type `([^`]*)`")

_LONE_EQUALS = r"(?<![=!<>])=(?!=)"

SCHEMA_CURE = "`./overseer policy schema` prints everything a policy may name."


@dataclass(frozen=True)
class Statement:
    """One policy's text and the line on which it begins, counted from 1."""

    text: str
    line: int
    ended: bool
    """Whether a `;` ends it; False for what is left over at the end of the file."""

    def line_of(self, word: str) -> int:
        """The line on which `word` stands, else the statement's first."""
        pattern = _LONE_EQUALS if word == "=" else re.escape(word)
        found = re.search(pattern, self.text) if word else None
        return self.line + (self.text.count("\n", 0, found.start()) if found else 0)


def statements(text: str) -> tuple[Statement, ...]:
    """The policies of a file, in order, each without the comments before it."""
    found: list[Statement] = []
    start: int | None = None
    at = 0
    while at < len(text):
        char = text[at]
        if text.startswith("//", at):
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
            continue
        if start is None and not char.isspace():
            start = at
        if char == '"':
            at = _end_of_string(text, at)
            continue
        if char == ";" and start is not None:
            found.append(_statement(text, start, at + 1, ended=True))
            start = None
        at += 1
    if start is not None:
        found.append(_statement(text, start, len(text), ended=False))
    return tuple(found)


def _end_of_string(text: str, at: int) -> int:
    """The place after the string that opens at `at`."""
    whole = _STRING.match(text, at)
    return whole.end() if whole else len(text)


def _statement(text: str, start: int, end: int, *, ended: bool) -> Statement:
    return Statement(
        text=text[start:end].rstrip(), line=text.count("\n", 0, start) + 1, ended=ended
    )


def word_of(error: str) -> str:
    """The piece of policy text that an error speaks of; empty when it names none."""
    names = [a or b for a, b in _QUOTED.findall(error)]
    names = [n for n in names if not re.fullmatch(r"policy\d+", n)]
    if names:
        action = re.match(r'Action::"([^"]*)"', names[0])
        return f'"{action.group(1)}"' if action else names[0]
    after = _AFTER_COLON.search(error)
    return after.group(1) if after else ""


def plain(error: str) -> str:
    """The error without the engine's own numbering, as a sentence."""
    text = re.sub(r"^for policy `policy\d+`, ", "", error)
    text = re.sub(r"^Policy parse error: ", "", text)
    return text[:1].upper() + text[1:].rstrip(".") + "."


def cure_of(error: str, *, actions: Iterable[str], attributes: Iterable[str]) -> str:
    """What to do about an error of the validator or the parser."""
    if optional := _OPTIONAL.search(error):
        name = optional.group(1)
        return f"It may be missing: write `context has {name} && context.{name} …`."
    if action := _ACTION.search(error):
        skills = "Its skill must be listed under `skills` in overseer.yaml."
        return f"{_nearest(action.group(1), actions)}{skills} {SCHEMA_CURE}"
    if attribute := _ATTRIBUTE.search(error):
        return f"{_nearest(attribute.group(1), attributes)}{SCHEMA_CURE}"
    if _ENTITY.search(error):
        return f"Entities are Person, Role, Action and May. {SCHEMA_CURE}"
    if "end of input" in error:
        return "A parenthesis, a brace or the closing `;` is missing."
    if "not a valid operator" in error:
        return "Cedar compares with `==`, `!=`, `<` and `>`, and joins with `&&` and `||`."
    if "invalid token" in error:
        return "A quote is missing, or a character that Cedar does not know stands there."
    return SCHEMA_CURE


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}? " if near else ""
