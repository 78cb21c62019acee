"""What a model's answers are held against in these suites: five hosts, the shipped skills."""

from functools import lru_cache

from bot.domain.intents import ParseContext
from bot.domain.inventory import Host, Inventory, Service
from bot.intent.model.grounds import Grounds
from bot.intent.phrase_rules import Vocabulary, understand
from bot.skillkit.catalog import Catalog
from bot.skillkit.loader import load

INVENTORY = Inventory(
    hosts=(
        Host(name="web-1", groups=("web",), environment="production"),
        Host(name="web-2", groups=("web",), environment="production"),
        Host(name="web-3", groups=("web",), environment="staging"),
        Host(name="db-1", groups=("db",), environment="production"),
        Host(name="db-2", groups=("db",), environment="staging"),
    ),
    services=tuple(Service(name=n) for n in ("nginx", "redis", "postgresql", "cron", "ssh")),
    version="1",
)


@lru_cache
def catalog():
    return Catalog(load())


@lru_cache
def vocabulary():
    return Vocabulary.build(INVENTORY, catalog())


def grounds(text, context=None):
    return Grounds(
        text=text,
        context=context or ParseContext(),
        catalog=catalog(),
        inventory=INVENTORY,
        vocabulary=vocabulary(),
    )


def rules(text, context=None):
    return understand(text, vocabulary(), context or ParseContext())
