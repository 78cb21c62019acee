"""Hosts from an ssh_config: its names; how to reach them stays in that file."""

from __future__ import annotations

import glob
import re
import shlex
from collections.abc import Collection
from pathlib import Path

from bot.adapters.files.imported import Imported
from bot.adapters.files.ssh_options import not_honoured
from bot.domain.inventory import Connection, Host
from bot.errors import ConfigError

DEEPEST = 8
"""Files that may include each other; OpenSSH stops at 16."""


def read_ssh_config(path: Path, *, known: Collection[str] = ()) -> Imported:
    """Take the named hosts of an ssh_config.

    Raises:
        ConfigError: the file can't be read.
    """
    found = Imported("ssh-config")
    names: dict[str, str] = {}
    _names(path, found, names, 0)
    for name, user in names.items():
        if user == "git":
            found.skipped.append((name, "its user is git: a place for code, no machine to run"))
        else:
            found.take(Host(name=name, connection=Connection()), known)
    return found


def _names(path: Path, found: Imported, names: dict[str, str], depth: int) -> None:
    """Note each host with the user that its block names."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ConfigError("It is not UTF-8 text.", path=str(path)) from error
    except OSError as error:
        raise ConfigError(f"It can't be read: {error.strerror}.", path=str(path)) from error
    block: list[str] = []
    about = ["every host"]  # what stands before the first block
    for number, line in enumerate(lines, 1):
        keyword, words = _split(line, path, number)
        match keyword:
            case "host":
                block = _host(words, found, names)
                about = [_whom(word) for word in words]
            case "match":
                block, about = [], [f"Match {' '.join(words)}"]
                found.unhonoured.append((about[0], "it holds when it connects, and names no host"))
            case "user":
                for name in block:
                    names[name] = names[name] or " ".join(words)
            case "include":
                _include(words, path, found, names, depth)
            case _ if keyword and (why := not_honoured(keyword, words)):
                found.unhonoured += [(name, why) for name in about if (name, why) not in
                                     found.unhonoured]  # fmt: skip


def _whom(pattern: str) -> str:
    return "every host" if pattern == "*" else pattern


def _split(line: str, path: Path, number: int) -> tuple[str, list[str]]:
    """`Keyword arguments`, `Keyword=arguments`, arguments in double quotes."""
    match = re.fullmatch(r"(\w+)(?:\s*=\s*|\s+)(.*)", line.strip())
    if match is None:
        return "", []
    lexer = shlex.shlex(match[2], posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.quotes = '"'
    lexer.escape = ""
    try:
        return match[1].lower(), list(lexer)
    except ValueError as error:
        raise ConfigError(
            f"{error}.", path=str(path), line=number, cure="Close the quote."
        ) from error


def _host(words: list[str], found: Imported, names: dict[str, str]) -> list[str]:
    block = []
    for name in words:
        if any(c in name for c in "*?!"):
            if name != "*":
                found.skipped.append((name, "a pattern is no host"))
        else:
            names.setdefault(name, "")
            block.append(name)
    return block


def _include(
    words: list[str], path: Path, found: Imported, names: dict[str, str], depth: int
) -> None:
    for pattern in words:
        whole = Path(pattern).expanduser()
        whole = whole if whole.is_absolute() else path.parent / whole
        parts = sorted(glob.glob(str(whole)))  # noqa: PTH207 - an absolute pattern
        if not parts:
            found.unhonoured.append((f"Include {pattern}", "no file is called so"))
        for part in parts:
            if depth >= DEEPEST:
                found.unhonoured.append((f"Include {pattern}", "too many files in each other"))
            elif Path(part).is_file():
                _names(Path(part), found, names, depth + 1)
