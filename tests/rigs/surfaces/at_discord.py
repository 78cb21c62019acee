"""People in Discord, as simcord has it: a channel with threads, and direct messages."""

import asyncio
import contextlib

import simcord

from bot.settings.chat import DiscordSettings
from bot.testing.seeded_ids import SeededIds
from tests.rigs.discord_sim import (
    NAMES,
    Books,
    Outside,
    SimPlatform,
    SimRest,
    buttons_of,
    parts_of,
    text_of,
)
from tests.rigs.surfaces.seen import Front, Seen, state_in


class AtDiscord(Front):
    """A conversation is the id of its thread, or of somebody's direct messages."""

    name = "discord"
    settings = "discord: {enabled: true}\n"
    done_sign = "✅"

    @contextlib.asynccontextmanager
    async def opened(self, town):
        self.town = town
        self.rest, self.outside, self.books = SimRest(), Outside(), Books()
        self.platform = self._platform()
        try:
            async with simcord.run(self.platform.client) as self.env:
                self.guild = self.env.create_guild("Ops")
                self.people = {
                    name: self.guild.add_member(
                        self.env.create_user(name, global_name=name.capitalize())
                    )
                    for name in NAMES
                }
                self.channel = self.guild.create_text_channel("ops")
                yield
        finally:
            for each in (self.outside, self.books):
                each.task.cancel()
            await asyncio.gather(self.outside.task, self.books.task, return_exceptions=True)

    def _platform(self):
        made = SimPlatform(
            DiscordSettings(enabled=True), None, self.town.clock, lambda: self.town.app.world.people,
            ids=SeededIds(1), books=self.books, rest=self.rest,
        )  # fmt: skip
        self.rest.client = made.listen(self.outside)
        return made

    def identity(self, who):
        return f"discord:{self.people[who].id}"

    def made(self, app):
        self.outside.ears, self.books.ears = app.pipeline, app.books
        return self.platform

    async def died(self):
        for each in (self.outside, self.books):
            each.task = asyncio.create_task(each._serve())
        await self.env.settle()
        self.platform = self._platform()
        await self.env.restart_bot(self.platform.client)

    # -- what people do -----------------------------------------------------------------------

    async def ask(self, who, text):
        said = await self.people[who].send(self.channel, f"<@{self.env.bot.user.id}> {text}")
        return said.id

    async def answer(self, talk, who, text):
        await self.people[who].send(self._place(talk), text)

    async def called(self, who):
        channel = self.people[who].user.dm_channel
        return who if channel is not None and self._newest(who) else None

    def _place(self, talk):
        if talk in self.people:
            return self.people[talk].user.dm_channel
        return next((t for t in self.channel.threads if t.id == talk), None)

    def _newest(self, talk):
        """The newest message that is no notice."""
        place = self._place(talk)
        mine = [m for m in place.history() if m.author.id == self.env.bot.user.id] if place else ()
        cards = [m for m in mine if text_of(m).startswith(("-# ", "#", "**"))]
        return cards[-1] if cards else None

    async def seen(self, talk, who):
        message = self._newest(talk)
        if message is None:
            return None
        text = text_of(message)
        labels = tuple(button["label"] for button in buttons_of(message))
        return Seen(str(message.id), state_in(text), text, labels)

    async def press(self, talk, who, label, text=""):
        await (await self.old(talk, who, label))(text)

    async def old(self, talk, who, label):
        """A press that can be made later of the button as it stands now."""
        message, card = self._newest(talk), await self.seen(talk, who)
        custom_id = buttons_of(message)[card.at(label)]["custom_id"]
        actor = self.people[who].user if talk in self.people else self.people[who]
        stored = self.env.backend.messages[message.channel.id][message.id]
        drawn = stored.components

        async def pressed(text=""):
            # What somebody's client still shows; simcord lets nobody press what is gone.
            now, stored.components = stored.components, drawn
            try:
                await self._pressed(actor, who, message, custom_id, text)
            finally:
                if stored.components is drawn:
                    stored.components = now

        return pressed

    async def _pressed(self, actor, who, message, custom_id, text):
        result = await actor.click(message, custom_id=custom_id)
        if result.modal:
            result = await actor.submit_modal(result, {"text": text})
        shown = result.followups[-1] if result.followups else result.response
        if shown is not None and shown.ephemeral:
            words = [part["content"] for part in parts_of(shown) if part["type"] == 10]
            self.told[who].append("\n".join(words))

    async def sign(self, talk):
        """The sign on the request."""
        said = next(m for m in self.channel.history() if m.id == talk)
        return [str(reaction.emoji) for reaction in said.reactions]
