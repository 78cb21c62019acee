"""The two inventories that the parser's tests speak of."""

from functools import cache
from pathlib import Path

import yaml

from bot.domain.inventory import Connection, ConnectionKind, Host, Inventory, Service
from bot.intent.phrase_rules import Vocabulary
from bot.intent.rules.templates import Templates
from bot.skillkit.catalog import Catalog
from bot.skillkit.loader import load

OWN = Path(__file__).resolve().parents[2] / "corpus"


def read_inventory(path):
    raw = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    hosts = tuple(
        Host(
            name=name,
            groups=tuple(body.get("groups", ())),
            environment=body.get("environment", "production"),
        )
        for name, body in raw.pop("hosts").items()
    )
    listed = raw.pop("services", {})
    listed = listed if isinstance(listed, dict) else dict.fromkeys(listed, ())
    services = tuple(Service(name=name, aliases=tuple(also)) for name, also in listed.items())
    return Inventory(hosts=hosts, services=services, others=raw, version=str(path))


@cache
def catalog():
    return Catalog(load())


@cache
def templates():
    return Templates.build({name: skill.phrases for name, skill in catalog().skills.items()})


@cache
def own():
    inventory = read_inventory(OWN / "inventory.yaml")
    return Vocabulary.build(inventory, catalog(), templates=templates())


@cache
def lonely(units=("ssh", "cron")):
    """An inventory of nothing but this machine, as a first start writes it, and its units."""
    here = Host(
        name="localhost", environment="local", connection=Connection(kind=ConnectionKind.LOCAL)
    )
    return Vocabulary.build(
        Inventory(hosts=(here,), version="lonely"), catalog(), units=units, templates=templates()
    )
