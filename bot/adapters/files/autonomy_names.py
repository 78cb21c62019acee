"""What `autonomy` names must exist: a misspelt group would loosen a level without a word."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from pathlib import Path

from bot.adapters.files.marked_yaml import Where, read
from bot.domain.inventory import PRODUCTION, Inventory
from bot.domain.naming import MisnamedError, service_name
from bot.errors import ConfigError
from bot.settings import AutonomySettings
from bot.skillkit.catalog import Catalog

EVERYWHERE = "all"


def check_autonomy(
    path: Path, autonomy: AutonomySettings, inventory: Inventory, catalog: Catalog
) -> None:
    """Hold the names under `autonomy` against the inventory and the catalogue.

    `path` is the file that they stand in; it is read again only to find the line.

    Raises:
        ConfigError: the first name that nothing has, with the nearest ones.
    """
    groups = {*inventory.groups(), *inventory.environments(), PRODUCTION}
    hosts = inventory.names()
    actions = [action.name for action in catalog]
    # What a disabled skill could do is no misspelling: it comes back when that is mended.
    gone = {disabled.name for disabled in catalog.disabled}
    actions += [p.action for p in autonomy.pre_approved if p.action.partition(".")[0] in gone]
    services = {service.name for service in inventory.services}
    for group in autonomy.groups:
        must_be_known(path, ("autonomy", "groups", group), "group", group, {*groups, EVERYWHERE})
    for number, entry in enumerate(autonomy.pre_approved):
        where = ("autonomy", "pre_approved", number)
        must_be_known(path, (*where, "action"), "action", entry.action, actions)
        for name in entry.hosts:
            must_be_known(path, (*where, "hosts"), "host", name, hosts)
        for name in entry.groups:
            must_be_known(path, (*where, "groups"), "group", name, groups)
        for name in entry.services:
            try:
                service = service_name(name)
            except MisnamedError as error:
                raise read(path).error((*where, "services"), str(error), cure=error.cure) from error
            if services:  # else the hosts' own units count, which no file knows
                must_be_known(path, (*where, "services"), "service", service, services)


def must_be_known(path: Path, where: Where, what: str, name: str, known: Collection[str]) -> None:
    """Hold a name against those that there are.

    Raises:
        ConfigError: there is none such, with the nearest ones.
    """
    if name not in known:
        raise _unknown(path, where, what, name, known)


def _unknown(path: Path, where: Where, what: str, name: str, known: Collection[str]) -> ConfigError:
    near = difflib.get_close_matches(name.lower(), sorted(known), 3, 0.5)
    near = near or [other for other in sorted(known) if name.partition(".")[0] in other][:3]
    if near:
        cure = f"Did you mean {' or '.join(near)}?"
    else:
        cure = f"Known: {', '.join(sorted(known)[:10]) or 'none'}."
    home = "inventory.yaml" if what != "action" else "the loaded skills"
    return read(path).error(where, f"There is no {what} {name!r} in {home}.", cure=cure)
