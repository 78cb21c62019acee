"""How long the event loop stands still while a plan on 100 hosts runs before 20 open pages.

    python tests/bench/bench_stall.py [ROUNDS [PAGES]]

The whole product with the real page; hosts print a line each 200 ms for two seconds. The readers
are another process (see `pages`). Each figure is the longest time in a run that a task which
wants to run every 5 ms had to wait, in ms; `updates` is how many came to all pages together.

    idle            nothing runs, the pages are open: the floor
    before pages    the run, with all pages showing it
    before none     the run, with no page open
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.adapters.web.surface import WebSurface
from bot.app import build
from bot.domain.messages import ButtonPress, Identity, Message, ThreadRef
from bot.settings import WebSettings
from tests.bench.harness import duel
from tests.bench.home import SERVICE, Clock, Hosts, home_with

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, PAGES, HOSTS = 5, 20, 100
LASTS_S, EVERY_S = 2.0, 0.2
TICK_S = 0.005


class Talkative(Hosts):
    """Each change prints for a while."""

    async def change(self, target, command, *, hear=None, **more):
        for number in range(int(LASTS_S / EVERY_S)):
            if hear:
                hear(f"{target.name} works, {number}\n")
            await asyncio.sleep(EVERY_S)
        return await super().change(target, command, hear=hear, **more)


class Bench:
    def __init__(self, folder, pages):
        self.home = home_with(folder, {f"h-{n}": "environment: staging" for n in range(HOSTS)})
        self.pages = pages
        self.number = 0
        self.updates = 0

    async def open(self):
        clock = Clock()
        hosts = Talkative(lambda: self.app.world.inventory, clock)
        self.app = await build(self.home, hosts=hosts, clock=clock)
        self.web = WebSurface(
            WebSettings(port=0), self.app.store, clock, self.app.ids,
            lambda: self.app.world.people, "s", books=self.app.books,
        )  # fmt: skip
        self.app.attach([self.web])
        await self.app.start()

    async def planned(self):
        """A plan on all hosts that waits; its card."""
        self.number += 1
        thread = ThreadRef(surface="web", channel="ben", thread=f"t{self.number}")
        await self.app.pipeline.on_message(
            Message(
                event_id=f"e{self.number}", thread=thread, person="ben",
                identity=Identity(surface="web", account="ben"), at=self.app.clock.now(),
                text=f"restart {SERVICE} on all staging hosts, all at once",
            )
        )  # fmt: skip
        await self.app.pipeline.idle(thread, 60)
        return (await self.app.pipeline.card(self.number)).card

    async def run(self, card):
        thread = ThreadRef(surface="web", channel="ben", thread=f"t{self.number}")
        press = ButtonPress(
            event_id=f"b{self.number}", thread=thread, person="chris", button="approve",
            identity=Identity(surface="web", account="chris"), plan=card.plan,
            revision=card.revision, digest=card.digest, at=self.app.clock.now(),
        )  # fmt: skip
        reply = await self.app.pipeline.on_button(press)
        assert reply.accepted, reply.text
        await self.app.pipeline.idle(thread, 120)
        done = (await self.app.pipeline.card(card.plan)).card
        assert done.state == "DONE", done

    async def readers(self, plan):
        """The other process, connected."""
        token = (await self.web.make_link("ben")).partition("token=")[2]
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "tests.bench.pages", self.web.address, token, str(plan),
            str(self.pages), cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert (await child.stdout.readline()).strip() == b"READY"
        return child

    async def before_pages(self, _):
        card = await self.planned()
        child = await self.readers(card.plan)
        self.floor = await stalled(asyncio.sleep(LASTS_S))
        longest = await stalled(self.run(card))
        said, _ = await child.communicate(b"\n")
        self.updates = int(re.search(rb"\d+", said)[0])
        assert self.updates >= self.pages, "no page was kept current"
        return longest

    async def before_none(self, _):
        card = await self.planned()
        return await stalled(self.run(card))


async def stalled(work):
    """Do it; the longest that a task waited for its turn meanwhile, in ms."""
    longest, going = 0.0, True

    async def tick():
        nonlocal longest
        while going:
            start = time.perf_counter()
            await asyncio.sleep(TICK_S)
            longest = max(longest, time.perf_counter() - start - TICK_S)

    ticking = asyncio.create_task(tick())
    await work
    going = False
    await ticking
    return longest * 1e3


async def main(rounds=ROUNDS, pages=PAGES):
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder, pages)
        await bench.open()
        try:
            return await duel(
                {
                    "before pages": bench.before_pages, "idle": lambda _: bench.floor,
                    "updates": lambda _: bench.updates, "before none": bench.before_none,
                },
                rounds=rounds, unit="ms at most",
            )  # fmt: skip
        finally:
            await bench.app.stop()


async def test_the_stall_bench_runs():
    medians = await main(rounds=1, pages=2)
    assert medians["updates"] >= 2


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(*[int(a) for a in sys.argv[1:]]))
