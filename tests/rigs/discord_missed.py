"""Overseer on a small Discord that it leaves and comes back to."""

import pytest

from tests.rigs.discord_guild import BEN
from tests.rigs.discord_parts import Quick, platform_on


class Overseer:
    """Platforms, one after the other, over the same ears."""

    def __init__(self, wire, ears):
        self.wire, self.ears = wire, ears
        self.platform = None
        self.former = []
        """What was at it in the session that was lost."""

    def _has_caught_up(self):
        now = self.platform._catching._tasks
        return now and now is not self.former and now[0].done()

    async def begin(self, **more):
        """It has a session, and may be looking up still what was missed."""
        sessions = len(self.wire.identified)
        self.platform = platform_on(self.wire, clock=Quick(), **more)
        await self.platform.start(self.ears)
        await self.wire.until(lambda: len(self.wire.identified) > sessions)

    async def start(self, **more):
        await self.begin(**more)
        await self.wire.until(self._has_caught_up)

    async def stop(self):
        if self.platform is not None:
            await self.platform.stop()
            self.platform = None
        self.wire.cut()

    async def heard_one(self, **more):
        """It has heard a message, whose id this is, and is stopped."""
        await self.start(**more)
        said = self.wire.says(BEN, "one")
        await self.wire.until(lambda: self.ears.heard)
        await self.stop()
        return said

    async def lose(self):
        """The connection breaks, and its session is forgotten; a new one follows."""
        sessions = len(self.wire.identified)
        self.former = self.platform._catching._tasks
        self.wire.forgets = True
        self.wire.cut()
        return sessions

    async def back(self, sessions):
        await self.wire.until(lambda: len(self.wire.identified) > sessions)
        await self.wire.until(self._has_caught_up)


@pytest.fixture
async def overseer(wire, ears):
    wire.apart = 10_000 << 22  # ten seconds: nothing is looked up for coming close to another
    made = Overseer(wire, ears)
    yield made
    await made.stop()


def remotes(ears):
    return [message.remote for message in ears.heard]
