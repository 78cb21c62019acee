"""A card, people, ears and a platform for the suites over Discord's wire."""

import ast
import asyncio
import contextlib
import re
from datetime import UTC, datetime

from bot.adapters.discord.platform import DiscordPlatform
from bot.adapters.machine import SystemClock
from bot.domain.cards import Button, Card, Choice, Row, ThreadItem, plain
from bot.domain.messages import Bookmark, Identity, People, Person, Reply, Role, ThreadRef
from bot.errors import (
    SecretError,
)
from bot.settings.chat import DiscordSettings
from bot.testing.seeded_ids import SeededIds
from tests.rigs.discord_guild import BEN, CHANNEL, CHRIS, TOKEN

PEOPLE = People(
    persons=(
        Person(name="ben", display="Ben", roles=frozenset({Role.OPERATOR}),
               identities=(Identity(surface="discord", account=BEN),)),
        Person(name="chris", display="Chris", roles=frozenset({Role.APPROVER}),
               identities=(Identity(surface="discord", account=CHRIS),)),
    )
)  # fmt: skip
CARD = Card(
    id="plan-7", plan=7, revision=2, digest="ab" * 32, title="restart nginx", state="WAITING",
    body=(Row(label="run", spans=plain("x")),),
    buttons=(
        Button(id="approve", label="Approve"),
        Button(id="deny", label="Deny…", asks="Why not?"),
        Button(id="handover", label="Hand over…", asks="To whom?", choices=(Choice(value="chris", label="Chris"),)),
        Button(id="output", label="Output", value="x" * 90),
    ),
)  # fmt: skip


class Ears:
    """Takes everything in once, and knows one card."""

    def __init__(self):
        self.heard, self.pressed, self.gone, self.signs = [], [], [], []
        self.overheard, self.names = [], {}
        self.told = ""
        self.kept = Bookmark()
        self.calling, self.keeping, self.fault, self.refuses = {}, None, None, None
        self.away, self.shown, self.listed = None, CARD, ()
        self.gate, self.knocking = None, 0
        """What holds messages up before they are taken in, and how many have come to it."""

    async def keep_call(self, called):
        if self.keeping is not None:
            await self.keeping.wait()
        if self.fault is not None:
            raise self.fault
        new = called.event_id not in [*self.calling, *(each.event_id for each in self.heard)]
        if new:
            self.calling[called.event_id] = called
        return new

    def known_as(self, key, name, link=""):
        self.names[key] = name, link

    async def turned_away(self, said):
        return self.away

    async def calls(self, surface):
        return tuple(self.calling.values())

    async def give_up_call(self, surface, event_id):
        if event_id in self.calling:
            self.calling[event_id] = self.calling[event_id].model_copy(update={"given_up": True})

    async def called(self, surface, event_id):
        self.calling.pop(event_id, None)

    async def bookmark(self, surface):
        return self.kept

    async def keep_bookmark(self, surface, bookmark):
        self.kept = bookmark

    async def on_message(self, message):
        if self.gate is not None:
            self.knocking += 1
            await self.gate.wait()
        if self.refuses is not None:
            return self.refuses
        new = message.event_id not in [each.event_id for each in self.heard]
        self.heard += [message] if new else []
        return Reply(accepted=message.person is not None, text=self.told)

    async def on_overheard(self, message):
        self.overheard.append(message)
        return Reply(accepted=True)

    async def is_stop(self, text):
        return text.lower() in ("stop", "stop everything")

    async def on_button(self, press, taken=None):
        self.pressed.append(press)
        return Reply(accepted=True, text=self.told)

    async def on_deleted(self, thread, event_id):
        self.gone.append(event_id)

    async def on_reaction(self, reaction):
        self.signs.append(reaction)

    async def thread(self, thread, after=0):
        return tuple(
            ThreadItem(seq=n, thread=str(m.thread), at=m.at, kind="said", person="ben", text=m.text)
            for n, m in enumerate(self.heard) if m.thread == thread
        )  # fmt: skip

    async def choices(self, plan, button):
        return self.listed if button == "output" else ()

    async def card(self, plan):
        return ThreadItem(seq=1, thread="x", at=datetime.now(UTC), kind="card", card=self.shown)

    async def waiting(self, person, lent=frozenset(), surface=""):
        return ()


class Secrets:
    def __init__(self, token=TOKEN):
        self.token = token

    async def resolve(self, ref):
        if not self.token:
            raise SecretError(f"The secret {ref.reference} is empty or not set.", cure="Set it.")
        return self.token


class Quick(SystemClock):
    """Real time, in which nobody waits long."""

    async def sleep(self, seconds):
        await asyncio.sleep(min(seconds, 0.01))


def platform_on(wire, *, token=TOKEN, clock=None, store=None, **more):
    settings = DiscordSettings(enabled=True, api_url=wire.base, gateway_url=wire.gateway, **more)
    return DiscordPlatform(
        settings, Secrets(token), clock or SystemClock(), lambda: PEOPLE, ids=SeededIds(1),
        store=store,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def connected(wire, ears, **more):
    """A platform on the wire, from when it has a session until it is stopped."""
    made = platform_on(wire, **more)
    await made.start(ears)
    await wire.until(lambda: wire.identified)
    yield made
    await made.stop()


def place(message):
    return ThreadRef(surface="discord", channel=CHANNEL, thread=message)


async def asked(wire, ears):
    """A request, and its place."""
    message = wire.says(BEN, "restart nginx on web-1")
    await wire.until(lambda: message in wire.threads)
    return place(message)


def custom_id(wire, label):
    found = re.findall(r"\{[^{}]*\}", str(wire.posted()[-1]["components"]))
    return next(
        ast.literal_eval(part)["custom_id"] for part in found if f"'label': '{label}" in part
    )
