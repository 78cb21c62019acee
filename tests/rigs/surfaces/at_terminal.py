"""People at the terminals of one machine: the real socket, its client, and cards drawn in lines."""

import asyncio
import contextlib
import io

from bot.adapters.terminal.client import connect
from bot.adapters.terminal.console import Console
from bot.adapters.terminal.following import Following
from bot.adapters.terminal.keys import keys_of
from bot.adapters.terminal.render import whole_card
from bot.adapters.terminal.server import TerminalSurface
from bot.domain.cards import card_for
from tests.rigs.surfaces.seen import Front, Seen, state_in


class AtTerminal(Front):
    """A conversation is its thread's name. Every look of a person's is a client of its own."""

    name = "terminal"
    refuses = True

    @contextlib.asynccontextmanager
    async def opened(self, town):
        self.town = town
        self.account = ""
        self.views = {}
        yield
        self._hang_up()

    def identity(self, who):
        return f"os:{who}"

    def made(self, app):
        self.surface = TerminalSurface(
            app.home.socket, account=lambda _uid: self.account, clock=app.clock, version="1"
        )
        return self.surface

    async def dying(self):
        """The socket dies with the process; here the process lives on."""
        self._hang_up()
        await self.surface.stop()

    def _hang_up(self):
        for view in self.views.values():
            view.link.close()
        self.views.clear()

    # -- what people do -----------------------------------------------------------------------

    async def _link(self, who):
        self.account = who  # the kernel's word for whoever connects next
        return await asyncio.to_thread(connect, self.town.home)

    async def _view(self, talk, who):
        if (talk, who) not in self.views:
            link = await self._link(who)
            self.views[talk, who] = await asyncio.to_thread(Following, link, talk)
        return self.views[talk, who]

    async def ask(self, who, text):
        link = await self._link(who)
        talk = link.new_thread()
        self.views[talk, who] = await asyncio.to_thread(Following, link, talk)
        await self.answer(talk, who, text)
        return talk

    async def answer(self, talk, who, text):
        view = await self._view(talk, who)
        self._tell(who, await asyncio.to_thread(view.say, text))

    async def called(self, who):
        link = await self._link(who)
        waiting = await asyncio.to_thread(link.waiting)
        link.close()
        return waiting[-1].thread if waiting else None

    async def _card(self, talk, who):
        """The newest card, as pushed."""
        view = await self._view(talk, who)
        await asyncio.to_thread(view.step, 0.0)
        return view, view.item

    async def seen(self, talk, who):
        _, item = await self._card(talk, who)
        if item is None:
            return None
        return self._drawn(item, who)

    def _drawn(self, item, who):
        card = card_for(item.card, who)
        console = Console(stdout=io.StringIO(), environ={"LANG": "C.UTF-8", "COLUMNS": "100"}, now=self.town.clock.now)  # fmt: skip
        text = "\n".join(console.text(whole_card(card, console.frame(keys=True))))
        labels = tuple(key.button.label.partition("\t")[0] for key in keys_of(card))
        return Seen(str(item.seq), state_in(text.partition("\n")[0]), text, labels)

    async def press(self, talk, who, label, text=""):
        await (await self.old(talk, who, label))(text)

    async def old(self, talk, who, label):
        """A press that can be made later of the button as it stands now."""
        _, item = await self._card(talk, who)
        card = card_for(item.card, who)
        button = keys_of(card)[self._drawn(item, who).at(label)].button

        async def pressed(text=""):
            view = await self._view(talk, who)
            self._tell(who, await asyncio.to_thread(view.press, card, button, text))

        return pressed

    def _tell(self, who, reply):
        if reply.text:
            self.told[who].append(reply.text)
