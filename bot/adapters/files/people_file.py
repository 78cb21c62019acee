"""`people.yaml`: who is who, and what they may do."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from bot.adapters.files.first_start import person_entry
from bot.adapters.files.marked_yaml import Marked, read
from bot.adapters.files.zones import checked_zone
from bot.domain.messages import Identity, People, Person, Role
from bot.errors import ConfigError, RequestError
from bot.settings.private import write_private

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


class _Entry(BaseModel):
    """A person as the file writes them."""

    model_config = ConfigDict(extra="forbid")

    display: str = ""
    roles: frozenset[Role] = frozenset({Role.VIEWER})
    identities: tuple[str, ...] = ()
    timezone: str = ""


def load_people(path: Path) -> People:
    """Read who is known.

    Raises:
        ConfigError: broken YAML, an unknown key or role, a bad identity, one that two persons
            claim, or a time zone that does not exist.
    """
    return people_in(read(path))


def people_in(file: Marked) -> People:
    """Who is known, as a file that was read says.

    Raises:
        ConfigError: as `load_people`.
    """
    persons: list[Person] = []
    owners: dict[Identity, str] = {}
    for name, raw in file.section(("people",)).items():
        person = _person(file, str(name), raw)
        for identity in person.identities:
            if identity in owners:
                raise file.error(
                    ("people", str(name), "identities"),
                    f"{identity} belongs to {owners[identity]} already.",
                    cure="One account is one person: remove it from one of the two.",
                )
            owners[identity] = person.name
        persons.append(person)
    return People(persons=tuple(persons), version=file.version)


def _person(file: Marked, name: str, raw: object) -> Person:
    where = ("people", name)
    if not _NAME.fullmatch(name):
        raise file.error(
            where,
            f"{name!r} can't be a person's name.",
            cure="Use up to 32 lower-case letters, digits, '.', '_' and '-'.",
        )
    entry = file.build(_Entry, raw or {}, where)
    identities = []
    for number, text in enumerate(entry.identities):
        surface, colon, account = text.partition(":")
        if not (surface and colon and account):
            raise file.error(
                (*where, "identities", number),
                f"{text!r} is no identity.",
                cure="Write `surface:account`, such as `os:ana` or `web:ana`.",
            )
        identities.append(Identity(surface=surface, account=account))
    return Person(
        name=name,
        display=entry.display or name,
        roles=entry.roles,
        identities=tuple(identities),
        timezone=checked_zone(file, (*where, "timezone"), entry.timezone),
    )


def add_person(path: Path, name: str, display: str, role: Role) -> None:
    """Write another person into the file; comments and everybody else stay as they are.

    Raises:
        RequestError: there is such a person, or nobody can be called so.
        ConfigError: the file is broken, or written so that only its author can add to it.
    """
    before = load_people(path)
    if before.named(name) is not None:
        raise RequestError(f"{name} is in people.yaml already.", cure="./overseer people list")
    if not _NAME.fullmatch(name):
        raise RequestError(
            f"Nobody can be called {name!r}.",
            cure="Use up to 32 lower-case letters, digits, '.', '_' and '-'.",
        )
    text = path.read_text(encoding="utf-8")
    at, indent = _place(text)
    lines = text.splitlines(keepends=True)
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    heading = "" if indent else "people:\n"
    entry = person_entry(name, display, role, indent=indent or "  ")
    write_private(path, "".join([*lines[:at], heading, entry, *lines[at:]]))
    try:
        after = load_people(path).persons
        if [p for p in after if p.name != name] != list(before.persons) or len(after) == len(
            before.persons
        ):
            raise ConfigError("This file can't be added to.", path=str(path))
    except ConfigError as error:
        write_private(path, text)
        raise ConfigError(
            "Its `people:` are written in a way that can't be added to.",
            path=str(path),
            cure=f"Add these lines yourself, then ./overseer reload:\n{entry}",
        ) from error


def _place(text: str) -> tuple[int, str]:
    """The line after the last person, and how persons are indented ('' when there is none)."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    people = next((value for key, value in pairs if key.value == "people"), None)
    lines = text.splitlines()
    if people is None:
        return len(lines), ""
    if not isinstance(people, yaml.MappingNode) or not people.value:
        return people.start_mark.line + 1, "  "
    indent = " " * people.value[0][0].start_mark.column
    end = people.value[-1][1].end_mark
    at = end.line + (1 if end.column else 0)
    while at and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith("#")):
        at -= 1
    return at, indent
