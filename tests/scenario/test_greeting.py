"""Every request that the greeting offers is understood as it stands."""

import pytest

from bot.domain.intents import Intent, ParseContext
from bot.domain.messages import Person, Role
from tests.scenario.test_knowing import HERE, Read

pytestmark = pytest.mark.asyncio
ONE = f"hosts:\n{HERE}"
AWAY = "hosts:\n  web-1: {environment: production}\n"
BOTH = f"{ONE}  web-1: {{environment: production}}\n"
MANY = "hosts:\n" + "".join(f"  fleet-{n:03}: {{environment: staging}}\n" for n in range(30))
INVENTORIES = {
    "one": ONE,
    "away": AWAY,
    "both": BOTH,
    "many": MANY,
    "ssh": f"{BOTH}services: [nginx, ssh]\n",
    "no ssh": f"{BOTH}services: [nginx, redis]\n",
    "many, no ssh": f"{MANY}services: [nginx]\n",
    "here": f"{BOTH}services: {{cron: [the clock]}}\n",
}
UNREAD = {"away", "many", "many, no ssh"}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER])
@pytest.mark.parametrize("inventory", INVENTORIES)
async def test_what_is_offered_is_understood(tmp_path, inventory, role):
    async with Read(tmp_path, inventory=INVENTORIES[inventory]) as stage:
        await stage.until(lambda: stage.app._box.units or inventory in UNREAD)
        person = Person(name="ana", display="Ana", roles=frozenset({role}))
        said = [button.says for button in stage.app.pipeline.welcome(person).buttons]
        assert len(said) == len(set(said)) == 5
        for each in said:
            read = await stage.app.pipeline._hearing.read(each, ParseContext())
            assert isinstance(read.outcome, Intent), (each, read.outcome)
