"""What works of Slack, and what to do about the rest."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.messages import People
    from bot.ports import Secrets
    from bot.settings import Home, Settings

WIDTH = 15


def check_slack(
    home: Home, settings: Settings, people: People, secrets: Secrets | None = None
) -> bool:
    """Try each thing that Slack needs, and say what is wrong. Whether all is well."""
    from bot.adapters.secrets import SecretStore
    from bot.adapters.slack.checks import checks

    if not settings.slack.enabled:
        print("· slack          not switched on: `slack: {enabled: true}` in overseer.yaml")
        return True
    known = secrets or SecretStore(home)
    channels = [
        each.removeprefix("slack:") for each in settings.chat.channels if each.startswith("slack:")
    ]

    async def work() -> bool:
        well = True
        async for found in checks(settings.slack, known, people, channels):
            well = well and found.well
            name = f"slack {found.name}"
            print(f"{'✓' if found.well else '✗'} {name:<{WIDTH + 6}} {found.said}")
            if found.cure:
                print(f"  {'':<{WIDTH + 6}} {found.cure}")
        return well

    return asyncio.run(work())


def check_only_slack(home: Home) -> int:
    """Only Slack. 0 when all is well, else 4.

    Raises:
        ConfigError: the settings are wrong.
    """
    from bot.cli.checking import world_of

    world = world_of(home)
    return 0 if check_slack(home, world.settings, world.people) else 4
