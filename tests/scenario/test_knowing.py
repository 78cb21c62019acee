"""Which hosts are read for their units at the start, and what one that can't be read adds."""

import pytest

from bot.domain.commands import CommandResult
from bot.domain.messages import Person, Role
from bot.testing.fake_host import FakeHosts
from skills.service.facts import units
from tests.scenario.stage import Stage

pytestmark = pytest.mark.asyncio
HERE = "  localhost: {environment: local, connection: {kind: local}}\n"
HOSTS = f"hosts:\n{HERE}  web-1: {{environment: production}}\n"


class Read(Stage):
    """A stage whose hosts tell of a unit each."""

    def _made_hosts(self):
        hosts = FakeHosts(lambda: self.app.world.inventory, self.clock, machines=self.machines)
        for host, name in (("localhost", "cron"), ("web-1", "nginx")):
            told = CommandResult(exit_status=0, stdout=f"{name}.service\n")
            hosts.answer(("sh", "-c", units().command.text), told, host=host)
        return hosts


@pytest.mark.parametrize(
    ("services", "known", "offered"),
    [
        ("", {"localhost": ("cron",), "web-1": ("nginx",)}, "restart cron on localhost"),
        ("services: [redis]\n", {"localhost": ("cron",)}, "restart redis on web-1"),
        ("services: [redis, cron]\n", {"localhost": ("cron",)}, "restart cron on localhost"),
    ],
)
async def test_the_units_of_the_start_decide_what_is_offered(tmp_path, services, known, offered):
    async with Read(tmp_path, inventory=HOSTS + services) as stage:
        await stage.until(lambda: stage.app._box.units == known)
        person = Person(name="ana", display="Ana", roles=frozenset({Role.ADMIN}))
        card = stage.app.pipeline.welcome(person)
        assert offered in [b.says for b in card.buttons]


async def test_a_host_that_cannot_be_read_is_left_out(tmp_path):
    async with Read(tmp_path, inventory=HOSTS) as stage:
        stage.hosts.machine("web-1").down = True
        found = await stage.app._units.read()
        assert found == {"localhost": ("cron",)}
