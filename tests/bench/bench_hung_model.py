"""How long people wait for Overseer while its language model hangs: to be heard, and to be answered.

    python tests/bench/bench_hung_model.py [ROUNDS]

The whole product with real clock and store (synchronous=FULL): 50 messages in 10 conversations, five
in each, one right after the other, to a model that takes every call and never answers. The patience is
two seconds here in place of twenty, so that a round does not last long. In ms, over a round's messages:

    heard p99       from a message to its acknowledgement, the model hanging
    heard, rules    the same without any model: the floor
    beyond patience how much later than its patience the last answer of the rules came
"""

import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.app import build
from bot.cli.logs import silent
from bot.domain.messages import Identity, Message, ThreadRef
from bot.testing.scripted_models import ScriptedModels
from tests.bench.harness import duel, ratios
from tests.bench.home import Clock, Hosts, home_with
from tests.scenario.plainly import Plainly

ROUNDS, THREADS, EACH, PATIENCE_S = 5, 10, 5, 2.0
SETTINGS = f"models: {{patience: {PATIENCE_S}}}\n"


class Hangs(ScriptedModels):
    """Takes every call and never answers."""

    async def ask(self, name, prompt, *, person, deadline):
        await asyncio.Event().wait()


class Product:
    """One Overseer that is its own surface; `models` as in `build`."""

    name = "web"

    def __init__(self, folder, models):
        self.home = home_with(folder, {"h-1": ""}, settings=SETTINGS)
        self.models = models
        self.round = 0
        self.beyond = 0.0

    async def open(self):
        clock = Clock()
        hosts = Hosts(lambda: self.app.world.inventory, clock)
        self.app = await build(
            self.home, hosts=hosts, clock=clock, models=self.models, prompting=Plainly()
        )
        self.app.attach([self])
        await self.app.start()

    async def start(self, ears):
        self.ears = ears

    async def stop(self):
        pass

    async def show(self, item, *, edited):
        card = item.card
        if card is not None and not card.busy and item.seq not in self.answered:
            self.answered[item.seq] = time.perf_counter()

    async def say(self, thread, number):
        begun = time.perf_counter()
        reply = await self.ears.on_message(
            Message(
                event_id=f"{thread.thread}-{number}", thread=thread, person="ben",
                text="how is h-1?", identity=Identity(surface=self.name, account="ben"),
                at=self.app.clock.now(),
            )
        )  # fmt: skip
        assert reply.accepted, reply.text
        return time.perf_counter() - begun

    async def heard(self, _):
        """Say all of it at once; the 99th percentile of the acknowledgements, in ms."""
        self.round += 1
        self.answered = {}
        threads = [
            ThreadRef(surface=self.name, channel="ben", thread=f"{self.round}-{n}")
            for n in range(THREADS)
        ]
        begun = time.perf_counter()
        took = []
        for number in range(EACH):
            took += await asyncio.gather(*(self.say(thread, number) for thread in threads))
        async with asyncio.timeout(60):
            while len(self.answered) < len(took):
                await asyncio.sleep(0.005)
        self.beyond = (max(self.answered.values()) - begun - PATIENCE_S) * 1000
        return statistics.quantiles(took, n=100)[98] * 1000


async def main(rounds=ROUNDS):
    with tempfile.TemporaryDirectory() as folder:
        hung = Product(Path(folder) / "hung", Hangs("x"))
        rules = Product(Path(folder) / "rules", ScriptedModels())
        await hung.open()
        await rules.open()
        try:
            medians = await duel(
                {
                    "heard p99": hung.heard,
                    "beyond patience": lambda _: hung.beyond,
                    "heard, rules": rules.heard,
                },
                rounds=rounds,
                unit=f"ms, {THREADS * EACH} messages in {THREADS} conversations",
            )
            ratios(medians, "heard p99", ["heard, rules"])
            return medians
        finally:
            await hung.app.stop()
            await rules.app.stop()


async def test_the_bench_of_a_hung_model_runs():
    assert set(await main(rounds=1)) == {"heard p99", "beyond patience", "heard, rules"}


if __name__ == "__main__":
    silent()
    with suppress(KeyboardInterrupt):
        asyncio.run(main(*(int(a) for a in sys.argv[1:])))
