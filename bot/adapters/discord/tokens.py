"""The bot's token, as it was kept: what is plainly something else is sent nowhere."""

from __future__ import annotations

import re

from bot.domain.commands import SecretRef
from bot.domain.token_kinds import TokenKind, kind_of
from bot.errors import ConfigError
from bot.ports import Secrets
from bot.settings.chat import DiscordSettings

_OTHERS = (
    (re.compile(r"\d+\Z"), "is a number, as ids are"),
    (re.compile(r"[0-9a-f]{64}\Z"), "is the application's public key"),
    (re.compile(r".*\s", re.DOTALL), "has a blank or a line break in it"),
)
"""What else people have at hand when they are asked for a token, beside tokens of another kind."""

_BOT = re.compile(r"\Abot(?:\s+|\Z)", re.IGNORECASE)


async def token(secrets: Secrets, settings: DiscordSettings) -> str:
    """The token, without the blanks and the "Bot" that were copied along.

    Raises:
        SecretError: it is not there.
        ConfigError: it is no bot's token.
    """
    kept = await secrets.resolve(SecretRef(reference=settings.token))
    value = _BOT.sub("", kept.strip())
    wrong = _wrong(value)
    if not value or wrong:
        name = settings.token.removeprefix("store:")
        raise ConfigError(
            f"discord: what {settings.token} holds {wrong or 'is blank'}, so it is no bot's token.",
            path="overseer.yaml",
            cure="In Discord's developer portal: Bot → Reset Token, copy it, then: "
            f"./overseer secret set {name}",
        )
    return value


def _wrong(value: str) -> str:
    """What it is instead of a bot's token; empty: it may be one."""
    kind = kind_of(value)
    if kind not in (None, TokenKind.DISCORD):
        return f"is {kind}"
    return next((what for known, what in _OTHERS if known.match(value)), "")
