"""Secrets by reference: the value is fetched when it is used and kept nowhere else.

env:NAME       a variable of Overseer's environment
file:PATH      a file that only its owner can read (mode 600)
command:ARGV   what a program prints; split like a shell would, run without one
store:NAME     set with `./overseer secret set NAME`, in `secrets/` of Overseer's home
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import stat
import subprocess
from pathlib import Path

from bot.domain.commands import SecretRef
from bot.domain.wording import limit
from bot.errors import SecretError
from bot.settings import Home
from bot.settings.private import write_private

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_COMMAND_S = 20.0
_FILL = {
    "env": "Set {0} in the environment of `./overseer run`, or keep it: ./overseer secret set NAME",
    "file": "Write it into {0}.",
    "command": "Look at what `{0}` prints.",
    "store": "Run ./overseer secret set {0}",
}
"""What to do about an empty one, by its kind."""


class SecretStore:
    """Resolves references of one Overseer."""

    def __init__(self, home: Home) -> None:
        """`store:` looks into this home."""
        self._home = home

    async def resolve(self, ref: SecretRef) -> str:
        """The value, without the newline at its end.

        Looked up beside the event loop: a program may take its time, and so may a file.

        Raises:
            SecretError: it is not there, or is kept where others can read it. The message
                never has the value in it.
        """
        return await asyncio.to_thread(self._looked_up, ref)

    def _looked_up(self, ref: SecretRef) -> str:
        kind, colon, rest = ref.reference.partition(":")
        if not colon or not rest:
            kind = ""
        match kind:
            case "env":
                value = os.environ.get(rest, "")
            case "file":
                value = _read(Path(rest).expanduser())
            case "command":
                value = _printed(rest)
            case "store":
                value = _read(self._home.secrets / secret_name(rest), name=rest)
            case _:
                raise SecretError(
                    "A secret is written as env:NAME, file:PATH, command:ARGV or store:NAME.",
                    cure="If a password stood there in clear, replace and change it.",
                )
        value = value.removesuffix("\n").removesuffix("\r")
        if not value:
            raise SecretError(
                f"The secret {ref.reference} is empty or not set.",
                cure=_FILL[kind].format(rest),
            )
        if "\0" in value:
            raise SecretError(f"The secret {ref.reference} contains a NUL byte.")
        return value


def secret_name(name: str) -> str:
    """The name, if it can be a file's.

    Raises:
        SecretError: it can't.
    """
    if not _NAME.fullmatch(name):
        raise SecretError(
            f"A secret can't be called {name!r}.",
            cure="Use letters, digits, dots, dashes and underscores.",
        )
    return name


def set_secret(home: Home, name: str, value: str) -> Path:
    """Keep a secret in `secrets/` (0700) as a file of its own (0600); returns its path.

    Raises:
        SecretError: it can't be kept.
    """
    path = home.secrets / secret_name(name)
    if not value:
        raise SecretError(f"The secret {name} would be empty.")
    try:
        home.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.secrets.chmod(0o700)
        write_private(path, value)
    except OSError as error:
        raise SecretError(f"It can't be written ({error.strerror}).", path=str(path)) from error
    return path


def _read(path: Path, *, name: str = "") -> str:
    """The content of a file that its owner alone can read; judged on the open file."""
    cure = f"Run ./overseer secret set {name}" if name else f"Put it there: chmod 600 {path}"
    try:
        with path.open(encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SecretError("That is no regular file.", path=str(path), cure=cure)
            if status.st_mode & 0o077:
                raise SecretError(
                    f"Others can get at this secret (mode {stat.S_IMODE(status.st_mode):o}).",
                    path=str(path),
                    cure=f"chmod 600 {path}, and change the secret if others may have read it.",
                )
            if status.st_uid not in {os.geteuid(), 0}:
                raise SecretError("This secret belongs to somebody else.", path=str(path))
            return file.read()
    except FileNotFoundError as error:
        if not name:
            raise SecretError("There is no such file.", path=str(path), cure=cure) from error
        raise SecretError(f"The secret {name} is not set yet.", cure=cure) from error
    except UnicodeDecodeError as error:
        raise SecretError("This secret is not UTF-8 text.", path=str(path)) from error
    except OSError as error:
        raise SecretError(
            f"The secret can't be read ({error.strerror}).", path=str(path), cure=cure
        ) from error


def _printed(command: str) -> str:
    """What a program prints; what it says on stderr is not passed on, it may be the secret."""
    try:
        argv = shlex.split(command)
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_S,
            check=False,
            text=True,
        )
    except subprocess.TimeoutExpired:
        raise SecretError(
            f"The secret's command {argv[0]} did not end within {limit(_COMMAND_S)}.",
            cure="Run it by hand and see: it gets no input here.",
        ) from None
    except (ValueError, OSError, IndexError) as error:
        raise SecretError(
            f"The secret's command {command.split()[:1]} can't be run ({type(error).__name__}).",
            cure="Run it by hand and see.",
        ) from error
    if done.returncode:
        raise SecretError(
            f"The secret's command {argv[0]} failed with exit {done.returncode}.",
            cure="Run it by hand and see.",
        )
    return done.stdout
