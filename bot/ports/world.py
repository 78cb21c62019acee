"""What the configuration says at one moment, swapped as a whole by a reload."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bot.domain.inventory import Host, Inventory
from bot.domain.messages import OWN, Identity, People, Person, ThreadRef, nobody
from bot.ports.deciding import Bounds, Gate
from bot.settings import Settings
from bot.settings.chat import Unlinked


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

    @cached_property
    def versions(self) -> str:
        """Changes whenever anything that a verdict depends on changes."""
        chat = hashlib.sha256(self.settings.chat.model_dump_json().encode()).hexdigest()
        return f"{self.inventory.version}/{self.people.version}/{self.gate.version}/{chat}"

    def asker(self, name: str) -> Person | None:
        """Who asks under this name, or None: nobody who may.

        That is a person, or an account of a chat platform that belongs to nobody, where the
        settings let such ask. What an account asked before it was linked is its person's.
        """
        person = self.people.named(name)
        surface, colon, account = name.partition(":")
        if person is not None or not (colon and account) or surface in OWN:
            return person
        identity = Identity(surface=surface, account=account)
        if any(identity in each.identities for each in self.people.persons):
            return self.people.owner(identity)  # None where two claim it: that fails closed
        return nobody(identity) if self.settings.chat.unlinked is Unlinked.READS else None

    def bounds(self, thread: ThreadRef) -> Bounds | None:
        """What may be spoken of in a thread's channel; None: everything."""
        channels = self.settings.chat.channels
        here = channels.get(thread.place) if thread.is_room else None
        if here is None or not here.environments:
            return None
        return Bounds(
            called=f"#{here.name}" if here.name else "This channel",
            environments=here.environments,
            elsewhere={
                environment: f"#{other.name}" if other.name else place
                for place, other in reversed(channels.items())
                for environment in other.environments
            },
        )

    def sample(self, hosts: Iterable[Host]) -> tuple[Host, ...]:
        """One host of each environment, this machine first."""
        by_name = sorted(hosts, key=lambda host: (host.name != "localhost", host.name))
        return tuple({host.environment: host for host in reversed(by_name)}.values())[::-1]
