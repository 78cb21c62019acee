"""What happens when everybody speaks at once: acknowledgements, answers, and how long it drains.

    python tests/bench/bench_chat_load.py [SECONDS [PER_SECOND]] [--profile]

The whole product with rules, shipped policy and real store (synchronous=FULL), on hosts that
answer at once, and two recorded platforms with 125 channels each. Messages come on time, whether
or not the ones before are done; every twentieth is delivered twice. Half ask for a read, half for
a change that waits for votes, each in a thread of its own.

    ack     from the moment at which a message comes until `on_message` has returned
    drained until each message's card stands in its thread in its last state
    units   of work that are written for a message, from its taking in to its last sign
"""

import asyncio
import cProfile
import itertools
import pstats
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot import lifecycle
from bot.adapters.machine import SystemClock
from bot.app import build
from bot.cli.platforms import platforms_of
from bot.domain.messages import Identity, Message, ThreadRef
from bot.testing.recorded_platform import RecordedPlatform
from tests.bench.home import SERVICE, Hosts, home_with

SECONDS = 60
PER_SECOND = 200
CHANNELS = 125
HOSTS = 100
TWICE = 20
PATIENCE_S = 600
ABOUT = "groups: [web], environment: production"
SETTINGS = "\nslack: {enabled: true}\ndiscord: {enabled: true}\n"
PEOPLE = """
people:
  ben: {display: Ben, roles: [operator], identities: ['slack:UBEN', 'discord:7']}
  chris: {display: Chris, roles: [approver], identities: ['web:chris']}
"""
ENDED = {"WAITING", "ANSWER"}


class Load:
    """One Overseer, and what is said to it."""

    def __init__(self, folder):
        hosts = {f"web-{n}": ABOUT for n in range(1, HOSTS + 1)}
        self.home = home_with(folder, hosts, people=PEOPLE, settings=SETTINGS)
        self.clock = SystemClock()
        self.platforms = {n: RecordedPlatform(self.clock, n) for n in ("slack", "discord")}
        self.acks = []
        self.refused = 0

    async def __aenter__(self):
        hosts = Hosts(lambda: self.app.world.inventory, self.clock)
        self.app = await build(self.home, clock=self.clock, hosts=hosts)
        self.app.attach([], platforms_of(self.app, lambda _, name: self.platforms[name]))
        await self.app.start()
        self.written, write = 0, self.app.store.write

        def counted(work, **how):
            self.written += 1
            return write(work, **how)

        self.app.store.write = counted
        self.ticker = asyncio.create_task(lifecycle.tick(self.app))
        lifecycle.spare_what_stays()
        return self

    async def __aexit__(self, *_):
        self.ticker.cancel()
        await self.app.stop()

    def message(self, number):
        surface, account = (("slack", "UBEN"), ("discord", "7"))[number % 2]
        host = f"web-{number * 7 % HOSTS + 1}"
        text = (
            f"is {SERVICE} running on {host}?" if number % 4 < 2 else f"restart {SERVICE} on {host}"
        )
        channel = f"C{number // 2 % CHANNELS}"
        return Message(
            event_id=f"{channel}/{number}", remote=str(number), text=text, person="ben",
            thread=ThreadRef(surface=surface, channel=channel, thread=f"17.{number}"),
            identity=Identity(surface=surface, account=account), at=self.clock.now(),
        )  # fmt: skip

    async def said(self, message, due):
        reply = await self.app.pipeline.on_message(message)
        self.acks.append(time.perf_counter() - due)
        self.refused += not reply.accepted

    async def speak(self, count, per_second):
        """Say so many, on time; some once more, up to a second later."""
        chance, began = random.Random(1), time.perf_counter()
        events = [(number / per_second, number) for number in range(count)]
        again = [(at + chance.random(), number) for at, number in events if number % TWICE == 0]
        tasks = []
        for at, number in sorted(events + again):
            due = began + at
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(self.said(self.message(number), due)))
        await asyncio.gather(*tasks)
        return len(events) + len(again)

    def shown(self):
        """How many threads show a card in its last state, and what is wrong with others."""
        states = {}
        for platform in self.platforms.values():
            for message in platform.messages.values():
                states.setdefault(message.place, []).append(
                    getattr(message.last.said, "state", "no card")
                )
        ended = sum(len(found) == 1 and found[0] in ENDED for found in states.values())
        return ended, [found for found in states.values() if len(found) != 1]

    async def drained(self, count, began):
        """Seconds since `began` until all are shown."""
        while time.perf_counter() - began < PATIENCE_S:
            # Looking through all that is shown takes time that the product has not, then.
            if not await self.app.store.read(self.under_way) and self.shown()[0] == count:
                break
            await asyncio.sleep(0.25)
        return time.perf_counter() - began

    def under_way(self, unit):
        """Whether something is read or to be shown still."""
        return any(unit.how_many_owed(name) for name in self.platforms) or unit.kept_keys("pending")


def told(values):
    cuts = statistics.quantiles(values, n=1000)
    return f"p50 {cuts[499] * 1e3:,.0f}   p99 {cuts[989] * 1e3:,.0f}   most {max(values) * 1e3:,.0f} ms"


async def measured(seconds, per_second):
    count = int(seconds * per_second)
    with tempfile.TemporaryDirectory() as folder:
        async with Load(folder) as load:
            began = time.perf_counter()
            heard = await load.speak(count, per_second)
            spoken = time.perf_counter() - began
            took = await load.drained(count, began)
            ended, wrong = load.shown()
            plans = await load.app.store.read(lambda u: len(u.kept_keys("pending")))
            fast = list(itertools.chain(*(p.too_fast for p in load.platforms.values())))
    print(f"{heard} deliveries of {count} messages, taken in over {spoken:.1f} s")
    print(f"ack      {told(load.acks)}")
    print(f"drained  {took:.1f} s after the first message, {took - spoken:.1f} s after the last")
    print(f"one card {ended} of {count}, more than one in {len(wrong)}, refused {load.refused}")
    print(f"units    {load.written / count:.1f} written for a message")
    print(f"waiting  {plans} without an answer, {len(fast)} posts or edits faster than the pace")


def test_the_load_of_chat(capsys):
    with capsys.disabled():
        asyncio.run(measured(5, PER_SECOND))


if __name__ == "__main__":
    args = [float(arg) for arg in sys.argv[1:] if arg != "--profile"]
    args += [SECONDS, PER_SECOND][len(args) :]
    profile = cProfile.Profile()
    if "--profile" in sys.argv:
        profile.enable()
    asyncio.run(measured(*args))
    if "--profile" in sys.argv:
        profile.disable()
        pstats.Stats(profile).sort_stats("cumulative").print_stats(70)
