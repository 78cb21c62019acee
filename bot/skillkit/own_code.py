"""What the code of an own skill may import, read from its text before any of it runs. Pure.

An own skill is somebody's Python and runs with all that Overseer may do: this is no sandbox. It
keeps the door where it is (`bot.skillkit` and `bot.domain`), so that a skill yields commands and
performs nothing behind the gate's back, and goes on working when Overseer's inside moves.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

DOORS = ("bot.skillkit", "bot.domain")
DOOR = "An own skill sees only bot.skillkit and bot.domain."
BESIDE = "Its own files are imported with: from . import actions"
_DYNAMIC = frozenset({"__import__", "exec", "eval", "compile"})


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """What is wrong in a file of a skill, on which line, and what to do about it."""

    line: int | None
    why: str
    cure: str = ""


def flaws_in(text: str, *, depth: int = 1) -> list[Flaw]:
    """Everything in a module that an own skill may not do, in the order of its lines.

    `depth` is how many packages the module is in, counted from the skill's own folder.
    """
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return [Flaw(line=error.lineno, why=f"{error.msg}.")]
    except (ValueError, RecursionError, MemoryError) as error:  # a NUL byte, an endless nesting
        return [Flaw(line=None, why=f"it can't be read as Python: {error}.")]
    found = [flaw for node in ast.walk(tree) for flaw in _judged(node, depth)]
    return sorted(found, key=lambda flaw: flaw.line or 0)


def _judged(node: ast.AST, depth: int) -> Iterator[Flaw]:
    match node:
        case ast.Import(names=names):
            for alias in names:
                yield from _module(alias.name, node.lineno)
        case ast.ImportFrom(level=level) if level:
            if level > depth:
                yield Flaw(
                    line=node.lineno, why="this import leaves the skill's folder.", cure=DOOR
                )
        case ast.ImportFrom(module=str(module), names=names):
            for alias in names:
                within = f"{module}.{alias.name}" if module == "bot" else module
                yield from _module(within, node.lineno)
                if _is_bots(module) and alias.name.startswith("_"):
                    yield _private(f"{module}.{alias.name}", node.lineno)
        case ast.Call(func=ast.Name(id=name)) if name in _DYNAMIC:
            why = f"{name}() hides what is imported."
            yield Flaw(line=node.lineno, why=why, cure="Write a plain import.")
        case _:
            pass


def _module(name: str, line: int) -> Iterator[Flaw]:
    top = name.partition(".")[0]
    if top in {"skills", "tests"}:
        yield Flaw(line=line, why=f"it imports {name}.", cure=BESIDE)
    elif top == "importlib":
        yield Flaw(line=line, why="importlib hides what is imported.", cure="Write a plain import.")
    elif _is_bots(name) and not any(name == d or name.startswith(f"{d}.") for d in DOORS):
        yield Flaw(line=line, why=f"it imports {name}.", cure=DOOR)
    elif _is_bots(name) and any(part.startswith("_") for part in name.split(".")):
        yield _private(name, line)


def _is_bots(name: str) -> bool:
    return name == "bot" or name.startswith("bot.")


def _private(name: str, line: int) -> Flaw:
    return Flaw(line=line, why=f"{name} is private.", cure="Use what has no leading underscore.")
