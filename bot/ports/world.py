"""What the configuration says at one moment, swapped as a whole by a reload."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.inventory import Inventory
from bot.domain.messages import People
from bot.ports.deciding import Gate
from bot.settings import Settings


@dataclass(frozen=True)
class World:
    """Settings, inventory, people and policy, which belong together.

    A reload builds a new one and swaps it in only when all of it is valid.
    """

    settings: Settings
    inventory: Inventory
    people: People
    gate: Gate
    address: str = ""
    """Where the page really is; empty while there is none."""

    @property
    def versions(self) -> str:
        """Changes whenever anything that a verdict depends on changes."""
        return f"{self.inventory.version}/{self.people.version}/{self.gate.version}"
