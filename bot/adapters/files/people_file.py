"""`people.yaml`: who is who, and what they may do."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.adapters.files.marked_yaml import Marked, read
from bot.domain.messages import Identity, People, Person, Role

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
        ConfigError: broken YAML, an unknown key or role, a bad identity, or one that two
            persons claim.
    """
    file = read(path)
    persons: list[Person] = []
    owners: dict[Identity, str] = {}
    for name, raw in file.section(("people",)).items():
        person = _person(file, str(name), raw)
        for identity in person.identities:
            if identity in owners:
                raise file.error(
                    ("people", str(name), "identities"),
                    f"{identity} belongs to {owners[identity]} already.",
                    cure="One account is one person.",
                )
            owners[identity] = person.name
        persons.append(person)
    return People(persons=tuple(persons), version=file.version)


def _person(file: Marked, name: str, raw: object) -> Person:
    where = ("people", name)
    if not _NAME.fullmatch(name):
        raise file.error(
            where, f"{name!r} can't be a person's name.", cure="Lower-case letters and digits."
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
        timezone=entry.timezone,
    )
