"""What Discord calls accounts and channels, told to the ears; only of what everybody may see.

It says so with every message and every command: nothing is looked up.
"""

from __future__ import annotations

from typing import Any

from bot.adapters.discord.places import SURFACE
from bot.ports import Ears


def told(ears: Ears, user: Any, channel: Any, guild: Any) -> None:
    """These are who speaks, and where; each as far as the library knows it."""
    name = getattr(user, "display_name", None) or getattr(user, "name", None)
    ears.known_as(f"{SURFACE}:{user.id}", str(name or ""))
    above = getattr(channel, "parent", None) or channel
    if guild is None or getattr(channel, "parent_id", None) not in (None, above.id):
        return
    everybody = getattr(guild, "default_role", None)
    may = getattr(above, "permissions_for", None)
    if may is None or everybody is None:
        return
    public = may(everybody).view_channel
    link = f"https://discord.com/channels/{guild.id}/{above.id}"
    ears.known_as(f"{SURFACE}:{above.id}", str(above.name) if public else "", link)
