"""The sentence that `help` offers for an action is one that the rules understand as it."""

import pytest

from bot.domain.intents import Intent, ParseContext
from bot.domain.inventory import Host, Inventory, Service
from bot.intent.parser import Parser
from bot.skillkit.catalog import Catalog
from bot.skillkit.loader import load

CATALOG = Catalog(load())
INVENTORY = Inventory(
    hosts=tuple(Host(name=f"web-{n}", groups=("web",)) for n in (1, 2)),
    services=(Service(name="nginx"),),
)


@pytest.mark.parametrize("action", list(CATALOG), ids=lambda action: action.name)
async def test_an_example_asks_for_its_action(action):
    said = action.example.replace("{host}", "web-1")
    understood = await Parser().parse(said, ParseContext(), INVENTORY, CATALOG)
    assert isinstance(understood.outcome, Intent), (said, understood.outcome)
    assert [wish.action for wish in understood.outcome.wishes] == [action.name], said
