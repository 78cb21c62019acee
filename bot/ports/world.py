"""What the configuration says at one moment, swapped as a whole by a reload."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bot.domain.inventory import Host, Inventory
from bot.domain.messages import (
    OWN,
    ButtonPress,
    Identity,
    Message,
    People,
    Person,
    Role,
    ThreadRef,
    nobody,
)
from bot.domain.plans import Plan
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
        said = self.settings.chat.model_dump_json()
        if self.settings.discord.roles:
            said += self.settings.discord.model_dump_json(include={"roles"})
        chat = hashlib.sha256(said.encode()).hexdigest()
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

    def lends(self, surface: str) -> frozenset[Role]:
        """The roles that what people hold on a platform may stand for."""
        roles = self.settings.discord.roles if surface == "discord" else {}
        return frozenset(roles.values())

    def lends_in(self, thread: ThreadRef) -> frozenset[Role]:
        """The roles that may be lent to who speaks in a conversation."""
        return frozenset() if thread.is_direct else self.lends(thread.surface)

    def speaker(self, person: Person | None, said: Message | ButtonPress) -> Person | None:
        """A person with what the place lent them as they spoke there.

        Nothing is lent in a direct message, nor to who is no member of the team.
        """
        if (
            person is None
            or said.identity.surface != said.thread.surface
            or said.outside is not None
        ):
            return person
        return person.lent_to(said.lent & self.lends_in(said.thread))

    def again(self, said: Message | ButtonPress) -> Person | None:
        """Who said what was taken in by a former process, with what they were lent then.

        None: nobody who may, or the account by which they said it in a chat is theirs no more.
        """
        person, by = self.asker(said.person or ""), said.identity
        in_chat = said.thread.is_room and by.surface == said.thread.surface
        if in_chat and person is not None and person.linked:
            person = person if self.people.is_of(person.name, by) else None
        return self.speaker(person, said)

    def requester(self, plan: Plan) -> Person | None:
        """Who asks for a stored plan, with what they were lent as they asked; None as in `asker`.

        What the settings lend no more counts no more.
        """
        person = self.asker(plan.requester)
        if person is None or not plan.lent:
            return person
        return person.lent_to(self.lends(plan.thread.surface).intersection(plan.lent))

    def voter(self, name: str, surface: str, lent: Iterable[Role]) -> Person | None:
        """Who has voted, with what they were lent as they voted; None: nobody of `people.yaml`."""
        person = self.people.named(name)
        return person and person.lent_to(self.lends(surface).intersection(lent))

    def bounds(self, thread: ThreadRef) -> Bounds | None:
        """What may be spoken of in a thread's channel; None: everything."""
        channels = self.settings.chat.channels
        here = channels.get(thread.place) if thread.is_room else None
        if here is None or not here.environments:
            return None
        return Bounds(
            called=f"#{here.name}" if here.name else "This channel",
            environments=here.environments,
            elsewhere=tuple(
                (f"#{other.name}" if other.name else place, other.environments)
                for place, other in channels.items()
                if other is not here
            ),
        )

    def sample(self, hosts: Iterable[Host]) -> tuple[Host, ...]:
        """One host of each environment, this machine first."""
        by_name = sorted(hosts, key=lambda host: (host.name != "localhost", host.name))
        return tuple({host.environment: host for host in reversed(by_name)}.values())[::-1]
