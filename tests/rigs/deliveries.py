"""A delivery in virtual time: a real store on the event loop, a platform that fails by script.

    rig = Rig(tmp_path)
    await rig.start()
    await rig.put(ROOM, card)
    await rig.passes(5)          # seconds, in no time
    rig.platform.cards(ROOM)

`crash` ends the process's side at this moment: nothing more is written, and the platform goes on.
"""

import asyncio
from contextlib import suppress

import pytest

from bot.delivery import Delivery
from bot.domain.cards import Attachment, Card
from bot.domain.messages import Identity, People, Person, Role, ThreadRef
from bot.reporting.mouth import put
from bot.testing.manual_clock import ManualClock
from bot.testing.recorded_platform import RecordedPlatform
from bot.testing.seeded_ids import SeededIds
from tests.promises.swift_stage import LoopStore

TURNS = 30


def account(name):
    return Identity(surface="slack", account=f"U{name.upper()}")


PERSONS = tuple(
    Person(name=name, display=name.title(), roles=frozenset({Role.APPROVER}), identities=(account(name),))
    for name in ("ana", "ben")
)  # fmt: skip


def room(number=1, channel="C1"):
    return ThreadRef(surface="slack", channel=channel, thread=f"17.{number}")


async def all_may_see(rig, channel="C1"):
    """It is a public channel, as its platform has told."""
    await rig.store.write(lambda u: u.keep("called", f"slack:{channel}", {"name": "ops"}))


def card(number=1, **parts):
    return Card(**{"id": f"plan-{number}", "plan": number, "title": f"restart {number}"} | parts)


def whole(shown):
    return Attachment(name=f"{shown.id}.txt", text=f"the whole of {shown.title}")


def states(rig, place):
    """The states of the cards that a place shows."""
    return [shown.state for shown in rig.platform.cards(place)]


class Rig:
    """One outbox and one platform, over several lives of the process."""

    def __init__(self, path, **platform):
        self.path = path / "overseer.db"
        self.clock = ManualClock()
        self.platform = RecordedPlatform(self.clock, **platform)
        self.people = People(persons=PERSONS)
        self.written = whole
        self.address = "http://127.0.0.1:8420"
        self.life = 0
        self.store = None
        self.delivery = None

    async def start(self, ears=None):
        self.life += 1
        self.store = LoopStore(self.path, self.clock, lag=0)
        self.delivery = Delivery(
            self.platform, self.store, self.clock, lambda: self.people, SeededIds(self.life),
            whole=self.whole, address=lambda: self.address,
        )  # fmt: skip
        self.delivery._worker._chance = lambda: 0.5
        await self.delivery.start(ears)

    async def stop(self):
        await self.delivery.stop()
        await self.store.close()

    async def crash(self):
        """As `kill -9` would."""
        self.store.kill()
        await self._drop()

    async def _drop(self):
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        for _ in range(TURNS):
            await asyncio.sleep(0)
        with suppress(Exception):
            await self.store.close()

    def whole(self, shown):
        return self.written(shown)

    async def put(self, thread, shown):
        """Store a card as its newest edit."""
        return (await self.store.write(lambda u: put(u, thread, shown))).card

    async def owe(self, work):
        """Owe something."""
        return await self.store.write(work)

    async def owed(self):
        return await self.store.read(lambda u: u.owed("slack"))

    async def passes(self, seconds):
        """Let time pass, each sleeper at its moment."""
        end = self.clock.monotonic() + seconds
        await self.spin()
        while True:
            times = [at for at, _, woken in self.clock._sleepers if not woken.done()]
            due = min(times, default=end)
            if due > end:
                break
            await self.clock.advance(max(due - self.clock.monotonic(), 0))
            await self.spin()
            if due >= end:
                break
        await self.clock.advance(end - self.clock.monotonic())
        await self.spin()

    async def spin(self):
        for _ in range(TURNS):
            await asyncio.sleep(0)


@pytest.fixture
async def rig(tmp_path):
    """`from tests.rigs.deliveries import rig  # noqa: F401`."""
    made = Rig(tmp_path)
    await made.start()
    yield made
    await made.stop()
