"""What reading a sentence costs: µs a sentence, the same sentences for every contender.

    python tests/bench/bench_parse.py [ROUNDS]

`shipped` is this catalogue with a small inventory. `65 actions, 1,000 hosts` adds made-up
phrases, as many as 65 actions would have, and reads against a thousand hosts in forty groups.
`100 templates` has a hundred of the shipped phrases, `500 templates` four hundred made-up ones
beside them: their ratio is what templates cost. Sentences are those of tests/corpus, each read
once before the clock starts; a figure is the median over the sentences of a round, in the
process's own time, for other processes would be measured too. Nothing here asserts a time.
"""

import asyncio
import json
import statistics
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.domain.intents import ParseContext
from bot.domain.inventory import Host, Inventory
from bot.intent.phrase_rules import Vocabulary, understand
from bot.intent.rules.templates import Templates
from tests.bench.harness import duel, ratios
from tests.unit.intent.vocabularies import OWN, catalog, read_inventory

ROUNDS = 5
ACTIONS = 65
NOTHING = ParseContext()
THINGS = "volume lease quota token mirror shard replica bucket ledger beacon".split()
DEEDS = "show check list restart stop start rotate drain attach promote seal sweep".split()


def made_up(count):
    """So many phrases of skills that do not exist, with the verbs that all skills share."""
    return [
        f"({DEEDS[n % 12]}|{DEEDS[n % 12]} me|do) [all] [old|new] "
        f"{THINGS[n // 12 % 10]}{n // 120 or ''} [on {{hosts}}|{{service}}]"
        for n in range(count)
    ]


def some(phrases, count):
    """So many of the shipped phrases, evenly spread."""
    every = [
        (skill, block, phrase)
        for skill, body in phrases.items()
        for block in body.get("sentences") or ()
        for phrase in block["phrases"]
    ]
    kept = {id(every[n * len(every) // count][2]) for n in range(count)}
    return {
        skill: {
            **body,
            "sentences": [
                {**block, "phrases": [p for p in block["phrases"] if id(p) in kept]}
                for block in body.get("sentences") or ()
            ],
        }
        for skill, body in phrases.items()
    }


def fleet(hosts):
    """The own inventory's names and made-up ones, up to so many hosts."""
    small = read_inventory(OWN / "inventory.yaml")
    more = tuple(
        Host(name=f"node{n % 40}-{n // 40}", groups=(f"rack{n % 40}",), environment="staging")
        for n in range(hosts - len(small.hosts))
    )
    return Inventory(
        hosts=small.hosts + more, services=small.services, others=small.others, version=str(hosts)
    )


def vocabulary(*, shipped=0, phrases=0, hosts=10):
    bodies = {name: skill.phrases for name, skill in catalog().skills.items()}
    bodies = some(bodies, shipped) if shipped else bodies
    noise = {"sentences": [{"action": "host.status", "phrases": made_up(phrases)}]}
    built = Templates.build({**bodies, "noise": noise} if phrases else bodies)
    return Vocabulary.build(fleet(hosts), catalog(), templates=built)


def reader(words, texts):
    """A contender: the median of all sentences of a round, in µs."""
    for text in texts:
        understand(text, words, NOTHING)

    def once(_):
        took = []
        for text in texts:
            begun = time.process_time()
            understand(text, words, NOTHING)
            took.append(time.process_time() - begun)
        return statistics.median(took) * 1e6

    return once


async def main(rounds=ROUNDS):
    lines = (OWN / "requests-own.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    actions = len(list(catalog()))
    each = len(vocabulary().templates.entries) // actions
    wide = f"{ACTIONS} actions, 1,000 hosts"
    contenders = {
        "shipped": reader(vocabulary(), texts),
        wide: reader(vocabulary(phrases=(ACTIONS - actions) * each, hosts=1000), texts),
        "100 templates": reader(vocabulary(shipped=100), texts),
        "500 templates": reader(vocabulary(shipped=100, phrases=400), texts),
    }
    medians = await duel(contenders, rounds=rounds, unit="µs a sentence (p50)")
    ratios(medians, wide, ["shipped"])
    ratios(medians, "500 templates", ["100 templates"])


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
