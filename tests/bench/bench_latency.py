"""How long people wait for Overseer itself: from a message to its plan, from a click to a command.

    python tests/bench/bench_latency.py [ROUNDS [MESSAGES]]

The whole product with rules, shipped policy and real store (synchronous=FULL), on hosts that
answer at once, so that what remains is Overseer's own. Each figure is the median of a round's
messages, each in a thread of its own:

    taken in        the message is durable and acknowledged
    looking         the first card is shown
    plan            the card with commands, verdict and Approve is shown
    answer          a read that runs unasked has its answer shown
    first command   from the click on Approve until a host is given the command
"""

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.app import build
from bot.domain.messages import ButtonPress, Identity, Message, ThreadRef
from tests.bench.harness import duel
from tests.bench.home import SERVICE, Clock, Hosts, home_with

ROUNDS = 5
MESSAGES = 40
HOSTS = 100


class Told(Hosts):
    """Says when a change arrives, by host."""

    def __init__(self, inventory, clock):
        super().__init__(inventory, clock)
        self.given = {}

    async def change(self, target, command, **more):
        self.given[target.name].set_result(time.perf_counter())
        return await super().change(target, command, **more)


class Bench:
    """An Overseer and its only surface."""

    name = "web"

    def __init__(self, folder, messages):
        self.messages = messages
        self.home = home_with(folder, {f"h-{n}": "environment: staging" for n in range(HOSTS)})
        self.numbers = itertools.count()
        self.shown = {}
        self.seen = {}

    async def open(self):
        clock = Clock()
        self.hosts = Told(lambda: self.app.world.inventory, clock)
        self.app = await build(self.home, hosts=self.hosts, clock=clock)
        self.app.attach([self])
        await self.app.start()

    # it is its own surface

    async def start(self, ears):
        self.ears = ears

    async def stop(self):
        pass

    async def show(self, item, *, edited):
        stage = _stage(item.card) if item.card is not None else ""
        wait = self.shown.get(str(item.thread), {}).get(stage)
        if wait is not None and not wait.done():
            wait.set_result((time.perf_counter(), item.card))

    # what is measured

    def expect(self):
        """A thread of its own, and when its card comes to each stage."""
        loop = asyncio.get_running_loop()
        thread = ThreadRef(surface=self.name, channel="ben", thread=f"t{next(self.numbers)}")
        waits = {stage: loop.create_future() for stage in ("looking", "plan", "done")}
        self.shown[str(thread)] = waits
        return thread, waits

    async def say(self, thread, text):
        begun = time.perf_counter()
        reply = await self.ears.on_message(
            Message(
                event_id=thread.thread, thread=thread, person="ben", text=text,
                identity=Identity(surface=self.name, account="ben"), at=self.app.clock.now(),
            )
        )  # fmt: skip
        assert reply.accepted, reply.text
        return begun, time.perf_counter() - begun

    async def change(self):
        """Ask for a restart, approve it; ms until each thing happened."""
        number = next(self.numbers)
        host = f"h-{number % HOSTS}"
        given = self.hosts.given[host] = asyncio.get_running_loop().create_future()
        thread, waits = self.expect()
        begun, taken_in = await self.say(thread, f"restart {SERVICE} on {host}")
        async with asyncio.timeout(20):
            looking, _ = await waits["looking"]
            planned, card = await waits["plan"]
            clicked = time.perf_counter()
            reply = await self.ears.on_button(
                ButtonPress(
                    event_id=f"b{number}", thread=thread, person="chris", button="approve",
                    identity=Identity(surface=self.name, account="chris"), plan=card.plan,
                    revision=card.revision, digest=card.digest, at=self.app.clock.now(),
                )
            )  # fmt: skip
            assert reply.accepted, reply.text
            first = await given
            await waits["done"]
        return taken_in, looking - begun, planned - begun, first - clicked

    async def read(self):
        """Ask how a service is; ms until the answer."""
        thread, waits = self.expect()
        begun, _ = await self.say(thread, f"is {SERVICE} up on h-1?")
        async with asyncio.timeout(20):
            answered, _ = await waits["done"]
        return answered - begun

    async def round(self, _):
        changes = [await self.change() for _ in range(self.messages)]
        names = ("taken in", "looking", "plan", "first command")
        self.seen = dict(zip(names, map(_median, zip(*changes, strict=True)), strict=True))
        self.seen["answer"] = _median([await self.read() for _ in range(self.messages)])
        return self.seen["taken in"]

    def told(self, name):
        return lambda _: self.seen[name]


def _stage(card):
    if card.state == "LOOKING":
        return "looking"
    if any(button.id == "approve" for button in card.buttons):
        return "plan"
    return "" if card.busy else "done"


def _median(seconds):
    return statistics.median(seconds) * 1000


async def main(rounds=ROUNDS, messages=MESSAGES):
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder, messages)
        await bench.open()
        try:
            others = ("looking", "plan", "answer", "first command")
            return await duel(
                {"taken in": bench.round} | {name: bench.told(name) for name in others},
                rounds=rounds, unit=f"ms, p50 of {messages}",
            )  # fmt: skip
        finally:
            await bench.app.stop()


async def test_the_latency_bench_runs():
    assert set(await main(rounds=1, messages=3)) > {"plan", "first command"}


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(*(int(a) for a in sys.argv[1:])))
