"""Who keeps `people.yaml`: what links an account to a person, for good."""

from __future__ import annotations

from typing import Protocol

from bot.domain.messages import Identity


class PeopleKeeper(Protocol):
    """Writes down whose account it is."""

    async def link(self, name: str, identity: Identity) -> None:
        """Make it an account of this person's; it counts at once.

        Raises:
            RequestError: it is somebody's already, or there is no such person.
            ConfigError: the file is broken, or written so that only its author can add to it.
        """
        ...
