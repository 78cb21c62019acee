"""What asking a model costs before it is asked: µs a prompt, and its size in tokens.

    python tests/bench/bench_prompt.py [ROUNDS]

`shipped` is this catalogue with ten hosts; `65 actions, 1,000 hosts` the world of bench_parse, with
made-up actions whose parameters are as many and as varied as those that ship; `…, in a thread`
the same after six requests of the person's own, three of them still open. `bare join` puts
strings of the same size together: what no way of writing a prompt can go below. `everything new` has
never seen catalogue and inventory before: what the first request after a start or a reload
pays. A figure is the median over the sentences of tests/corpus, in the process's own time.
Nothing here asserts a time.
"""

import asyncio
import json
import statistics
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.adapters.files.prompt_files import load_prompts
from bot.domain.intents import Earlier, Intent, OpenPlan, ParseContext, Wish
from bot.intent.model.prompting import Prompter, tokens_of
from tests.bench.bench_parse import ACTIONS, fleet
from tests.bench.harness import duel, ratios
from tests.unit.intent.many_actions import catalog_of
from tests.unit.intent.vocabularies import OWN, catalog

ROUNDS = 5
NOTHING = ParseContext()


def texts():
    lines = (OWN / "requests-own.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def timed(each, write):
    took = []
    for one in each:
        begun = time.process_time()
        write(one)
        took.append(time.process_time() - begun)
    return statistics.median(took) * 1e6


def thread(inventory, said):
    """A thread in which the person has asked for six things."""
    names = inventory.names()
    wishes = [
        Wish(action="service.restart", params={"service": "nginx", "hosts": list(names[n::97])})
        for n in range(6)
    ]
    earlier = tuple(
        Earlier(plan=n, request=text, steps=(wish,), became="done")
        for n, (text, wish) in enumerate(zip(said, wishes, strict=False))
    )
    still_open = tuple(
        OpenPlan(
            number=n, revision=1, title="", request=said[n], intent=Intent(wishes=(wishes[n],)),
            owner="ana", mine=True, newest=n == 5, waits=True,
        )
        for n in (3, 4, 5)
    )  # fmt: skip
    return ParseContext(
        hosts=names[5::97], service="nginx", action="service.restart", request=said[5],
        earlier=earlier, open=still_open,
    )  # fmt: skip


def writer(actions, inventory, said, context=NOTHING):
    """A contender: the median of all sentences of a round, in µs."""
    prompter = Prompter(load_prompts()["plan"])
    prompter.plan("", NOTHING, actions, inventory)
    return lambda _: timed(said, lambda text: prompter.plan(text, context, actions, inventory))


def joiner(prompts):
    """The same strings, put together."""
    pieces = [[p.stable, *p.fitted.splitlines(keepends=True), p.turns[0].text] for p in prompts]
    return lambda _: timed(pieces, "".join)


def beginner(actions, inventory, said):
    """Nothing is kept from request to request."""
    file = load_prompts()["plan"]
    return lambda _: timed(
        said[:3], lambda text: Prompter(file).plan(text, NOTHING, actions, inventory)
    )


async def main(rounds=ROUNDS):
    said = texts()
    many, wide = catalog_of(ACTIONS), f"{ACTIONS} actions, 1,000 hosts"
    thousand = fleet(1000)
    prompter = Prompter(load_prompts()["plan"])
    prompts = [prompter.plan(text, NOTHING, many, thousand) for text in said]
    spoken = thread(thousand, said)
    longer = [prompter.plan(text, spoken, many, thousand) for text in said]
    medians = await duel(
        {
            "shipped": writer(catalog(), fleet(10), said),
            wide: writer(many, thousand, said),
            f"{wide}, in a thread": writer(many, thousand, said, spoken),
            "bare join": joiner(prompts),
            "everything new": beginner(many, thousand, said),
        },
        rounds=rounds,
        unit="µs a prompt (p50)",
    )
    ratios(medians, wide, ["bare join", "shipped"])
    for what, made in ((wide, prompts), (f"{wide}, in a thread", longer)):
        sizes = sorted(map(tokens_of, made))
        print(
            f"{what}: {sizes[len(sizes) // 2]:,} tokens (p50), {sizes[-1]:,} at most, as "
            f"estimated; {max(len(p.stable) + len(p.fitted) for p in made):,} characters at most"
        )


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
