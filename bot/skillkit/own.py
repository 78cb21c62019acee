"""Own skills: folders outside what git tracks, loaded beside the shipped ones.

    HOME/skills/cdn/__init__.py   SKILL = Skill(name="cdn", …)

A broken one is *disabled*: it says which line of which file, and the rest runs. It can replace
nothing that ships. The version of its actions comes from its code, so that a plan that was
approved under other code drifts instead of running.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import stat
import sys
import traceback
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import ConfigError
from bot.skillkit.contract import Action, Params, Skill
from bot.skillkit.loader import BUILT_IN, phrases_in
from bot.skillkit.own_code import flaws_in

_COMPILED = frozenset({".pyc", ".pyo", ".so", ".pyd"})
"""What Python would import as well, and nothing here can look over."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_CODE = {".py", ".yaml"}
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, kw_only=True)
class Disabled:
    """A skill that was left out: where it is wrong, why, and what to do."""

    name: str
    path: str
    line: int | None
    why: str
    cure: str = ""

    @property
    def where(self) -> str:
        """`skills/cdn/actions.py:12`."""
        return f"{self.path}:{self.line}" if self.line else self.path

    def __str__(self) -> str:
        """All of it, in one line."""
        return f"{self.where}: {self.why} {self.cure}".strip()


@dataclass(frozen=True)
class Found:
    """What a folder of own skills holds."""

    skills: tuple[Skill, ...] = ()
    disabled: tuple[Disabled, ...] = ()


Proof = Callable[[Skill, Path], None]
"""Holds a skill, and its folder, against the rest; raises ConfigError when it does not fit."""


def folders_in(root: Path) -> list[Path]:
    """The folders of skills, in order; what begins with a dot or an underscore is none.

    Raises:
        ConfigError: the folder can't be read.
    """
    try:
        found = sorted(p for p in root.iterdir() if p.is_dir() and p.name[0] not in "._")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(f"It can't be read: {error.strerror}.", path=str(root)) from error
    return found


def load_own(root: Path, *, proof: Proof, guarded: bool = True) -> Found:
    """Every own skill under `root` that is whole, and what is wrong with the others.

    Raises:
        ConfigError: the folder itself can't be read.
    """
    skills: list[Skill] = []
    disabled: list[Disabled] = []
    for folder in folders_in(root):
        try:
            skills.append(load_folder(folder, proof=proof, guarded=guarded))
        except ConfigError as error:
            disabled.append(_disabled(folder, error))
        except OSError as error:
            path = shown(Path(error.filename)) if error.filename else f"{shown(folder)}/__init__.py"
            why = f"it can't be read: {error.strerror}."
            disabled.append(Disabled(name=folder.name, path=path, line=None, why=why))
    return Found(tuple(skills), tuple(disabled))


def _disabled(folder: Path, error: ConfigError) -> Disabled:
    path = error.path or f"{shown(folder)}/__init__.py"
    why = error.sentence
    for place in (f"{path}:{error.line}: ", f"{path}: "):
        why = why.removeprefix(place)
    return Disabled(name=folder.name, path=path, line=error.line, why=why, cure=error.cure)


def shown(path: Path) -> str:
    """A skill's folder, or a file in it, as people know it: `skills/cdn/actions.py`."""
    for parent in path.parents:
        if parent.name == "skills":
            return str(path.relative_to(parent.parent))
    return str(path)


def load_folder(folder: Path, *, proof: Proof, guarded: bool = True) -> Skill:
    """One own skill.

    `guarded`: the folder is where others might write, and must not.

    Raises:
        ConfigError: what is wrong with it: its file, the line where there is one, the cure.
    """
    _looked_over(folder, guarded=guarded)
    skill = _imported(folder)
    _shape(skill, folder)
    code = digest_of_code(folder)
    versioned = tuple(replace(a, version=_version(a, code)) for a in skill.actions)
    phrases = phrases_in(folder / "phrases.yaml", shown(folder / "phrases.yaml"))
    whole = replace(skill, phrases=phrases, actions=versioned, own=True)
    try:
        proof(whole, folder)
    except ConfigError:
        raise
    except Exception as error:
        raise _fault(folder, f"it can't be taken: {error}.") from error
    return whole


