"""What a request full of names costs: ms a part of its reading, and how long the loop stands still.

    python tests/bench/bench_names.py [ROUNDS [HOSTS]]

An inventory of so many hosts (4,000), and a request that names every one within what is read at all
(16,384 characters), within quotes: that is one word to the limit of words. Each figure is in the
process's own time, the median of the rounds. Nothing here asserts a time.

    rules           what the rules make of it
    words           what its person has said: hosts, services, numbers
    prompt          what a model is asked
    answer          a model's answer held against it
    the loop        the longest that anything else waits while all of that is done by a `ModelReader`,
                    in ms of the clock
    one name        the rules with one name: the floor
"""

import asyncio
import itertools
import string
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.adapters.files.prompt_files import load_prompts
from bot.domain.intents import ParseContext, Understanding
from bot.domain.inventory import Host, Inventory, Service
from bot.intent.model.checking import checked
from bot.intent.model.grounds import Grounds
from bot.intent.model.prompting import Prompter
from bot.intent.model.reading import ModelReader
from bot.intent.phrase_rules import Vocabulary, understand
from bot.pipeline.reading import LatePrompts
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.bench.harness import duel
from tests.unit.intent.vocabularies import catalog

ROUNDS, HOSTS = 5, 4000
TICK_S = 0.001
NOTHING = ParseContext()
LETTERS = string.ascii_lowercase


def names(count):
    """So many names of three signs: a0a, a0b …"""
    signs = itertools.product(LETTERS, string.digits, LETTERS)
    return ["".join(each) for each in itertools.islice(signs, count)]


class Bench:
    def __init__(self, count):
        self.names = names(count)
        self.text = f'reboot {self.names[0]}, which stands in "{" ".join(self.names)}"'
        self.inventory = Inventory(
            hosts=tuple(Host(name=n, groups=("all-of-it",)) for n in self.names),
            services=(Service(name="nginx"),),
            version=str(count),
        )
        self.vocabulary = Vocabulary.build(self.inventory, catalog())
        self.prompter = Prompter(load_prompts()["plan"])
        self.prompter.prepare(catalog(), self.inventory)
        self.answer = plan(act("host.reboot", self.text[:10], hosts=[self.names[0]]))

    def grounds(self):
        return Grounds(
            text=self.text, context=NOTHING, catalog=catalog(), inventory=self.inventory,
            vocabulary=self.vocabulary,
        )  # fmt: skip

    def rules(self):
        return understand(self.text, self.vocabulary, NOTHING)

    def prompt(self):
        return self.prompter.plan(self.text, NOTHING, catalog(), self.inventory, ())

    async def loop(self, _):
        """The longest that a task which wants to run each millisecond waits."""
        said = Understanding(outcome=self.rules())
        prompts = LatePrompts(load_prompts)
        prompts.renew(self.prompter)
        reader = ModelReader(ScriptedModels(self.answer), prompts, ManualClock())
        longest, done = 0.0, False

        async def watch():
            nonlocal longest
            while not done:
                begun = time.perf_counter()
                await asyncio.sleep(TICK_S)
                longest = max(longest, time.perf_counter() - begun - TICK_S)

        watching = asyncio.ensure_future(watch())
        await asyncio.sleep(0)
        await reader.read(self.grounds(), said, person="ana")
        done = True
        await watching
        return longest * 1e3


def timed(work):
    def once(_):
        begun = time.process_time()
        work()
        return (time.process_time() - begun) * 1e3

    return once


async def main(rounds=ROUNDS, hosts=HOSTS):
    bench = Bench(hosts)
    print(f"{hosts:,} hosts, {len(bench.text):,} characters")
    await duel(
        {
            "rules": timed(bench.rules),
            "words": timed(lambda: bench.grounds().words),
            "prompt": timed(bench.prompt),
            "answer": timed(lambda: checked(bench.answer, bench.grounds())),
            "the loop": bench.loop,
            "one name": timed(
                lambda: understand(f"restart nginx on {bench.names[0]}", bench.vocabulary, NOTHING)
            ),
        },
        rounds=rounds,
        unit="ms",
    )


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
