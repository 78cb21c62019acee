"""What a model adds around its call: ms from the words to an outline, with a model that takes no time.

    python tests/bench/bench_model.py [ROUNDS]

65 actions and 1,000 hosts, as in bench_prompt. `rules` is the rules' reading and the outline of
what they understood; `model` the same with prompt, call, validation and the comparison of both
readings; `model, wrong once` with an answer that is rejected, a repair, and a second validation.
`wire` is the JSON of an answer there and back, which nothing can go below. The answer is
made of what the rules read, so that both agree. A figure is the median over the sentences of
tests/corpus that are plans. Nothing here asserts a time.
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
from bot.cli.logs import silent
from bot.domain.intents import Intent, ParseContext
from bot.domain.messages import Person
from bot.errors import RequestError
from bot.intent.model.answer import Answer
from bot.intent.model.reading import ModelReader
from bot.pipeline.reading import LatePrompts, Reader
from bot.planning.planner import outline
from bot.ports import Said
from bot.settings import RunSettings
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.bench.bench_parse import ACTIONS, fleet
from tests.bench.bench_prompt import texts
from tests.bench.harness import duel, ratios
from tests.unit.intent.many_actions import catalog_of

ROUNDS = 5
NOTHING = ParseContext()
ANA = Person(name="ana", display="Ana", roles=frozenset())


class Instant(ScriptedModels):
    """Says at once what is right, or first what is wrong."""

    def __init__(self, *, wrong):
        super().__init__("x")
        self.answer = ""
        self.wrong = wrong

    async def ask(self, name, prompt, *, person, deadline):
        first = len(prompt.turns) == 1
        return Said(text=self.answer[:-2] if self.wrong and first else self.answer, model=name)


def answer_of(intent, text):
    return plan(*(act(w.action, w.words or text, **w.params) for w in intent.wishes))


class World:
    """One fleet and catalogue, with the sentences that are plans there."""

    def __init__(self):
        self.catalog, self.inventory = catalog_of(ACTIONS), fleet(1000)
        self.rules = self.reader(None)
        self.said = []

    def reader(self, models):
        prompts = LatePrompts(load_prompts)
        model = ModelReader(models, prompts, ManualClock()) if models else None
        return Reader(self.catalog, lambda: self.inventory, lambda: (), model)

    async def learn(self):
        for text in texts():
            outcome = (await self.rules.parse(text, NOTHING)).outcome
            if isinstance(outcome, Intent):
                self.said.append((text, answer_of(outcome, text)))

    def contender(self, models):
        reader = self.reader(models)

        async def run(_):
            took = []
            for text, answer in self.said:
                if models is not None:
                    models.answer = answer
                begun = time.process_time()
                found = await reader.read(text, NOTHING, person=ANA)
                if isinstance(found.outcome, Intent):
                    try:
                        outline(found.outcome, self.catalog, self.inventory, RunSettings())
                    except RequestError:
                        continue
                took.append(time.process_time() - begun)
            return statistics.median(took) * 1000

        return run

    def wire(self, _):
        took = []
        for _, answer in self.said:
            begun = time.process_time()
            Answer.model_validate_json(json.dumps(json.loads(answer)))
            took.append(time.process_time() - begun)
        return statistics.median(took) * 1000


async def main(rounds=ROUNDS):
    world = World()
    await world.learn()
    print(f"{len(world.said)} sentences, {ACTIONS} actions, 1,000 hosts")
    medians = await duel(
        {
            "rules": world.contender(None),
            "model": world.contender(Instant(wrong=False)),
            "model, wrong once": world.contender(Instant(wrong=True)),
            "wire": world.wire,
        },
        rounds=rounds,
        unit="ms a request (p50)",
    )
    ratios(medians, "model", ["rules", "wire"])
    return medians


async def test_the_model_bench_runs():
    medians = await main(rounds=1)
    assert set(medians) == {"rules", "model", "model, wrong once", "wire"}


if __name__ == "__main__":
    silent()
    asyncio.run(main(*(int(a) for a in sys.argv[1:])))
