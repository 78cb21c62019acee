"""The known services of an inventory file: one name each, and what people call them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from bot.adapters.files.marked_yaml import Marked
from bot.domain.inventory import Host, Service
from bot.domain.naming import MisnamedError, odd_in, service_name


class _ServiceEntry(BaseModel):
    """A service as the file writes it when it has more than a name."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    aliases: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


def services_in(file: Marked) -> dict[str, Service]:
    """`services: [nginx, redis]`, `{nginx: [web server]}` or `{nginx: {aliases: [web server]}}`.

    A service is kept under its one name; another that the file gives it becomes an alias.
    """
    raw = file.section().get("services")
    if raw is None:
        return {}
    found: dict[str, Service] = {}
    if isinstance(raw, list):
        for number, name in enumerate(raw):
            if not isinstance(name, str | int):
                raise file.error(
                    ("services", number), "A service in a list is just its name.",
                    cure="For aliases write `services: {nginx: [web server]}`.",
                )  # fmt: skip
            _add_service(file, ("services", number), str(name), _ServiceEntry(), found)
        return found
    for name, entry in file.section(("services",)).items():
        details = {"aliases": entry} if isinstance(entry, list) else entry or {}
        built = file.build(_ServiceEntry, details, ("services", name))
        _add_service(file, ("services", name), name, built, found)
    return found


def _add_service(
    file: Marked,
    where: tuple[str | int, ...],
    said: str,
    entry: _ServiceEntry,
    found: dict[str, Service],
) -> None:
    try:
        name = service_name(said)
    except MisnamedError as error:
        raise file.error(where, str(error), cure=error.cure) from error
    for alias in entry.aliases:
        if not alias.strip() or not alias.isprintable():
            raise file.error(
                where, f"{name}: {alias!r} can't be an alias{odd_in(alias)}.",
                cure="Use words that people can see and type.",
            )  # fmt: skip
    other = found.get(name, Service(name=name, hosts=entry.hosts))
    aliases = (*other.aliases, *entry.aliases, *((said,) if said != name else ()))
    everywhere = not (other.hosts and entry.hosts)
    found[name] = Service(
        name=name,
        aliases=tuple(dict.fromkeys(aliases)),
        hosts=() if everywhere else tuple(dict.fromkeys((*other.hosts, *entry.hosts))),
    )


def check_hosts_of(
    services: Mapping[str, Service], homes: Mapping[str, Marked], hosts: Mapping[str, Host]
) -> None:
    """A service's hosts decide what all of them is, so a misspelt one would hide a mass stop."""
    for service in services.values():
        for host in service.hosts:
            if host not in hosts:
                near = difflib.get_close_matches(host, hosts, 3)
                raise homes[service.name].error(
                    ("services", service.name, "hosts"),
                    f"{service.name} is said to run on {host}, which is no host here.",
                    cure=f"Did you mean {' or '.join(near)}?" if near
                    else "Write the host under `hosts`, or remove it here.",
                )  # fmt: skip
