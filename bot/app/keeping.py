"""Who keeps `people.yaml` while Overseer runs: an account that was linked counts at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.adapters.files.home_files import contents
from bot.adapters.files.identity_file import link_identity
from bot.adapters.files.people_file import load_people
from bot.app.world import Box
from bot.domain.messages import Identity
from bot.settings import Home


class Keeper:
    """Implements `ports.people.PeopleKeeper` on the file of a home."""

    def __init__(self, home: Home, box: Box, redrawn: Callable[[], Awaitable[None]]) -> None:
        """`redrawn` draws again what waits for people: who may has changed."""
        self._home = home
        self._box = box
        self._redrawn = redrawn

    async def link(self, name: str, identity: Identity) -> None:
        """See `bot.ports.people.PeopleKeeper`."""
        async with self._box.swapping:
            await asyncio.to_thread(link_identity, self._home.people, name, identity)
            people = load_people(self._home.people)
            self._box.world = replace(self._box.world, people=people)
            key = str(self._home.people.relative_to(self._home.path))
            self._box.files = {**self._box.files, key: contents(self._home)[key]}
        await self._redrawn()
        for room in self._box.rooms:  # what was sent to that account lives again
            room.again()
