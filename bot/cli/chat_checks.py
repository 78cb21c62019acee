"""What the checks of the chat platforms share: which channels are named, and how it is all told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.messages import People
    from bot.ports.findings import Finding
    from bot.settings import Home, Settings

WIDTH = 21


def off(platform: str) -> bool:
    """It is not switched on, which is well: say so."""
    print(f"· {platform:<14} not switched on: `{platform}: {{enabled: true}}` in overseer.yaml")
    return True


def channels_of(settings: Settings, platform: str) -> list[str]:
    """The ids of a platform's channels that the settings name."""
    before = f"{platform}:"
    return [c.removeprefix(before) for c in settings.chat.channels if c.startswith(before)]


def heard(home: Home, platform: str) -> bool:
    """Whether the Overseer that runs here, if one does, listens there; if not, say so."""
    from contextlib import closing

    from bot.adapters.terminal.client import connect
    from bot.errors import OverseerError
    from bot.ports.surfaces import NOT_YET

    try:
        link = connect(home)
        if link is None:
            return True
        with closing(link):
            chats = link.status().chats
    except OverseerError:  # whoever asks may be nobody there
        return True
    if any(line.startswith(f"{platform} ") and NOT_YET not in line for line in chats):
        return True
    print(f"✗ {f'{platform} listening':<{WIDTH}} The running Overseer doesn't listen there yet.")
    print(f"  {'':<{WIDTH}} It was switched on since: end ./overseer run and start it anew.")
    return False


def tell(platform: str, checks: AsyncIterator[Finding]) -> bool:
    """Make the checks and print each as it is found. Whether all is well."""

    from bot.domain.unstyled import outside_code, without_bold

    def plainly(text: str) -> str:
        """As a terminal shows it, where nothing is bold."""
        return outside_code(text, lambda words: without_bold(words, r"\*"))

    async def work() -> bool:
        well = True
        async for found in checks:
            well = well and found.well
            name = f"{platform} {found.name}"
            print(f"{'✓' if found.well else '✗'} {name:<{WIDTH}} {plainly(found.said)}")
            if found.cure:
                print(f"  {'':<{WIDTH}} {plainly(found.cure)}")
        return well

    return asyncio.run(work())


def only(home: Home, check: Callable[[Home, Settings, People], bool]) -> int:
    """Only one platform. 0 when all is well, else 4.

    Raises:
        ConfigError: the settings are wrong.
    """
    from bot.cli.checking import world_of

    world = world_of(home)
    return 0 if check(home, world.settings, world.people) else 4
