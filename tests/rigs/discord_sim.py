"""Discord itself, as simcord has it, and the whole of Overseer behind it on scripted hosts.

    async with sim(tmp_path) as desk:
        await desk.write(desk.ben, "restart nginx on web-1")       # mentions Overseer
        card = await desk.message()                                # the card in its thread
        await desk.click(desk.chris, "Approve restart")

Overseer's own work goes on outside of what simcord waits for: the ears are called through a queue.
"""

import asyncio
import contextlib
import io
import json

import discord
import simcord
from discord.http import Route

from bot.adapters.discord.faults import RestError
from bot.adapters.discord.platform import DiscordPlatform
from bot.cli.platforms import platforms_of
from bot.domain.messages import ThreadRef
from bot.settings.chat import DiscordSettings
from bot.testing.seeded_ids import SeededIds
from tests.scenario.stage import Stage

PEOPLE = """
people:
  ana: {{display: Ana, roles: [admin], identities: ['discord:{ana}']}}
  ben: {{display: Ben, roles: [operator], identities: ['discord:{ben}']}}
  chris: {{display: Chris, roles: [approver], identities: ['discord:{chris}']}}
  vera: {{display: Vera, roles: [viewer], identities: ['discord:{vera}']}}
"""
NAMES = ("ana", "ben", "chris", "vera")
TURNS = 2000


class SimPlatform(DiscordPlatform):
    """Listens already: simcord connects it, and cuts it."""

    async def start(self, ears):
        pass

    async def stop(self):
        pass


class SimRest:
    """Sends what Overseer sends to the simulated Discord."""

    def __init__(self):
        self.client = None
        self.asked = []
        self.faults = []

    async def ask(self, method, path, *, body=None, files=(), query=None, limit=""):
        self.asked.append((method, path, body))
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault
        given = {"params": query} if query else {}
        if files:
            form = [{"name": "payload_json", "value": json.dumps(body)}]
            form += [{"name": f"files[{n}]", "filename": f.name} for n, f in enumerate(files)]
            uploads = [discord.File(io.BytesIO(f.content), f.name) for f in files]
            given |= {"form": form, "files": uploads}
        elif body is not None:
            given["json"] = body
        try:
            return await self.client.http.request(Route(method, path), **given)
        except discord.HTTPException as error:
            told = json.dumps({"code": error.code, "message": error.text})
            raise RestError.of(error.status, told, {}) from error


class Outside:
    """The ears, called by a task that is none of simcord's."""

    def __init__(self):
        self.ears = None
        self.asked = []
        self.queue = asyncio.Queue()
        self.task = asyncio.create_task(self._serve())

    async def _serve(self):
        while True:
            name, given, came = await self.queue.get()
            asking = asyncio.create_task(getattr(self.ears, name)(*given))
            asking.add_done_callback(lambda done, came=came: _pass_on(done, came))

    def known_as(self, key, name, link=""):
        self.ears.known_as(key, name, link)

    def __getattr__(self, name):
        async def ask(*given):
            self.asked.append(name)
            came = asyncio.get_running_loop().create_future()
            self.queue.put_nowait((name, given, came))
            return await came

        return ask


def _pass_on(done, came):
    if came.cancelled():
        return
    if done.cancelled():
        came.cancel()
    elif done.exception() is not None:
        came.set_exception(done.exception())
    else:
        came.set_result(done.result())


class Books(Outside):
    """What can be looked up, likewise."""


