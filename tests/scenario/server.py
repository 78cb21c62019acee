"""A Discord server on the stage: what its members hold can be asked, and may be taken away."""

from bot.domain.messages import Role, ThreadRef
from tests.scenario.rooms import Rooms

PEOPLE = """
people:
  ana: {display: Ana, roles: [admin], identities: ['web:ana']}
  ben: {display: Ben, roles: [viewer], identities: ['web:ben', 'discord:1']}
  chris: {display: Chris, roles: [viewer], identities: ['web:chris', 'discord:2']}
  vera: {display: Vera, roles: [operator], identities: ['web:vera', 'discord:3']}
"""
SETTINGS = "discord: {roles: {'50': operator, '60': approver}}\n"
PLACE = ThreadRef(surface="discord", channel="7", thread="8")
OPERATOR, APPROVER = frozenset({Role.OPERATOR}), frozenset({Role.APPROVER})


class Server:
    """A room in which roles are held: account → roles."""

    name = "discord"

    def __init__(self):
        self.members, self.asked = {}, []
        self.fault = None
        """Awaited before it says what somebody holds, so that it may hang or fail."""

    async def start(self, ears): ...
    async def stop(self): ...
    async def show(self, item, *, edited): ...

    async def line(self):
        return "discord: on"

    def again(self): ...

    async def lent(self, place, account):
        assert place == PLACE
        self.asked.append(account)
        return await self._held(account)

    async def holds(self, place, account):
        assert place == PLACE
        return await self._held(account)

    async def _held(self, account):
        if self.fault is not None:
            await self.fault()
        return self.members.get(account, frozenset())


class OnServer(Rooms):
    """A stage with that server."""

    def __init__(self, path, *, people=PEOPLE, settings=SETTINGS):
        super().__init__(path, people=people, settings=settings)
        self.server = Server()
        self.thread = PLACE

    def _attached(self):
        return [self], [self.server]
