"""Every name that the parser knows, indexed for reading.

A host matches when it is the same after folding case and the separators `-`, `_` and `.`,
and only one host folds so. A service matches by its name, its aliases, its name with
`.service`, and what the field calls it (`postgres`, `sshd`), when that names one known
service. Sections of later skills (vms, labs …) are known by name too, so that "stop the
build-runner vm" never becomes something else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from bot.domain.inventory import Inventory
from bot.domain.naming import TWINS
from bot.domain.plans import Effect
from bot.intent.patterns import compiled
from bot.intent.rules.lexicon import COMMON
from bot.intent.rules.templates import Templates
from bot.skillkit.catalog import Catalog

_CALLED = (
    ("postgresql", "postgres", "postgre", "pg", "pgsql", "psql", "postgress", "postgresql-server"),
    ("ssh", "sshd", "openssh", "openssh-server", "ssh-server"),
    ("cron", "crond", "cronie"),
    ("docker", "dockerd", "docker-engine"),
    ("redis", "redis-server"),
    ("grafana-server", "grafana"),
    ("apache2", "apache", "httpd"),
    ("mysql", "mysqld", "mysql-server"),
    ("mariadb", "mariadb-server", "mariadbd"),
    ("prometheus", "prom", "prometheus-server"),
    ("nginx", "engine-x"),
    ("rabbitmq-server", "rabbitmq"),
    ("elasticsearch", "elastic"),
    ("systemd-resolved", "resolved"),
    ("systemd-timesyncd", "timesyncd"),
)
_ENVIRONMENTS = {
    "production": ("prod", "prd"),
    "staging": ("stage", "stg"),
    "development": ("dev", "devel"),
    "research": (),
    "test": ("testing", "qa"),
}
_GROUPS = {
    "db": ("database", "databases", "dbs"),
    "database": ("db", "dbs", "databases"),
    "web": ("webserver", "webservers", "www"),
    "hypervisor": ("hypervisors",),
    "worker": ("workers",),
    "runner": ("runners",),
}
PLURAL_GROUPS = frozenset(("databases", "dbs", "webservers", "hypervisors", "workers", "runners"))
KINDS = {
    "vms": ("vm", "virtual", "vm", "vms", "guest", "guests"),
    "labs": ("lab", "lab", "labs", "scenario", "scenarios"),
    "projects": ("project", "project", "projects", "repo", "repos", "repository", "repositories"),
    "agents": ("agent", "agent", "agents"),
    "jobs": ("job", "job", "jobs"),
    "alerts": ("alert", "alert", "alerts"),
    "schedules": ("schedule", "schedule", "schedules"),
    "templates": ("template", "template"),
    "platforms": ("platform",),
    "agent_kinds": ("agent_kind",),
}
"""A section of the inventory, the kind of its names, and the nouns that speak of it."""

_UNIT = compiled(r"[A-Za-z][A-Za-z0-9@._-]*")
_SEPARATORS = compiled(r"[-_.\s]+")
_ON_HOSTS = compiled(r" on (?:all )?\{(?:host|group)\}(?: hosts)?|\bthe ")
_STEM = compiled(r"(.*?[A-Za-z])[-_.]?(\d+)$")


def fold(name: str) -> str:
    """The name without case and separators."""
    return _SEPARATORS.sub("", name.casefold())


def stem(name: str) -> str:
    """`web` of `web-1`; empty when the name does not end in a number after letters."""
    match = _STEM.fullmatch(name.casefold())
    return fold(match[1]) if match else ""


@dataclass(frozen=True)
class ActionShape:
    """What the parser must know of an action: its fields, which of them are needed, its effect."""

    name: str
    fields: frozenset[str]
    required: frozenset[str]
    changes: bool
    title: str


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The names of one inventory and one catalogue. Build it with `Vocabulary.build`."""

    hosts: tuple[str, ...]
    folded: Mapping[str, tuple[str, ...]]
    stems: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    group_words: Mapping[str, str]
    environments: Mapping[str, tuple[str, ...]]
    environment_words: Mapping[str, str]
    services: Mapping[str, str]
    service_hosts: Mapping[str, tuple[str, ...]]
    known_services: tuple[str, ...]
    others: Mapping[str, tuple[str, str]]
    plans: frozenset[int]
    other_nouns: Mapping[str, str]
    actions: Mapping[str, ActionShape]
    skills: Mapping[str, str]
    templates: Templates
    local: str = ""
    words: frozenset[str] = field(default_factory=frozenset)
    longest_alias: int = 1
    """Of how many words the longest name of a service is."""

    @classmethod
    def build(
        cls,
        inventory: Inventory,
        catalog: Catalog,
        *,
        units: Iterable[str] = (),
        templates: Templates | None = None,
    ) -> Vocabulary:
        """Index an inventory and a catalogue.

        `units` are the services read from the hosts, used when the inventory lists none.
        `templates` may be handed in when the catalogue has not changed (compiling costs).
        """
        names = inventory.names()
        folded: dict[str, list[str]] = {}
        for name in names:
            folded.setdefault(fold(name), []).append(name)
        groups = inventory.groups()
        environments = inventory.environments()
        known = {s.name: s.aliases for s in inventory.services} or dict.fromkeys(units, ())
        built = templates or Templates.build(
            {name: skill.phrases for name, skill in catalog.skills.items()}
        )
        others, nouns = _others(inventory.others)
        services = _services(known)
        spoken_for = {*folded, *services, *others, *nouns, *built.words, *COMMON}
        spoken_for |= {word.casefold() for word in (*environments, *groups)}
        local = [h.name for h in inventory.hosts if h.connection.kind == "local"]
        return cls(
            hosts=names,
            folded={k: tuple(v) for k, v in folded.items()},
            stems=frozenset(filter(None, map(stem, names))),
            groups=groups,
            group_words=_with_plurals(_called(groups, _GROUPS), spoken_for),
            environments=environments,
            environment_words=_called(environments, _ENVIRONMENTS),
            services=services,
            longest_alias=max((len(said.split()) for said in services), default=1),
            service_hosts={
                called: here
                for s in inventory.services
                for called in (s.name, *(a for a in s.aliases if _is_unit_of(s.name, a)))
                if (here := tuple(h for h in s.hosts if fold(h) in folded))
            },
            known_services=tuple(sorted(known)),
            others=others,
            plans=frozenset(n for n in _rows(inventory.others.get("plans")) if isinstance(n, int)),
            other_nouns=nouns,
            actions={a.name: _shape(a) for a in catalog},
            skills={name: skill.summary for name, skill in catalog.skills.items()},
            templates=built,
            local=local[0] if len(local) == 1 else names[0] if len(names) == 1 else "",
            words=built.words,
        )

    def host(self, said: str) -> str | None:
        """The one host of this name after folding, or None."""
        found = self.folded.get(fold(said), ())
        if len(found) == 1:
            return found[0]
        return said if said in found else None

    def service(self, said: str) -> str | None:
        """The known service that is called so, or None. `getty@tty1` is one of `getty@`."""
        low = said.casefold().removesuffix(".service")
        family, at, one = low.partition("@")
        if at and one and low not in self.services and f"{family}@" in self.services:
            return low
        return self.services.get(low)

    def plural(self, low: str) -> bool:
        """Whether a word speaks of all hosts of a group: "webservers", "gpus"."""
        one = self.group_words.get(low.removesuffix("s"))
        return low in PLURAL_GROUPS or (
            low.endswith("s") and one is not None and one == self.group_words.get(low)
        )

    def unlisted(self, said: str) -> str | None:
        """The service that a plain name may stand for though nobody has listed it."""
        if not _UNIT.fullmatch(said) or self.looks_like_host(said):
            return None
        if said.casefold() in self.group_words or said.casefold() in self.environment_words:
            return None
        name = said.removesuffix(".service")
        return name if any(c.isupper() for c in name[1:]) else name.casefold()

    def examples(
        self, hosts: Sequence[str] = (), services: Sequence[str] = (), *, looks: bool = False
    ) -> list[str]:
        """Requests that can be made here, one of each skill before the second of any.

        With `looks` only those that change nothing.
        """
        if not self.hosts:
            return []
        host = min(
            hosts or self.hosts, key=lambda name: (name != "localhost", len(hosts) > 1, name)
        )
        runs = [s for s, where in self.service_hosts.items() if host in where]
        usual = [s for s in ("ssh", "cron", "nginx") if s in self.known_services]
        service = next(iter([*services, *runs, *usual, *self.known_services, "ssh"]))
        groups = [g for g, members in self.groups.items() if 1 < len(members) < len(self.hosts)]
        said: list[str] = []
        for example in self.templates.examples:
            if ("{group}" in example and not groups) or (looks and self._may_change(example)):
                continue
            group = groups[0] if groups else ""
            said.append(example.format(host=host, service=service, group=group))
        return said

    def _may_change(self, example: str) -> bool:
        """Whether an example is, or may be, more than a look."""
        shape = self.actions.get(_action_of(self.templates, example))
        return shape is None or shape.changes

    def is_name(self, word: str) -> bool:
        """Whether a plain word is a host, a group, a service or another known name."""
        return bool(
            fold(word) in self.folded
            or word in self.services
            or word in self.group_words
            or word in self.environment_words
            or word in self.others
        )

    def looks_like_host(self, word: str) -> bool:
        """Whether an unknown word is shaped like this inventory's hosts (`web-9`)."""
        own = stem(word)
        return (
            bool(own)
            and "@" not in word
            and (own in self.stems or own in self.group_words or "-" in word)
        )


