"""Keys that Overseer makes for itself, once per home (0600, in `keys/`)."""

from __future__ import annotations

import secrets
from pathlib import Path

from bot.errors import SecretError
from bot.settings import Home
from bot.settings.private import write_private


def page_key(home: Home) -> str:
    """The secret that the page signs with.

    Raises:
        SecretError: others can read the file.
    """
    return _key(home.path / "keys" / "page")


def _key(path: Path) -> str:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        write_private(path, secrets.token_hex(32) + "\n")
    if path.stat().st_mode & 0o077:
        raise SecretError("Others can read this key.", path=str(path), cure=f"chmod 600 {path}")
    return path.read_text(encoding="utf-8").strip()
