"""Secrets: set, list, remove. A value comes from the keyboard or a pipe, and is never shown."""

from __future__ import annotations

import getpass
import sys

from bot.cli.recording import record
from bot.errors import RequestError
from bot.settings import Home

LONGEST = 64 * 1024


def set_secret(home: Home, name: str) -> int:
    """Read a secret without echo, or from a pipe, and keep it (0600)."""
    from bot.adapters.files.first_start import prepare
    from bot.adapters.secrets import secret_name
    from bot.adapters.secrets import set_secret as keep

    secret_name(name)
    prepare(home)
    if sys.stdin.isatty():
        value = getpass.getpass(f"{name}: ")
        if value and value != getpass.getpass("once more: "):
            raise RequestError("Those two differ; nothing was kept.")
    else:
        value = _piped()
    if not value:
        raise RequestError(
            "An empty secret is none; nothing was kept.",
            cure=f"Type it in a terminal, or pipe it in: ./overseer secret set {name} < FILE",
        )
    keep(home, name, value)
    record(home, "secret.set", name=name)
    print(f"Kept. Use it as store:{name}")
    return 0


def _piped() -> str:
    try:
        value = sys.stdin.buffer.read(LONGEST + 1).decode("utf-8")
    except UnicodeDecodeError:
        raise RequestError("A secret is UTF-8 text; nothing was kept.") from None
    if len(value) > LONGEST:
        raise RequestError("A secret has at most 64 KiB; nothing was kept.")
    return value.removesuffix("\n").removesuffix("\r")


def list_secrets(home: Home) -> int:
    """Names only."""
    found = sorted(home.secrets.iterdir()) if home.secrets.is_dir() else []
    for path in found:
        if path.is_file() and not path.name.startswith("."):
            print(f"store:{path.name}")
    return 0


def remove_secret(home: Home, name: str) -> int:
    """Forget one."""
    from bot.adapters.secrets import secret_name

    path = home.secrets / secret_name(name)
    if not path.is_file():
        raise RequestError(f"There is no secret {name!r}.", cure="./overseer secret list")
    path.unlink()
    print(f"Forgot store:{name}")
    return 0
