"""The whole of Overseer with Slack as its only surface."""

import asyncio

from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.slack import SlackPlatform
from bot.cli.platforms import platforms_of
from tests.rigs.slack_side import Secrets
from tests.scenario.stage import Stage


def people_of(emulator):
    roles = {"ana": "admin", "ben": "operator", "chris": "approver", "vera": "viewer"}
    lines = [
        f"  {name}: {{display: {name.title()}, roles: [{role}], "
        f"identities: ['slack:{emulator.users[name]}', 'web:{name}']}}"
        for name, role in roles.items()
    ]
    return "people:\n" + "\n".join(lines) + "\n"


class SlackStage(Stage):
    """The whole of Overseer with Slack as its only surface, and the stage itself as an onlooker."""

    def __init__(self, path, side, mode="socket"):
        super().__init__(path, people=people_of(side.emulator))
        self.side = side
        self.home.settings.write_text(
            f"slack: {{enabled: true, mode: {mode}, api_url: '{side.url}', port: 0}}\n"
        )

    async def __aexit__(self, *_):
        try:
            await super().__aexit__()
        finally:
            self._ticking.cancel()

    async def _tick(self):
        """A stage's clock stands still; here it goes about as fast as the emulator needs."""
        while True:
            await asyncio.sleep(0.02)
            await self.clock.advance(0.2)

    def _attached(self):
        return [self], platforms_of(self.app, self._platform)

    def _platform(self, app, name):
        self.platform = SlackPlatform(
            app.world.settings.slack, Secrets(), SystemClock(), lambda: app.world.people,
            books=app.books, ids=RandomIds(), store=app.store,
        )  # fmt: skip
        return self.platform

    async def _start(self):
        self._ticking = asyncio.ensure_future(self._tick())
        await super()._start()
        await asyncio.wait_for(self.platform.ready.wait(), 20)
        if self.platform.port == 0:
            await asyncio.wait_for(self.side.connected.wait(), 20)
