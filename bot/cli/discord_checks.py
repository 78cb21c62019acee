"""What works of Discord, and what to do about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli import chat_checks

if TYPE_CHECKING:
    from bot.domain.messages import People
    from bot.ports import Secrets
    from bot.settings import Home, Settings


def check_discord(
    home: Home, settings: Settings, people: People, secrets: Secrets | None = None
) -> bool:
    """Try each thing that Discord needs, and say what is wrong. Whether all is well."""
    from bot.adapters.discord.checks import checks
    from bot.adapters.machine import SystemClock
    from bot.adapters.secrets import SecretStore

    if not settings.discord.enabled:
        return chat_checks.off("discord")
    known = secrets or SecretStore(home)
    named = chat_checks.channels_of(settings, "discord")
    found = checks(settings.discord, known, SystemClock(), people, named)
    well = chat_checks.tell("discord", found)
    return chat_checks.heard(home, "discord") and well


def check_only_discord(home: Home) -> int:
    """Only Discord. 0 when all is well, else 4.

    Raises:
        ConfigError: the settings are wrong.
    """
    return chat_checks.only(home, check_discord)
