"""The real page over a staged Overseer: real store, policy, cards and books; scripted hosts.

    async with StagedPage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.asked("c1", "ben", "restart nginx on web-1")
        link = stage.web.address + await stage.web.make_link("ana")

Time on the stage is ticked by hand; that of the page's server is the machine's.
"""

from bot.adapters.machine import RandomIds, SystemClock
from bot.adapters.web.surface import WebSurface
from bot.domain.messages import ThreadRef
from bot.settings import WebSettings
from tests.rigs.browser import MemoryLogins
from tests.scenario.stage import Stage


class StagedPage(Stage):
    """A stage that is looked at through the web surface."""

    async def start(self, ears):
        await super().start(ears)
        clock = SystemClock()
        self.web = WebSurface(
            WebSettings(port=0), MemoryLogins(clock), clock, RandomIds(),
            lambda: self.app.world.people, "s", books=self.app.books,
        )  # fmt: skip
        await self.web.start(ears)

    async def stop(self):
        await self.web.stop()

    async def show(self, item, *, edited):
        await super().show(item, edited=edited)
        await self.web.show(item, edited=edited)

    async def asked(self, conversation, who, text, channel="ana"):
        """Say something in one of a person's own conversations; its card."""
        self.thread = ThreadRef(surface="web", channel=channel, thread=conversation)
        await self.say(who, text)
        return await self.card()
