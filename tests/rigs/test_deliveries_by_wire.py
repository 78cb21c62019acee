"""The real outbox over each real client, while a third of what is sent is refused or in doubt.

Time is ticked for the outbox; what the clients do on loopback takes as long as it takes.
"""

import asyncio
import random
from collections import defaultdict
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from bot.delivery import Delivery
from bot.domain.cards import Card
from bot.domain.messages import People
from bot.errors import ChatBusyError
from bot.reporting.mouth import put
from bot.testing.manual_clock import ManualClock
from bot.testing.recorded_ears import RecordedEars
from bot.testing.recorded_platform import Fault
from bot.testing.seeded_ids import SeededIds
from tests.promises.swift_stage import LoopStore
from tests.rigs.discord_contract import discord_rig
from tests.rigs.slack_rig import slack_rig

pytestmark = pytest.mark.asyncio
CARDS, PART = 8, 0.3
STATES = ("LOOKING", "WAITING", "QUEUED", "RUNNING", "HALTED", "DONE")


FAULTS = {
    "slack": (Fault.BUSY, Fault.AWAY, Fault.LOST, Fault.TAKEN),
    "discord": (Fault.BUSY, Fault.BUSY_EVERYWHERE, Fault.LOST, Fault.TAKEN),
}


@asynccontextmanager
async def on_slack(tmp_path):
    async with slack_rig(tmp_path) as rig:
        rig.clock = ManualClock()
        yield rig


RIGS = {"slack": on_slack, "discord": lambda _: discord_rig(Namespace)}


class Namespace(SimpleNamespace):
    """What a rig has; the first four are given without their names."""

    def __init__(self, platform, clock, rooms, message, **more):
        super().__init__(platform=platform, clock=clock, rooms=rooms, message=message, **more)


class Watched:
    """What the outbox asks of a platform: what is under way, too early, or older than before."""

    def __init__(self, rig):
        self.under_way, self.faults, self.early, self.stormy = 0, 0, [], False
        self.serials = defaultdict(list)
        self._doubts = [Fault.TAKEN, Fault.LOST, Fault.TAKEN]
        self._rig, self._dice, self._pauses = rig, random.Random(3), {}
        for name in ("post", "edit", "find"):
            setattr(rig.platform, name, self._watched(name, getattr(rig.platform, name)))

    def _fault(self, name):
        """The first new messages are in doubt: one of them is there, and one is not."""
        if name == "post" and self._doubts:
            return self._doubts.pop(0)
        if name == "find" or self._dice.random() > PART:
            return None
        return self._dice.choice(FAULTS[self._rig.platform.name])

    def _watched(self, name, call):
        async def watched(place, *given, **more):
            now = self._rig.clock.monotonic()
            edits = name == "edit"  # what one that changes something is told is not for the others
            until = max(self._pauses.get((place.channel, edits), 0), self._pauses.get("", 0))
            if now < until - 1e-6:
                self.early.append((name, now, until))
            if name == "edit":
                self.serials[given[0]].append(given[1].said.serial)
            if self.stormy and (fault := self._fault(name)):
                self._rig.fails(fault)
            self.under_way += 1
            try:
                return await call(place, *given, **more)
            except Exception as error:
                self.faults += 1
                if isinstance(error, ChatBusyError):
                    where = "" if error.everywhere else (place.channel, edits)
                    self._pauses[where] = now + error.retry_after
                raise
            finally:
                self.under_way -= 1

        return watched


class Outbox:
    """An outbox on a ticked clock."""

    def __init__(self, path, rig):
        self.clock = rig.clock
        self.store = LoopStore(path / "overseer.db", self.clock, lag=0)
        self.watched = Watched(rig)
        self.delivery = Delivery(
            rig.platform, self.store, self.clock, People, SeededIds(1), whole=lambda _: None
        )

    async def put(self, place, number, state):
        card = Card(id=f"plan-{number}", plan=number, title=f"restart-{number}-", state=state)
        await self.store.write(lambda u: put(u, place, card))

    async def rests(self):
        """Until every call has come back."""
        for _ in range(30):
            await asyncio.sleep(0)
        while self.watched.under_way:
            await asyncio.sleep(0.002)
            for _ in range(30):
                await asyncio.sleep(0)

    async def passes(self, seconds):
        end = self.clock.monotonic() + seconds
        await self.rests()
        while (due := self._due(end)) <= end:
            await self.clock.advance(max(due - self.clock.monotonic(), 0))
            await self.rests()
        await self.clock.advance(end - self.clock.monotonic())
        await self.rests()

    def _due(self, end):
        waiting = [at for at, _, woken in self.clock._sleepers if not woken.done()]
        return min(waiting, default=end + 1)


@pytest.mark.parametrize("name", [pytest.param("slack", marks=pytest.mark.slack), "discord"])
async def test_in_a_storm_each_last_state_arrives_in_order_and_once(name, tmp_path):
    async with RIGS[name](tmp_path) as rig:
        outbox = Outbox(tmp_path, rig)
        watched = outbox.watched
        await outbox.delivery.start(RecordedEars(ManualClock()))
        try:
            await outbox.passes(5)
            watched.stormy = True
            for state in STATES:
                for number in range(CARDS):
                    await outbox.put(rig.rooms[number % 2], number, state)
                    await outbox.passes(0.7)
            async with asyncio.timeout(120):
                while await outbox.store.read(lambda u: u.owed(rig.platform.name)):
                    await outbox.passes(5)
            assert watched.faults > CARDS
            assert watched.early == []  # Retry-After, of a channel and of all, is obeyed
            for place, parity in zip(rig.rooms, (0, 1), strict=True):
                texts = rig.texts(place)
                shown = [n for text in texts for n in range(CARDS) if f"restart-{n}-" in text]
                assert shown == [n for n in range(CARDS) if n % 2 == parity]
                assert all("DONE" in text for text in texts)
            for serials in watched.serials.values():
                assert serials == sorted(serials)
        finally:
            watched.stormy = False
            await outbox.delivery.stop()
            await outbox.store.close()
