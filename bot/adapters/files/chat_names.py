"""What `chat` names must exist: a misspelt environment would bind a channel to nothing."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.files.autonomy_names import must_be_known
from bot.domain.inventory import Inventory
from bot.settings.chat import ChatSettings


def check_chat(path: Path, chat: ChatSettings, inventory: Inventory) -> None:
    """Hold the environments of channels against the inventory.

    `path` is the file that they stand in; it is read again only to find the line.

    Raises:
        ConfigError: the first name that nothing has, with the nearest ones.
    """
    known = inventory.environments()
    for place, channel in chat.channels.items():
        where = ("chat", "channels", place, "environments")
        for number, name in enumerate(channel.environments):
            must_be_known(path, (*where, number), "environment", name, known)
