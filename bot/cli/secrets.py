"""Secrets: set, list, remove. A value comes from the keyboard or a pipe, and is never shown."""

from __future__ import annotations

import getpass
import sys

from bot.cli.recording import record
from bot.domain.token_kinds import TokenKind, kind_of, misplaced
from bot.errors import OverseerError, RequestError
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
    keep(home, name, _fitting(home, name, value))
    record(home, "secret.set", name=name)
    print(f"Kept. Use it as store:{name}")
    return 0


def _fitting(home: Home, name: str, value: str) -> str:
    """The value, without the blanks that were copied along with a token.

    Raises:
        RequestError: it is a token of another kind than the settings expect under this name.
    """
    expected = _expected(home).get(f"store:{name}")
    wrong = misplaced(value, expected, name) if expected is not None else None
    if wrong is not None:
        raise RequestError(wrong.text, cure=wrong.cure)
    found = kind_of(value)
    if expected is None and found is not None:
        print(f"That is {found}; no setting for one refers to store:{name} yet.", file=sys.stderr)
    if expected is None:
        return value
    bare = value.strip()
    return bare.removeprefix("Bot ").lstrip() if expected is TokenKind.DISCORD else bare


def _expected(home: Home) -> dict[str, TokenKind]:
    """The references of the settings, and the kind of each; settings that can't be read: theirs
    as they are shipped.
    """
    from bot.adapters.files.settings_file import load_settings
    from bot.settings import Settings

    try:
        settings = load_settings(home.settings)
    except OverseerError:
        settings = Settings()
    kinds = {each.key: TokenKind.MODEL for each in settings.models.tiers if each.key}
    slack = settings.slack
    return kinds | {
        slack.bot_token: TokenKind.SLACK_BOT,
        slack.app_token: TokenKind.SLACK_APP,
        slack.signing_secret: TokenKind.SLACK_SIGNING,
        settings.discord.token: TokenKind.DISCORD,
    }


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
