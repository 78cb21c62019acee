"""Which names of the inventory go into a prompt: all when they are few, else those meant. Pure.

Groups, environments and labels come with the number of their hosts, so that what is too much to
list can still be chosen by name. Services read from hosts are a stranger's words: one goes in
only where the person's own words spell it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from bot.domain.inventory import Inventory
from bot.domain.naming import SERVICE
from bot.domain.wording import natural
from bot.intent.model.pointing import Names, Pointers
from bot.intent.model.quoting import estimated, quoted
from bot.intent.model.selecting import Sets
from bot.intent.patterns import compiled
from bot.intent.rules.vocabulary import fold

_SAME = 80.0
"""How alike a word and a unit's name must be, of 100, to be the same name."""
_ENDINGS = (".service", "-server", "d")
_LONGEST_LABEL = 120
_PART = compiled(r"[^\W_]+")


@dataclass(frozen=True)
class Room:
    """Tokens that each part may take."""

    hosts: int = 1400
    groups: int = 400
    environments: int = 120
    labels: int = 300
    services: int = 400

    def scaled(self, share: float) -> Room:
        """Room of this share of each."""
        return Room(**{name: int(size * share) for name, size in vars(self).items()})

    @property
    def all(self) -> int:
        """Everything together."""
        return sum(vars(self).values())


@dataclass(frozen=True, eq=False)
class Census:
    """An inventory, indexed for choosing. Make it with `Census.of`."""

    sets: Sets
    hosts: Mapping[str, str]
    services: Mapping[str, tuple[str, ...]]
    _host_names: Names
    _set_names: Names
    _service_names: Names
    _sizes: Mapping[str, int]

    @classmethod
    def of(cls, inventory: Inventory) -> Census:
        """That of an inventory; about a tenth of a second for ten thousand hosts."""
        sets = Sets.of(inventory)
        hosts = {
            host.name: " ".join((*host.groups, host.environment))
            for host in sorted(inventory.hosts, key=lambda host: natural(host.name))
        }
        services = {s.name: s.aliases for s in inventory.services}
        named = [*sets.groups, *sets.environments, *sets.labels]
        sizes = {name: estimated(quoted({name: told})) for name, told in hosts.items()}
        return cls(
            sets=sets, hosts=hosts, services=services,
            _host_names=Names.of(dict.fromkeys(hosts, ())),
            _set_names=Names.of({name: name.split("=")[1:] for name in named}),
            _service_names=Names.of(services), _sizes=sizes,
        )  # fmt: skip

    def fitted(self, said: Pointers, *, meant: Collection[str], room: Room) -> dict[str, Any]:
        """The values of the prompt that speak of the inventory.

        `meant` are hosts that go in whatever is said: those of the thread.
        """
        sets = self._set_names.pointed(said)
        hosts, more_hosts = self._hosts(said, meant, sets, room.hosts)
        groups, more_groups = _counted(self.sets.groups, sets, room.groups)
        environments, more_envs = _counted(self.sets.environments, sets, room.environments)
        labels, _ = _counted(self._common_labels(), sets, room.labels)
        services, more_services = self._services(said, room.services)
        return {
            "host_count": len(self.hosts), "hosts": hosts, "more_hosts": more_hosts,
            "groups": groups, "more_groups": more_groups,
            "environments": environments, "more_environments": more_envs,
            "labels": labels, "services": services, "more_services": more_services,
        }  # fmt: skip

    def _hosts(
        self, said: Pointers, meant: Collection[str], sets: Sequence[str], room: int
    ) -> tuple[dict[str, str], int]:
        if sum(self._sizes.values()) <= room:
            return dict(self.hosts), 0
        pointed = self._host_names.pointed(said)
        members = (name for of in sets for name in sorted(self.sets.called(of) or (), key=natural))
        chosen: list[str] = []
        for name in dict.fromkeys([*sorted(meant, key=natural)[:20], *pointed, *members]):
            if name not in self.hosts:
                continue
            room -= self._sizes[name]
            if room < 0:
                break
            chosen.append(name)
        shown = {name: self.hosts[name] for name in sorted(chosen, key=natural)}
        return shown, len(self.hosts) - len(shown)

    def _common_labels(self) -> dict[str, frozenset[str]]:
        """Labels that choose more than one host; what each has to itself is no way to choose."""
        return {
            name: of
            for name, of in self.sets.labels.items()
            if (len(of) > 1 or len(self.hosts) == 1) and len(name) <= _LONGEST_LABEL
        }

    def _services(self, said: Pointers, room: int) -> tuple[dict[str, Any], int]:
        every = {name: list(also) for name, also in sorted(self.services.items())}
        if estimated(quoted(every)) <= room:
            return every, 0
        shown = _within(self._service_names.pointed(said), every.__getitem__, room)
        return shown, len(every) - len(shown)


def units_said(said: Pointers, units: Iterable[str]) -> list[str]:
    """The services among those read from hosts, as far as the person's words spell them.

    The instance of a template (`postgresql@14-main`) is a host's own choice of words, and told only
    where they are the person's, too: of others the template alone is.
    """
    words = {
        w for said_as in said.words for w in (said_as, said_as.partition("@")[0]) if len(w) > 1
    }
    kept = {
        unit if _instance_spelt(unit, said.words) else unit.partition("@")[0]
        for unit in units
        if SERVICE.fullmatch(unit) and _spelt(unit, words)
    }
    return sorted(kept, key=natural)[:20]


def _instance_spelt(unit: str, words: Collection[str]) -> bool:
    name, _, instance = unit.casefold().removesuffix(".service").partition("@")
    parts = _PART.findall(instance)
    if {fold(instance), fold(f"{name}@{instance}")} & set(words):
        return True
    return all(part in words for part in parts)


def _spelt(unit: str, words: Collection[str]) -> bool:
    name = unit.casefold().partition("@")[0]
    called = {fold(name), *(fold(name.removesuffix(end)) for end in _ENDINGS)} - {""}
    if called & set(words):
        return True
    whole = fold(name)
    return any(len(w) > 3 and fuzz.ratio(w, whole, score_cutoff=_SAME) for w in words)


def _counted(
    sets: Mapping[str, frozenset[str]], pointed: Sequence[str], room: int
) -> tuple[dict[str, int], int]:
    """The sets with their sizes, and how many more there are: those meant, then the largest."""
    first = [name for name in pointed if name in sets]
    rest = sorted(sets, key=lambda name: (-len(sets[name]), natural(name)))
    shown = _within(dict.fromkeys([*first, *rest]), lambda name: len(sets[name]), room)
    ordered = {name: shown[name] for name in sorted(shown, key=natural)}
    return ordered, len(sets) - len(ordered)


def _within(names: Iterable[str], told: Callable[[str], Any], room: int) -> dict[str, Any]:
    """As many entries as there is room for, in order."""
    shown: dict[str, Any] = {}
    for name in names:
        room -= estimated(quoted({name: told(name)}))
        if room < 0:
            break
        shown[name] = told(name)
    return shown
