"""Discord: cards as messages with components, in a thread for each request.

The way out is `DiscordPlatform` (`bot.ports.Platform`); whatever makes it brings discord.py in,
so that a start without Discord does without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.adapters.discord.platform import DiscordPlatform

__all__ = ["DiscordPlatform"]


def __getattr__(name: str) -> Any:
    """Import the platform when it is first asked for."""
    if name != "DiscordPlatform":
        raise AttributeError(name)
    from bot.adapters.discord.platform import DiscordPlatform

    return DiscordPlatform