@lru_cache(maxsize=512)
def _action_of(templates: Templates, example: str) -> str:
    """What the first part of an example asks for; empty where that is not plain."""
    said = _ON_HOSTS.sub("", example.casefold().rstrip("?")).split(",")[0]
    for slot, word in (("{host}", "qhosts"), ("{group}", "qgroup"), ("{service}", "qservice")):
        said = said.replace(slot, word)
    said = re.sub(r"`[^`]*`", "qtick", re.sub(r"\b\d+ lines\b", "qlines", said))
    found = templates.match(re.sub(r"\b\d+\b", "qnumber", said))
    return found[0].action if found else ""


def _called(names: Mapping[str, Any], also: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    words = {name.casefold(): name for name in names}
    for name, aliases in also.items():
        if name in words:
            for alias in aliases:
                words.setdefault(alias, words[name])
    return words


def _with_plurals(words: dict[str, str], taken: Collection[str]) -> dict[str, str]:
    """ "the gpus", "all webs": each group's name with an s, where that means nothing else."""
    plurals = {f"{word}s": name for word, name in words.items() if not word.endswith("s")}
    return {**{word: name for word, name in plurals.items() if word not in taken}, **words}


def _services(known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    words: dict[str, str] = {}
    for name in known:
        words[name.casefold()] = name
    for name, aliases in known.items():
        for alias in aliases:
            words.setdefault(alias.casefold(), alias if _is_unit_of(name, alias) else name)
    for family in _CALLED:
        members = {words[m] for m in family if m in words}
        if len(members) == 1:
            only = next(iter(members))
            for member in family:
                words.setdefault(member, only)
    for name in known:
        short = name.casefold().removesuffix("-server")
        words.setdefault(short, name)
    return words


def _is_unit_of(name: str, alias: str) -> bool:
    """Whether an alias is a unit's name of its own: a host may have both, and one was said."""
    return any(alias in twins for twins in TWINS if name in twins)


def _others(sections: Mapping[str, Any]) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    names: dict[str, tuple[str, str]] = {}
    nouns: dict[str, str] = {}
    for section, (kind, *spoken) in KINDS.items():
        for noun in spoken:
            nouns[noun] = kind
        rows = sections.get(section) or ()
        pairs = rows.items() if isinstance(rows, Mapping) else ((row, None) for row in rows)
        for key, value in pairs:
            said = value.get("name") if isinstance(value, Mapping) else None
            for word in filter(None, (said, None if str(key).isdecimal() else str(key))):
                names.setdefault(str(word).casefold(), (kind, str(key)))
    return names, nouns


def _rows(section: Any) -> tuple[Any, ...]:
    return tuple(section) if isinstance(section, (list, tuple, set, dict)) else ()


def _shape(action: Any) -> ActionShape:
    fields = action.params.model_fields
    return ActionShape(
        name=action.name,
        fields=frozenset(fields),
        required=frozenset(n for n, f in fields.items() if f.is_required()),
        changes=action.effect is not Effect.READ,
        title=action.summary or action.name,
    )
