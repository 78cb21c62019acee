"""A conversation in a room, with two chat platforms attached, and what they are owed."""

import pytest

from bot.domain.messages import ThreadRef
from bot.domain.posts import PostKind
from tests.scenario.stage import INVENTORY, Stage

PEOPLE = """
people:
  ana: {display: Ana, roles: [admin], identities: ['web:ana', 'slack:UANA']}
  ben: {display: Ben, roles: [operator], identities: ['web:ben', 'slack:UBEN']}
  chris: {display: Chris, roles: [approver], identities: ['web:chris', 'discord:77']}
  dana: {display: Dana, roles: [approver], identities: ['web:dana']}
"""
THREAD = ThreadRef(surface="slack", channel="C1", thread="17.1")


class Slack(Stage):
    """A stage whose conversation is a room's, with two chat platforms attached."""

    name = "slack"

    def __init__(self, path, **given):
        super().__init__(path, people=PEOPLE, inventory=INVENTORY, **given)
        self.thread = THREAD

    async def _start(self):
        self.hosts = self._made_hosts()
        self.app = await self._built()
        for host, name in self.units:
            self._script(host, name)
        self.app.attach([self, Elsewhere()])
        await self.app.start()

    async def owed(self, kind=PostKind.NOTICE):
        await self.settle()
        await self.app._noticing.tick()
        await self.app._noticing._task
        every = await self.app.store.read(lambda u: (*u.owed("slack"), *u.owed("discord")))
        return [post for post in every if post.kind is kind]

    async def marks(self):
        return {p.key: p.body.state for p in await self.owed(PostKind.MARK)}


class Elsewhere:
    """Another chat platform."""

    name = "discord"

    async def start(self, ears): ...
    async def stop(self): ...
    async def show(self, item, *, edited): ...


@pytest.fixture
async def stage(tmp_path):
    async with Slack(tmp_path) as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx")
        yield stage


async def asked(stage, text="restart nginx on web-1", **more):
    await stage.say("ben", text, event="C1/17.1", remote="17.1", **more)