def digest_of_code(folder: Path) -> str:
    """The lower-case hex SHA-256 of all code and phrases of a skill, with their names."""
    total = hashlib.sha256()
    for path in _files(folder):
        total.update(f"{path.relative_to(folder)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _version(action: Action, code: str) -> int:
    """A number that another code, or the author's own version, makes another one."""
    text = f"{action.name}\0{action.version}\0{code}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def _files(folder: Path) -> list[Path]:
    """Its code and phrases; what is hidden (an editor's, git's) is neither."""
    return sorted(
        p
        for p in folder.rglob("*")
        if p.suffix in _CODE
        and p.is_file()
        and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    )


def _looked_over(folder: Path, *, guarded: bool) -> None:
    """Everything that can be told without running any of it."""
    if not NAME.fullmatch(folder.name):
        raise _fault(folder, "a skill is called by lower-case letters, digits and _.")
    if folder.name in BUILT_IN:
        raise _fault(
            folder, f"Overseer ships the skill {folder.name}.", cure="Call the folder otherwise."
        )
    if not (folder / "__init__.py").is_file():
        raise _fault(folder, "there is no such file.", cure=f"./overseer skill new {folder.name}")
    for path in folder.rglob("*"):
        if path.suffix in _COMPILED and "__pycache__" not in path.parts:
            raise ConfigError(
                "it is compiled, so nobody can read what it does before it runs.",
                path=shown(path), cure="Leave only its source there.",
            )  # fmt: skip
    inside = [p for p in folder.rglob("*") if p.is_dir() and "__pycache__" not in p.parts]
    for path in [folder.parent, folder, *inside, *_files(folder)] if guarded else ():
        if path.stat().st_mode & _OTHERS_MAY_WRITE:
            raise ConfigError(
                "others may write it, and it would run as Overseer.",
                path=shown(path), cure=f"chmod go-w {path}",
            )  # fmt: skip
    for path in _files(folder):
        if path.suffix != ".py":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"it can't be read: {error}.", path=shown(path)) from error
        for flaw in flaws_in(text, depth=len(path.relative_to(folder).parts)):
            raise ConfigError(flaw.why, path=shown(path), line=flaw.line, cure=flaw.cure)


def _imported(folder: Path) -> Skill:
    """The folder as a package of its own name; what was imported from it before is forgotten."""
    house = f"overseer_own_{hashlib.sha256(str(folder.parent).encode()).hexdigest()[:12]}"
    name = f"{house}.{folder.name}"
    for known in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
        del sys.modules[known]
    if house not in sys.modules:
        package = types.ModuleType(house)
        package.__path__ = []
        sys.modules[house] = package
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:  # pragma: no cover - a .py file always has one
        raise _fault(folder, "it is no module.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with _no_bytecode():
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        sys.modules.pop(name, None)
        path, line = _place(folder, error)
        why = f"{type(error).__name__}: {error}".replace(name, folder.name)
        raise ConfigError(f"{why.rstrip('.')}.", path=path, line=line) from error
    skill = getattr(module, "SKILL", None)
    if not isinstance(skill, Skill):
        raise _fault(folder, "it has no SKILL.", cure="Write: SKILL = Skill(name=…, …)")
    return skill


@contextlib.contextmanager
def _no_bytecode() -> Iterator[None]:
    """Import the source: no bytecode is left behind, and none that lies there is run instead."""
    before = sys.dont_write_bytecode, sys.pycache_prefix
    sys.dont_write_bytecode, sys.pycache_prefix = True, os.devnull
    try:
        yield
    finally:
        sys.dont_write_bytecode, sys.pycache_prefix = before


def _place(folder: Path, error: BaseException) -> tuple[str, int | None]:
    """The last line of the skill's own that led to an error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(folder):
            return shown(path), frame.lineno
    return f"{shown(folder)}/__init__.py", None


def _shape(skill: Skill, folder: Path) -> None:
    """What the catalogue, the schema and `help` take for granted."""
    if skill.name != folder.name:
        raise _fault(
            folder, f"its SKILL is called {skill.name!r}.", cure=f"Call it {folder.name!r}."
        )
    if not skill.actions:
        raise _fault(folder, "its SKILL has no actions.")
    if skill.facts:
        raise _fault(
            folder, "its SKILL lists facts, which would be read without a plan.",
            cure="Leave `facts=` out; an action declares its own.",
        )  # fmt: skip
    for action in skill.actions:
        _action_shape(action, skill, folder)
    names = [a.name for a in skill.actions]
    for name in names:
        if names.count(name) > 1:
            raise _fault(folder, f"two actions are called {name}.", name=name)


def _action_shape(action: Action, skill: Skill, folder: Path) -> None:
    if not isinstance(action, Action):
        raise _fault(folder, f"{action!r} is no action.", cure="Make it with @action(…).")
    if not re.fullmatch(rf"{skill.name}\.[a-z][a-z0-9_]*", action.name):
        raise _fault(
            folder, f"an action is called {action.name}.",
            name=action.name, cure=f"Its name begins with {skill.name}.",
        )  # fmt: skip
    if not (isinstance(action.params, type) and issubclass(action.params, Params)):
        raise _fault(folder, f"the parameters of {action.name} are no Params.", name=action.name)
    try:
        action.params.model_json_schema()
        action.example.format(host="web-1")
    except Exception as error:
        raise _fault(
            folder, f"{action.name} can't be described: {error!r}.", name=action.name
        ) from error


def _fault(folder: Path, why: str, *, cure: str = "", name: str = "") -> ConfigError:
    """A fault of the skill as a whole, at the line where a name stands if one is given."""
    path, line = f"{shown(folder)}/__init__.py", None
    for file in _files(folder) if name else ():
        for number, text in enumerate(file.read_text("utf-8", "replace").splitlines(), 1):
            if f'"{name}"' in text or f"'{name}'" in text:
                path, line = shown(file), number
    return ConfigError(why, path=path, line=line, cure=cure)


def only(skills: Sequence[Skill], name: str) -> Skill | None:
    """The skill of this name."""
    return next((skill for skill in skills if skill.name == name), None)
