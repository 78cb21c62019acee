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


@pytest.mark.parametrize(
    "said",
    [
        "install security updates on web-1",
        "apply all security updates to web-1",
        "apply only the security patches on web-1",
        "please roll out the security fixes to web-1",
        "update only the security packages on web-1",
        "web-1 needs security updates",
        "do security updates on web-1",
        "get the security updates onto web-1",
        "patch web-1 with the latest security updates",
        "run the security upgrade on web-1",
    ],
)
async def test_security_updates_are_never_all_of_them(said):
    outcome = (await Parser().parse(said, ParseContext(), INVENTORY, CATALOG)).outcome
    wishes = outcome.wishes if isinstance(outcome, Intent) else ()
    upgrades = [wish for wish in wishes if wish.action == "package.upgrade"]
    assert all(wish.params.get("only") == "security" for wish in upgrades), outcome
