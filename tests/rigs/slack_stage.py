"""The whole of Overseer with Slack as its only surface.

Until the stage of delivery carries posts, `Posting` does: a loop over what is owed, no more.
"""

import asyncio
import contextlib
from datetime import UTC, datetime

from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.slack import SlackPlatform
from bot.domain.posts import PostKind
from bot.errors import ChatAwayError, ChatBusyError, ChatDoubtError
from bot.ports import Speech
from bot.settings.chat import SlackSettings
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


class Posting:
    """Attached to an Overseer as a surface: starts the platform, and sends what is owed to it."""

    name = "slack"

    def __init__(self, platform, store):
        self.platform = platform
        self._store = store
        self._due = asyncio.Event()
        self._ids = RandomIds()

    async def start(self, ears):
        await self.platform.start(ears)
        self._task = asyncio.ensure_future(self._run())

    async def stop(self):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.platform.stop()

    async def show(self, item, *, edited):
        self._due.set()

    async def _run(self):
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await self._due.wait()
            self._due.clear()
            for post in await self._store.read(lambda u: u.owed("slack")):
                await self._send(post)

    async def _send(self, post):
        said, version = post.body, post.version
        if post.kind is PostKind.CARD:
            _, said = await self._store.read(lambda u: u.card(post.card))
            version = said.serial
        elif post.kind is PostKind.MARK:
            return
        with contextlib.suppress(ChatBusyError, ChatAwayError, ChatDoubtError):
            remote = await self._sent(post, said)
            await self._store.write(lambda u: u.sent(post.id, remote, version))

    async def _sent(self, post, said):
        """The message's id. After a doubt it is looked for before it is sent again."""
        if post.remote:
            await self.platform.edit(post.place, post.remote, Speech(said))
            return post.remote
        if post.nonce:
            found = await self.platform.find(post.place, post.nonce, since=datetime.now(UTC))
            if found:
                return found
        nonce = self._ids.new()
        await self._store.write(lambda u: u.sending(post.id, nonce))
        return await self.platform.post(post.place, Speech(said), nonce=nonce)


class SlackStage(Stage):
    """The whole of Overseer with Slack as its only surface."""

    def __init__(self, path, side, **settings):
        super().__init__(path, people=people_of(side.emulator))
        self.side = side
        self.settings = SlackSettings(enabled=True, api_url=side.url, port=0, **settings)

    async def __aexit__(self, *_):
        self._ticking.cancel()
        await super().__aexit__()

    async def _tick(self):
        """A stage's clock stands still; here it goes about as fast as the emulator needs."""
        while True:
            await asyncio.sleep(0.02)
            await self.clock.advance(0.2)

    async def _start(self):
        self._ticking = asyncio.ensure_future(self._tick())
        self.hosts = self._made_hosts()
        self.app = await self._built()
        for host, name in self.units:
            self._script(host, name)
        self.platform = SlackPlatform(
            self.settings, Secrets(), SystemClock(), lambda: self.app.world.people,
            books=self.app.books, ids=RandomIds(),
        )  # fmt: skip
        self.app.attach([Posting(self.platform, self.app.store), self])
        await self.app.start()
        await asyncio.wait_for(self.platform.ready.wait(), 20)
        if self.settings.mode == "socket":
            await asyncio.wait_for(self.side.connected.wait(), 20)
