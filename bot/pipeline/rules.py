"""The rules as parser, over what the configuration and the hosts say at the time."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.intents import ParseContext, Understanding
from bot.intent.parser import Parser
from bot.ports import World
from bot.skillkit.catalog import Catalog


class RulesParser:
    """The rules over today's inventory, and over the units that hosts were seen to have."""

    def __init__(
        self, catalog: Catalog, world: Callable[[], World], units: Callable[[], tuple[str, ...]]
    ) -> None:
        """Compiles the sentences now: nobody's first request waits for that.

        Raises:
            ConfigError: a phrase can't be read, with its file.
        """
        self._rules = Parser()
        self._rules.templates(catalog)
        self._catalog = catalog
        self._world = world
        self._units = units

    async def parse(self, text: str, context: ParseContext) -> Understanding:
        """See `bot.ports.Parser`."""
        inventory = self._world().inventory
        return await self._rules.parse(text, context, inventory, self._catalog, self._units())
