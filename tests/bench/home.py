"""What benches of the whole product begin with: a home, its people, and hosts that answer at once."""

from pathlib import Path

from bot.adapters.files.first_start import prepare
from bot.adapters.machine import SystemClock
from bot.settings import Home
from bot.testing.fake_host import FakeHosts
from skills.service.facts import unit

SERVICE = "nginx"
PEOPLE = """
people:
  ben: {display: Ben, roles: [operator], identities: ['web:ben']}
  chris: {display: Chris, roles: [approver], identities: ['web:chris']}
"""
UNIT = """\
systemd=yes
clock=1000.0
Id=nginx.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
CanReload=yes
MainPID=10
NRestarts=0
Type=simple
Result=success
TriggeredBy=
StateChangeTimestampMonotonic=1000000
"""


class Clock(SystemClock):
    """Time as it is, but for a service's five seconds to settle."""

    async def sleep(self, seconds):
        await super().sleep(seconds if seconds < 5 else 0)


class Hosts(FakeHosts):
    """Each has the service, which runs and can be restarted."""

    def __init__(self, inventory, clock):
        super().__init__(inventory, clock)
        self.answer(("sh", "-c", unit(SERVICE).command.text), stdout=UNIT)
        self.answer(("systemctl", "restart", "--", f"{SERVICE}.service"))
        self.answer(("systemctl", "is-active", "--", f"{SERVICE}.service"), stdout="active\n")


def home_with(folder, hosts, *, people=PEOPLE, settings=""):
    """A prepared home; `hosts` are the lines of its inventory by name, `settings` come last."""
    home = Home(path=Path(folder) / "home")
    prepare(home)
    lines = "".join(f"  {name}: {{{about}}}\n" for name, about in hosts.items())
    home.inventory.write_text(f"hosts:\n{lines}services: [{SERVICE}]\n")
    home.people.write_text(people)
    with home.settings.open("a") as file:
        file.write(settings)
    return home
