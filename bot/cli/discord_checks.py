"""What works of Discord, and what to do about the rest."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.messages import People
    from bot.ports import Secrets
    from bot.settings import Home, Settings

WIDTH = 21


def check_discord(
    home: Home, settings: Settings, people: People, secrets: Secrets | None = None
) -> bool:
    """Try each thing that Discord needs, and say what is wrong. Whether all is well."""
    from bot.adapters.discord.checks import checks
    from bot.adapters.machine import SystemClock
    from bot.adapters.secrets import SecretStore

    if not settings.discord.enabled:
        print("· discord        not switched on: `discord: {enabled: true}` in overseer.yaml")
        return True
    known = secrets or SecretStore(home)
    channels = [
        each.removeprefix("discord:")
        for each in settings.chat.channels
        if each.startswith("discord:")
    ]

    async def work() -> bool:
        well = True
        async for found in checks(settings.discord, known, SystemClock(), people, channels):
            well = well and found.well
            name = f"discord {found.name}"
            print(f"{'✓' if found.well else '✗'} {name:<{WIDTH}} {found.said}")
            if found.cure:
                print(f"  {'':<{WIDTH}} {found.cure}")
        return well

    return asyncio.run(work())


def check_only_discord(home: Home) -> int:
    """Only Discord. 0 when all is well, else 4.

    Raises:
        ConfigError: the settings are wrong.
    """
    from bot.cli.checking import world_of

    world = world_of(home)
    return 0 if check_discord(home, world.settings, world.people) else 4
