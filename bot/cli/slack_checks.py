"""What works of Slack, and what to do about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli import chat_checks

if TYPE_CHECKING:
    from bot.domain.messages import People
    from bot.ports import Secrets
    from bot.settings import Home, Settings


def check_slack(
    home: Home, settings: Settings, people: People, secrets: Secrets | None = None
) -> bool:
    """Try each thing that Slack needs, and say what is wrong. Whether all is well."""
    from bot.adapters.secrets import SecretStore
    from bot.adapters.slack.checks import checks

    if not settings.slack.enabled:
        return chat_checks.off("slack")
    known = secrets or SecretStore(home)
    named = chat_checks.channels_of(settings, "slack")
    well = chat_checks.tell(
        "slack", checks(settings.slack, known, people, named, guests=settings.chat.guests)
    )
    return chat_checks.heard(home, "slack") and well


def check_only_slack(home: Home) -> int:
    """Only Slack. 0 when all is well, else 4.

    Raises:
        ConfigError: the settings are wrong.
    """
    return chat_checks.only(home, check_slack)