class Desk:
    """A server with a channel, its people, and Overseer."""

    def __init__(self, path, settings, stage_args):
        self.path = path
        self.settings = settings
        self.stage_args = stage_args
        self.rest = SimRest()
        self.outside, self.books = Outside(), Books()
        self.stage = None
        self.platform = self._platform()

    def _platform(self):
        platform = SimPlatform(
            self.settings, None, _Now(self), lambda: self.stage.app.world.people,
            ids=SeededIds(1), books=self.books, rest=self.rest,
        )  # fmt: skip
        self.rest.client = platform.listen(self.outside)
        return platform

    async def open(self, env, guild=None):
        self.env = env
        self.guild = guild or env.create_guild("Ops")
        for name in NAMES:
            user = env.create_user(name, global_name=name.capitalize())
            setattr(self, name, self.guild.add_member(user))
        self.channel = self.guild.create_text_channel("ops", **self.channel_args())
        people = PEOPLE.format(**{name: getattr(self, name).id for name in NAMES})
        self.stage = Stage(self.path, people=people, **self.stage_args)
        heard = str(self.settings.message_content).lower()
        self.stage.home.settings.write_text(
            f"discord: {{enabled: true, message_content: {heard}}}\n"
        )
        self.stage._attached = lambda: (
            [self.stage], platforms_of(self.stage.app, lambda app, name: self.platform)
        )  # fmt: skip
        for host in ("web-1", "web-2", "web-3"):
            self.stage.service(host, "nginx", "active")
        await self.stage._start()
        self.outside.ears, self.books.ears = self.stage.ears, self.stage.app.books
        await env.settle()

    def channel_args(self):
        return {}

    async def close(self):
        await self.stage.app.stop()
        for each in (self.outside, self.books):
            each.task.cancel()
        await asyncio.gather(self.outside.task, self.books.task, return_exceptions=True)

    async def restart(self):
        """Overseer dies without a word, and is started again on the same home."""
        await self.stage.crash()
        for each in (self.outside, self.books):
            each.task = asyncio.create_task(each._serve())
        await self.env.settle()
        self.platform = self._platform()
        await self.env.restart_bot(self.platform.client)
        await self.stage.revive()
        self.outside.ears, self.books.ears = self.stage.ears, self.stage.app.books

    # -- what people do ----------------------------------------------------------------------

    @property
    def mention(self):
        return f"<@{self.env.bot.user.id}>"

    async def write(self, who, text, channel=None, *, mention=True, **more):
        said = f"{self.mention} {text}" if mention else text
        message = await who.send(channel or self.channel, said, **more)
        await self.rest_a_while()
        return message

    async def click(self, who, label, message=None, **more):
        message = message or await self.message()
        found = next((b for b in buttons_of(message) if b["label"].startswith(label)), None)
        assert found, f"no {label}: {[b['label'] for b in buttons_of(message)]}"
        result = await who.click(message, custom_id=found["custom_id"])
        await self.rest_a_while()
        return result

    async def slash_as(self, who, name, **options):
        result = await who.slash(self.channel, name, **options)
        await self.rest_a_while()
        return result

    async def rest_a_while(self):
        """Until nothing moves any more and everything owed is shown."""
        for _ in range(2):
            await self.stage.settle()
            await self.deliver()
            await self.env.settle()

    # -- the way out -------------------------------------------------------------------------

    async def deliver(self):
        """Let all that is owed to Discord be shown, in no time."""
        for _ in range(TURNS):
            if not await self.stage.app.store.read(lambda u: u.owed("discord")):
                return
            await self.stage.clock.advance(0.3)
            await asyncio.sleep(0.002)
        raise AssertionError("it is owed still")

    # -- what is seen ------------------------------------------------------------------------

    @property
    def threads(self):
        return self.channel.threads

    async def message(self, channel=None):
        """The newest message of Overseer's that is no notice: those begin by mentioning somebody."""
        await self.deliver()
        return [m for m in self.said(channel) if not text_of(m).startswith("<@")][-1]

    def said(self, channel=None):
        """What Overseer has said there, in order."""
        found = (channel or self.threads[-1]).history()
        return [message for message in found if message.author.id == self.me]

    @property
    def me(self):
        return self.env.bot.user.id

    def place(self, thread=None):
        thread = thread or self.threads[-1]
        return ThreadRef(surface="discord", channel=str(self.channel.id), thread=str(thread.id))


class _Now:
    """The stage's clock, once there is one."""

    def __init__(self, desk):
        self._desk = desk

    def __getattr__(self, name):
        return getattr(self._desk.stage.clock, name)


def parts_of(message):
    """Every component of a message, as Discord's API has it."""

    def walk(parts):
        for part in parts:
            yield part
            yield from walk(part.get("components") or ())
            if part.get("accessory"):
                yield part["accessory"]

    raw = message.components
    return list(walk([part if isinstance(part, dict) else part.to_dict() for part in raw]))


def text_of(message):
    """All text of a message."""
    return "\n".join(part["content"] for part in parts_of(message) if part["type"] == 10)


def dms(member):
    """What Overseer has told somebody directly."""
    return [text_of(m) for m in member.user.dm_channel.history()]


def buttons_of(message):
    return [part for part in parts_of(message) if part["type"] == 2]


@contextlib.asynccontextmanager
async def sim(path, *, message_content=True, kind=Desk, **stage_args):
    """A desk on a simulated Discord."""
    settings = DiscordSettings(enabled=True, message_content=message_content)
    desk = kind(path, settings, stage_args)
    async with simcord.run(desk.platform.client) as env:
        await desk.open(env)
        try:
            yield desk
        finally:
            await desk.close()


def privately(result):
    """What only the one who pressed reads."""
    shown = result.followups[-1] if result.followups else result.response
    assert shown is None or shown.ephemeral
    return "\n".join(p["content"] for p in parts_of(shown) if p["type"] == 10) if shown else ""
